"""Shapes of what people type about patients."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from patients.models import OLDEST_YEARS, Patient

NOT_KNOWN = _("Not known")


def _field(name: str, **options: Any) -> Any:
    """The form's field for a column, with the column's own rules."""
    field: Any = Patient._meta.get_field(name)
    made = field.formfield(**options)
    made.widget.attrs.setdefault("autocomplete", "off")
    return made


def _choices(name: str) -> Any:
    field: Any = Patient._meta.get_field(name)
    return forms.ChoiceField(
        label=capfirst(field.verbose_name), choices=[("", NOT_KNOWN), *field.choices], required=False
    )


class PatientForm(forms.Form):
    """A person's demographics. Either the date of birth or, where nobody knows it, the year."""

    given_name = _field("given_name")
    family_name = _field("family_name")
    birth_date = _field("birth_date", required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth only"),
        required=False,
        help_text=_("If the day is not known. It is kept as an estimate."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", _("Choose")), *Patient.Sex.choices])
    phone = _field("phone", help_text=_("Numbers from abroad begin with + and the country code."))
    email = _field("email")
    address = _field("address", widget=forms.Textarea(attrs={"rows": 3}))
    language = _choices("language")
    blood_group = _choices("blood_group")
    next_of_kin_name = _field("next_of_kin_name", label=_("Name"))
    next_of_kin_relation = _field("next_of_kin_relation", help_text=_("Such as mother, husband, neighbour"))
    next_of_kin_phone = _field("next_of_kin_phone", label=_("Phone"))

    PERSON: ClassVar = ("given_name", "family_name", "birth_date", "birth_year", "sex")
    CONTACT: ClassVar = ("phone", "email", "address", "language")
    NEXT_OF_KIN: ClassVar = ("next_of_kin_name", "next_of_kin_relation", "next_of_kin_phone")
    MEDICAL: ClassVar = ("blood_group",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today(places.first_site().time_zone).year
        year = self.fields["birth_year"]
        year.widget.attrs |= {"min": this_year - OLDEST_YEARS, "max": this_year}

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, each with its heading, for the template."""
        groups = [
            (_("Person"), self.PERSON, True),
            (_("Contact"), self.CONTACT, False),
            (_("Next of kin"), self.NEXT_OF_KIN, False),
            (_("Medical"), self.MEDICAL, False),
        ]
        return [
            {"title": title, "fields": [self[name] for name in names], "required": required}
            for title, names, required in groups
        ]

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and not date.min.year <= year <= date.max.year:
            raise forms.ValidationError(_("Write the year with four digits."))
        return year

    def clean(self) -> dict[str, Any]:
        """Fold the year into birth_date and birth_date_is_estimated."""
        data = self.cleaned_data
        if {"birth_date", "birth_year"} & self.errors.keys():
            return data
        year, born_on = data.pop("birth_year", None), data.get("birth_date")
        if born_on and year and born_on.year != year:
            self.add_error("birth_year", _("Write either the date or the year."))
        if not born_on and not year:
            self.add_error("birth_date", _("Write the date of birth, or only the year."))
        elif not born_on:
            data["birth_date"] = date(year, 7, 1)
        data["birth_date_is_estimated"] = not born_on
        return data


class EditPatientForm(PatientForm):
    """The same with the version that its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @classmethod
    def of(cls, patient: Patient) -> "EditPatientForm":
        """A form that shows the patient as he or she is written down now."""
        names = {*cls.base_fields} - {"birth_year"}
        initial = {name: getattr(patient, name) for name in names}
        if patient.birth_date_is_estimated:
            initial |= {"birth_date": None, "birth_year": patient.birth_date.year}
        return cls(initial=initial)

    def changes(self, patient: Patient) -> dict[str, Any]:
        """The columns in which the form differs from the patient."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: value for name, value in given.items() if getattr(patient, name) != value}


class DeactivateForm(forms.Form):
    """Why a record is closed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Such as: moved away, deceased, registered twice")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReactivateForm(forms.Form):
    """Only which version was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TreatForm(forms.Form):
    """Why a clinician needs the record of somebody whom nobody has put into his or her care."""

    reason = forms.CharField(
        label=_("Why do you need this record?"),
        max_length=400,
        help_text=_("Your reason is written to the audit and will be reviewed."),
    )

"""Shapes of what people type about allergies."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.clinical.allergens import Allergen
from patients.forms.entries import VersionForm, choice, column
from patients.models import Allergy

NOT_STATED = _("Not stated")
OF_ALL = ("kind", "reaction", "severity", "criticality", "verification", "noted_on", "note")


class SubstanceForm(forms.Form):
    """What somebody looks for in the list of allergens."""

    q = forms.CharField(label=_("Medicine, food or other substance"), max_length=200, required=False)


class AllergyForm(forms.Form):
    """An allergy: what is coded needs no words, what is not needs words and a category."""

    substance_key = forms.CharField(widget=forms.HiddenInput, required=False)
    substance = column(Allergy, "substance")
    category = choice(Allergy, "category", nothing=_("Choose"))
    kind = choice(Allergy, "kind")
    reaction = column(Allergy, "reaction", help_text=_("Such as anaphylaxis, rash, swelling, nausea"))
    severity = choice(Allergy, "severity", nothing=NOT_STATED)
    criticality = choice(Allergy, "criticality")
    verification = choice(Allergy, "verification", leave_out=(Allergy.Verification.REFUTED,))
    noted_on = column(Allergy, "noted_on")
    note = column(Allergy, "note")

    HELP: ClassVar = {
        "criticality": _("How dangerous the next contact may be"),
        "verification": _("Verified: seen, tested, or documented by somebody else"),
    }

    def __init__(self, *args: Any, coded: Allergen | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coded = coded
        for name, text in self.HELP.items():
            self.fields[name].help_text = text
        if coded:
            del self.fields["substance"], self.fields["category"]
        else:
            self.fields["category"].required = True


class EditAllergyForm(VersionForm, AllergyForm):
    """The same of what is written down already, with its state."""

    verification = choice(Allergy, "verification")
    status = choice(Allergy, "status")

    field_order = (
        *("substance", "category", "kind", "reaction", "severity", "criticality", "verification", "status"),
        *("noted_on", "note", "version"),
    )

    def __init__(self, *args: Any, allergy: Allergy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allergy = allergy
        del self.fields["substance_key"]
        self.fields["status"].help_text = _("No longer: it was one, and is over")
        if allergy.is_coded:
            del self.fields["substance"], self.fields["category"]

    @classmethod
    def of(cls, allergy: Allergy) -> "EditAllergyForm":
        names = (*OF_ALL, "substance", "category", "status", "version")
        return cls(initial={name: getattr(allergy, name) for name in names}, allergy=allergy)

    def changes(self) -> dict[str, Any]:
        """The columns in which the form differs from what is written down."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: value for name, value in given.items() if getattr(self.allergy, name) != value}

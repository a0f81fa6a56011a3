"""Shapes of what people type about doctors and their hours."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from accounts import places
from accounts.models import Department, User
from accounts.roles import Role
from doctors.models import (
    Doctor,
    Room,
    ScheduleBlock,
    Speciality,
    TimeOff,
    department_choices,
)
from hospital import clock
from hospital.money import minor_digits

EXTRA = "extra"


class DoctorForm(forms.Form):
    """A doctor's profile."""

    title = forms.CharField(label=_("Title"), max_length=20, required=False, initial="Dr.")
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    department = forms.ChoiceField(label=_("Department"))
    specialities = forms.ModelMultipleChoiceField(
        label=_("Specialities"),
        queryset=Speciality.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    qualifications = forms.CharField(
        label=_("Qualifications"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    languages = forms.CharField(
        label=_("Languages"),
        max_length=200,
        required=False,
        help_text=_("Separated by commas, such as German, English"),
    )
    consultation_fee_amount = forms.DecimalField(
        label=_("Consultation fee"),
        min_value=0,
        max_digits=9,
        decimal_places=minor_digits(settings.CURRENCY),
        initial=0,
    )
    licence_number = forms.CharField(label=_("Licence number"), max_length=60, required=False)
    licence_until = forms.DateField(
        label=_("Licence valid until"),
        widget=forms.DateInput,
        required=False,
        help_text=_("The last day. Without a valid licence nothing can be prescribed."),
    )
    phone = PhoneNumberField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    user = forms.ModelChoiceField(
        label=_("User account"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Does not log in"),
        help_text=_("Users with the role Doctor to whom no profile belongs yet."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: User, doctor: Doctor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _profile(doctor) if doctor else None} | kwargs)
        self.fields["department"].choices = [("", _("Choose one")), *department_choices()]  # type: ignore[attr-defined]
        self.fields["specialities"].queryset = Speciality.objects.visible_to(by)  # type: ignore[attr-defined]
        if (doctor is not None and doctor.user_id is not None) or not by.has_perm("accounts.view_user"):
            del self.fields["user"]
        else:
            unlinked = User.objects.filter(role=Role.DOCTOR, profile_id=None, is_active=True)
            self.fields["user"].queryset = unlinked.visible_to(by).order_by("full_name")  # type: ignore[attr-defined]

    def clean_department(self) -> Department:
        chosen: str = self.cleaned_data["department"]
        return next(one for one in places.departments() if str(one.pk) == chosen)

    def profile(self) -> dict[str, Any]:
        """What the services take."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return given | {"phone": str(given["phone"] or "")}


def _profile(doctor: Doctor) -> dict[str, Any]:
    names = (
        "title",
        "given_name",
        "family_name",
        "qualifications",
        "languages",
        "consultation_fee_amount",
        "licence_number",
        "licence_until",
        "phone",
        "email",
        "version",
    )
    return {name: getattr(doctor, name) for name in names} | {
        "department": str(doctor.department_id),
        "specialities": [one.pk for one in doctor.specialities],
    }


class BlockForm(forms.Form):
    """Hours of every week, or extra hours on one date."""

    weekday = forms.ChoiceField(
        label=_("Day"), choices=[*ScheduleBlock.Weekday.choices, (EXTRA, _("Extra hours on one date"))]
    )
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("No fixed room")
    )
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"step": 300}))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"step": 300}))
    visit_minutes = forms.IntegerField(
        label=_("Length of a visit"),
        min_value=5,
        max_value=240,
        step_size=5,
        initial=20,
        help_text=_("In minutes, in steps of five"),
    )
    capacity = forms.IntegerField(
        label=_("Patients at once"), min_value=1, max_value=8, initial=1, help_text=_("Side by side")
    )
    valid_from = forms.DateField(
        label=_("First day"), widget=forms.DateInput, help_text=_("For extra hours: the date")
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        required=False,
        help_text=_("Empty: until further notice. Extra hours need none."),
    )

    def __init__(self, *args: Any, by: User, doctor: Doctor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = [one.pk for one in places.departments() if one.site_id == doctor.place.site_id]
        rooms = Room.objects.visible_to(by).filter(department__in=here)
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]

    def hours(self) -> dict[str, Any]:
        """What the service takes."""
        weekday = self.cleaned_data["weekday"]
        return self.cleaned_data | {"weekday": None if weekday == EXTRA else int(weekday)}


class ConfirmForm(forms.Form):
    """Nothing to fill in: sent, it says yes."""


class EndBlockForm(forms.Form):
    on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput,
        help_text=_(
            "The hours are held on this day for the last time. A day before they begin withdraws them."
        ),
    )


class TimeOffForm(forms.Form):
    """Local dates and times of the doctor's site; without times whole days."""

    kind = forms.ChoiceField(label=_("Kind"), choices=TimeOff.Kind.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput, required=False, help_text=_("Empty: the same day")
    )
    starts = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(attrs={"step": 300}),
        help_text=_("On the first day. Empty: the whole day"),
    )
    ends = forms.TimeField(
        label=_("To"),
        required=False,
        widget=forms.TimeInput(attrs={"step": 300}),
        help_text=_("On the last day. Empty: the whole day"),
    )
    whole_site = forms.BooleanField(
        label=_("The whole site is closed, such as on a public holiday"), required=False
    )

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This is before the first day."))

    def time_off(self, doctor: Doctor) -> dict[str, Any]:
        """What the service takes; dates and times turned into moments by the zone of the site."""
        given = self.cleaned_data
        last_day: date = given["last_day"] or given["first_day"]
        starts = datetime.combine(given["first_day"], given["starts"] or time())
        ends = datetime.combine(last_day, given["ends"]) if given["ends"] else _midnight_after(last_day)
        return {
            "doctor": None if given["whole_site"] else doctor,
            "site": doctor.site if given["whole_site"] else None,
            "starts_at": clock.first_moment(starts, doctor.zone),
            "ends_at": clock.first_moment(ends, doctor.zone),
            "kind": given["kind"],
            "note": given["note"],
        }


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time())

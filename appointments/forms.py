"""Shapes of what people choose and type about visits."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import LONGEST_MINUTES, Appointment, VisitType
from doctors.models import Doctor, Speciality

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 12, 31)
DEFAULT_MINUTES = 30
BETWEEN = (MinValueValidator(EARLIEST), MaxValueValidator(LATEST))


def moment_text(moment: datetime) -> str:
    """A moment as it stands in an address: 2026-11-30T09:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


class MomentField(forms.CharField):
    """An aware moment in UTC: from a link with its offset, or typed as the clock on the clinic's wall.

    A wall time that comes twice raises the code `ambiguous`, unless `which` says which of the two it is.
    """

    zone = ZoneInfo("UTC")
    which = ""

    def clean(self, value: Any) -> datetime:
        text = super().clean(value)
        moment = _parse(text)
        if moment is None or not EARLIEST <= moment.date() <= LATEST:
            raise ValidationError(_("Write the day and the time, such as 2026-12-31 14:30."), code="invalid")
        if moment.tzinfo is None:
            moment = self._on_the_wall(moment)
        return moment.astimezone(UTC)

    def _on_the_wall(self, wall: datetime) -> datetime:
        first, second = (wall.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            return first
        if first.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall:
            raise ValidationError(
                _("This time does not exist: the clocks go forward. Choose one before or after."), code="gap"
            )
        if self.which not in {"earlier", "later"}:
            raise ValidationError(
                _("The clocks go back, so this time comes twice. Say which one."), code="ambiguous"
            )
        return first if self.which == "earlier" else second


def _parse(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def ask_because(form: forms.Form, label: str = "") -> None:
    """Why a rule is passed over: asked only after one stood in the way, read wherever it was answered."""
    form.fields["override_because"] = forms.CharField(
        label=label,
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It is kept with the visit, under your name."),
    )


class PatientSearch(forms.Form):
    """Whom somebody looks for."""

    q = forms.CharField(label=gettext_lazy("Find the patient"), max_length=200, required=False, strip=True)


class ChosenForm(forms.Form):
    """What of a booking has been chosen so far; what cannot be read counts as not chosen."""

    patient = forms.UUIDField(required=False)
    doctor = forms.UUIDField(required=False)
    visit_type = forms.UUIDField(required=False)
    starts_at = MomentField(required=True)
    minutes = forms.IntegerField(required=False, min_value=5, max_value=LONGEST_MINUTES)
    reason = forms.CharField(required=False, max_length=300)
    version = forms.IntegerField(required=False, min_value=1)
    other = forms.BooleanField(required=False)

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class TimesForm(forms.Form):
    """Whose free times, for which kind of visit, and from which day on."""

    visit_type = forms.ChoiceField(label=gettext_lazy("Kind of visit"), required=False)
    speciality = forms.ChoiceField(label=gettext_lazy("Speciality"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)
    day = forms.DateField(
        label=gettext_lazy("From"), required=False, validators=BETWEEN, widget=forms.DateInput
    )

    def __init__(
        self,
        *args: Any,
        doctors: Sequence[Doctor],
        specialities: Sequence[Speciality],
        kinds: Sequence[VisitType] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        lengths = [
            (str(one.pk), _("%(kind)s, %(minutes)d min") % {"kind": one, "minutes": one.minutes})
            for one in kinds
        ]
        self.fields["visit_type"].choices = [("", _("Any, as long as usual")), *lengths]  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["visit_type"]
        self.fields["doctor"].choices = [("", _("Any doctor")), *((str(one.pk), str(one)) for one in doctors)]  # type: ignore[attr-defined]
        choices = [("", _("Any speciality")), *((one.code, one.name) for one in specialities)]
        self.fields["speciality"].choices = choices  # type: ignore[attr-defined]
        if not specialities:
            del self.fields["speciality"]


class MoveForm(forms.Form):
    """A time for a visit, chosen from the free ones or typed."""

    doctor = forms.UUIDField(widget=forms.HiddenInput)
    starts_at = MomentField(label=gettext_lazy("Day and time"), max_length=40, widget=forms.HiddenInput)
    which = forms.ChoiceField(
        label=gettext_lazy("Which of the two"),
        required=False,
        choices=[
            ("", gettext_lazy("Choose")),
            ("earlier", gettext_lazy("The earlier one, before the clocks go back")),
            ("later", gettext_lazy("The later one, after the clocks went back")),
        ],
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the visit"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The doctor sees this. It is not put into reminders."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    other = forms.BooleanField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    read_time: datetime | None = None  # what `starts_at` says, also when a rule forbids it

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        time: Any = self.fields["starts_at"]
        time.zone, time.which = zone, str(self.data.get("which", ""))
        if self.data.get("other") or self.initial.get("other"):
            time.widget = forms.DateTimeInput()
            time.help_text = _("The clock on the wall in %(zone)s.") % {"zone": zone}
            self.fields["minutes"].widget = forms.NumberInput(
                attrs={"min": 5, "max": LONGEST_MINUTES, "step": 5}
            )
        if "override_because" in self.data:
            ask_because(self)
        self._ask_which_only_if_there_are_two()

    def _ask_which_only_if_there_are_two(self) -> None:
        if not self.data.get("which") and not (self.is_bound and self.has_error("starts_at", "ambiguous")):
            del self.fields["which"]

    def clean(self) -> None:
        self.read_time = self.cleaned_data.get("starts_at")


class BookForm(MoveForm):
    """A visit that is to be booked."""

    patient = forms.UUIDField(widget=forms.HiddenInput)
    visit_type = forms.ModelChoiceField(
        VisitType.objects.filter(is_active=True),
        label=gettext_lazy("Kind of visit"),
        required=False,
        empty_label=gettext_lazy("Not said"),
        widget=forms.HiddenInput,
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, widget=forms.HiddenInput)
    version = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("other") or self.initial.get("other"):
            kind: Any = self.fields["visit_type"]
            kind.widget = forms.Select(choices=kind.choices)
            self.fields["minutes"].help_text = _("Empty: as long as this kind of visit.")


class StepForm(forms.Form):
    """Which version of a visit was seen, and which page to come back to."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CheckInForm(StepForm):
    """Whether somebody who arrives comes before others."""

    priority = forms.TypedChoiceField(
        choices=Appointment.Priority.choices, coerce=int, required=False, empty_value=None
    )


class PriorityForm(StepForm):
    priority = forms.TypedChoiceField(choices=Appointment.Priority.choices, coerce=int)


class CallForm(forms.Form):
    """A button alone: what is called is said by the address."""


class WalkInForm(forms.Form):
    """Somebody who came without an appointment."""

    patient = forms.UUIDField(widget=forms.HiddenInput)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"))
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        choices=Appointment.Priority.choices,
        coerce=int,
        initial=Appointment.Priority.NORMAL,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the visit"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, doctors: Sequence[Doctor], **kwargs: Any) -> None:
        """`doctors` are those who still see patients today."""
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{one}, {one.place.name}") for one in doctors]
        self.fields["doctor"].choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]  # type: ignore[attr-defined]


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Such as: the patient is ill, the doctor is away, booked by mistake"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "override_because" in self.data:
            ask_because(self)


class DayForm(forms.Form):
    """Whose day, and which one."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)
    on = forms.DateField(
        label=gettext_lazy("Day"), required=False, validators=BETWEEN, widget=forms.DateInput
    )

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, Any]]], **kwargs: Any) -> None:
        """`choices` are those of each field; a field with fewer than two is left out."""
        super().__init__(*args, **kwargs)
        for name in ("site", "department", "doctor"):
            if len(choices.get(name, [])) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = choices[name]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What was asked and can be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DayPageForm(DayForm):
    """The same for the page of the day and its print, which have two arrangements."""

    by = forms.ChoiceField(
        label=gettext_lazy("Columns"),
        required=False,
        choices=[("doctor", gettext_lazy("By doctor")), ("room", gettext_lazy("By room"))],
    )


class FreeForm(forms.Form):
    """Whose free times are compared, and from which day on."""

    speciality = forms.ChoiceField(label=gettext_lazy("Speciality"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, Any]]], **kwargs: Any) -> None:
        """`choices` are those of each field after "all"; a field with fewer than two is left out."""
        super().__init__(*args, **kwargs)
        for name in ("speciality", "department", "doctor"):
            if len(choices.get(name, [])) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = [("", _("All")), *choices[name]]  # type: ignore[attr-defined]
        self.fields["from"] = forms.DateField(
            label=_("From"), required=False, validators=BETWEEN, widget=forms.DateInput
        )

    def asked(self) -> dict[str, Any]:
        """What was asked and can be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DeskForm(DayForm):
    """Whose arrivals of today."""

    on = None  # type: ignore[assignment]


class BoardForm(forms.Form):
    """A board that is to be put up: its name, and whose numbers it shows."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Such as: Ground floor"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    place = forms.ChoiceField(label=gettext_lazy("Shows the numbers of"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class WeekForm(forms.Form):
    """Whose week, and from which day on."""

    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)

    def __init__(self, *args: Any, doctors: Sequence[Doctor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["doctor"].choices = [(str(one.pk), str(one)) for one in doctors]  # type: ignore[attr-defined]
        self.fields["from"] = forms.DateField(
            label=_("From"), required=False, validators=BETWEEN, widget=forms.DateInput
        )

    def asked(self) -> tuple[UUID | None, date | None]:
        """The doctor and the first day, None for what was not asked or cannot be read."""
        self.full_clean()
        doctor = self.cleaned_data.get("doctor")
        return (UUID(doctor) if doctor else None), self.cleaned_data.get("from")

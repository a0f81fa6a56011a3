"""What is asked of the figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import places
from analytics.daily import Period
from analytics.reports.seeing import Seeing
from doctors.models import department_choices
from hospital.clock import A_DAY

USUAL_DAYS = 30
LONGEST = 731
EARLIEST = date(1990, 1, 1)
NAMES = ("from", "to", "site", "department", "doctor")


class PeriodForm(forms.Form):
    """A period with both its days; site, department and doctor where somebody may tell them apart."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)
    field_order: tuple[str, ...] = NAMES

    def __init__(
        self, given: Mapping[str, str], *, today: date, seeing: Seeing, doctors: Sequence[tuple[str, str]]
    ) -> None:
        usual = {"from": str(today - (USUAL_DAYS - 1) * A_DAY), "to": str(today)}
        super().__init__(usual | {name: given[name] for name in NAMES if given.get(name)})
        self.today, self.seeing = today, seeing
        for name, label in (("from", _("From")), ("to", _("To"))):
            validators = [MinValueValidator(EARLIEST)]
            self.fields[name] = forms.DateField(label=label, validators=validators, widget=forms.DateInput)
        sees_all = seeing.own is None
        sites = [(str(one.pk), one.name) for one in places.sites()]
        self._choose("site", sites if sees_all and len(sites) > 1 else [])
        self._choose("department", department_choices() if sees_all else [])
        self._choose("doctor", doctors if sees_all else [])
        self.order_fields(self.field_order)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Without anything to choose from nothing but all of them can be asked for."""
        self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]
        if not choices:
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if until and until > self.today:
            raise ValidationError({"to": _("The last day that can be counted is today.")})
        if since and until and since > until:
            raise ValidationError({"to": _("The period ends before it begins.")})
        if since and until and (until - since).days >= LONGEST:
            raise ValidationError({"to": _("At most two years at a time.")})
        return self.cleaned_data

    def period(self) -> Period:
        """What was asked; the form is valid."""
        given = self.cleaned_data
        ids = {f"{name}_id": UUID(given[name]) if given[name] else None for name in NAMES[2:]}
        return self.seeing.narrowed(Period(given["from"], given["to"], **ids))

    def address(self) -> dict[str, str]:
        """What stands in the address of what was asked."""
        return {name: text for name in NAMES if (text := str(self.cleaned_data.get(name) or ""))}

    def chosen(self) -> list[str]:
        """What the lists say of what was chosen; on paper the lists are not seen."""
        lists = [(dict(self.fields[name].choices), self.cleaned_data[name]) for name in NAMES[2:]]  # type: ignore[attr-defined]
        return [str(names[value]) for names, value in lists if value]


def presets(today: date) -> list[tuple[str, dict[str, str]]]:
    """Periods that are often asked for, with what stands in their address."""
    first = today.replace(day=1)
    spans = [(_("Today"), today, today)]
    spans += [
        (_("%(days)d days") % {"days": days}, today - timedelta(days=days - 1), today) for days in (7, 30, 90)
    ]
    spans += [
        (_("This month"), first, today),
        (_("Last month"), (first - A_DAY).replace(day=1), first - A_DAY),
        (_("12 months"), today - timedelta(days=364), today),
    ]
    return [(str(label), {"from": str(since), "to": str(until)}) for label, since, until in spans]


class VisitsForm(PeriodForm):
    """The same for the visits behind a figure; `what` is one of WHAT."""

    what = forms.ChoiceField(label=gettext_lazy("Which"), required=False)
    field_order = ("what", *NAMES)

    WHAT: Mapping[str, Any] = {
        "held": gettext_lazy("All that were not cancelled"),
        "booked": gettext_lazy("Booked"),
        "confirmed": gettext_lazy("Confirmed"),
        "arrived": gettext_lazy("Arrived"),
        "in_consultation": gettext_lazy("In consultation"),
        "completed": gettext_lazy("Completed"),
        "no_show": gettext_lazy("No-show"),
        "cancelled": gettext_lazy("Cancelled"),
        "waited": gettext_lazy("With a known waiting time"),
        "newcomers": gettext_lazy("Of new patients"),
        "returning": gettext_lazy("Of returning patients"),
        "used": gettext_lazy("Neither cancelled nor missed"),
        "in_rooms": gettext_lazy("In a room, neither cancelled nor missed"),
    }

    def __init__(self, given: Mapping[str, str], **more: Any) -> None:
        super().__init__(given, **more)
        self.data["what"] = given.get("what") or "held"  # type: ignore[index]
        self.fields["what"].choices = list(self.WHAT.items())  # type: ignore[attr-defined]
        self.order_fields(self.field_order)

"""What is asked of the figures of prescribing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doctors.models import department_choices
from hospital.clock import A_DAY
from prescriptions.figures import LONGEST, Asked, Seeing

USUAL_DAYS = 90
BETWEEN = (MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2199, 12, 31)))


class FiguresForm(forms.Form):
    """A period with both its days; department and doctor where somebody may tell them apart."""

    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    doctor = forms.ChoiceField(label=gettext_lazy("Doctor"), required=False)
    field_order = ("from", "to", "department", "doctor")

    def __init__(
        self, given: dict[str, str], *, today: date, seeing: Seeing, doctors: Sequence[tuple[str, str]]
    ) -> None:
        usual = {"from": (today - timedelta(days=USUAL_DAYS) + A_DAY).isoformat(), "to": today.isoformat()}
        super().__init__(usual | {name: value for name, value in given.items() if value})
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(label=label, validators=BETWEEN, widget=forms.DateInput)
        self._choose("doctor", doctors, _("All") if seeing.has_names else _("The whole hospital"))
        self._choose("department", department_choices() if seeing.has_names else [], _("All"))
        self.order_fields(self.field_order)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]], everything: str) -> None:
        """Without anything to choose from nothing but all of them can be asked for."""
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]
        if not choices:
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if since and until and since > until:
            raise ValidationError({"to": _("The period ends before it begins.")})
        if since and until and (until - since).days >= LONGEST:
            raise ValidationError({"to": _("At most two years at a time.")})
        return self.cleaned_data

    def asked(self) -> Asked:
        """What was asked; the form is valid."""
        given = self.cleaned_data
        ids = {name: UUID(given[name]) if given[name] else None for name in ("department", "doctor")}
        return Asked(given["from"], given["to"], ids["department"], ids["doctor"])

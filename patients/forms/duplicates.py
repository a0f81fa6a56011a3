"""Shapes of what people type about two records that may be of one person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.people import PatientForm


class RegisterForm(PatientForm):
    """A new patient, and whether somebody has looked at those who are alike."""

    confirmed_new = forms.BooleanField(label=_("This is somebody else"), required=False)


class DismissForm(forms.Form):
    """Why two records are of two people."""

    reason = forms.CharField(
        label=_("Why two people?"), max_length=200, help_text=_("Such as: twins, father and son, asked both")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SuspectForm(forms.Form):
    """Only which version was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class StatusForm(forms.Form):
    """Which pairs are shown."""

    status = forms.ChoiceField(choices=[("suspected", ""), ("dismissed", "")], required=False)

    @property
    def chosen(self) -> str:
        return (self.is_valid() and self.cleaned_data["status"]) or "suspected"


@dataclass(frozen=True)
class Draft:
    """What has been typed of a registration so far, as far as it is right."""

    given_name: str
    family_name: str
    birth_date: date | None
    birth_date_is_estimated: bool
    sex: str
    phone: Any

    @classmethod
    def of(cls, form: PatientForm) -> "Draft":
        """Of a form with data; fields that are wrong or empty are left out."""
        form.is_valid()
        right = form.cleaned_data
        return cls(
            right.get("given_name") or "",
            right.get("family_name") or "",
            right.get("birth_date"),
            bool(right.get("birth_date_is_estimated")),
            right.get("sex") or "",
            right.get("phone") or None,
        )

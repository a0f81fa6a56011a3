"""Shapes of what people type when a patient has died."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeathForm(forms.Form):
    """When a patient died."""

    deceased_on = forms.DateField(label=_("Date of death"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TakeBackDeathForm(forms.Form):
    """Why it was wrong."""

    reason = forms.CharField(
        label=_("Why was this wrong?"),
        max_length=200,
        help_text=_("Such as: another patient of the same name"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

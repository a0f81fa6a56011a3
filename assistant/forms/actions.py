"""Shapes of what is sent about a proposed action."""

from django import forms


class ConfirmForm(forms.Form):
    """The hash of what was shown: only that is done."""

    seen = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)

"""Shapes of what people ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assistant.models import LONGEST_QUESTION


class AskForm(forms.Form):
    question = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(
            attrs={"rows": 2, "autocomplete": "off", "enterkeyhint": "send", "data-question": ""}
        ),
        error_messages={"required": _("Write what you want to know.")},
    )


class NoForm(forms.Form):
    """What has nothing but a button."""

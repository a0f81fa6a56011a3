"""Shapes of what people type about alerts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.entries import VersionForm, choice, column
from patients.models import Alert


class AlertForm(forms.Form):
    """What everybody who opens the record must know."""

    text = column(
        Alert,
        "text",
        label=_("What must be known"),
        help_text=_("Short: it stands in the head of the record."),
    )
    category = choice(Alert, "category", nothing=_("Choose"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["category"].required = True


class EndAlertForm(VersionForm):
    """Why an alert is over."""

    reason = forms.CharField(label=_("Why is it over?"), max_length=200)

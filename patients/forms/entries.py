"""Shapes that the entries of a chart share."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


def column(model: Any, name: str, **options: Any) -> Any:
    """The form's field for a column, with the column's own rules."""
    made = model._meta.get_field(name).formfield(**options)
    made.widget.attrs.setdefault("autocomplete", "off")
    return made


def choice(model: Any, name: str, *, nothing: Any = None, leave_out: tuple[str, ...] = ()) -> Any:
    """The choices of a column; with words for `nothing`, it need not be chosen."""
    field = model._meta.get_field(name)
    found = [one for one in field.choices if one[0] not in leave_out]
    return forms.ChoiceField(
        label=capfirst(field.verbose_name),
        choices=found if nothing is None else [("", nothing), *found],
        required=nothing is None,
        initial=field.default if field.has_default() else None,
    )


def year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=date.min.year,
        max_value=date.max.year,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class VersionForm(forms.Form):
    """Only which version was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RetractForm(VersionForm):
    """Why an entry is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: wrong patient, heard wrongly, entered twice")
    )

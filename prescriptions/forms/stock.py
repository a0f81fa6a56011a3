"""Shapes of what a pharmacist types about the stock."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_NUMBER: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}


def _number(**attrs: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"} | attrs)


class ReceiveForm(forms.Form):
    """What was delivered."""

    quantity = forms.DecimalField(
        label=_("Quantity"),
        help_text=_("In the units that are handed out: tablets, millilitres, pieces"),
        widget=_number(),
        **_NUMBER,
    )
    batch = forms.CharField(
        label=_("Batch"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    because = forms.CharField(
        label=_("Note"), required=False, max_length=300, help_text=_("Such as the number of the delivery")
    )


class CountForm(forms.Form):
    """What was counted on the shelf, and the version that was there then."""

    counted = forms.DecimalField(label=_("Counted"), min_value=0, widget=_number(), **_NUMBER)
    because = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: yearly count, broken, out of date")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class LevelForm(forms.Form):
    """At how much more is ordered."""

    reorder_at = forms.DecimalField(
        label=_("Order more at"),
        required=False,
        min_value=0,
        help_text=_("At or below it the product is shown as low. Empty: never"),
        widget=_number(),
        **_NUMBER,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

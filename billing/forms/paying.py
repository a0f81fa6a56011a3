"""How somebody pays, and what goes back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.fields import Amount, reason, version
from billing.models import Method
from billing.services import Part
from hospital.money import NOTHING

WITH_REFERENCE = (Method.CARD, Method.BANK_TRANSFER, Method.MOBILE, Method.INSURANCE)


class PayForm(forms.Form):
    """An amount for each way to pay, as many of them as are used; of cash also what was handed over."""

    version = version()

    def __init__(self, *args: Any, methods: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = [Method(one) for one in methods]
        for method in self.methods:
            self.fields[f"{method}_amount"] = Amount(label=method.label, required=False)
            if method == Method.CASH:
                self.fields["tendered_amount"] = Amount(label=_("Handed over"), required=False)
            if method in WITH_REFERENCE:
                self.fields[f"{method}_reference"] = forms.CharField(
                    label=_("Reference"),
                    required=False,
                    max_length=80,
                    widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                )

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each way to pay, for the page."""
        return [
            {
                "method": method,
                "amount": self[f"{method}_amount"],
                "tendered": self["tendered_amount"] if method == Method.CASH else None,
                "reference": self[f"{method}_reference"] if method in WITH_REFERENCE else None,
            }
            for method in self.methods
        ]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not self.parts():
            self.add_error(None, _("Say how it is paid."))
        tendered, cash = given.get("tendered_amount"), given.get("cash_amount") or NOTHING
        if tendered and tendered < cash:
            self.add_error("tendered_amount", _("This is less than the amount in cash."))
        return given

    def parts(self) -> list[Part]:
        given = self.cleaned_data
        return [
            Part(
                method=method.value,
                amount=given[f"{method}_amount"],
                tendered_amount=(given.get("tendered_amount") or None) if method == Method.CASH else None,
                reference=given.get(f"{method}_reference", ""),
            )
            for method in self.methods
            if given.get(f"{method}_amount")
        ]

    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts()), NOTHING)

    def change(self) -> Decimal | None:
        """What goes back of the cash; None where nothing was handed over, or too little."""
        tendered, cash = self.cleaned_data.get("tendered_amount"), self.cleaned_data.get("cash_amount")
        return tendered - cash if tendered and cash and tendered >= cash else None


class RefundForm(forms.Form):
    amount = Amount(label=_("Amount"))
    reason = reason()


class DeclineForm(forms.Form):
    version = version()
    reason = reason()


class DecideForm(forms.Form):
    version = version()

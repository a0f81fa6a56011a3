"""What corrects an invoice, and what a payer has agreed to pay."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import places
from billing.forms.fields import Amount, Number, reason, version
from billing.models import InvoiceLine, Payer


class ReasonForm(forms.Form):
    """Why, and the version that was looked at."""

    version = version()
    reason = reason()


class PassOnForm(forms.Form):
    version = version()
    amount = Amount(label=_("Amount"))
    reason = reason()


class CreditForm(forms.Form):
    """An amount for each line that something is taken back of, or all that is left."""

    version = version()
    everything = forms.BooleanField(label=_("All that is left"), required=False)
    reason = reason(help_text=_("It is printed on the credit note"))

    def __init__(self, *args: Any, lines: Iterable[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[_name(line)] = Amount(label=line.description, required=False)

    def rows(self) -> list[tuple[InvoiceLine, Any, Decimal]]:
        """Each line with its field and what is left of it."""
        return [(one, self[_name(one)], one.total_amount - one.credited_amount) for one in self.lines]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not self.errors and not given.get("everything") and not self.parts():
            self.add_error(None, _("Say of which line how much is taken back."))
        return given

    def parts(self) -> dict[UUID, Decimal] | None:
        """None for all that is left."""
        given = self.cleaned_data
        if given.get("everything"):
            return None
        return {one.pk: given[_name(one)] for one in self.lines if given.get(_name(one))}


def _name(line: InvoiceLine) -> str:
    return f"line_{line.pk.hex}"


class PolicyForm(forms.Form):
    """What a payer has agreed to pay for a patient."""

    payer = forms.ChoiceField(label=_("Payer"))
    number = forms.CharField(label=_("Number of the policy"), max_length=60)
    coverage_percent = Number(label=_("Pays, in per cent"), max_value=100)
    co_payment_amount = Amount(
        label=_("Co-payment"), required=False, help_text=_("What the patient pays of each invoice first")
    )
    limit_amount = Amount(label=_("Limit"), required=False, help_text=_("Over all invoices. Empty: none"))
    valid_from = forms.DateField(label=_("Valid from"))
    valid_until = forms.DateField(label=_("Valid until"), required=False, help_text=_("The last day"))

    def __init__(self, *args: Any, payers: Iterable[Payer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payers = {str(one.pk): one for one in payers}
        self.fields["payer"].choices = [(pk, one.name) for pk, one in self.payers.items()]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["payer"] = self.payers[given["payer"]]
        given["co_payment_amount"] = given["co_payment_amount"] or Decimal(0)
        return given


class PriceForm(forms.Form):
    """What a service costs from a day on."""

    unit_amount = Amount(label=_("Price"))
    valid_from = forms.DateField(label=_("Valid from"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    payer = forms.ChoiceField(label=_("Payer"), required=False)

    def __init__(self, *args: Any, payers: Iterable[Payer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payers = {str(one.pk): one for one in payers}
        departments = [(str(one.pk), one.name) for one in places.departments()]
        self.fields["department"].choices = [("", _("Everywhere")), *departments]  # type: ignore[attr-defined]
        payers_of = [(pk, one.name) for pk, one in self.payers.items()]
        self.fields["payer"].choices = [("", _("Whoever pays")), *payers_of]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        departments = {str(one.pk): one for one in places.departments()}
        given["department"] = departments.get(given["department"])
        given["payer"] = self.payers.get(given["payer"])
        return given

"""The draft of an invoice as it is typed: what holds for the whole, and its lines."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Department
from billing.forms.fields import Amount, Number
from billing.models import MOST_LINES, Charge, Invoice, InvoiceLine, Policy, Service, TaxClass
from billing.reckoning import gross_of
from billing.services import Discount, Item
from hospital.money import NOTHING
from patients.models import Patient

MOST_SERVICES = 600  # that are offered while one types; more are found by their code
PREFIX = "line"


class DraftForm(forms.Form):
    """What holds for the whole invoice."""

    department = forms.ChoiceField(label=_("Department"), required=False)
    policy = forms.ChoiceField(label=_("Policy"), required=False)
    discount_percent = Number(label=_("Discount in per cent"), required=False, max_value=100)
    discount_amount = Amount(label=_("Or as an amount"), required=False)
    discount_because = forms.CharField(label=_("Discount because"), required=False, max_length=200)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is printed on the invoice"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, policies: Iterable[Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies = {str(one.pk): one for one in policies}
        departments = [(str(one.pk), one.name) for one in places.departments()]
        self.fields["department"].choices = [("", _("None")), *departments]  # type: ignore[attr-defined]
        covers = [(pk, f"{one.payer.name}, {one.number}") for pk, one in self.policies.items()]
        self.fields["policy"].choices = [("", _("The patient pays all")), *covers]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """What the service takes, but for the lines."""
        given = self.cleaned_data
        departments: dict[str, Department] = {str(one.pk): one for one in places.departments()}
        return {
            "department": departments.get(given["department"]),
            "policy": self.policies.get(given["policy"]),
            "note": given["note"],
            "discount": discount_in(given),
        }


def discount_in(given: Mapping[str, Any]) -> Discount:
    percent, amount = given.get("discount_percent") or NOTHING, given.get("discount_amount") or NOTHING
    return Discount(percent, amount, given.get("discount_because", ""))


class LineForm(forms.Form):
    """A line: a code of the price list or words. What is left empty comes from the price list."""

    charge = forms.UUIDField(widget=forms.HiddenInput, required=False)
    item = forms.CharField(
        label=_("What for"),
        required=False,
        max_length=270,
        widget=forms.TextInput(attrs={"list": "services", "autocomplete": "off"}),
    )
    quantity = Number(label=_("Quantity"), required=False, initial=1, max_digits=10)
    unit_amount = Amount(label=_("Price"), required=False)
    tax_class = forms.ChoiceField(
        label=_("Tax"), required=False, choices=[("", _("As usual")), *TaxClass.choices]
    )
    discount_percent = Number(label=_("Discount in per cent"), required=False, max_value=100)
    discount_amount = Amount(label=_("Or as an amount"), required=False)
    discount_because = forms.CharField(label=_("Discount because"), required=False, max_length=200)
    removed = forms.BooleanField(label=_("Leave out"), required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.is_left_out:
            self.errors.clear()
        elif not given.get("item") and not given.get("charge") and "item" not in self.errors:
            self.add_error("item", _("Say what this is for."))
        elif given.get("quantity") == 0:
            self.add_error("quantity", _("A number above zero."))
        has_discount = given.get("discount_percent") or given.get("discount_amount")
        if not self.is_left_out and has_discount and not given.get("discount_because"):
            self.add_error("discount_because", _("Say why there is a discount."))
        return given

    @property
    def is_left_out(self) -> bool:
        """Whether nothing was written here, or it was taken away."""
        given = getattr(self, "cleaned_data", {})
        written = ("charge", "item", "unit_amount", "discount_percent", "discount_amount")
        return bool(given.get("removed")) or (
            not any(given.get(name) for name in written) and not self.errors
        )

    @property
    def has_discount(self) -> bool:
        return any(self[name].value() or self[name].errors for name in DISCOUNT)

    def as_item(self, services: Mapping[str, Service], charges: Mapping[UUID, Charge]) -> Item:
        given = self.cleaned_data
        service, words = named(given["item"], services)
        return Item(
            description=words,
            service=None if given["charge"] else service,
            charge=charges[given["charge"]] if given["charge"] else None,
            quantity=given["quantity"],
            unit_amount=given["unit_amount"],
            tax_class=given["tax_class"],
            discount=discount_in(given),
        )


DISCOUNT = ("discount_percent", "discount_amount", "discount_because")
_Lines = forms.formset_factory(
    LineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES + 1, validate_max=True
)


class Lines(_Lines):  # type: ignore[misc, valid-type]
    """All lines, in their order."""

    def written(self) -> list[LineForm]:
        return [one for one in self.forms if not one.is_left_out]


def named(text: str, services: Mapping[str, Service]) -> tuple[Service | None, str]:
    """The service whose code begins the text, and the words behind it: `XR1`, `XR1 X-ray of the left hand`."""
    code, _space, words = text.strip().partition(" ")
    service = services.get(code if words else code.upper())
    if service is None:
        return None, text.strip()
    return service, words.strip() or service.name


def codes_in(texts: Iterable[str]) -> set[str]:
    """What may be codes in what was typed."""
    return {part for text in texts for part in [text.strip().partition(" ")[0].upper()] if part}


# ── What is shown first ─────────────────────────────────────────────────────


def of_charges(charges: Iterable[Charge]) -> list[dict[str, Any]]:
    return [{"charge": one.pk, "item": one.description, "quantity": shown(one.quantity)} for one in charges]


def of_lines(lines: Iterable[InvoiceLine]) -> list[dict[str, Any]]:
    """The lines of a draft as they would be typed. A price that is that of the list is left to the list."""
    return [
        {
            "charge": line.charge_id,
            "item": f"{line.service.code} {line.description}"
            if line.service and not line.charge_id
            else line.description,
            "quantity": shown(line.quantity),
            "unit_amount": None if is_listed(line) else line.unit_amount,
            "tax_class": "" if is_usual_tax(line) else line.tax_class,
            "discount_percent": shown(line.discount_percent) if line.discount_percent else None,
            "discount_amount": line.discount_amount
            if line.discount_amount and not line.discount_percent
            else None,
            "discount_because": line.discount_because,
        }
        for line in lines
    ]


def usual_price(line: InvoiceLine) -> str:
    """What stands in an empty field: the price of the list, where it is that of the line."""
    return str(line.unit_amount) if is_listed(line) else ""


def is_listed(line: InvoiceLine) -> bool:
    if line.charge is not None:
        return line.charge.unit_amount == line.unit_amount
    return line.service is not None and line.listed_amount == gross_of(line.quantity, line.unit_amount)


def is_usual_tax(line: InvoiceLine) -> bool:
    source = line.charge or line.service
    return source is not None and source.tax_class == line.tax_class


def shown(value: Any) -> str:
    return f"{value.normalize():f}"


def of_invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "department": str(invoice.department_id or ""),
        "policy": str(invoice.policy_id or ""),
        "discount_percent": shown(invoice.discount_percent) if invoice.discount_percent else None,
        "discount_amount": invoice.discount_amount
        if invoice.discount_amount and not invoice.discount_percent
        else None,
        "discount_because": invoice.discount_because,
        "note": invoice.note,
        "version": invoice.version,
    }


def policies_of(patient: Patient, on: date, invoice: Invoice | None = None) -> list[Policy]:
    """Those that cover the day, and the one that is on the draft."""
    covering = list(Policy.objects.of(patient.pk, on))
    if invoice is not None and invoice.policy and invoice.policy not in covering:
        covering.append(invoice.policy)
    return covering

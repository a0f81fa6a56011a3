"""Shapes of what is asked to be billed, paid and given back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import Department, Site
from appointments.serializers import VisibleRow
from billing.models import MOST_LINES, Method, Payer, Policy, Service, TaxClass
from billing.serializers.amounts import AmountField, percent_field, quantity_field, text_field
from billing.services import NO_DISCOUNT, Discount
from billing.services.paying import MOST_PARTS, Part
from hospital.money import HUNDRED, NOTHING
from patients.models import Patient
from prescriptions.serializers.strict import StrictSerializer, YesOrNoField
from prescriptions.serializers.writing import VersionedSerializer


def _maybe(model: Any, **options: Any) -> VisibleRow:
    return VisibleRow(queryset=model.objects.all(), required=False, allow_null=True, default=None, **options)


class DiscountSerializer(StrictSerializer):
    """So many per cent or an amount, and why. The limit of the role holds for all of an invoice together."""

    percent = percent_field(required=False, default=NOTHING)
    amount = AmountField(zero=True, required=False, default=NOTHING)
    because = serializers.CharField(max_length=200)

    def validate(self, attrs: dict[str, Any]) -> Any:
        if attrs["percent"] > HUNDRED:
            raise serializers.ValidationError({"percent": _("At most 100.")})
        if attrs["percent"] and attrs["amount"]:
            raise serializers.ValidationError({"amount": _("Either per cent or an amount.")})
        return attrs


def discount_given(typed: Mapping[str, Any] | None) -> Discount:
    return Discount(**typed) if typed else NO_DISCOUNT


class BillLineSerializer(StrictSerializer):
    """A line: in words, of the price list by its `code`, or of a charge. What is left out comes from these."""

    description = text_field(240)
    code = text_field(30, help_text="Of the price list")
    charge = serializers.UUIDField(required=False, allow_null=True, default=None)
    quantity = quantity_field(required=False, allow_null=True, default=None, help_text="1 if left out")
    unit_amount = AmountField(
        zero=True,
        required=False,
        allow_null=True,
        default=None,
        help_text="The price of today if left out. Less than the price list says is a discount.",
    )
    tax_class = serializers.ChoiceField(
        choices=TaxClass.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="That of the service",
    )
    discount = DiscountSerializer(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> Any:
        if attrs["charge"] and attrs["code"]:
            raise serializers.ValidationError({"code": _("Either a code or a charge.")})
        if not (attrs["charge"] or attrs["code"] or attrs["description"].strip()):
            raise serializers.ValidationError({"description": _("Say what this is for.")})
        return attrs


def services_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Service]:
    """The services that these lines name, by code, read together; or 400 at each line that names none."""
    wanted = {line["code"].strip().upper() for line in lines if line["code"]}
    found = {one.code: one for one in Service.objects.offered().filter(code__in=wanted)} if wanted else {}
    unknown: dict[Any, Any] = {
        number: {"code": [ErrorDetail(_("This is not on the price list."), code="does_not_exist")]}
        for number, line in enumerate(lines)
        if line["code"] and line["code"].strip().upper() not in found
    }
    if unknown:
        raise serializers.ValidationError({"lines": unknown})
    return found


class _WholeSerializer(StrictSerializer):
    """What holds for all of an invoice."""

    department = _maybe(Department)
    policy = _maybe(Policy, help_text="Of the patient: see /api/v1/billing/policies")
    note = text_field(600)
    discount = DiscountSerializer(required=False, allow_null=True, default=None)


def _lines() -> Any:
    return serializers.ListField(child=BillLineSerializer(), min_length=1, max_length=MOST_LINES)


class DraftInvoiceSerializer(_WholeSerializer):
    """For whom, and what."""

    patient = VisibleRow(queryset=Patient.objects.all())
    site = _maybe(Site, help_text="The first one if left out")
    lines = _lines()


class EditInvoiceSerializer(VersionedSerializer, _WholeSerializer):
    """The whole draft: what is left out is empty."""

    lines = _lines()


class InvoiceChargesSerializer(_WholeSerializer):
    """What is to be put on an invoice: these charges, or all of the patient that wait."""

    patient = VisibleRow(queryset=Patient.objects.all())
    site = _maybe(Site, help_text="The first one if left out")
    charges = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None, max_length=MOST_LINES
    )


class MoneyReasonSerializer(VersionedSerializer):
    """Why."""

    reason = serializers.CharField(max_length=300)


class OnlyVersionSerializer(VersionedSerializer):
    """Nothing but the version that was seen, and that may be left out."""


# ── Money that comes in ─────────────────────────────────────────────────────


class PaymentPartSerializer(StrictSerializer):
    """What is paid in one way. `tendered` is what was handed over in cash, of which the change goes back."""

    amount = AmountField()
    method = serializers.ChoiceField(choices=Method.choices)
    reference = text_field(80, help_text="Such as the number on the slip of the card")
    tendered = AmountField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> Any:
        tendered = attrs["tendered"]
        if tendered is not None and (attrs["method"] != Method.CASH or tendered < attrs["amount"]):
            raise serializers.ValidationError(
                {"tendered": _("This is for cash, and not less than the amount.")}
            )
        return attrs


def _part(typed: Mapping[str, Any]) -> Part:
    return Part(typed["method"], typed["amount"], typed["tendered"], typed["reference"])


class PaySerializer(VersionedSerializer):
    """One way to pay: `amount` and `method`; or several, as `parts`."""

    amount = AmountField(required=False)
    method = serializers.ChoiceField(choices=Method.choices, required=False)
    reference = text_field(80)
    tendered = AmountField(required=False, allow_null=True, default=None)
    parts = serializers.ListField(
        child=PaymentPartSerializer(), required=False, min_length=1, max_length=MOST_PARTS, default=None
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = super().validate(attrs)
        parts = given.pop("parts", None)
        alone: dict[str, Any] = {
            name: given.pop(name) for name in ("amount", "method", "reference", "tendered") if name in given
        }
        if parts is not None:
            if alone.get("amount") is not None or alone.get("method"):
                raise serializers.ValidationError({"parts": _("Either parts, or an amount and a method.")})
            return given | {"parts": [_part(one) for one in parts]}
        required = ErrorDetail(_("This field is required."), code="required")
        missing = {name: [required] for name in ("amount", "method") if name not in alone}
        if missing:
            raise serializers.ValidationError(missing)
        return given | {"parts": [_part(PaymentPartSerializer().validate(alone))]}


class PutOnAccountSerializer(PaySerializer):
    """Who pays, and how."""

    patient = VisibleRow(queryset=Patient.objects.all())


# ── Money that goes back ────────────────────────────────────────────────────


class RefundAskedSerializer(StrictSerializer):
    """Of which payment, how much, and why."""

    payment = serializers.UUIDField()
    amount = AmountField()
    reason = serializers.CharField(max_length=300)


class CreditPartSerializer(StrictSerializer):
    """How much of a line, with its tax."""

    line = serializers.UUIDField()
    amount = AmountField()


class CreditSerializer(VersionedSerializer):
    """Why, and what: `lines`, or all that is left of the invoice where they are left out."""

    reason = serializers.CharField(max_length=300)
    lines = serializers.ListField(
        child=CreditPartSerializer(), required=False, allow_null=True, default=None, max_length=MOST_LINES
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = super().validate(attrs)
        lines = given.pop("lines")
        if lines is None:
            return given | {"parts": None}
        parts = {one["line"]: one["amount"] for one in lines}
        if not lines or len(parts) < len(lines):
            raise serializers.ValidationError({"lines": _("Each line once.")})
        return given | {"parts": parts}


class PassOnSerializer(MoneyReasonSerializer):
    """What the payer does not pay, and why."""

    amount = AmountField()


# ── Charges and prices ──────────────────────────────────────────────────────


class AddChargeSerializer(StrictSerializer):
    """A service of the price list that was done for a patient."""

    patient = VisibleRow(queryset=Patient.objects.all())
    code = serializers.CharField(max_length=30)
    quantity = quantity_field(required=False)
    unit_amount = AmountField(
        zero=True, required=False, help_text="The price of today if left out. Less than that is a discount."
    )
    department = _maybe(Department)
    because = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="For the desk; it is not printed."
    )

    def validate(self, attrs: dict[str, Any]) -> Any:
        code = attrs.pop("code").strip().upper()
        service = Service.objects.offered().filter(code=code).first()
        if service is None:
            said = ErrorDetail(_("This is not on the price list."), code="does_not_exist")
            raise serializers.ValidationError({"code": [said]})
        return attrs | {"service": service}


class AddServiceSerializer(StrictSerializer):
    """Something new on the price list; with `unit_amount`, what it costs everywhere from today on."""

    code = serializers.CharField(max_length=30)
    name = serializers.CharField(max_length=200)
    tax_class = serializers.ChoiceField(choices=TaxClass.choices, required=False, default=TaxClass.EXEMPT)
    unit_amount = AmountField(zero=True, required=False, allow_null=True, default=None)


class EditServiceSerializer(VersionedSerializer):
    """What can be changed of a service. Its code stays: others refer to it."""

    name = serializers.CharField(max_length=200)
    tax_class = serializers.ChoiceField(choices=TaxClass.choices)
    is_active = YesOrNoField()


class SetPriceSerializer(StrictSerializer):
    """What a service costs from a day on: everywhere, in a department, or as agreed with a payer."""

    unit_amount = AmountField(zero=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The last day"
    )
    department = _maybe(Department)
    payer = _maybe(Payer)

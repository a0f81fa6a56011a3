"""Shapes of invoices, payments, refunds, charges and prices in JSON. Amounts are text, in the hospital's currency."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import places
from billing.models import (
    Charge,
    CreditNote,
    Deposit,
    Invoice,
    InvoiceLine,
    Payer,
    Payment,
    Policy,
    Price,
    Receipt,
    Refund,
    Service,
)
from billing.serializers.amounts import AmountText, NumberText
from hospital import clock
from hospital.money import from_minor
from hospital.rows import all_as_json


def _id(name: str, **options: Any) -> Any:
    return serializers.UUIDField(source=f"{name}_id", read_only=True, **options)


def _id_or_null(name: str) -> Any:
    return _id(name, allow_null=True)


# ── Payments, refunds, credit notes ─────────────────────────────────────────


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """Money that came in one way. `refundable_amount` is what no refund has claimed yet."""

    receipt = _id("receipt")
    amount = AmountText()
    tendered_amount = AmountText(allow_null=True)
    change_amount = AmountText()
    refunded_amount = AmountText()
    refundable_amount = AmountText()

    class Meta:
        model = Payment
        fields = (
            *("id", "receipt", "method", "amount", "tendered_amount", "change_amount", "reference"),
            *("refunded_amount", "refundable_amount", "created_at"),
        )
        read_only_fields = fields


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    """What was paid at once: for an invoice, or on account where `invoice` is null."""

    patient = _id("patient")
    invoice = _id_or_null("invoice")
    site = _id("site")
    amount = AmountText()
    received_by = _id("received_by")
    payments = serializers.SerializerMethodField()

    class Meta:
        model = Receipt
        fields = (
            *("id", "number", "patient", "invoice", "site", "amount", "currency"),
            *("received_at", "received_on", "received_by", "payments", "version"),
        )
        read_only_fields = fields

    @extend_schema_field(PaymentSerializer(many=True))
    def get_payments(self, receipt: Receipt) -> Any:
        rows = Payment.objects.filter(receipt_id=receipt.pk).order_by("id")
        return all_as_json(PaymentSerializer, rows)


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """Money that goes back the way it came; `requested` waits until somebody else approves it."""

    payment = _id("payment")
    patient = _id("patient")
    invoice = _id_or_null("invoice")
    amount = AmountText()
    requested_by = _id("requested_by")
    decided_by = _id_or_null("decided_by")
    paid_by = _id_or_null("paid_by")

    class Meta:
        model = Refund
        fields = (
            *("id", "payment", "patient", "invoice", "amount", "reason", "status", "needs_approval"),
            *("requested_by", "decided_by", "decided_at", "declined_because", "paid_at", "paid_by"),
            *("created_at", "version"),
        )
        read_only_fields = fields


class CreditedLineSerializer(serializers.Serializer[Any]):
    """How much of a line is taken back."""

    line = serializers.UUIDField()
    position = serializers.IntegerField()
    description = serializers.CharField()
    net_amount = AmountText()
    tax_amount = AmountText()
    total_amount = AmountText()


class CreditNoteSerializer(serializers.ModelSerializer[CreditNote]):
    """What of an invoice is not owed after all."""

    patient = _id("patient")
    invoice = _id("invoice")
    lines = serializers.SerializerMethodField()
    net_amount = AmountText()
    tax_amount = AmountText()
    total_amount = AmountText()
    patient_amount = AmountText()
    insurer_amount = AmountText()
    issued_by = _id("issued_by")

    class Meta:
        model = CreditNote
        fields = (
            *("id", "number", "invoice", "patient", "reason", "lines", "net_amount", "tax_amount"),
            *("total_amount", "patient_amount", "insurer_amount", "issued_at", "issued_on", "issued_by"),
            *("content_hash", "version"),
        )
        read_only_fields = fields

    @extend_schema_field(CreditedLineSerializer(many=True))
    def get_lines(self, credit: CreditNote) -> Any:
        said = ("line", "position", "description")
        rows = [
            {name: part[name] for name in said}
            | {f"{name}_amount": from_minor(part[name]) for name in ("net", "tax", "total")}
            for part in credit.lines
        ]
        return all_as_json(CreditedLineSerializer, rows)


# ── Invoices ────────────────────────────────────────────────────────────────

SUMS = (
    *("gross_amount", "discounts_amount", "net_amount", "tax_amount", "total_amount"),
    *("patient_amount", "insurer_amount", "paid_amount", "credited_amount"),
    *("patient_due_amount", "insurer_due_amount", "due_amount"),
)


class InvoiceSerializer(serializers.ModelSerializer[Invoice]):
    """An invoice with its sums. A `due_amount` below zero is owed to whoever paid."""

    RECKONED = frozenset({"patient_name", "due_amount", "is_overdue"})  # from other columns

    patient = _id("patient")
    patient_name = serializers.CharField(source="patient.full_name", read_only=True)
    site = _id("site")
    department = _id_or_null("department")
    policy = _id_or_null("policy")
    gross_amount = AmountText(help_text="Before discounts")
    discounts_amount = AmountText()
    net_amount = AmountText()
    tax_amount = AmountText()
    total_amount = AmountText()
    patient_amount = AmountText(help_text="What the patient was to pay when it was issued")
    insurer_amount = AmountText(help_text="What the payer was to pay")
    paid_amount = AmountText()
    credited_amount = AmountText()
    patient_due_amount = AmountText()
    insurer_due_amount = AmountText()
    due_amount = AmountText()
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields = (
            *("id", "number", "status", "patient", "patient_name", "site", "department", "policy"),
            *("currency", "includes_tax"),
            *SUMS,
            *("issued_on", "due_on", "is_overdue", "created_at", "updated_at", "version"),
        )
        read_only_fields = fields

    def get_is_overdue(self, invoice: Invoice) -> bool:
        return invoice.is_overdue(clock.today(places.site(invoice.site_id).time_zone))


class DiscountTextSerializer(serializers.Serializer[Any]):
    """What was taken off: so many per cent where there are any, and what that came to."""

    percent = NumberText(source="discount_percent")
    amount = AmountText(source="discount_amount")
    because = serializers.CharField(source="discount_because", read_only=True)


class InvoiceLineSerializer(serializers.ModelSerializer[InvoiceLine]):
    """A line. `share_amount` is its part of the discount of the whole."""

    code = serializers.SerializerMethodField()
    charge = _id_or_null("charge")
    quantity = NumberText()
    unit_amount = AmountText()
    tax_percent = NumberText()
    discount = DiscountTextSerializer(source="*", read_only=True)
    gross_amount = AmountText()
    share_amount = AmountText()
    net_amount = AmountText()
    tax_amount = AmountText()
    total_amount = AmountText()
    credited_amount = AmountText()

    class Meta:
        model = InvoiceLine
        fields = (
            *("id", "position", "code", "charge", "description", "quantity", "unit_amount"),
            *("tax_class", "tax_percent", "discount", "gross_amount", "share_amount"),
            *("net_amount", "tax_amount", "total_amount", "credited_amount"),
        )
        read_only_fields = fields

    def get_code(self, line: InvoiceLine) -> str:
        return line.service.code if line.service else ""


def _read_once(invoice: Invoice, name: str, rows: Any) -> list[Any]:
    """Rows of it that two places of an answer need."""
    prefetch_related_objects([invoice], Prefetch(name, queryset=rows))
    return list(getattr(invoice, name).all())


def _lines_of(invoice: Invoice) -> list[InvoiceLine]:
    return _read_once(invoice, "lines", InvoiceLine.objects.in_order().select_related("service"))


def _payments_of(invoice: Invoice) -> list[Payment]:
    rows = Payment.objects.order_by("created_at", "id")
    return _read_once(invoice, "payments", rows) if invoice.is_issued else []


class WholeInvoiceSerializer(InvoiceSerializer):
    """The same with its lines and all that became of it. `verified`: it still is what was issued."""

    lines = serializers.SerializerMethodField()
    payments = serializers.SerializerMethodField()
    refunds = serializers.SerializerMethodField()
    credit_notes = serializers.SerializerMethodField()
    discount = DiscountTextSerializer(source="*", read_only=True)
    issued_by = _id_or_null("issued_by")
    drafted_by = _id("drafted_by")
    voided_by = _id_or_null("voided_by")
    verified = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields = (
            *InvoiceSerializer.Meta.fields,
            *("note", "discount", "lines", "payments", "refunds", "credit_notes"),
            *("drafted_by", "issued_at", "issued_by", "content_hash", "verified"),
            *("voided_at", "voided_by", "voided_because"),
        )
        read_only_fields = fields

    @extend_schema_field(InvoiceLineSerializer(many=True))
    def get_lines(self, invoice: Invoice) -> Any:
        return all_as_json(InvoiceLineSerializer, _lines_of(invoice))

    def get_verified(self, invoice: Invoice) -> bool:
        return invoice.is_intact(_lines_of(invoice))

    @extend_schema_field(PaymentSerializer(many=True))
    def get_payments(self, invoice: Invoice) -> Any:
        return all_as_json(PaymentSerializer, _payments_of(invoice))

    @extend_schema_field(RefundSerializer(many=True))
    def get_refunds(self, invoice: Invoice) -> Any:
        """Asked for where something was paid."""
        rows = Refund.objects.filter(invoice_id=invoice.pk).order_by("created_at", "id")
        return all_as_json(RefundSerializer, rows) if _payments_of(invoice) else []

    @extend_schema_field(CreditNoteSerializer(many=True))
    def get_credit_notes(self, invoice: Invoice) -> Any:
        """Asked for where something was credited: there is no credit note of nothing."""
        rows = CreditNote.objects.filter(invoice_id=invoice.pk).order_by("created_at", "id")
        return all_as_json(CreditNoteSerializer, rows) if invoice.credited_amount else []


# ── Charges, deposits, prices, payers ───────────────────────────────────────


class ChargeSerializer(serializers.ModelSerializer[Charge]):
    """What was done for a patient; `unbilled` waits for an invoice. `source` says what it comes from."""

    patient = _id("patient")
    doctor = _id_or_null("doctor")
    department = _id_or_null("department")
    invoice = _id_or_null("invoice")
    quantity = NumberText()
    unit_amount = AmountText()

    class Meta:
        model = Charge
        fields = (
            *("id", "patient", "source", "description", "quantity", "unit_amount", "tax_class"),
            *("done_on", "doctor", "department", "status", "invoice", "charged_because", "waived_because"),
            *("undone_at", "version"),
        )
        read_only_fields = fields


class DepositSerializer(serializers.ModelSerializer[Deposit]):
    """What a patient has on account."""

    patient = _id("patient")
    amount = AmountText()

    class Meta:
        model = Deposit
        fields = ("id", "patient", "amount", "updated_at", "version")
        read_only_fields = fields


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """Something that can be charged. `unit_amount` is its price today; null where it has none."""

    unit_amount = AmountText(allow_null=True)

    class Meta:
        model = Service
        fields = ("id", "code", "name", "tax_class", "unit_amount", "is_active", "version")
        read_only_fields = fields


class PriceSerializer(serializers.ModelSerializer[Price]):
    """What a service costs from a day on: everywhere, in a department, or as agreed with a payer."""

    service = _id("service")
    department = _id_or_null("department")
    payer = _id_or_null("payer")
    unit_amount = AmountText()

    class Meta:
        model = Price
        fields = (
            *("id", "service", "department", "payer", "unit_amount"),
            *("valid_from", "valid_until", "version"),
        )
        read_only_fields = fields


class PayerSerializer(serializers.ModelSerializer[Payer]):
    """An insurer, an employer or an office that pays for patients."""

    class Meta:
        model = Payer
        fields = ("id", "code", "name", "address", "is_active", "version")
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """What a payer has agreed to pay for a patient. `left_amount` is null where there is no limit."""

    patient = _id("patient")
    payer = _id("payer")
    payer_name = serializers.CharField(source="payer.name", read_only=True)
    coverage_percent = NumberText()
    co_payment_amount = AmountText()
    limit_amount = AmountText(allow_null=True)
    used_amount = AmountText()
    left_amount = AmountText(allow_null=True)

    class Meta:
        model = Policy
        fields = (
            *("id", "patient", "payer", "payer_name", "number", "coverage_percent"),
            *("co_payment_amount", "limit_amount", "used_amount", "left_amount"),
            *("valid_from", "valid_until", "version"),
        )
        read_only_fields = fields

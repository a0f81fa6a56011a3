"""Billing in the administrators' window: what concerns money is looked at, what it costs is kept through services."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from billing import services
from billing.models import (
    Charge,
    CreditNote,
    DiscountLimit,
    Invoice,
    LedgerEntry,
    Payer,
    Payment,
    Policy,
    Price,
    Receipt,
    Refund,
    Service,
    TaxRate,
)
from hospital.admin import ReadOnlyAdmin, RecordAdmin

KEEP = "billing.keep_price_list"
KEEP_PAYERS = "billing.keep_payers"


class MoneyAdmin(ReadOnlyAdmin):
    """Of patients, to be looked at: it is moved at the desk, with what has to go with it."""

    about_patients = True
    list_select_related: ClassVar[Any] = ("patient",)
    ordering: ClassVar[Any] = ("-created_at", "-id")
    show_facets = admin.ShowFacets.NEVER


@admin.register(Invoice)
class InvoiceAdmin(MoneyAdmin):
    list_display = ("number", "issued_on", "patient", "status", "total_amount", "paid_amount", "due_on")
    list_filter = ("status",)


@admin.register(CreditNote)
class CreditNoteAdmin(MoneyAdmin):
    list_display = ("number", "issued_on", "patient", "total_amount", "reason")


@admin.register(Receipt)
class ReceiptAdmin(MoneyAdmin):
    list_display = ("number", "received_on", "patient", "amount", "received_by")
    list_select_related = ("patient", "received_by")


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin):
    list_display = ("created_at", "patient", "method", "amount", "refunded_amount", "reference")
    list_filter = ("method",)


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    list_display = ("created_at", "patient", "status", "amount", "requested_by", "decided_by")
    list_filter = ("status",)
    list_select_related = ("patient", "requested_by", "decided_by")


@admin.register(Charge)
class ChargeAdmin(MoneyAdmin):
    list_display = (
        "done_on",
        "description",
        "quantity",
        "unit_amount",
        "status",
        "patient",
        "waived_because",
    )
    list_filter = ("status",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(MoneyAdmin):
    list_display = ("chain", "sequence", "at", "because", "debit", "credit", "amount", "source")
    list_filter = ("because",)
    list_select_related = False
    readonly_fields = ("id",)
    ordering = ("-at", "-sequence")


# ── What it costs, and who pays ─────────────────────────────────────────────


class ListAdmin(RecordAdmin):
    """What is fixed once stays: a field in `fixed` is shown and not changed afterwards."""

    add_permission = KEEP
    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))


@admin.register(Service)
class ServiceAdmin(ListAdmin):
    """The price list. A service that is no longer offered stays: bills refer to it."""

    change_permission = KEEP
    list_display = ("code", "name", "tax_class", "product_key", "is_active")
    list_filter = ("is_active", "tax_class")
    search_fields = ("code_key", "name_key")
    ordering = ("code_key",)
    fields = ("code", "name", "tax_class", "product_key", "is_active")
    fixed = ("code",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if obj is not None or name != "is_active"]

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_service(**changes, by=by)
        return services.edit_service(record, **changes, by=by)


@admin.register(Price)
class PriceAdmin(ListAdmin):
    """A price begins and ends; another price is another row."""

    change_permission = KEEP
    list_display = ("service", "unit_amount", "department", "payer", "valid_from", "valid_until")
    list_filter = ("department", "payer")
    list_select_related = ("service", "department", "payer")
    ordering = ("service", "-valid_from")
    autocomplete_fields = ("service",)
    fields = ("service", "department", "payer", "unit_amount", "valid_from", "valid_until")
    fixed = ("service", "department", "payer", "unit_amount", "valid_from")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.set_price(changes.pop("service"), **changes, by=by)
        return services.end_price(record, **changes, by=by) if "valid_until" in changes else record


@admin.register(TaxRate)
class TaxRateAdmin(ListAdmin):
    """A rate holds until another begins."""

    list_display = ("tax_class", "percent", "valid_from")
    ordering = ("tax_class", "-valid_from")
    fields = ("tax_class", "percent", "valid_from")

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        return services.set_tax_rate(**changes, by=by)


@admin.register(DiscountLimit)
class DiscountLimitAdmin(ListAdmin):
    """How much each role may give away."""

    change_permission = KEEP
    list_display = ("role", "percent")
    fields = ("role", "percent")
    fixed = ("role",)

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        role = changes["role"] if adding else record.role
        return services.set_discount_limit(role=role, percent=changes.get("percent", record.percent), by=by)


@admin.register(Payer)
class PayerAdmin(ListAdmin):
    """A payer that is not to be offered any more is deactivated at the desk."""

    add_permission = change_permission = KEEP_PAYERS
    list_display = ("code", "name", "is_active")
    ordering = ("code",)
    fields = ("code", "name", "address")
    fixed = ("code",)

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_payer(**changes, by=by)
        return services.edit_payer(record, **changes, by=by)


@admin.register(Policy)
class PolicyAdmin(ListAdmin):
    """What a payer has agreed to pay for a patient. It can end; other terms are another policy."""

    about_patients = True
    add_permission = change_permission = KEEP_PAYERS
    list_display = ("number", "patient", "payer", "coverage_percent", "valid_from", "valid_until")
    list_select_related = ("patient", "payer")
    ordering = ("-created_at",)
    raw_id_fields = ("patient",)
    show_facets = admin.ShowFacets.NEVER
    fields = (
        *("patient", "payer", "number", "coverage_percent", "co_payment_amount"),
        *("limit_amount", "valid_from", "valid_until"),
    )
    fixed = (
        *("patient", "payer", "number", "coverage_percent", "co_payment_amount"),
        *("limit_amount", "valid_from"),
    )

    def act(self, *, record: Any, changes: dict[str, Any], adding: bool, by: User) -> Any:
        if adding:
            return services.add_policy(changes.pop("patient"), **changes, by=by)
        return services.end_policy(record, **changes, by=by) if "valid_until" in changes else record

"""The lines of invoices, and credit notes, which take something of them back."""

from decimal import Decimal
from hmac import compare_digest
from typing import Any, ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models.invoices import Invoice, moment, never_deleted, plain, stays
from billing.models.prices import Service, TaxClass, percent_field, tidied
from hospital.errors import Refusal
from hospital.models import Record, RecordQuerySet
from hospital.money import NOTHING, MoneyField, exact_minor
from patients.models import Patient
from patients.models.encounters import seal_of

MOST_LINES = 100
LEAST_QUANTITY = Decimal("0.001")


def said_never() -> Any:
    return _("What was booked never changes. Correct it by another entry.")


class InvoiceLineQuerySet(RecordQuerySet):
    def update(self, **changes: Any) -> int:
        if set(changes) != {"credited_amount"}:
            stays()
        return super().update(**changes)

    def delete(self) -> Any:
        """Those of drafts only, which are written anew."""
        invoices = set(self.values_list("invoice_id", flat=True))
        if Invoice.objects.filter(pk__in=invoices).exclude(number="").exists():
            stays()
        return super().delete()

    def in_order(self) -> Self:
        return self.order_by("position")


class InvoiceLine(Record):
    """A line of an invoice.

    `share_amount` is its part of the discount of the whole, `listed_amount` what the price list would have asked.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
    )
    charge = models.ForeignKey(
        "billing.Charge", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    description = models.CharField(_("description"), max_length=240)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=10,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(LEAST_QUANTITY)],
    )
    unit_amount = MoneyField(_("price"), validators=[MinValueValidator(0)])
    listed_amount = MoneyField(_("by the price list"), default=NOTHING)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass, default=TaxClass.EXEMPT)
    tax_percent = percent_field(_("tax in per cent"))
    discount_percent = percent_field(_("discount in per cent"))
    discount_amount = MoneyField(_("discount"), default=NOTHING, validators=[MinValueValidator(0)])
    discount_because = models.CharField(_("discount because"), max_length=200, blank=True)
    gross_amount = MoneyField(_("before discounts"), default=NOTHING)
    share_amount = MoneyField(_("part of the whole discount"), default=NOTHING)
    net_amount = MoneyField(_("net"), default=NOTHING)
    tax_amount = MoneyField(_("tax"), default=NOTHING)
    total_amount = MoneyField(_("total"), default=NOTHING)
    credited_amount = MoneyField(_("credited"), default=NOTHING, editable=False)

    objects = InvoiceLineQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="one_line_per_position")
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        tidied(self, "description", "discount_because")
        if not self.description:
            raise ValidationError({"description": _("Say what this is for.")})
        if (self.discount_percent or self.discount_amount) and not self.discount_because:
            raise ValidationError({"discount_because": _("Say why there is a discount.")})

    def facts(self) -> dict[str, Any]:
        amounts = ("unit", "discount", "gross", "share", "net", "tax", "total")
        return {
            "position": self.position,
            "service": str(self.service_id or ""),
            "charge": str(self.charge_id or ""),
            "description": self.description,
            "quantity": plain(self.quantity),
            "tax": [self.tax_class, plain(self.tax_percent)],
            "discount": [plain(self.discount_percent), self.discount_because],
            **{f"{name}_amount": exact_minor(getattr(self, f"{name}_amount")) for name in amounts},
        }


class CreditNoteQuerySet(RecordQuerySet):
    def update(self, **_: Any) -> NoReturn:
        raise Refusal(str(said_never()), code="never_changed")

    def delete(self) -> NoReturn:
        never_deleted()


class CreditNote(Record):
    """That something of an invoice is not owed after all. It has a number of its own series, and never changes.

    `lines` are the parts of the invoice's lines: [{"line", "position", "description", "total", "net", "tax"}], with
    amounts in minor units.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=30, unique=True)
    reason = models.CharField(_("because"), max_length=300)
    lines = models.JSONField(default=list)
    net_amount = MoneyField(_("net"))
    tax_amount = MoneyField(_("tax"))
    total_amount = MoneyField(_("total"))
    patient_amount = MoneyField(_("to the patient"))
    insurer_amount = MoneyField(_("to the payer"))
    issued_at = models.DateTimeField(_("issued"))
    issued_on = models.DateField(_("date"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    content_hash = models.CharField(max_length=64)

    objects = CreditNoteQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="credit_created"),
            models.Index(fields=["issued_on"], name="credit_issued"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        tidied(self, "reason")
        if not self.reason:
            raise ValidationError({"reason": _("Say why.")})

    def seal(self) -> str:
        amounts = ("net", "tax", "total", "patient", "insurer")
        return seal_of(
            {
                "id": str(self.pk),
                "invoice": str(self.invoice_id),
                "number": self.number,
                "reason": self.reason,
                "lines": self.lines,
                **{name: exact_minor(getattr(self, f"{name}_amount")) for name in amounts},
                "issued_at": moment(self.issued_at),
                "issued_on": self.issued_on.isoformat(),
                "issued_by": str(self.issued_by_id),
            }
        )

    @property
    def is_intact(self) -> bool:
        return compare_digest(self.content_hash, self.seal())

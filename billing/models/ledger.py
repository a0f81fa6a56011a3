"""The ledger: every movement of money as rows of two sides, each chained to the one before it."""

from hmac import compare_digest
from typing import Any, ClassVar, Never, NoReturn, Self
from uuid import UUID

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models.invoices import Invoice, moment, never_deleted
from billing.models.lines import said_never
from hospital import clock
from hospital.errors import Refusal
from hospital.models import RecordQuerySet, uuid7
from hospital.money import MoneyField, exact_minor
from patients.models import Patient
from patients.models.encounters import seal_of

GENESIS = "0" * 64


class Account(models.TextChoices):
    """The accounts. What increases one on the left is its debit, on the right its credit."""

    FROM_PATIENTS = "receivable_patient", _("Due from patients")
    FROM_PAYERS = "receivable_insurer", _("Due from payers")
    REVENUE = "revenue", _("Revenue")
    TAX = "tax", _("Tax due")
    CASH = "cash", _("Cash")
    CARD = "card", _("Card payments")
    BANK = "bank", _("Bank")
    MOBILE = "mobile", _("Mobile payments")
    INSURANCE = "insurance", _("Payments of insurers")
    DEPOSITS = "deposits", _("Deposits of patients")


class Because(models.TextChoices):
    """What a row of the ledger comes from."""

    ISSUED = "issued", _("Invoice issued")
    CREDITED = "credited", _("Credit note")
    PAID = "paid", _("Payment")
    ON_ACCOUNT = "on_account", _("Deposit")
    REFUNDED = "refunded", _("Refund")
    PASSED_ON = "passed_on", _("Passed to the patient")


class LedgerEntryQuerySet(RecordQuerySet):
    def update(self, **_: Any) -> NoReturn:
        raise Refusal(str(said_never()), code="never_changed")

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise Refusal(str(said_never()), code="never_changed")

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        if options.get("update_conflicts"):
            raise Refusal(str(said_never()), code="never_changed")
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        never_deleted()

    def of_invoice(self, invoice_id: UUID) -> Self:
        return self.filter(invoice_id=invoice_id).order_by("sequence")

    def in_order(self) -> Self:
        return self.order_by("chain", "sequence")


class LedgerEntry(models.Model):
    """One amount from one account to another: the debit of `debit` and the credit of `credit`. Never changed.

    Each chain (one of each site) is numbered without gaps, and each row holds the hash of the row before. `source` is
    what it comes from, as `payment:<id>`; each source is booked once on each pair of accounts.
    """

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    chain = models.CharField(max_length=32)
    sequence = models.PositiveIntegerField(_("row"))
    at = models.DateTimeField(_("booked"), default=clock.now)
    because = models.CharField(_("because"), max_length=12, choices=Because)
    debit = models.CharField(_("debit"), max_length=20, choices=Account)
    credit = models.CharField(_("credit"), max_length=20, choices=Account)
    amount = MoneyField(_("amount"), validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=60)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+", null=True)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["patient", "at"], name="ledger_patient")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="one_row_per_place"),
            models.UniqueConstraint(fields=["source", "debit", "credit"], name="each_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.debit} {self.amount} {self.credit}"

    def seal(self) -> str:
        """The SHA-256 of the canonical JSON of this row with the hash of the row before."""
        return seal_of(
            {
                "id": str(self.pk),
                "chain": self.chain,
                "sequence": self.sequence,
                "at": moment(self.at),
                "because": str(self.because),
                "debit": str(self.debit),
                "credit": str(self.credit),
                "amount": exact_minor(self.amount),
                "currency": self.currency,
                "source": self.source,
                "patient": str(self.patient_id),
                "invoice": str(self.invoice_id or ""),
                "booked_by": str(self.booked_by_id),
                "previous": self.previous_hash,
            }
        )

    @property
    def is_intact(self) -> bool:
        return compare_digest(self.entry_hash, self.seal())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refusal(str(said_never()), code="never_changed")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *_: Any, **__: Any) -> Never:
        never_deleted()


class LedgerHead(models.Model):
    """The end of a chain: how many rows it has, and the hash of the last. Moved by a conditional UPDATE only."""

    chain = models.CharField(primary_key=True, db_column="_id", max_length=32)
    sequence = models.PositiveIntegerField(default=0)
    entry_hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("end of the ledger")
        verbose_name_plural = _("ends of the ledger")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}"

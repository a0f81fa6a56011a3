"""Money that comes in and goes out: receipts, payments, refunds, and what patients have on account."""

from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from billing.models.invoices import Invoice, never_deleted
from billing.models.lines import said_never
from billing.models.prices import tidied
from billing.models.tills import Till
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.models import Record, RecordQuerySet, StatefulRecord
from hospital.money import NOTHING, MoneyField
from patients.models import Patient


class Method(models.TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    MOBILE = "mobile", _("Mobile payment")
    INSURANCE = "insurance", _("Insurance")
    DEPOSIT = "deposit", _("Deposit")


def _patient_field() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )


class Deposit(Record):
    """What a patient has on account with the hospital. Moved by a guarded update only, with its ledger row."""

    patient = models.OneToOneField(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+"
    )
    amount = MoneyField(_("on account"), default=NOTHING, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_deposit", "Take money on account"),
            ("apply_deposit", "Pay an invoice from the deposit"),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    def move(self, change: Decimal) -> None:
        """Add, or take away what is there; LostRace when somebody was faster."""
        if self.amount + change < 0:
            raise Refusal(str(_("There is not so much on account.")), code="not_on_account", field="amount")
        seen = Deposit.objects.filter(pk=self.pk, version=self.version)
        changes = {"amount": self.amount + change, "version": self.version + 1, "updated_at": clock.now()}
        if not seen.update(**changes):
            raise LostRace("Somebody else has just moved this deposit.")
        for name, value in changes.items():
            setattr(self, name, value)


class AppendOnlyQuerySet(RecordQuerySet):
    """Rows that are only ever added, but for the columns that LIFE of the model names."""

    def update(self, **changes: Any) -> int:
        if not set(changes) <= self.model.LIFE:
            raise Refusal(str(said_never()), code="never_changed")
        return super().update(**changes)

    def delete(self) -> NoReturn:
        never_deleted()


class Receipt(Record):
    """What somebody paid at once, in one or several ways, for an invoice or on account. What is printed."""

    LIFE: ClassVar[frozenset[str]] = frozenset()

    patient = _patient_field()
    invoice = models.ForeignKey(
        Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="receipts", null=True
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("number"), max_length=30, unique=True)
    amount = MoneyField(_("paid"))
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField(_("received"), default=clock.now)
    received_on = models.DateField(_("date"))
    received_by = models.ForeignKey(
        User, verbose_name=_("received by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = AppendOnlyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions = ("view",)
        indexes: ClassVar = [
            models.Index(fields=["patient", "created_at", "id"], name="receipt_patient"),
            models.Index(fields=["received_on", "id"], name="receipt_day"),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentQuerySet(AppendOnlyQuerySet):
    def of_invoice(self, invoice: Invoice) -> Self:
        return self.filter(invoice_id=invoice.pk).order_by("created_at", "id")


class Payment(Record):
    """Money that came in one way. `asked_back_amount` is what refunds have claimed of it, paid out or not."""

    LIFE: ClassVar[frozenset[str]] = frozenset(
        {"asked_back_amount", "refunded_amount", "version", "updated_at"}
    )

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="payments")
    patient = _patient_field()
    invoice = models.ForeignKey(
        Invoice,
        verbose_name=_("invoice"),
        on_delete=models.PROTECT,
        related_name="payments",
        null=True,
        help_text=_("Empty: on account"),
    )
    method = models.CharField(_("method"), max_length=14, choices=Method)
    amount = MoneyField(_("amount"), validators=[MinValueValidator(0)])
    tendered_amount = MoneyField(_("handed over"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    till = models.ForeignKey(
        Till,
        verbose_name=_("till"),
        on_delete=models.PROTECT,
        related_name="payments",
        null=True,
        editable=False,
        help_text=_("That was open for whoever took it"),
    )
    asked_back_amount = MoneyField(default=NOTHING, editable=False)
    refunded_amount = MoneyField(_("refunded"), default=NOTHING, editable=False)

    objects = PaymentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        default_permissions = ("view",)
        permissions: ClassVar = [("pay_invoice", "Take a payment")]
        indexes: ClassVar = [models.Index(fields=["patient", "created_at", "id"], name="payment_patient")]

    def __str__(self) -> str:
        return str(self.amount)

    def clean(self) -> None:
        tidied(self, "reference")
        if self.amount <= 0:
            raise ValidationError({"amount": _("An amount above zero.")})

    @property
    def change_amount(self) -> Decimal:
        """What was handed back of the cash."""
        return NOTHING if self.tendered_amount is None else self.tendered_amount - self.amount

    @property
    def refundable_amount(self) -> Decimal:
        """What no refund has claimed yet."""
        return self.amount - self.asked_back_amount

    def claim(self, *, asked_back: Decimal = NOTHING, refunded: Decimal = NOTHING) -> None:
        """Add to what refunds have claimed and paid out, never above the amount; LostRace when beaten to it."""
        changes: dict[str, Any] = {
            "asked_back_amount": self.asked_back_amount + asked_back,
            "refunded_amount": self.refunded_amount + refunded,
        }
        if not 0 <= changes["refunded_amount"] <= changes["asked_back_amount"] <= self.amount:
            said = _("That is more than is left of this payment.")
            raise Refusal(str(said), code="beyond_payment", field="amount")
        changes |= {"version": self.version + 1, "updated_at": clock.now()}
        if not Payment.objects.filter(pk=self.pk, version=self.version).update(**changes):
            raise LostRace("Somebody else has just asked for money of this payment.")
        for name, value in changes.items():
            setattr(self, name, value)


class RefundQuerySet(RecordQuerySet):
    def delete(self) -> NoReturn:
        never_deleted()

    def waiting(self) -> Self:
        """Those that a second person has to decide on, the oldest first."""
        return self.filter(status=Refund.Status.REQUESTED).order_by("created_at", "id")

    def counting(self) -> Self:
        """Those that were not declined."""
        return self.filter(status__in=Refund.COUNTING)


class Refund(StatefulRecord):
    """That money of a payment goes back the way it came. Above a limit a second person has to agree."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waits for approval")
        APPROVED = "approved", _("To be paid out")
        DECLINED = "declined", _("Declined")
        PAID = "paid", _("Paid out")

    COUNTING = (Status.REQUESTED, Status.APPROVED, Status.PAID)

    MOVES = {
        Status.REQUESTED: frozenset({Status.APPROVED, Status.DECLINED}),
        Status.APPROVED: frozenset({Status.PAID, Status.DECLINED}),
        Status.DECLINED: frozenset(),
        Status.PAID: frozenset(),
    }

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    patient = _patient_field()
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="refunds", null=True)
    amount = MoneyField(_("amount"))
    reason = models.CharField(_("because"), max_length=300)
    needs_approval = models.BooleanField(_("needs a second person"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, editable=False)
    requested_by = models.ForeignKey(
        User, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(
        User,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    declined_because = models.CharField(_("declined because"), max_length=300, blank=True, editable=False)
    paid_at = models.DateTimeField(_("paid out"), null=True, editable=False)
    till = models.ForeignKey(
        Till, on_delete=models.PROTECT, related_name="refunds", null=True, editable=False
    )
    paid_by = models.ForeignKey(
        User,
        verbose_name=_("paid out by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )

    objects = RefundQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("request_refund", "Ask for a refund"),
            ("approve_refund", "Approve somebody else’s refund"),
            ("decline_refund", "Decline a refund"),
            ("pay_refund", "Pay a refund out"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "created_at", "id"], name="refund_status"),
            models.Index(fields=["paid_at"], name="refund_paid"),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    def clean(self) -> None:
        tidied(self, "reason")
        if not self.reason:
            raise ValidationError({"reason": _("Say why.")})
        if self.amount <= 0:
            raise ValidationError({"amount": _("An amount above zero.")})

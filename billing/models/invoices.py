"""Invoices: drafts until they are issued, and then as they are. What is wrong is corrected by a credit note."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Site, User
from billing.models.payers import Policy
from billing.models.prices import percent_field, tidied
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.models import RecordQuerySet, StatefulRecord
from hospital.money import NOTHING, MoneyField, exact_minor
from patients.models import Patient
from patients.models.encounters import seal_of

if TYPE_CHECKING:
    from billing.models.lines import InvoiceLine

EARLIEST = date(1900, 1, 1)
A_ZONE = timedelta(days=2)  # more than a day on the calendar of a site may be off from that of the database

# What goes on after an invoice was issued. Nothing else of it is ever written.
LIFE = frozenset(
    {
        "status",
        "open_due_on",
        "version",
        "updated_at",
        "paid_amount",
        "credited_amount",
        "patient_due_amount",
        "insurer_due_amount",
        "insurer_share_amount",
        "voided_at",
        "voided_by",
        "voided_by_id",
        "voided_because",
    }
)


IN_A_LINE = (
    *("number", "status", "issued_on", "due_on", "total_amount", "patient_due_amount", "insurer_due_amount"),
    *("patient__given_name", "patient__family_name", "patient__mrn", "policy__payer__name"),
)


def stays() -> NoReturn:
    said = _("An issued invoice never changes. Write a credit note.")
    raise Refusal(str(said), code="invoice_issued")


def never_deleted() -> NoReturn:
    raise Refusal(str(_("What concerns money is never deleted.")), code="never_deleted")


def moment(at: datetime | None) -> str | None:
    """To the millisecond, which both engines keep."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None


def plain(number: Decimal) -> str:
    """A number as it is hashed, whatever the engine made of its zeros at the end."""
    return f"{number.normalize():f}" if number else "0"


class InvoiceQuerySet(RecordQuerySet):
    def update(self, **changes: Any) -> int:
        """Of what is issued, only what comes afterwards; anything else is refused."""
        if set(changes) <= LIFE:
            return super().update(**changes)
        if self.exclude(number="").exists():
            stays()
        return models.QuerySet.update(self.filter(number=""), **changes)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        if options.get("update_conflicts"):
            stays()
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        never_deleted()

    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def with_names(self) -> Self:
        return self.select_related("patient", "policy__payer")

    def in_lines(self) -> Self:
        """With no more than a line of a list says of each."""
        return self.with_names().only(*IN_A_LINE)

    def owing(self) -> Self:
        """Issued, and not yet settled: one range of one index, however many invoices were ever settled."""
        return self.filter(open_due_on__gte=EARLIEST)

    def overdue(self, today: date) -> Self:
        """Owing longer than was agreed; the oldest first. Derived, so that no worker has to be in time."""
        return self.owing().filter(open_due_on__lt=today).order_by("open_due_on", "id")

    def issued_until(self, day: date, *, in_order_of_drafting: bool) -> Self:
        """Issued that day or before. It was drafted before that: where an index of that is read, it begins there."""
        rows = self.filter(issued_on__lte=day)
        before = datetime.combine(day + A_ZONE, time(), UTC)
        return rows.filter(created_at__lt=before) if in_order_of_drafting else rows

    def numbered(self, start: str) -> Self:
        """Those whose number begins so."""
        start = start.strip().upper()
        return self.filter(number__gte=start, number__lt=start + "\uffff") if start else self.none()


class Invoice(StatefulRecord):
    """What a patient, and perhaps a payer, owes for services.

    The sums are those of `billing.reckoning`. What was issued has a number without gaps in its series and year and
    the SHA-256 of all that is printed. Afterwards only what was paid, what was credited and what is due move, each
    time together with the rows of the ledger.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Unpaid")
        PARTLY_PAID = "partly_paid", _("Partly paid")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    OWING = (Status.ISSUED, Status.PARTLY_PAID)
    LIVE = (Status.ISSUED, Status.PARTLY_PAID, Status.PAID)

    MOVES = {
        Status.DRAFT: frozenset({Status.ISSUED, Status.PAID, Status.VOID}),
        Status.ISSUED: frozenset({Status.ISSUED, Status.PARTLY_PAID, Status.PAID, Status.VOID}),
        Status.PARTLY_PAID: frozenset({Status.PARTLY_PAID, Status.PAID}),
        Status.PAID: frozenset({Status.PAID, Status.VOID}),  # void: when there was nothing to pay
        Status.VOID: frozenset(),
    }
    BACK = {  # money that is given back is owed again
        Status.PARTLY_PAID: frozenset({Status.ISSUED}),
        Status.PAID: frozenset({Status.PARTLY_PAID, Status.ISSUED}),
    }

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    policy = models.ForeignKey(
        Policy,
        verbose_name=_("policy"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    includes_tax = models.BooleanField(_("prices include tax"), default=True, editable=False)
    note = models.TextField(_("note"), max_length=600, blank=True)
    discount_percent = percent_field(_("discount in per cent"))
    discount_amount = MoneyField(
        _("discount of the whole"), default=NOTHING, validators=[MinValueValidator(0)]
    )
    discount_because = models.CharField(_("discount because"), max_length=200, blank=True)

    listed_amount = MoneyField(_("by the price list"), default=NOTHING, editable=False)
    gross_amount = MoneyField(_("before discounts"), default=NOTHING, editable=False)
    discounts_amount = MoneyField(_("all discounts"), default=NOTHING, editable=False)
    net_amount = MoneyField(_("net"), default=NOTHING, editable=False)
    tax_amount = MoneyField(_("tax"), default=NOTHING, editable=False)
    total_amount = MoneyField(_("total"), default=NOTHING, editable=False)
    patient_amount = MoneyField(_("share of the patient"), default=NOTHING, editable=False)
    insurer_amount = MoneyField(_("share of the payer"), default=NOTHING, editable=False)

    paid_amount = MoneyField(_("paid"), default=NOTHING, editable=False)
    credited_amount = MoneyField(_("credited"), default=NOTHING, editable=False)
    insurer_share_amount = MoneyField(
        _("share of the payer by now"),
        default=NOTHING,
        editable=False,
        help_text=_("What was issued, less what was credited or passed to the patient"),
    )
    patient_due_amount = MoneyField(_("due from the patient"), default=NOTHING, editable=False)
    insurer_due_amount = MoneyField(_("due from the payer"), default=NOTHING, editable=False)

    number = models.CharField(_("number"), max_length=30, blank=True, editable=False)
    series = models.CharField(max_length=20, blank=True, editable=False)
    sequence = models.PositiveIntegerField(null=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, editable=False)
    issued_on = models.DateField(_("date"), null=True, editable=False, help_text=_("On the site’s calendar"))
    due_on = models.DateField(_("due"), null=True, editable=False)
    open_due_on = models.DateField(
        null=True, editable=False, help_text=_("When it is due, while something is owed; kept for the index")
    )
    issued_by = models.ForeignKey(
        User,
        verbose_name=_("issued by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(
        User,
        verbose_name=_("drafted by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    voided_at = models.DateTimeField(_("void since"), null=True, editable=False)
    voided_by = models.ForeignKey(
        User,
        verbose_name=_("made void by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    voided_because = models.CharField(_("void because"), max_length=300, blank=True, editable=False)

    objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("draft_invoice", "Draft an invoice"),
            ("edit_invoice", "Change a draft"),
            ("discount_invoice", "Give a discount"),
            ("issue_invoice", "Issue an invoice"),
            ("void_invoice", "Make a draft void"),
            ("void_issued", "Make an issued invoice void"),
            ("credit_invoice", "Write a credit note"),
            ("print_paper", "Print an invoice, a receipt or a credit note"),
            ("pass_to_patient", "Have the patient pay what the payer does not"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "created_at", "id"], name="invoice_patient"),
            models.Index(fields=["status", "created_at", "id"], name="invoice_status"),
            models.Index(fields=["department", "created_at", "id"], name="invoice_department"),
            models.Index(fields=["issued_on", "id"], name="invoice_issued"),
            models.Index(fields=["created_at", "id"], name="invoice_created"),
            models.Index(fields=["total_amount", "created_at", "id"], name="invoice_amount"),
            models.Index(  # all that the ageing report asks for
                fields=["open_due_on", "id", "patient", "patient_due_amount", "insurer_due_amount"],
                name="invoice_open",
            ),
            models.Index(fields=["number"], name="invoice_number"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "sequence"],
                condition=models.Q(number__gt=""),
                name="one_invoice_per_number",
            )
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_issued(self) -> bool:
        """Whether it has a number, whatever became of it."""
        return bool(self.number)

    @property
    def due_amount(self) -> Decimal:
        """What is still to be paid by both; negative where something is owed to them."""
        return self.patient_due_amount + self.insurer_due_amount

    @property
    def patient_share_amount(self) -> Decimal:
        """What the patient's share is by now."""
        return self.total_amount - self.credited_amount - self.insurer_share_amount

    def is_overdue(self, today: date) -> bool:
        return self.status in self.OWING and self.due_on is not None and self.due_on < today

    def clean(self) -> None:
        tidied(self, "discount_because")
        self.note = self.note.replace("\r\n", "\n").strip()
        if (self.discount_percent or self.discount_amount) and not self.discount_because:
            raise ValidationError({"discount_because": _("Say why there is a discount.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Always an insert: writing over a row with what somebody read before must be impossible."""
        if not self._state.adding:
            stays()
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        never_deleted()

    # ── What moves after it was issued ──────────────────────────────────────

    def settle(
        self,
        *,
        paid: Decimal = NOTHING,
        credited: Decimal = NOTHING,
        patient_due: Decimal = NOTHING,
        insurer_due: Decimal = NOTHING,
        insurer_share: Decimal = NOTHING,
        void: dict[str, Any] | None = None,
    ) -> None:
        """Add to what was paid, credited and is due, in one conditional UPDATE on the version that was read.

        Call it in the transaction that writes the rows of the ledger. Raises LostRace when somebody was faster.
        """
        if self.status not in self.LIVE:
            raise Refusal(str(_("Only an invoice that is issued can be settled.")), code="not_issued")
        changes: dict[str, Any] = {
            "paid_amount": self.paid_amount + paid,
            "credited_amount": self.credited_amount + credited,
            "patient_due_amount": self.patient_due_amount + patient_due,
            "insurer_due_amount": self.insurer_due_amount + insurer_due,
            "insurer_share_amount": self.insurer_share_amount + insurer_share,
        }
        changes |= {"status": self._status_of(changes)} | (void or {})
        changes["open_due_on"] = self.due_on if changes["status"] in self.OWING else None
        if not (self.may_move_to(changes["status"]) or self.may_move_back_to(changes["status"])):
            raise Refusal(str(_("This cannot be done with this invoice.")), code="wrong_move")
        changes |= {"version": self.version + 1, "updated_at": clock.now()}
        seen = Invoice.objects.filter(pk=self.pk, version=self.version, status=self.status)
        if not seen.update(**changes):
            raise LostRace("Somebody else has just settled something of this invoice.")
        for name, value in changes.items():
            setattr(self, name, value)

    def _status_of(self, sums: dict[str, Decimal]) -> str:
        paid, credited = sums["paid_amount"], sums["credited_amount"]
        if not (0 <= paid <= self.total_amount and 0 <= credited <= self.total_amount):
            raise Refusal(str(_("That is more than this invoice allows.")), code="beyond_total")
        if sums["patient_due_amount"] <= 0 and sums["insurer_due_amount"] <= 0:
            return self.Status.PAID
        return self.Status.PARTLY_PAID if paid else self.Status.ISSUED

    # ── What was issued ─────────────────────────────────────────────────────

    def facts(self, lines: "Iterable[InvoiceLine]") -> dict[str, Any]:
        """All that is printed on it, with amounts in minor units."""
        amounts = ("gross", "discounts", "net", "tax", "total", "patient", "insurer")
        return {
            "id": str(self.pk),
            "number": self.number,
            "patient": str(self.patient_id),
            "site": str(self.site_id),
            "department": str(self.department_id or ""),
            "policy": str(self.policy_id or ""),
            "currency": self.currency,
            "includes_tax": self.includes_tax,
            "note": self.note,
            "discount": [
                plain(self.discount_percent),
                exact_minor(self.discount_amount),
                self.discount_because,
            ],
            **{name: exact_minor(getattr(self, f"{name}_amount")) for name in amounts},
            "issued_at": moment(self.issued_at),
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
            "due_on": self.due_on.isoformat() if self.due_on else "",
            "issued_by": str(self.issued_by_id or ""),
            "lines": [line.facts() for line in lines],
        }

    def seal(self, lines: "Iterable[InvoiceLine]") -> str:
        """The SHA-256 of the canonical JSON of what this says now."""
        return seal_of(self.facts(lines))

    def is_intact(self, lines: "Iterable[InvoiceLine]") -> bool:
        """Whether it is what was issued; `lines` are all its lines in their order. True of what never was issued."""
        if not self.is_issued:
            return not self.content_hash and self.status in {self.Status.DRAFT, self.Status.VOID}
        return compare_digest(self.content_hash, self.seal(lines))

"""What was done for patients and is to be billed: each source once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from billing.models.invoices import Invoice, never_deleted
from billing.models.lines import LEAST_QUANTITY
from billing.models.prices import Service, TaxClass, tidied
from doctors.models import Doctor
from hospital.models import RecordQuerySet, StatefulRecord
from hospital.money import MoneyField
from patients.models import Patient

OF_DISPENSING = "dispensing:"


class ChargeQuerySet(RecordQuerySet):
    def delete(self) -> NoReturn:
        never_deleted()

    def unbilled(self) -> Self:
        """What waits for an invoice, in the order in which it was done."""
        return self.filter(status=Charge.Status.UNBILLED).order_by("done_on", "id")

    def unpriced(self, since: date) -> Self:
        """What was dispensed since that day and is on no price list: it is charged if it soon is."""
        return self.filter(
            status=Charge.Status.WAIVED,
            done_on__gte=since,
            service=None,
            source__startswith=OF_DISPENSING,
        ).order_by("-done_on", "-id")

    def undone(self, since: datetime) -> Self:
        """What was returned or undone since then when it was on an invoice, and is not credited; the latest first."""
        return self.filter(status=Charge.Status.INVOICED, undone_at__gte=since).order_by("-undone_at", "-id")

    def unbilled_of(self, patient_id: UUID) -> Self:
        return self.unbilled().filter(patient_id=patient_id)


class Charge(StatefulRecord):
    """Something that was done for a patient, and what it costs.

    `source` says what it comes from, as `appointment:<id>`, and is unique: nothing is charged twice. Whether it is on
    an invoice is decided by one conditional UPDATE of its status.
    """

    class Status(models.TextChoices):
        UNBILLED = "unbilled", _("To be billed")
        INVOICED = "invoiced", _("On an invoice")
        WAIVED = "waived", _("Not charged")
        WITHDRAWN = "withdrawn", _("Withdrawn")  # what it comes from was undone

    MOVES = {
        Status.UNBILLED: frozenset({Status.INVOICED, Status.WAIVED, Status.WITHDRAWN}),
        Status.INVOICED: frozenset(),
        Status.WAIVED: frozenset({Status.WITHDRAWN}),
        Status.WITHDRAWN: frozenset(),
    }
    BACK = {
        Status.INVOICED: frozenset({Status.UNBILLED}),  # left out of the draft, or the invoice is void
        Status.WAIVED: frozenset({Status.UNBILLED}),
        Status.WITHDRAWN: frozenset({Status.UNBILLED, Status.WAIVED}),  # done again
    }

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=80, unique=True, editable=False)
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    doctor = models.ForeignKey(
        Doctor,
        verbose_name=_("doctor"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
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
    description = models.CharField(_("description"), max_length=240)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=10,
        decimal_places=3,
        default=Decimal(1),
        validators=[MinValueValidator(LEAST_QUANTITY)],
    )
    unit_amount = MoneyField(_("price"), validators=[MinValueValidator(0)])
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass, default=TaxClass.EXEMPT)
    done_on = models.DateField(_("done on"))
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.UNBILLED, editable=False
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="charges", null=True, editable=False
    )
    charged_by = models.ForeignKey(
        User,
        verbose_name=_("charged by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    charged_because = models.CharField(
        _("charged because"), max_length=300, blank=True, help_text=_("For the desk; it is not printed")
    )
    undone_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Returned or undone when it was on an invoice already")
    )
    waived_because = models.CharField(_("not charged because"), max_length=300, blank=True)

    objects = ChargeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("charge_visit", "Charge a visit that is completed"),
            ("charge_dispensing", "Charge what was dispensed"),
            ("uncharge_dispensing", "Withdraw the charge of what was returned"),
            ("withdraw_charge", "Withdraw the charge of what was undone"),
            ("add_charge", "Charge a service by hand"),
            ("waive_charge", "Not charge something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "status", "done_on"], name="charge_patient"),
            models.Index(fields=["status", "done_on", "id"], name="charge_status"),
            models.Index(fields=["status", "undone_at", "id"], name="charge_undone"),
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        tidied(self, "description", "charged_because", "waived_because")
        if not self.description:
            raise ValidationError({"description": _("Say what this is for.")})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        never_deleted()

"""Who pays besides the patient, and how much: insurers and other payers, and the policies of patients."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from hospital.errors import LostRace
from hospital.models import Record, RecordQuerySet
from hospital.money import NOTHING, MoneyField
from patients.models import Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy


class Payer(Record):
    """An insurer, an employer or an office that pays for patients."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    address = models.TextField(_("address"), max_length=400, blank=True)
    is_active = models.BooleanField(_("pays"), default=True)

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_payers", "Keep payers and the policies of patients")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.code, self.name = tidy(self.code, lines=False).upper(), tidy(self.name, lines=False)
        self.address = tidy(self.address, lines=True)
        for name in ("code", "name"):
            if not getattr(self, name):
                raise ValidationError({name: _("This field is required.")})
            if has_forbidden(getattr(self, name), lines=False):
                raise ValidationError({name: UNPRINTABLE})


class PolicyQuerySet(RecordQuerySet):
    def of(self, patient_id: UUID, on: date) -> Self:
        """The policies that cover a patient that day, the latest first."""
        open_end = models.Q(valid_until=None) | models.Q(valid_until__gte=on)
        rows = self.filter(open_end, patient_id=patient_id, valid_from__lte=on).select_related("payer")
        return rows.order_by("-valid_from", "-id")


class Policy(Record):
    """What a payer has agreed to pay for a patient.

    Of an invoice the patient pays the co-payment and the payer so many per cent of the rest, and over all invoices
    no more than the limit. `used_amount` moves with each invoice that is issued, by a guarded update.
    """

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(
        Payer, verbose_name=_("payer"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(_("number of the policy"), max_length=60)
    coverage_percent = models.DecimalField(
        _("pays, in per cent"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    co_payment_amount = MoneyField(_("co-payment"), default=NOTHING, validators=[MinValueValidator(0)])
    limit_amount = MoneyField(
        _("limit"), null=True, blank=True, validators=[MinValueValidator(0)], help_text=_("Over all invoices")
    )
    used_amount = MoneyField(_("used"), default=NOTHING, editable=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day"))

    objects = PolicyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["patient", "valid_from"], name="policy_patient")]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        self.number = tidy(self.number, lines=False)
        if not self.number or has_forbidden(self.number, lines=False):
            raise ValidationError({"number": UNPRINTABLE if self.number else _("This field is required.")})
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day is before the first.")})

    @property
    def left_amount(self) -> Decimal | None:
        """What the payer will still pay; None where there is no limit."""
        return None if self.limit_amount is None else max(NOTHING, self.limit_amount - self.used_amount)

    def use(self, amount: Decimal) -> None:
        """Add to what the payer has paid or owes; take away where it is negative. LostRace when beaten to it."""
        if not amount:
            return
        used = self.used_amount + amount
        if used < 0 or (amount > 0 and self.limit_amount is not None and used > self.limit_amount):
            raise LostRace("The limit of this policy was used up a moment ago.")
        changes = {"used_amount": used, "version": self.version + 1, "updated_at": clock.now()}
        if not Policy.objects.filter(pk=self.pk, version=self.version).update(**changes):
            raise LostRace("Somebody else has just used this policy.")
        for name, value in changes.items():
            setattr(self, name, value)

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

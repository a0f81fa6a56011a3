"""The life of each prescribed medicine, the warnings that stood over it, and what a doctor prescribes often."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from doctors.models import Doctor
from hospital.errors import Refusal
from hospital.models import Record, RecordQuerySet
from patients.models import ChartQuerySet, Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.dosage import Written
from prescriptions.models.catalogue import Product
from prescriptions.models.prescribing import Prescription, StopReason

NO_END = date(9999, 12, 31)  # taken until further notice
LIFE_OF_A_LINE = frozenset(
    {
        "version",
        "updated_at",
        "dispensed",
        "taken_until",
        "stopped_at",
        "stopped_by",
        "stopped_by_id",
        "stopped_because",
        "stopped_note",
    }
)


def _stays() -> NoReturn:
    raise Refusal(str(_("A signed prescription never changes.")), code="prescription_signed")


class PrescriptionLineQuerySet(ChartQuerySet):
    def update(self, **changes: Any) -> int:
        if not set(changes) <= LIFE_OF_A_LINE:
            _stays()
        return super().update(**changes)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        """Only what is new: an insert that turns into an update would write over a signed row."""
        if options.get("update_conflicts"):
            _stays()
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        raise Refusal(str(_("Prescriptions are never deleted.")), code="never_deleted")

    def taken(self, patient_id: UUID, on: date) -> Self:
        """What a patient takes that day, the latest first: signed, not stopped, not at its end."""
        return self.filter(patient_id=patient_id, taken_until__gte=on).order_by("-signed_on", "-id")

    def in_order(self) -> Self:
        return self.order_by("position")


class PrescriptionLine(Record):
    """One medicine of a signed prescription: what was signed, how much was given out, until when it is taken.

    Made when the prescription is signed. What can be read here without the prescription is written twice on
    purpose, so that lists and figures need no join.
    """

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="medicines")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField(help_text=_("From 1, as in the prescription"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    medicine = models.CharField(_("medicine"), max_length=240)
    substances = models.CharField(
        max_length=500, blank=True, help_text=_("|key|key| of the catalogue; empty where nobody knows")
    )
    facts = models.JSONField(help_text=_("The line as it was signed"))
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=2)
    quantity_unit = models.CharField(max_length=30, blank=True)
    signed_on = models.DateField(_("signed on"))
    taken_until = models.DateField(_("taken until"), help_text=_("9999-12-31: until further notice"))
    dispensed = models.DecimalField(_("dispensed"), max_digits=9, decimal_places=2, default=Decimal(0))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stopped_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    stopped_because = models.CharField(max_length=16, choices=StopReason, blank=True)
    stopped_note = models.CharField(max_length=300, blank=True)

    objects = PrescriptionLineQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("prescribed medicine")
        verbose_name_plural = _("prescribed medicines")
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["patient", "taken_until"], name="line_taken"),
            models.Index(fields=["signed_on"], name="line_signed"),
            models.Index(fields=["doctor", "signed_on"], name="line_doctor"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prescription", "position"], name="one_line_per_place")
        ]

    def __str__(self) -> str:
        return self.medicine

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Always an insert: writing over a row with what somebody read before must be impossible."""
        if not self._state.adding:
            _stays()
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refusal(str(_("Prescriptions are never deleted.")), code="never_deleted")

    @property
    def written(self) -> Written:
        return Written.of(self.facts)

    def says(self, line: Mapping[str, Any], *, of: Prescription) -> bool:
        """Whether this row is that signed line of that prescription."""
        signed = Written.of(line)
        return (
            self.facts == dict(line)
            and (self.prescription_id, self.patient_id) == (of.pk, of.patient_id)
            and (self.doctor_id, self.department_id) == (of.doctor_id, of.department_id)
            and (self.medicine, str(self.product_id or "")) == (signed.medicine, signed.product)
            and (self.quantity, self.quantity_unit) == (signed.quantity, signed.quantity_unit)
        )

    @property
    def to_dispense(self) -> Decimal:
        """What may still be given out."""
        return Decimal(0) if self.stopped_at else max(Decimal(0), self.quantity - self.dispensed)

    @property
    def is_long_term(self) -> bool:
        return self.taken_until == NO_END


class Warned(Record):
    """A finding of the safety check that stood over a draft, and what was done about it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Shown")  # the draft is still being written
        HEEDED = "heeded", _("Heeded")  # it no longer stood when the prescription was signed
        KEPT = "kept", _("Signed with the warning")
        OVERRIDDEN = "overridden", _("Overridden")  # signed with a reason

    class Because(models.TextChoices):
        BENEFIT = "benefit", _("The benefit outweighs the risk")
        MONITORED = "monitored", _("It will be monitored")
        TOLERATED = "tolerated", _("Taken before without harm")
        NO_ALTERNATIVE = "no-alternative", _("There is no alternative")
        NOT_SO = "not-so", _("The warning does not apply here")
        ADVISED = "advised", _("Advised by a specialist")
        OTHER = "other", _("Another reason")

    prescription = models.ForeignKey(
        Prescription, on_delete=models.PROTECT, related_name="warnings", db_index=False
    )
    doctor = models.ForeignKey(Doctor, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=64, help_text=_("Of the rule and the medicines"))
    rule = models.CharField(_("rule"), max_length=100)
    check_name = models.CharField(_("check"), max_length=16)
    severity = models.CharField(_("severity"), max_length=16)
    medicines = models.JSONField(default=list)
    text = models.TextField(blank=True)
    source = models.TextField(blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    because = models.CharField(_("reason"), max_length=16, choices=Because, blank=True)
    reason = models.CharField(_("in words"), max_length=300, blank=True)
    decided_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["decided_on"], name="warned_decided")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prescription", "key"], name="one_warning")]

    def __str__(self) -> str:
        return self.rule


class FavouriteQuerySet(RecordQuerySet):
    def of(self, user: User) -> Self:
        return self.filter(user_id=user.pk).order_by("name")


class Favourite(Record):
    """A line that somebody prescribes often, under a name of his or her own."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=80)
    line = models.JSONField()

    objects = FavouriteQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        default_permissions = ()
        permissions: ClassVar = [("keep_favourites", "Keep lines for prescribing again")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "name"], name="one_favourite_per_name")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = tidy(self.name, lines=False)
        if not self.name or has_forbidden(self.name, lines=False):
            raise ValidationError({"name": UNPRINTABLE if self.name else _("This field is required.")})

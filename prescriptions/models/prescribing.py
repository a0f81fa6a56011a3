"""Prescriptions: drafts until they are signed, and then as they are, whatever becomes of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from doctors.models import Doctor
from hospital.errors import Refusal
from hospital.models import LENGTH_OF_CODE, StatefulRecord, new_code
from patients.models import ChartEntry, ChartQuerySet
from patients.models.encounters import seal_of
from prescriptions.dosage import Written

if TYPE_CHECKING:
    from prescriptions.models.lines import PrescriptionLine

MOST_LINES = 20

# What goes on after the signature. Nothing else of a signed prescription is ever written.
LIFE = frozenset(
    {
        "status",
        "version",
        "updated_at",
        "stopped_at",
        "stopped_by",
        "stopped_by_id",
        "stopped_because",
        "stopped_note",
    }
)


def _stays() -> NoReturn:
    said = _("A signed prescription never changes. Stop it and write another one.")
    raise Refusal(str(said), code="prescription_signed")


class StopReason(models.TextChoices):
    """Why a medicine is no longer to be taken: FHIR MedicationRequest.statusReason."""

    ENDED = "ended", _("No longer needed")
    ADVERSE_EFFECT = "adverse-effect", _("Adverse effect")
    INEFFECTIVE = "ineffective", _("Did not help")
    INTERACTION = "interaction", _("Interaction or contraindication")
    REPLACED = "replaced", _("Replaced by another medicine")
    WISH = "wish", _("The patient’s wish")
    ERROR = "error", _("Prescribed in error")
    DIED = "died", _("The patient has died")
    OTHER = "other", _("Another reason")


class PrescriptionQuerySet(ChartQuerySet):
    def update(self, **changes: Any) -> int:
        """Of what is signed, only what comes after the signature; anything else is refused."""
        if set(changes) <= LIFE and changes.get("status") not in Prescription.UNSIGNED:
            return super().update(**changes)
        if self.filter(status__in=Prescription.SEALED).exists():
            _stays()
        return models.QuerySet.update(self.filter(status__in=Prescription.UNSIGNED), **changes)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        """Only what is new: an insert that turns into an update would write over a signed row."""
        if options.get("update_conflicts"):
            _stays()
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        raise Refusal(str(_("Prescriptions are never deleted.")), code="never_deleted")

    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def to_dispense(self, on: date) -> Self:
        """What can be handed out that day, whoever has waited longest first."""
        valid = models.Q(expires_on=None) | models.Q(expires_on__gte=on)
        return self.filter(valid, status__in=Prescription.TO_DISPENSE).order_by("signed_at", "id")

    def sealed(self) -> Self:
        """Those that were signed, whatever became of them."""
        return self.filter(status__in=Prescription.SEALED)

    def drafts_of(self, user: User) -> Self:
        """The drafts of a doctor, the oldest first."""
        drafts = self.filter(status=Prescription.Status.DRAFT, doctor_id=user.profile_id)
        return (drafts if user.profile_id else self.none()).order_by("created_at", "id")

    def waiting_for(self, user: User) -> Self:
        """What another doctor has signed and this user may sign too, the oldest first."""
        waiting = self.filter(status=Prescription.Status.AWAITING).exclude(signed_by_id=user.pk)
        return waiting.order_by("signed_at", "id")

    def with_names(self) -> Self:
        """With those who wrote and signed them."""
        return self.select_related("doctor", "recorded_by", "signed_by", "second_signed_by", "stopped_by")


class Prescription(ChartEntry, StatefulRecord):
    """Medicines for one patient, written by one doctor.

    `lines` hold what is prescribed, as `Written.as_json` writes it: what is typed in a draft, what was signed
    afterwards. Signing makes a PrescriptionLine of each, which has the life of that medicine. `safety` is the last
    check: what was asked, what was answered, and when.
    """

    TEXTS = ("indication",)
    PARAGRAPHS = ("note",)

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING = "awaiting", _("Waits for the second signature")
        SIGNED = "signed", _("Signed")
        PARTLY = "partly_dispensed", _("Partly dispensed")
        DISPENSED = "dispensed", _("Dispensed")
        STOPPED = "stopped", _("Stopped")
        EXPIRED = "expired", _("Expired")
        DISCARDED = "discarded", _("Discarded")

    UNSIGNED = (Status.DRAFT, Status.AWAITING, Status.DISCARDED)
    SEALED = (Status.SIGNED, Status.PARTLY, Status.DISPENSED, Status.STOPPED, Status.EXPIRED)
    TO_DISPENSE = (Status.SIGNED, Status.PARTLY)

    MOVES = {
        Status.DRAFT: frozenset({Status.AWAITING, Status.SIGNED, Status.DISCARDED}),
        Status.AWAITING: frozenset({Status.SIGNED, Status.DRAFT}),
        Status.SIGNED: frozenset({Status.PARTLY, Status.DISPENSED, Status.STOPPED, Status.EXPIRED}),
        Status.PARTLY: frozenset({Status.PARTLY, Status.DISPENSED, Status.STOPPED, Status.EXPIRED}),
        Status.DISPENSED: frozenset({Status.STOPPED}),
        Status.EXPIRED: frozenset({Status.STOPPED}),
        Status.STOPPED: frozenset(),
        Status.DISCARDED: frozenset({Status.DRAFT}),
    }
    BACK = {  # what was handed out by mistake comes back
        Status.DISPENSED: frozenset({Status.SIGNED, Status.PARTLY}),
        Status.PARTLY: frozenset({Status.SIGNED, Status.PARTLY}),
    }

    code = models.CharField(
        _("code"), max_length=LENGTH_OF_CODE, default=new_code, unique=True, editable=False
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT, editable=False
    )
    doctor = models.ForeignKey(
        Doctor,
        verbose_name=_("doctor"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    indication = models.CharField(_("for what"), max_length=200, blank=True)
    note = models.TextField(_("note to the pharmacy"), max_length=600, blank=True)
    lines = models.JSONField(_("medicines"), default=list, blank=True)
    safety = models.JSONField(default=dict, editable=False)
    overrides = models.JSONField(default=list, editable=False)
    renews = models.ForeignKey(
        "self",
        verbose_name=_("renews"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    signed_at = models.DateTimeField(_("signed"), null=True, editable=False)
    signed_by = models.ForeignKey(
        User,
        verbose_name=_("signed by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    content_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("SHA-256 of what was signed, in hex")
    )
    needs_second = models.BooleanField(_("needs a second signature"), default=False, editable=False)
    second_signed_at = models.DateTimeField(_("second signature"), null=True, editable=False)
    second_signed_by = models.ForeignKey(
        User,
        verbose_name=_("second signature by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    second_hash = models.CharField(max_length=64, blank=True, editable=False)
    declined_because = models.CharField(_("sent back because"), max_length=300, blank=True, editable=False)
    expires_on = models.DateField(_("valid until"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)
    stopped_by = models.ForeignKey(
        User,
        verbose_name=_("stopped by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    stopped_because = models.CharField(
        _("stopped because"), max_length=16, choices=StopReason, blank=True, editable=False
    )
    stopped_note = models.CharField(max_length=300, blank=True, editable=False)

    objects = PrescriptionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("write_prescription", "Write a prescription as a draft"),
            ("discard_prescription", "Discard a draft"),
            ("sign_prescription", "Sign a prescription"),
            ("countersign_prescription", "Give the second signature"),
            ("decline_prescription", "Send a prescription back unsigned"),
            ("stop_prescription", "Stop a prescription"),
            ("renew_prescription", "Renew a prescription"),
            ("dispense_prescription", "Dispense"),
            ("return_dispensing", "Take back what was dispensed by mistake"),
            ("view_figures", "See the figures of prescribing"),
            ("check_safety", "Check whether medicines are safe together"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "created_at", "id"], name="prescription_patient"),
            models.Index(fields=["status", "signed_at", "id"], name="prescription_queue"),
            models.Index(fields=["status", "expires_on"], name="prescription_expiry"),
            models.Index(fields=["doctor", "status", "created_at"], name="prescription_doctor"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["renews"],
                condition=models.Q(
                    status__in=[
                        "draft",
                        "awaiting",
                        "signed",
                        "partly_dispensed",
                        "dispensed",
                        "stopped",
                        "expired",
                    ]
                ),
                name="one_renewal",
            )
        ]

    def __str__(self) -> str:
        return self.shown_code

    def get_absolute_url(self) -> str:
        return reverse("prescriptions:detail", args=[self.patient_id, self.pk])

    @property
    def shown_code(self) -> str:
        """The code as it is printed: K7QM-2F9D-XTA4."""
        return "-".join(self.code[at : at + 4] for at in range(0, LENGTH_OF_CODE, 4))

    @property
    def written(self) -> list[Written]:
        """What is prescribed, line by line."""
        return [Written.of(line) for line in self.lines]

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_writable(self) -> bool:
        """A draft of which nothing says that it had been signed."""
        return self.is_draft and self.is_intact

    @property
    def is_signed(self) -> bool:
        """Whether all signatures stand under it; what became of it later makes no difference."""
        return self.status in self.SEALED

    def is_valid_on(self, day: date) -> bool:
        """Whether it can be dispensed that day."""
        return self.status in self.TO_DISPENSE and (self.expires_on is None or day <= self.expires_on)

    def clean(self) -> None:
        super().clean()
        if len(self.lines) > MOST_LINES:
            raise ValidationError({"lines": _("At most %(n)d medicines.") % {"n": MOST_LINES}})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Always an insert: writing over a row with what somebody read before must be impossible."""
        if not self._state.adding:
            raise Refusal(
                str(_("A prescription is written by its services only.")), code="prescription_signed"
            )
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refusal(str(_("Prescriptions are never deleted.")), code="never_deleted")

    # ── What was signed ─────────────────────────────────────────────────────

    def agrees_with(self, medicines: Iterable["PrescriptionLine"]) -> bool:
        """Whether the rows made at the signature say what was signed; before it, whether there are none."""
        rows = sorted(medicines, key=lambda one: one.position)
        signed = self.lines if self.is_signed else []
        return len(rows) == len(signed) and all(
            row.position == place and row.says(line, of=self)
            for place, (row, line) in enumerate(zip(rows, signed, strict=True), start=1)
        )

    def seal(self) -> str:
        """The SHA-256 of the canonical JSON of what this says now, as it would be signed."""
        return seal_of(
            {
                "id": str(self.pk),
                "code": self.code,
                "patient": str(self.patient_id),
                "doctor": str(self.doctor_id),
                "department": str(self.department_id),
                "indication": self.indication,
                "note": self.note,
                "lines": self.lines,
                "safety": self.safety,
                "overrides": self.overrides,
                "renews": str(self.renews_id or ""),
                "needs_second": self.needs_second,
                "expires_on": self.expires_on.isoformat() if self.expires_on else "",
                "signed_by": str(self.signed_by_id),
                "signed_at": _moment(self.signed_at),
                "meaning": "prescribes",
            }
        )

    def second_seal(self) -> str:
        """The SHA-256 of the second signature."""
        return seal_of(
            {
                "content": self.content_hash,
                "signed_by": str(self.second_signed_by_id),
                "signed_at": _moment(self.second_signed_at),
                "meaning": "agrees to the override",
            }
        )

    @property
    def is_intact(self) -> bool:
        """Whether it is what was signed; of one that never was, that nothing says that it had been."""
        if self.status in {self.Status.DRAFT, self.Status.DISCARDED}:
            return not (self.content_hash or self.signed_at or self.signed_by_id or self.second_hash)
        if not compare_digest(self.content_hash, self.seal()):
            return False
        if self.status == self.Status.AWAITING or not self.needs_second:
            return not self.second_hash
        return compare_digest(self.second_hash, self.second_seal())


def _moment(at: datetime | None) -> str | None:
    """To the millisecond, which both engines keep."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None

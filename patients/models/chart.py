"""What every entry of a chart has, and the chart's first page, kept ready."""

from typing import Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.errors import Refusal
from hospital.models import Record, RecordQuerySet, one_of
from patients.models.people import CareRelation, Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy


class ChartQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """Clinicians see the entries of those whom they treat; others what their role needs.

        Doors reach an entry through its patient (`of`), whose care they have looked up already.
        """
        visible = super().visible_to(user)
        if not user.has_perm("patients.declare_care"):
            return visible
        treated = CareRelation.objects.filter(user_id=user.pk, is_open=True).values("patient_id")
        return visible.filter(patient_id__in=treated)

    def of(self, patient: Patient) -> Self:
        return self.filter(patient_id=patient.pk)

    def standing(self) -> Self:
        """Those that nobody has taken back as entered in error."""
        return self.filter(retracted_at=None)


class ChartEntry(Record):
    """Something that stands in a patient's chart. It is never deleted: what is wrong is taken back, with a reason."""

    TEXTS: tuple[str, ...] = ()  # fields of one line
    PARAGRAPHS: tuple[str, ...] = ()  # fields of several

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_by = models.ForeignKey(
        User,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    retracted_at = models.DateTimeField(_("taken back"), null=True, editable=False)
    retracted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    retracted_because = models.CharField(_("taken back because"), max_length=300, blank=True, editable=False)

    objects = ChartQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True

    @property
    def is_retracted(self) -> bool:
        return self.retracted_at is not None

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        for name in (*self.TEXTS, *self.PARAGRAPHS):
            lines = name in self.PARAGRAPHS
            text = tidy(getattr(self, name), lines=lines)
            if has_forbidden(text, lines=lines):
                wrong[name] = UNPRINTABLE
            setattr(self, name, text)
        if wrong:
            raise ValidationError(wrong)

    def retract(self, *, because: str, by: User, seen_version: int | None = None, **changes: Any) -> None:
        """Take it back as entered in error. It stays, struck through, with the reason."""
        because = tidy(because, lines=False)
        if not because or has_forbidden(because, lines=False):
            raise ValidationError({"reason": _("Say why this is wrong.")})
        if self.is_retracted:
            raise Refusal(str(_("This was taken back already.")), code="already_retracted")
        self.change(
            seen_version=seen_version,
            retracted_at=clock.now(),
            retracted_by=by,
            retracted_because=because,
            **changes,
        )


class Chart(models.Model):
    """The first page of a patient's chart, ready to be read with one query.

    Each part is JSON that one noun writes in the transaction of its change (`patients.front.renew`) and that a
    card of the record page draws. Nothing stands here that does not stand in a row elsewhere; `rebuild_charts`
    writes it anew.
    """

    id = models.UUIDField(primary_key=True, db_column="_id", editable=False)  # that of the patient
    allergies = models.JSONField(default=dict)
    alerts = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    vitals = models.JSONField(default=list)
    results = models.JSONField(default=list)
    encounters = models.JSONField(default=list)
    documents = models.JSONField(default=list)
    consents = models.JSONField(default=dict)
    medicines = models.JSONField(default=list)  # written by the app that prescribes them
    oddities = models.JSONField(default=list)  # written by the app that finds them
    revision = models.PositiveIntegerField(default=1)  # so that each writing is one, even of what stood there

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def of(cls, patient_id: UUID) -> "Chart":
        """The chart of a patient; an empty one where nothing has been written yet."""
        return one_of(cls._default_manager.filter(pk=patient_id)) or cls(pk=patient_id)

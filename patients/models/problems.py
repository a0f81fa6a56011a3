"""What ails a patient, and what those who open the record must know before anything else."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import StatefulRecord
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.days import first_of_year, in_words, is_before, not_a_day

MOST_ACTIVE = 60
MOST_ALERTS = 12
ON_FRONT = 12


class ProblemQuerySet(ChartQuerySet):
    def active(self, patient_id: UUID) -> Self:
        return self.standing().filter(patient_id=patient_id, status=Problem.Status.ACTIVE)

    def front(self, patient_id: UUID) -> list[dict[str, Any]]:
        """The part of the chart's first page: all that are active, then the last resolved, as far as there is room.

        Rows of id, code, title, when and is_active. Since all active ones are in it, any two changes of
        them write different values: their writers meet in the chart's row, and the slower one starts again.
        """
        active = list(self.active(patient_id).order_by("-id"))
        over = self.standing().filter(patient_id=patient_id, status=Problem.Status.RESOLVED)
        room = max(0, ON_FRONT - len(active))
        return [one.on_front() for one in (*active, *over.order_by("-id")[:room])]


class Problem(ChartEntry, StatefulRecord):
    """A diagnosis or another lasting concern: FHIR Condition, coded in ICD-10-CM where a code fits."""

    TEXTS = ("title", "note")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        RESOLVED = "resolved", _("Resolved")

    MOVES = {
        Status.ACTIVE: frozenset({Status.RESOLVED}),
        Status.RESOLVED: frozenset({Status.ACTIVE}),
    }

    code = models.CharField(_("ICD-10-CM"), max_length=8, blank=True)
    title = models.CharField(_("problem"), max_length=300)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.ACTIVE, editable=False
    )
    onset_on = models.DateField(_("since"), null=True, blank=True)
    onset_is_year = models.BooleanField(_("only the year is known"), default=False)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    ended_is_year = models.BooleanField(_("only the year is known"), default=False)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ProblemQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_problem", "Write down a problem"),
            ("edit_problem", "Correct a problem"),
            ("resolve_problem", "Say that a problem is over"),
            ("reopen_problem", "Say that a problem is back"),
            ("retract_problem", "Take back a problem that was entered in error"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "status", "id"], name="problem_patient")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    @property
    def when(self) -> str:
        """Such as: since 2014; 2009; 2014 to 12 Apr 2026; until 2020."""
        since = in_words(self.onset_on, is_year=self.onset_is_year)
        until = in_words(self.ended_on, is_year=self.ended_is_year)
        if since and until:
            same = since == until
            return since if same else str(_("%(since)s to %(until)s") % {"since": since, "until": until})
        if until:
            return str(_("until %(day)s") % {"day": until})
        return str(_("since %(day)s") % {"day": since}) if since else ""

    def on_front(self) -> dict[str, Any]:
        return {
            "id": str(self.pk),
            "code": self.code,
            "title": self.title,
            "when": self.when,
            "is_active": self.is_active,
        }

    def clean(self) -> None:
        super().clean()
        self.onset_on = first_of_year(self.onset_on, is_year=self.onset_is_year)
        self.ended_on = first_of_year(self.ended_on, is_year=self.ended_is_year)
        wrong: dict[str, Any] = {}
        if not self.title:
            wrong["title"] = _("Write what the problem is.")
        for name, is_year in (("onset_on", self.onset_is_year), ("ended_on", self.ended_is_year)):
            day = getattr(self, name)
            if day and (because := not_a_day(day, self.patient, is_year=is_year)):
                wrong[name] = because
        if "ended_on" not in wrong and (because := self._why_not_its_end()):
            wrong["ended_on"] = because
        if wrong:
            raise ValidationError(wrong)

    def _why_not_its_end(self) -> Any:
        if not self.ended_on:
            return None
        if self.is_active:
            return _("This problem is active. Resolve it to write down its end.")
        by_year = self.onset_is_year or self.ended_is_year
        if self.onset_on and is_before(self.ended_on, self.onset_on, by_year=by_year):
            return _("This is before the problem began.")
        return None


class AlertQuerySet(ChartQuerySet):
    def standing_now(self, patient_id: UUID) -> Self:
        return self.standing().filter(patient_id=patient_id, ended_at=None)

    def front(self, patient_id: UUID) -> list[dict[str, str]]:
        """The part of the chart's first page: those that nobody has ended, the latest first."""
        found = self.standing_now(patient_id).order_by("-id")
        return [{"id": str(one.pk), "text": one.text, "category": one.category} for one in found]


class Alert(ChartEntry):
    """What stands in the head of the record until somebody ends it: FHIR Flag."""

    TEXTS = ("text",)

    class Category(models.TextChoices):
        SAFETY = "safety", _("Safety")
        INFECTION = "infection", _("Infection")
        COMMUNICATION = "communication", _("Communication")
        OTHER = "other", _("Other")

    category = models.CharField(_("category"), max_length=14, choices=Category)
    text = models.CharField(_("alert"), max_length=120)
    raised_at = models.DateTimeField(_("raised"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    ended_because = models.CharField(_("ended because"), max_length=200, blank=True, editable=False)

    objects = AlertQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("raise_alert", "Put an alert into the head of a record"),
            ("end_alert", "End an alert"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "ended_at"], name="alert_patient")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None and not self.is_retracted

    def clean(self) -> None:
        super().clean()
        if not self.text:
            raise ValidationError({"text": _("Write what must be known.")})

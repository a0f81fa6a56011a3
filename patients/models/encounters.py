"""What was found and decided: notes that are drafts until they are signed, and then stay as they are."""

import hashlib
import json
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.errors import Refusal
from hospital.models import Record, RecordQuerySet, StatefulRecord
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.words import UNPRINTABLE, has_forbidden, tidy

LONGEST_SECTION = 20_000
SECTIONS = ("complaint", "examination", "assessment", "plan")
MOST_DRAFTS = 12


def seal_of(facts: dict[str, Any]) -> str:
    """The SHA-256, in hex, of the canonical JSON of what was signed: keys sorted, no spaces, UTF-8."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(at: datetime | None) -> str | None:
    """To the millisecond, which both engines keep."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None


def _stays() -> NoReturn:
    raise Refusal(str(_("A signed note never changes. Add an addendum to it instead.")), code="note_signed")


class SealedQuerySet(ChartQuerySet):
    """The last hedge around what was signed: no UPDATE that Django builds from here reaches it."""

    def sealed(self) -> Self:
        """Those that never change again."""
        return self

    def open_ones(self) -> Self:
        return self.none()

    def update(self, **changes: Any) -> int:
        """Refused where a signed row is among these; what is signed in between is left out by the UPDATE itself."""
        if self.sealed().exists():
            _stays()
        return models.QuerySet.update(self.open_ones(), **changes)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        """Only what is new: an insert that turns into an update would write over a signed row."""
        if options.get("update_conflicts"):
            _stays()
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        raise Refusal(str(_("Clinical records are never deleted.")), code="never_deleted")


class SealedEntry(ChartEntry):
    """An entry that can be signed. It is changed by conditional updates only, never by `save()`."""

    objects = SealedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Always an insert: writing over a row with what somebody read before must be impossible."""
        if not self._state.adding:
            raise Refusal(str(_("A note is written by its services only.")), code="note_signed")
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Refusal(str(_("Clinical records are never deleted.")), code="never_deleted")


class EncounterQuerySet(SealedQuerySet):
    def sealed(self) -> Self:
        return self.filter(status=Encounter.Status.SIGNED)

    def open_ones(self) -> Self:
        return self.filter(status__in=[Encounter.Status.DRAFT, Encounter.Status.DISCARDED])

    def drafts(self) -> Self:
        return self.filter(status=Encounter.Status.DRAFT)

    def with_names(self) -> Self:
        """With those who began, wrote and signed them."""
        return self.select_related("author", "written_by", "signed_by")

    def latest_first(self) -> Self:
        return self.order_by("-began_at", "-id")

    def to_sign_by(self, user: User) -> Self:
        """The drafts that somebody has begun, the oldest first."""
        return self.drafts().filter(author_id=user.pk).order_by("began_at", "id")

    def front(self, patient_id: UUID) -> list[dict[str, Any]]:
        """The drafts of a patient for the first page of the chart, the latest first."""
        rows = self.drafts().filter(patient_id=patient_id).select_related("author").latest_first()
        return [
            {
                "id": str(one.pk),
                "author": str(one.author_id),
                "by": str(one.author),
                "began_at": one.began_at.isoformat(),
                "written_at": one.updated_at.isoformat(),
            }
            for one in rows[:MOST_DRAFTS]
        ]


class Encounter(SealedEntry, StatefulRecord):
    """A consultation and its note: FHIR Encounter and Composition.

    A draft is its author's; whoever else treats the patient may go on with it. Signed, it never changes:
    what has to be said afterwards is an Addendum.
    """

    PARAGRAPHS = SECTIONS

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SIGNED = "signed", _("Signed")
        DISCARDED = "discarded", _("Discarded")

    class Kind(models.TextChoices):
        VISIT = "visit", _("Appointment")
        WALK_IN = "walk_in", _("Walk-in")
        PHONE = "phone", _("Telephone")
        WARD = "ward", _("Ward round")
        OTHER = "other", _("Other")

    MOVES = {
        Status.DRAFT: frozenset({Status.SIGNED, Status.DISCARDED}),
        Status.SIGNED: frozenset(),
        Status.DISCARDED: frozenset({Status.DRAFT}),
    }

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OTHER)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    author = models.ForeignKey(
        User,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    began_at = models.DateTimeField(_("began"), default=clock.now)
    complaint = models.TextField(_("complaint"), max_length=LONGEST_SECTION, blank=True)
    examination = models.TextField(_("examination"), max_length=LONGEST_SECTION, blank=True)
    assessment = models.TextField(_("assessment"), max_length=LONGEST_SECTION, blank=True)
    plan = models.TextField(_("plan"), max_length=LONGEST_SECTION, blank=True)
    written_by = models.ForeignKey(
        User,
        verbose_name=_("last written by"),
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

    objects = EncounterQuerySet.as_manager()  # type: ignore[misc]
    told: tuple[str, ...] = ()  # what those who heard of its signing had to say

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("open_encounter", "Begin a note"),
            ("write_note", "Write into a draft"),
            ("sign_note", "Sign a note"),
            ("discard_note", "Discard a draft"),
            ("add_addendum", "Add to a signed note"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "began_at", "id"], name="encounter_patient"),
            models.Index(fields=["author", "status", "began_at"], name="encounter_author"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("patients:note", args=[self.patient_id, self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_writable(self) -> bool:
        """A draft of which nothing says that it had been signed."""
        return self.is_draft and self.is_intact

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED

    @property
    def is_discarded(self) -> bool:
        return self.status == self.Status.DISCARDED

    @property
    def title(self) -> str:
        """The first line of the complaint, or else of the assessment; empty where neither is written."""
        text = self.complaint.strip() or self.assessment.strip()
        return text.partition("\n")[0].strip()

    def sections(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}

    def seal(self) -> str:
        """The hash of what this note says now, as it would be signed."""
        return seal_of(
            {
                "id": str(self.pk),
                "patient": str(self.patient_id),
                "kind": self.kind,
                "author": str(self.author_id),
                "began_at": _moment(self.began_at),
                "signed_by": str(self.signed_by_id),
                "signed_at": _moment(self.signed_at),
                **self.sections(),
            }
        )

    @property
    def is_intact(self) -> bool:
        """Whether it is what was signed; of one that never was, that nothing says that it had been."""
        if self.is_signed:
            return compare_digest(self.content_hash, self.seal())
        return not (self.content_hash or self.signed_at or self.signed_by_id)


class Addendum(SealedEntry):
    """What was added to a signed note: it never changes either."""

    PARAGRAPHS = ("text",)

    encounter = models.ForeignKey(
        Encounter, verbose_name=_("note"), on_delete=models.PROTECT, related_name="addenda"
    )
    text = models.TextField(_("addendum"), max_length=LONGEST_SECTION)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        if not self.text:
            raise ValidationError({"text": _("Write what is to be added.")})

    def seal(self) -> str:
        """The hash of what this addendum says, and to what."""
        return seal_of(
            {
                "id": str(self.pk),
                "encounter": str(self.encounter_id),
                "patient": str(self.patient_id),
                "signed_by": str(self.recorded_by_id),
                "signed_at": _moment(self.created_at),
                "text": self.text,
            }
        )

    @property
    def is_intact(self) -> bool:
        return compare_digest(self.content_hash, self.seal())


class NoteTemplateQuerySet(RecordQuerySet):
    def offered(self) -> Self:
        return self.filter(is_active=True).order_by("name")


class NoteTemplate(Record):
    """Words to begin a note with."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    complaint = models.TextField(_("complaint"), max_length=LONGEST_SECTION, blank=True)
    examination = models.TextField(_("examination"), max_length=LONGEST_SECTION, blank=True)
    assessment = models.TextField(_("assessment"), max_length=LONGEST_SECTION, blank=True)
    plan = models.TextField(_("plan"), max_length=LONGEST_SECTION, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = NoteTemplateQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("note template")
        verbose_name_plural = _("note templates")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_note_templates", "Keep the templates of notes")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.name = tidy(self.name, lines=False)
        wrong: dict[str, Any] = {"name": UNPRINTABLE} if has_forbidden(self.name, lines=False) else {}
        for section in SECTIONS:
            text = tidy(getattr(self, section), lines=True)
            if has_forbidden(text, lines=True):
                wrong[section] = UNPRINTABLE
            setattr(self, section, text)
        if wrong:
            raise ValidationError(wrong)

    def sections(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in SECTIONS}

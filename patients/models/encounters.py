"""What was found and decided: notes that are drafts until they are signed, and then stay as they are."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import Record, StatefulRecord
from patients.models.chart import ChartEntry

LONGEST_SECTION = 20_000


class Encounter(ChartEntry, StatefulRecord):
    """A consultation and its note: FHIR Encounter and Composition.

    A draft is its author's; whoever else treats the patient may go on with it. Signed, it never changes:
    what has to be said afterwards is an Addendum.
    """

    PARAGRAPHS = ("complaint", "examination", "assessment", "plan")

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


class Addendum(ChartEntry):
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


class NoteTemplate(Record):
    """Words to begin a note with."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    complaint = models.TextField(_("complaint"), max_length=LONGEST_SECTION, blank=True)
    examination = models.TextField(_("examination"), max_length=LONGEST_SECTION, blank=True)
    assessment = models.TextField(_("assessment"), max_length=LONGEST_SECTION, blank=True)
    plan = models.TextField(_("plan"), max_length=LONGEST_SECTION, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("note template")
        verbose_name_plural = _("note templates")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_note_templates", "Keep the templates of notes")]

    def __str__(self) -> str:
        return self.name

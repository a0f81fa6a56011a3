"""Reports, letters and pictures that were put into a chart."""

from datetime import timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from hospital.models import new_secret, one_of
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.encounters import Encounter
from patients.models.people import OLDEST_YEARS, Patient

ON_THE_CARD = 6
MOST_WORDS = 6


class DocumentQuerySet(ChartQuerySet):
    def without_text(self) -> Self:
        """For lists: the text of one document may be longer than all else on the page."""
        return self.defer("text")

    def latest_first(self) -> Self:
        return self.order_by("-id")

    def search(self, question: str) -> Self:
        """Those that have every word in title, file name or text, however it is written. Of one patient only.

        SQLite compares small and capital letters beyond a to z as different: so each way to write a word is asked for.
        """
        found = self
        for word in question.split()[:MOST_WORDS]:
            written = models.Q()
            for way in {word, word.lower(), word.upper(), word.capitalize()}:
                for name in ("title", "file_name", "text"):
                    written |= models.Q(**{f"{name}__icontains": way})
            found = found.filter(written)
        return found

    def waiting(self, most_tries: int) -> Self:
        """Those whose text nobody has read yet, tried less often than that."""
        return self.filter(text_state=Document.TextState.WAITING, text_tries__lt=most_tries)

    def same_as(self, patient: Patient, sha256: str) -> "Document | None":
        """What stands in this chart already with this very content."""
        found: Document | None = one_of(self.of(patient).standing().filter(sha256=sha256).without_text())
        return found

    def front(self, patient_id: UUID) -> list[dict[str, Any]]:
        """What the card of the record page shows."""
        latest = self.filter(patient_id=patient_id).standing().without_text().latest_first()
        latest = latest.select_related("patient")  # whose clinic says which day it was
        return [document.on_card() for document in latest[:ON_THE_CARD]]


class Document(ChartEntry):
    """A file in the chart: FHIR DocumentReference. Its content lies outside the web root under a random key."""

    TEXTS = ("title", "file_name")

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        LETTER = "letter", _("Letter")
        IMAGE = "image", _("Picture")
        LABORATORY = "laboratory", _("Laboratory")
        CONSENT = "consent", _("Consent form")
        OTHER = "other", _("Other")

    class TextState(models.TextChoices):
        """How far the reading of the text has come."""

        WAITING = "waiting", _("Being read")
        READ = "read", _("Text found")
        NONE = "none", _("No text in it")
        FAILED = "failed", _("Could not be read")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REPORT)
    title = models.CharField(_("title"), max_length=200)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    encounter = models.ForeignKey(
        Encounter,
        verbose_name=_("consultation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    file_name = models.CharField(_("file name"), max_length=200, editable=False)
    media_type = models.CharField(_("media type"), max_length=60, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)
    text_state = models.CharField(max_length=8, choices=TextState, default=TextState.WAITING, editable=False)
    text_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = DocumentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("upload_document", "Put a document into a chart"),
            ("edit_document", "Correct the title of a document"),
            ("retract_document", "Take back a document that was put into the wrong chart"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "id"], name="document_patient"),
            models.Index(fields=["text_state", "id"], name="document_text"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patients:document", args=[self.patient_id, self.pk])

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    def on_card(self) -> dict[str, Any]:
        zone = places.site(self.patient.site_id).zone
        day = self.dated_on or self.created_at.astimezone(zone).date()
        return {"id": str(self.pk), "title": self.title, "kind": self.kind, "on": day.isoformat()}

    def clean(self) -> None:
        super().clean()
        if not self.title:
            raise ValidationError({"title": _("Give it a title.")})
        if self.dated_on is None:
            return
        last = (clock.now() + timedelta(hours=14)).date()  # today, wherever on earth
        if not last.year - OLDEST_YEARS <= self.dated_on.year or self.dated_on > last:
            raise ValidationError({"dated_on": _("A document is not dated in the future, nor so long ago.")})

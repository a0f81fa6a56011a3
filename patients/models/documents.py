"""Reports, letters and pictures that were put into a chart."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.models import new_secret
from patients.models.chart import ChartEntry
from patients.models.encounters import Encounter


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

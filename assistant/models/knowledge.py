"""What the house goes by: guidelines that were uploaded, cut into passages that can be quoted."""

import re
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital.models import RecordQuerySet, StatefulRecord, new_secret
from patients.models.words import UNPRINTABLE, has_forbidden, tidy

LONGEST_PASSAGE = 4_000
PASSAGES_ON_A_PAGE = 100
SHORTEST_TABLE = 3
TABLE_RULE = re.compile(r"\s*\|(?:\s*:?-+:?\s*\|)+\s*")


class GuidelineQuerySet(RecordQuerySet):
    def answering(self) -> Self:
        """Those from which answers may quote."""
        return self.filter(status=Guideline.Status.INDEXED)

    def to_be_indexed(self) -> Self:
        """Those from which answers may quote later."""
        return self.filter(status__in=[Guideline.Status.WAITING, Guideline.Status.INDEXING])

    def by_title(self) -> Self:
        return self.order_by("title", "id")


class Guideline(StatefulRecord):
    """A document of the knowledge base. Its file lies outside the web root under a random key."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        INDEXING = "indexing", _("Being indexed")
        INDEXED = "indexed", _("Ready")
        FAILED = "failed", _("Could not be read")
        RETIRED = "retired", _("Retired")

    MOVES = {
        Status.WAITING: frozenset({Status.INDEXING, Status.FAILED, Status.RETIRED}),
        Status.INDEXING: frozenset({Status.INDEXED, Status.FAILED, Status.WAITING, Status.RETIRED}),
        Status.INDEXED: frozenset({Status.WAITING, Status.RETIRED}),
        Status.FAILED: frozenset({Status.WAITING, Status.RETIRED}),
        Status.RETIRED: frozenset(),
    }

    title = models.CharField(_("title"), max_length=200)
    licence = models.CharField(
        _("licence"),
        max_length=120,
        help_text=_("Under which it may be kept and quoted here, such as CC BY 4.0"),
    )
    source = models.CharField(
        _("source"),
        max_length=300,
        blank=True,
        help_text=_("Where it comes from: an address or a book. It is shown, never fetched"),
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    is_demonstration = models.BooleanField(_("only a demonstration"), default=False, editable=False)
    file_name = models.CharField(_("file name"), max_length=200, editable=False)
    media_type = models.CharField(_("media type"), max_length=60, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.WAITING, editable=False
    )
    passages_done = models.PositiveIntegerField(_("passages indexed"), default=0, editable=False)
    passages_total = models.PositiveIntegerField(_("passages"), default=0, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    problem = models.CharField(_("what is wrong"), max_length=300, blank=True, editable=False)
    retired_because = models.CharField(_("retired because"), max_length=300, blank=True, editable=False)
    has_vectors = models.BooleanField(
        default=False, editable=False
    )  # or may have: said before the first is written

    objects = GuidelineQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("guideline")
        verbose_name_plural = _("guidelines")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_guidelines", "Upload and retire guidelines")]
        indexes: ClassVar = [models.Index(fields=["status", "id"], name="guideline_status")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=models.Q(status__in=["waiting", "indexing", "indexed", "failed"]),
                name="one_guideline_of_a_content",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assistant:guideline", args=[self.pk])

    @property
    def is_retired(self) -> bool:
        return self.status == self.Status.RETIRED

    @property
    def is_moving(self) -> bool:
        """Whether somebody who looks at it may soon see something else."""
        return self.status in {self.Status.WAITING, self.Status.INDEXING}

    @property
    def percent(self) -> int:
        return 100 * self.passages_done // self.passages_total if self.passages_total else 0

    def clean(self) -> None:
        wrong: dict[str, object] = {}
        for name in ("title", "licence", "source", "language"):
            text = tidy(getattr(self, name), lines=False)
            setattr(self, name, text)
            if has_forbidden(text, lines=False):
                wrong[name] = UNPRINTABLE
        if not self.title:
            wrong["title"] = _("Give it a title.")
        if not self.licence:
            wrong["licence"] = _("Say under which licence it may be kept and quoted here.")
        if urlsplit(self.source).scheme.lower() in {"javascript", "data", "vbscript"}:
            wrong["source"] = _("This is no address of a document.")
        if wrong:
            raise ValidationError(wrong)


class PassageQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """What belongs to a guideline that may be seen."""
        return self if user.has_perm("assistant.view_guideline") else self.none()


class Passage(models.Model):
    """Some sentences of a guideline, as they stand there. Written when it is read, anew when that is done again."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=48)  # guideline:number
    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField(default=0)  # 0 where there are none
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=LONGEST_PASSAGE)

    objects = PassageQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.id

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """As it is shown: paragraphs (`text`), and lists (`points`) and tables (`head`, `rows`) where Markdown has some."""
        return [_block(block) for block in self.text.split("\n\n") if block.strip()]

    def get_absolute_url(self) -> str:
        page = self.number // PASSAGES_ON_A_PAGE + 1
        part = f"?page={page}" if page > 1 else ""
        return f"{reverse('assistant:guideline', args=[self.guideline_id])}{part}#p{self.number}"


def _block(text: str) -> dict[str, Any]:
    lines = text.splitlines()
    if all(line.startswith("- ") for line in lines):
        return {"points": [line.removeprefix("- ") for line in lines]}
    if all(line.startswith(">") for line in lines):
        return {"text": "\n".join(line.removeprefix(">").strip() for line in lines)}
    if len(lines) < SHORTEST_TABLE or not TABLE_RULE.fullmatch(lines[1]):
        return {"text": text}
    head, _rule, *rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    return {"head": head, "rows": rows}

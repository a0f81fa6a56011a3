"""Conversations with the assistant: their turns, and what they remember."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from hospital import clock
from hospital.models import Record, RecordQuerySet, StatefulRecord
from patients.models import CareRelation, Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy

LONGEST_QUESTION = 2000
LONGEST_TITLE = 80


class ConversationQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """The user's own, asked in the role that he or she still has; about a patient only while the user may
        see the chart.
        """
        own = super().visible_to(user).filter(user_id=user.pk, role=user.role, erased_at=None)
        about_nobody = models.Q(patient_id=None)
        if user.has_perm("patients.declare_care"):
            treated = CareRelation.objects.filter(user_id=user.pk, is_open=True).values("patient_id")
            return own.filter(about_nobody | models.Q(patient_id__in=treated))
        return own if user.has_perm("patients.view_patient") else own.filter(about_nobody)

    def about(self, patient: Patient) -> Self:
        return self.filter(patient_id=patient.pk)

    def latest_used(self) -> Self:
        return self.order_by("-last_used_at", "-id")


class Conversation(Record):
    """What one user asks, about one patient or none: that is settled when it begins, and never changes.

    Once erased it is an empty row: the audit, which keeps that it was there, still finds it.
    """

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(_("asked as"), max_length=20, choices=Role)
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    title = models.CharField(_("title"), max_length=LONGEST_TITLE, blank=True)
    summary = models.TextField(_("what was asked before"), max_length=4000, blank=True)
    last_used_at = models.DateTimeField(_("last used"), default=clock.now)
    expires_at = models.DateTimeField(_("is erased by itself at"))
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects = ConversationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("ask", "Ask the assistant"),
            ("stop_answer", "Stop an answer of the assistant"),
            ("erase_conversation", "Erase an own conversation with the assistant"),
            ("erase_fact", "Erase what an own conversation remembers"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "last_used_at"], name="conversation_user"),
            models.Index(fields=["expires_at"], name="conversation_expires"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Conversation"))

    def get_absolute_url(self) -> str:
        return reverse("assistant:conversation", args=[self.pk])


class PartQuerySet(RecordQuerySet):
    """Parts are reached through their conversation, which the user may see or not."""

    def of(self, conversation: Conversation) -> Self:
        return self.filter(conversation_id=conversation.pk)


class TurnQuerySet(PartQuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the conversations that the user may see."""
        own = Conversation.objects.visible_to(user).values_list("pk", flat=True)
        return self.filter(conversation_id__in=list(own))


class Turn(StatefulRecord):
    """A question and its answer.

    `answer` is the list of its sentences, each `{"text", "keys", "opens"}`: its words, the sources that it cites,
    and whether it goes on ("") or opens a "line" or an "item" of a list. `citations` are Citations as JSON, under
    the keys of the sentences. `sources_used` are the ids of all that was read for it.
    """

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked")
        ANSWERING = "answering", _("Being answered")
        ANSWERED = "answered", _("Answered")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    MOVES: ClassVar = {
        Status.ASKED: frozenset({Status.ANSWERING, Status.STOPPED}),
        Status.ANSWERING: frozenset({Status.ANSWERED, Status.STOPPED, Status.FAILED}),
    }
    BACK: ClassVar = {
        Status.FAILED: frozenset({Status.ANSWERING}),
        Status.ANSWERING: frozenset({Status.ANSWERING}),
    }

    conversation = models.ForeignKey(
        Conversation, verbose_name=_("conversation"), on_delete=models.CASCADE, related_name="turns"
    )
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    question = models.TextField(_("question"), max_length=LONGEST_QUESTION)
    answer = models.JSONField(_("answer"), default=list, blank=True)
    citations = models.JSONField(_("citations"), default=list, blank=True)
    sources_used = models.JSONField(_("sources used"), default=list, blank=True)
    dropped = models.PositiveSmallIntegerField(_("sentences left out"), default=0)
    provider = models.CharField(_("provider"), max_length=80, blank=True)
    notice = models.CharField(_("notice"), max_length=300, blank=True)
    is_outside = models.BooleanField(_("worded outside of the hospital"), default=False)
    abstained = models.BooleanField(_("nothing could be said"), default=False)
    stop_asked_at = models.DateTimeField(_("asked to stop"), null=True, editable=False)

    objects = TurnQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_turn_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    def clean(self) -> None:
        self.question = tidy(self.question, lines=True)
        if not self.question:
            raise ValidationError({"question": _("Write what you want to know.")})
        if has_forbidden(self.question, lines=True):
            raise ValidationError({"question": UNPRINTABLE})

    @property
    def audit_patient_id(self) -> Any:
        return self.conversation.patient_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be said."""
        return self.status in {self.Status.ANSWERED, self.Status.STOPPED}

    @property
    def stopped(self) -> bool:
        return self.status == self.Status.STOPPED

    @property
    def said(self) -> str:
        """The answer as plain words."""
        return " ".join(sentence["text"] for sentence in self.answer)


class Fact(Record):
    """What a conversation remembers: words that stood in a source. Never a source itself."""

    conversation = models.ForeignKey(
        Conversation, verbose_name=_("conversation"), on_delete=models.CASCADE, related_name="facts"
    )
    turn_number = models.PositiveIntegerField(_("learned in the answer"))
    text = models.CharField(_("text"), max_length=400)
    source_kind = models.CharField(_("kind of source"), max_length=20)
    source = models.CharField(_("source"), max_length=64, help_text=_("The id of the row or passage"))
    title = models.CharField(_("title of the source"), max_length=200)
    url = models.CharField(_("address of the source"), max_length=300, blank=True)

    objects = PartQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "source"], name="one_fact_of_a_source")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_patient_id(self) -> Any:
        return self.conversation.patient_id

"""The outbox: what must be said to whom and what became of it; how people want to be told."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import Record, RecordQuerySet, StatefulRecord, one_of

MOST_COUNTED = 99


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    INBOX = "inbox", _("Inbox")


class MessageQuerySet(RecordQuerySet):
    def due(self, now: Any) -> Self:
        """Those whose time has come, the longest overdue first."""
        return self.filter(status=Message.Status.DUE, due_at__lte=now).order_by("due_at", "id")

    def about_patient(self, patient_id: UUID) -> Self:
        """What was to be said to or about a patient, newest first."""
        return self.filter(patient_id=patient_id).order_by("-id")

    def about(self, subject_id: UUID) -> Self:
        """What was to be said because of one record, in the order in which it was or will be due."""
        return self.filter(subject_id=subject_id).order_by("due_at", "id")

    def stuck(self) -> Self:
        """What staff has to decide: it was not sent, or nobody knows whether it was. The oldest first."""
        return self.filter(status__in=Message.STUCK).order_by("id")

    def in_inbox_of(self, user: User) -> Self:
        return self.filter(recipient_id=user.pk, channel=Channel.INBOX)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Message(StatefulRecord):
    """Something that must be said to somebody, once. Written in the transaction of what it tells.

    `key` is event, version, rule and recipient: the database itself refuses the same message twice.
    A row is `sending` before anything leaves the house, and stays so if the worker dies: then nobody
    knows, and it is `uncertain`.
    """

    class Status(models.TextChoices):
        DUE = "due", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")
        WITHDRAWN = "withdrawn", _("Not sent")
        DISMISSED = "dismissed", _("Dismissed")

    class Because(models.TextChoices):
        """Why something was not sent, or not yet."""

        NOTHING = "", ""
        SUPERSEDED = "superseded", _("It was no longer true: moved, cancelled or over")
        NEVER_TOLD = "never_told", _("Nothing had been sent about it yet")
        OPTED_OUT = "opted_out", _("The recipient wants no such messages")
        NO_ADDRESS = "no_address", _("Neither an e-mail address nor a phone number is known")
        INACTIVE = "inactive", _("The record is closed")
        REFUSED = "refused", _("The other side refused it for good")
        UNREACHABLE = "unreachable", _("The other side could not be reached")
        INTERRUPTED = "interrupted", _("The connection or the worker ended while it was being sent")
        UNWRITABLE = "unwritable", _("It could not be written: a fault of this program")

    # What people may do. On its way from due to its end a message is in the hands of notifications/outbox.py.
    MOVES = {
        Status.FAILED: frozenset({Status.DUE, Status.DISMISSED}),
        Status.UNCERTAIN: frozenset({Status.DUE, Status.DISMISSED}),
    }
    STUCK = tuple(MOVES)

    key = models.CharField(max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    rule = models.CharField(_("rule"), max_length=20, default="now")
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(_("about"))
    subject_version = models.PositiveIntegerField(default=0)
    patient_id = models.UUIDField(_("patient"), null=True, blank=True)
    recipient_type = models.CharField(_("to"), max_length=10)
    recipient_id = models.UUIDField()
    channel = models.CharField(_("by"), max_length=6, choices=Channel, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DUE)
    because = models.CharField(_("because"), max_length=14, choices=Because, blank=True, default="")
    due_at = models.DateTimeField(_("due"), default=clock.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.CharField(
        max_length=32, blank=True, default="", help_text=_("Which attempt has it in hand")
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_to = models.CharField(_("to address"), max_length=254, blank=True, default="")
    may_know = models.BooleanField(
        default=False,
        help_text=_("Something has left the house, or may have, or staff has told the recipient"),
    )
    title = models.CharField(_("title"), max_length=200, blank=True, default="")
    body = models.TextField(_("text"), blank=True, default="")
    error = models.CharField(_("what the other side said"), max_length=300, blank=True, default="")
    url = models.CharField(max_length=200, blank=True, default="")
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    patient_name = ""  # read by kinds.name_patients, where it is shown

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["status", "due_at", "id"], name="message_due"),
            models.Index(fields=["status", "id"], name="message_status"),
            models.Index(fields=["patient_id", "id"], name="message_patient"),
            models.Index(fields=["subject_id", "due_at"], name="message_subject"),
            models.Index(fields=["recipient_id", "channel", "read_at", "id"], name="message_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_stuck(self) -> bool:
        """Whether staff has to decide about it."""
        return self.status in self.STUCK

    def get_status_display(self) -> str:
        return str(self.Status(self.status).label)


class ContactPreferenceQuerySet(RecordQuerySet):
    def of(self, person_id: UUID) -> "ContactPreference | None":
        """What this person has said; None if nothing yet."""
        found: ContactPreference | None = one_of(self.filter(person_id=person_id))
        return found


class ContactPreference(Record):
    """How a person wants to be told, and of what. Without a row: by e-mail, else by text message, of everything."""

    class Muted(models.TextChoices):
        NOTHING = "", _("All messages")
        REMINDERS = "reminders", _("No reminders")
        ALL = "all", _("No messages at all")

    person_id = models.UUIDField(unique=True, editable=False)
    person_type = models.CharField(max_length=10, editable=False)
    channel = models.CharField(_("preferred way"), max_length=6, choices=Channel, blank=True, default="")
    muted = models.CharField(_("wants"), max_length=10, choices=Muted, blank=True, default="")
    muted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ContactPreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact preference")
        verbose_name_plural = _("contact preferences")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.person_type} {self.person_id}"

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.person_id if self.person_type == "patient" else None

    def silences(self, *, reminder: bool) -> bool:
        return self.muted == self.Muted.ALL or (reminder and self.muted == self.Muted.REMINDERS)


class Heartbeat(models.Model):
    """When a part of the machinery last did its work, for the administrators."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=20)
    at = models.DateTimeField(default=clock.now)
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name

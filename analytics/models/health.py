"""What is known about the parts of the system: their state now, how it changed, what was verified."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital import clock
from hospital.models import Record, RecordQuerySet


class State(models.TextChoices):
    OK = "ok", _("Fine")
    SLOW = "slow", _("Slow")
    WARNING = "warning", _("Warning")
    DOWN = "down", _("Down")
    UNKNOWN = "unknown", _("Not known")


BAD = (State.WARNING, State.DOWN)


class CheckState(models.Model):
    """What the last look at one part found, and the state that is believed: what two looks in a row have found."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.UNKNOWN)
    seen = models.CharField(_("last seen as"), max_length=8, choices=State)
    since = models.DateTimeField(_("since"), default=clock.now)
    looks = models.PositiveSmallIntegerField(default=1)
    sentence = models.CharField(max_length=300)
    figure = models.CharField(max_length=60, blank=True, default="")
    number = models.FloatField(null=True)
    looked_at = models.DateTimeField(default=clock.now)
    outage_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("state of a part")
        verbose_name_plural = _("states of the parts")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.seen}"


class CheckChangeQuerySet(RecordQuerySet):
    def newest_first(self) -> Any:
        """The newest first."""
        return self.order_by("-id")


class CheckChange(Record):
    """One part became better or worse. Of the first change of an outage everybody is told, and of its end."""

    name = models.CharField(max_length=40)
    was = models.CharField(_("was"), max_length=8, choices=State)
    state = models.CharField(_("became"), max_length=8, choices=State)
    at = models.DateTimeField(_("when"))
    sentence = models.CharField(max_length=300)

    objects: ClassVar[Any] = CheckChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        default_permissions = ()
        indexes = [models.Index(fields=["name", "id"], name="check_change_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.was} {self.state}"


class Verification(models.Model):
    """How far a long proof has come, and how the last one ended. One task at a time holds it, by its claim."""

    class Outcome(models.TextChoices):
        NONE = "", _("Never ended")
        INTACT = "intact", _("Intact")
        BROKEN = "broken", _("Broken")

    name = models.CharField(primary_key=True, db_column="_id", max_length=20)
    started_at = models.DateTimeField(null=True)
    place = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True, default="")
    found = models.CharField(max_length=300, blank=True, default="")
    ended_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    proved_rows = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}"

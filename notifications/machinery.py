"""How the machinery behind the messages is doing: broker, workers, sweep, outbox. For administrators."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from hospital import clock
from hospital.models import one_of
from notifications.models import Heartbeat, Message

QUEUE = "celery"
ANSWER_WITHIN = 0.4  # seconds
MOST_COUNTED = 10_000
Status = Message.Status


@dataclass(frozen=True)
class Machinery:
    """`None` means that it cannot be known: no broker is configured, or it does not answer."""

    broker: bool | None
    tasks_waiting: int | None
    workers: list[str] | None
    swept_at: datetime | None
    swept: dict[str, int]
    due: int
    oldest_due_at: datetime | None
    being_sent: int
    stuck: int

    @property
    def is_late(self) -> bool:
        """Whether messages wait for a sweep that should have come: three times its period."""
        patience = timedelta(seconds=3 * settings.SWEEP_SECONDS)
        return self.swept_at is None or clock.now() - self.swept_at > patience


def look() -> Machinery:
    """The state now. Waits for the broker and the workers a second at most."""
    broker, waiting = ask_broker()
    now = clock.now()
    last: Heartbeat | None = one_of(Heartbeat.objects.filter(name="sweep"))
    oldest: Message | None = one_of(Message.objects.due(now))
    return Machinery(
        broker=broker,
        tasks_waiting=waiting,
        workers=ask_workers() if broker else None,
        swept_at=last.at if last else None,
        swept=dict(last.details) if last else {},
        due=_count(Message.objects.filter(status=Status.DUE, due_at__lte=now)),
        oldest_due_at=oldest.due_at if oldest else None,
        being_sent=_count(Message.objects.filter(status=Status.SENDING)),
        stuck=_count(Message.objects.stuck()),
    )


def _count(rows: object) -> int:
    return int(rows[:MOST_COUNTED].count())  # type: ignore[index]


def ask_broker() -> tuple[bool | None, int | None]:
    """Whether it answers, and how many tasks wait there."""
    if not settings.REDIS_URL:
        return None, None
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=ANSWER_WITHIN, socket_timeout=ANSWER_WITHIN
        ) as server:
            return True, int(server.llen(QUEUE))
    except (RedisError, OSError):
        return False, None


def ask_workers() -> list[str] | None:
    """The names of the workers that answer in time."""
    try:
        answers = current_app.control.ping(timeout=ANSWER_WITHIN)
    except (OperationalError, OSError):
        return None
    return sorted(name for answer in answers for name in answer)

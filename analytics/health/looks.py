"""What is looked at, and from when on it is slow, worth a warning or down."""

import shutil
import smtplib
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.health.register import ANSWER_WITHIN, Reading
from analytics.models import State, Verification
from hospital import clock, engine
from hospital.models import one_of
from notifications import machinery
from notifications.models import Heartbeat, Message

TIMETABLE, WORKER, BACKUP = "timetable", "worker", "backup"  # names of their heartbeats
SLOW_DATABASE, SLOW_BROKER, SLOW_MAIL = 0.25, 0.1, 1.0  # seconds
STUCK_AFTER = timedelta(minutes=3)
SILENT_AFTER, LOST_AFTER = timedelta(seconds=13), timedelta(minutes=1)
MANY_TASKS = 1000
LATE_AFTER, TOO_LATE_AFTER = timedelta(minutes=5), timedelta(minutes=30)
LITTLE_SPACE, NO_SPACE = 0.10, 0.03  # of the disk
BACKUP_IS_OLD, BACKUP_IS_TOO_OLD = timedelta(hours=26), timedelta(days=3)
PROOF_IS_OLD = timedelta(hours=36)
GIGABYTE = 1e9


def in_words(span: timedelta) -> str:
    """12 s, 3 min, 5 h, 2 days: the larger unit alone."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return _("%(number)d s") % {"number": seconds}
    if seconds < 7200:
        return _("%(number)d min") % {"number": seconds // 60}
    if seconds < 2 * 86400:
        return _("%(number)d h") % {"number": seconds // 3600}
    return ngettext("%(number)d day", "%(number)d days", seconds // 86400) % {"number": seconds // 86400}


def _timed(seconds: float, slow: float) -> Reading:
    """An answer came, after so many seconds."""
    figure, number = f"{seconds * 1000:.0f} ms", round(seconds, 4)
    if seconds > slow:
        return Reading(State.SLOW, _("It answers late."), figure, number)
    return Reading(State.OK, _("It answers."), figure, number)


# ── Database ────────────────────────────────────────────────────────────────


def database() -> Reading:
    """One row, there and back, of a table that nobody writes."""
    started = time.perf_counter()
    ContentType.objects.exists()
    return _timed(time.perf_counter() - started, SLOW_DATABASE)


def migrations() -> Reading:
    missing = engine.missing_migrations()
    if not missing:
        return Reading(State.OK, _("All are applied."), "0", 0)
    said = ngettext(
        "%(number)d is not applied: %(first)s.",
        "%(number)d are not applied, the first is %(first)s.",
        len(missing),
    )
    return Reading(
        State.DOWN, said % {"number": len(missing), "first": missing[0]}, str(len(missing)), len(missing)
    )


# ── Broker, workers, timetable ──────────────────────────────────────────────


def _without_broker() -> Reading:
    return Reading(State.UNKNOWN, _("No broker is configured."))


def broker() -> Reading:
    if not settings.REDIS_URL:
        return Reading(State.WARNING, _("None is configured: what is to be sent waits in the outbox."))
    started = time.perf_counter()
    answers, _waiting = machinery.ask_broker()
    if not answers:
        return Reading(
            State.DOWN, _("It does not answer. Pages work; what is to be sent waits in the outbox.")
        )
    return _timed(time.perf_counter() - started, SLOW_BROKER)


def tasks() -> Reading:
    """How many wait at the broker."""
    if not settings.REDIS_URL:
        return _without_broker()
    answers, waiting = machinery.ask_broker()
    if not answers or waiting is None:
        return Reading(State.UNKNOWN, _("Cannot be counted while the broker does not answer."))
    said = ngettext("%(number)d task waits.", "%(number)d tasks wait.", waiting) % {"number": waiting}
    return Reading(State.WARNING if waiting > MANY_TASKS else State.OK, said, str(waiting), waiting)


def workers() -> Reading:
    """How many answer a call."""
    if not settings.REDIS_URL:
        return _without_broker()
    names = machinery.ask_workers()
    if names is None:
        return Reading(State.UNKNOWN, _("Cannot be asked while the broker does not answer"))
    said = ngettext("%(number)d answers", "%(number)d answer", len(names)) if names else _("None answers")
    state = State.OK if names else State.DOWN
    return Reading(state, said % {"number": len(names)}, str(len(names)), len(names))


def last_heard(found: Reading) -> Reading:
    """When one last finished a task. A worker that answers and finishes nothing is stuck."""
    heard = last_beat(WORKER)
    if found.number is None and heard is None:
        return found
    silent = heard is not None and clock.now() - heard > STUCK_AFTER
    state = State.WARNING if silent and found.state == State.OK else found.state
    return replace(found, state=state, sentence=f"{found.sentence}; {_heard(heard)}.")


def timetable() -> Reading:
    """When it last looked what is due."""
    heard = last_beat(TIMETABLE)
    if heard is None:
        return Reading(State.DOWN if settings.REDIS_URL else State.UNKNOWN, _("It was never heard."))
    since = clock.now() - heard
    state = State.DOWN if since > LOST_AFTER else State.WARNING if since > SILENT_AFTER else State.OK
    return Reading(
        state, _("%(heard)s.") % {"heard": _heard(heard).capitalize()}, in_words(since), since.total_seconds()
    )


def last_beat(name: str) -> datetime | None:
    row: Heartbeat | None = one_of(Heartbeat.objects.filter(name=name))
    return row.at if row else None


def _heard(at: datetime | None) -> str:
    if at is None:
        return _("never heard")
    return _("last heard %(span)s ago") % {"span": in_words(clock.now() - at)}


# ── Messages ────────────────────────────────────────────────────────────────


def outbox() -> Reading:
    """How many messages should have left, and for how long the oldest of them has waited."""
    now = clock.now()
    due = int(Message.objects.due(now)[: machinery.MOST_COUNTED].count())
    oldest: Message | None = one_of(Message.objects.due(now))
    if oldest is None:
        return Reading(State.OK, _("Nothing waits."), "0", 0)
    waited = now - oldest.due_at
    state = State.DOWN if waited > TOO_LATE_AFTER else State.WARNING if waited > LATE_AFTER else State.OK
    said = ngettext(
        "%(number)d waits, since %(span)s.", "%(number)d wait, the oldest since %(span)s.", due
    ) % {"number": due, "span": in_words(waited)}
    return Reading(state, said, str(due), waited.total_seconds())


def uncertain() -> Reading:
    """Messages of which staff has to decide."""
    stuck = int(Message.objects.stuck()[: machinery.MOST_COUNTED].count())
    if not stuck:
        return Reading(State.OK, _("None waits for a decision."), "0", 0)
    said = ngettext("%(number)d waits for a decision.", "%(number)d wait for a decision.", stuck)
    return Reading(State.WARNING, said % {"number": stuck}, str(stuck), stuck)


def mail() -> Reading:
    """The greeting of the mail server; no letter is sent."""
    if not settings.EMAIL_URL:
        return Reading(State.OK, _("None is configured: letters are files in a folder."))
    started = time.perf_counter()
    secure = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with secure(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=ANSWER_WITHIN):
        pass
    return _timed(time.perf_counter() - started, SLOW_MAIL)


# ── What is kept ────────────────────────────────────────────────────────────


def data_folders() -> list[Path]:
    """Where the database, the documents and the letters lie, on this machine."""
    name = Path(str(settings.DATABASES["default"]["NAME"]))
    folders = [Path(settings.UPLOADS_FOLDER), Path(settings.EMAIL_FILE_PATH)]
    return [name.parent, *folders] if name.is_absolute() else folders


def disk() -> Reading:
    """The free share of the fullest disk that holds data."""
    free = []
    for folder in data_folders():
        there = next(one for one in (folder, *folder.parents) if one.exists())
        usage = shutil.disk_usage(there)
        free.append((usage.free / usage.total, usage.free))
    share, left = min(free)
    state = State.DOWN if share < NO_SPACE else State.WARNING if share < LITTLE_SPACE else State.OK
    said = _("%(left).1f GB are free where the data lies.") % {"left": left / GIGABYTE}
    return Reading(state, said, f"{share:.0%}", round(share, 4))


def backup() -> Reading:
    """When the last one was made."""
    made = last_beat(BACKUP)
    if made is None:
        return Reading(State.WARNING, _("None was made yet."))
    age = clock.now() - made
    state = State.DOWN if age > BACKUP_IS_TOO_OLD else State.WARNING if age > BACKUP_IS_OLD else State.OK
    said = _("The last was made %(span)s ago.") % {"span": in_words(age)}
    return Reading(state, said, in_words(age), age.total_seconds())


def proof(name: str) -> Reading:
    """When it was last verified to the end, and how that ended."""
    row: Verification | None = one_of(Verification.objects.filter(name=name))
    if row is None or row.ended_at is None:
        return Reading(State.UNKNOWN, _("Not verified yet: it is done every night."))
    ago = clock.now() - row.ended_at
    if row.outcome == Verification.Outcome.BROKEN:
        return Reading(State.DOWN, row.found, in_words(ago), 0)
    said = _("%(rows)s rows are as they were written, seen %(span)s ago.") % {
        "rows": f"{row.proved_rows:,}",
        "span": in_words(ago),
    }
    return Reading(State.WARNING if ago > PROOF_IS_OLD else State.OK, said, in_words(ago), 1)

"""How everything is, as pages, the API and Prometheus show it: one reading of the rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.health.readiness import readiness
from analytics.health.register import Check, checks, label_of
from analytics.health.watching import watch_if_nobody_does
from analytics.models import BAD, CheckChange, CheckState, State
from hospital import clock

TOO_OLD = timedelta(minutes=1)
CHANGES_SHOWN = 20


@dataclass(frozen=True)
class Part:
    """One part as it was last seen. What was seen too long ago is not known."""

    check: Check
    state: State
    sentence: str
    figure: str = ""
    number: float | None = None
    since: datetime | None = None
    looked_at: datetime | None = None

    @property
    def name(self) -> str:
        return self.check.name

    @property
    def is_bad(self) -> bool:
        return self.state in BAD


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    label: str
    row: CheckChange


@dataclass(frozen=True)
class Status:
    parts: tuple[Part, ...]

    @property
    def state(self) -> State:
        """That of the worst part. What is not known is not counted: it says so itself."""
        seen = {part.state for part in self.parts}
        return next((one for one in (State.DOWN, State.WARNING, State.SLOW) if one in seen), State.OK)

    @property
    def bad(self) -> list[Part]:
        return [part for part in self.parts if part.is_bad]

    @property
    def looked_at(self) -> datetime | None:
        return max((part.looked_at for part in self.parts if part.looked_at), default=None)


def status() -> Status:
    """The last look at each part; a new one first, if nobody has looked for a while."""
    watch_if_nobody_does()
    rows = {row.name: row for row in CheckState.objects.all()}
    return Status(tuple(_part(check, rows.get(check.name)) for check in checks()))


def status_for_machines() -> Status:
    """The same; where the database is missing, that alone."""
    missing = readiness().missing
    if not missing:
        return status()
    named = [check for check in checks() if check.name in missing]
    return Status(tuple(Part(check, State.DOWN, "") for check in named))


def _part(check: Check, row: CheckState | None) -> Part:
    if row is None:
        return Part(check, State.UNKNOWN, "")
    is_old = clock.now() - row.looked_at > TOO_OLD + check.every
    state = State.UNKNOWN if is_old else State(row.seen)
    return Part(check, state, row.sentence, row.figure, row.number, row.since, row.looked_at)


def latest_changes() -> list[Change]:
    return [Change(label_of(row.name), row) for row in CheckChange.objects.newest_first()[:CHANGES_SHOWN]]

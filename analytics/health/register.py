"""The register of checks. Each says what it measures, what it found, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.functional import Promise

from analytics.models import State

Text = str | Promise
LOOK_EVERY = timedelta(seconds=8)
ANSWER_WITHIN = 2.0  # seconds


@dataclass(frozen=True)
class Reading:
    """What one look found. `figure` is for people, `number` for machines. Neither holds anything of a patient."""

    state: State
    sentence: Text
    figure: str = ""
    number: float | None = None


@dataclass(frozen=True)
class Check:
    """One part. `look` runs in a thread of its own and is waited for `answer_within` seconds; whatever it raises is
    "down". A look that reads the database says `reads_database`: it runs where it was asked for, and only if the
    database answers; so does `then`, which completes what a look in a thread has found. `url_name` leads those who
    hold `permission` to where something can be done.
    """

    name: str
    label: Text
    definition: Text
    advice: Text
    look: Callable[[], Reading] = field(compare=False)
    every: timedelta = LOOK_EVERY
    answer_within: float = ANSWER_WITHIN
    reads_database: bool = False
    then: Callable[[Reading], Reading] | None = field(default=None, compare=False)
    alerts: bool = True
    url_name: str = ""
    permission: str = ""


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    """Add a check, or replace the one of the same name."""
    _checks[check.name] = check


def forget(name: str) -> None:
    _checks.pop(name, None)


def checks() -> list[Check]:
    """In the order in which they were registered."""
    return list(_checks.values())


def label_of(name: str) -> str:
    return str(_checks[name].label) if name in _checks else name

"""What happens while a question is answered, in the order in which it can be shown."""

from dataclasses import dataclass
from typing import Any

from assistant.citing import Verified
from assistant.models import Turn


@dataclass(frozen=True, slots=True)
class Looking:
    """A tool is being asked: `at` says for people what is looked at."""

    at: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that stands in its sources, or one of the few that need none."""

    verified: Verified


@dataclass(frozen=True, slots=True)
class Dropped:
    """So many sentences more could not be found in their sources, and are not shown."""

    number: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something waits for a person's confirmation."""

    action: Any


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader should know about who words the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words come in, of which none can be shown yet. Passed on, it shows whether anybody still listens."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is over: answered, stopped or failed, and kept in the turn."""

    turn: Turn


Event = Looking | Sentence | Dropped | Proposed | Notice | Waiting | Done

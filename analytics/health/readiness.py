"""What a page cannot do without: the database, with the tables of this version. Nothing else."""

from dataclasses import dataclass

from analytics.health import looks
from analytics.health.looking import look_alone
from analytics.models import State
from hospital import engine

READY_WITHIN = 1.0  # seconds


@dataclass(frozen=True)
class Readiness:
    """`missing` names what is not there: `database` or `migrations`."""

    missing: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.missing


def readiness() -> Readiness:
    """Answers within two seconds, whatever the database does."""
    engine.migrations_of_the_code()
    for name, look in (("database", looks.database), ("migrations", looks.migrations)):
        if look_alone(f"ready:{name}", look, READY_WITHIN).state == State.DOWN:
            return Readiness((name,))
    return Readiness()

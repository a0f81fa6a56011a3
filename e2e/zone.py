"""Where the hospital of these tests stands: where it is early evening now, so that no day ends in a story."""

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

KEPT = "E2E_TIME_ZONE"  # for the processes that are started later
# With summer time each, and around the world: somewhere it is between half past one in the afternoon and half past ten.
ZONES = (
    "Europe/Berlin",
    "Europe/Athens",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Los_Angeles",
    "America/New_York",
    "Atlantic/Azores",
)
SIX = 18 * 60


def minutes_of(moment: datetime, zone: str) -> int:
    """What the clocks of a zone show, in minutes since midnight."""
    wall = moment.astimezone(ZoneInfo(zone))
    return wall.hour * 60 + wall.minute


def where_it_is_evening(moment: datetime) -> str:
    """The zone in which it is nearest to six: the browser tests are the last ones, and may begin half an hour later."""
    return min(ZONES, key=lambda zone: abs(minutes_of(moment, zone) - SIX))


NOW = datetime.now(UTC)  # noqa: TID251 the real day, whatever a test's clock says
ZONE = os.environ.setdefault(KEPT, where_it_is_evening(NOW))


def move_there() -> None:
    """The migrations made the first site where every new installation has it."""
    import django  # noqa: PLC0415 only the process that is started for it needs it

    django.setup()
    from accounts.models import Site  # noqa: PLC0415

    Site.objects.update(time_zone=ZONE)


if __name__ == "__main__":
    move_there()
    print("{}")  # noqa: T201 what a test reads

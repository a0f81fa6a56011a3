"""How long before something people are reminded of it: `3d, 1d 18:00, 2h`."""

import re
from dataclasses import dataclass
from datetime import time

FORM = re.compile(r"(?P<number>[1-9][0-9]{0,2})(?P<unit>[dhm])(?: (?P<at>[0-2][0-9]:[0-5][0-9]))?")
MOST = 8
LONGEST = {"d": 60, "h": 48, "m": 600}


@dataclass(frozen=True)
class LeadTime:
    """Days are counted on the clinic's calendar, to the time of the visit or to `at`; minutes are minutes."""

    code: str
    days: int = 0
    minutes: int = 0
    at: time | None = None


def read(text: str) -> list[LeadTime]:
    """The lead times that a text names, separated by commas; none for an empty one. ValueError says what is wrong."""
    found: dict[str, LeadTime] = {}
    for part in filter(None, (" ".join(one.split()).lower() for one in text.split(","))):
        found[part] = _one(part)
    if len(found) > MOST:
        raise ValueError(f"At most {MOST} reminders.")
    return list(found.values())


def _one(part: str) -> LeadTime:
    match = FORM.fullmatch(part)
    if match is None or (match["at"] and match["unit"] != "d"):
        raise ValueError(
            f"“{part[:20]}” is no lead time. Write days, hours or minutes: 3d, 1d 18:00, 2h, 30m."
        )
    number, unit = int(match["number"]), match["unit"]
    if number > LONGEST[unit]:
        raise ValueError(f"“{part}” is too long: at most {LONGEST[unit]}{unit}.")
    if unit == "d":
        try:
            at = time.fromisoformat(match["at"]) if match["at"] else None
        except ValueError as error:
            raise ValueError(f"“{match['at']}” is no time of day.") from error
        return LeadTime(part, days=number, at=at)
    return LeadTime(part, minutes=number * (60 if unit == "h" else 1))

"""Curves as the server draws them: where the points, the usual range and the marks of a picture lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil, floor, log10
from typing import Any, NamedTuple

MOST_POINTS = 2_000


class Point(NamedTuple):
    """A value, when it was measured, and what was usual then; an end that is not known is None."""

    at: datetime
    value: float
    low: float | None = None
    high: float | None = None


def thin(
    points: Sequence[Any], *, most: int = MOST_POINTS, key: Any = lambda point: point.value
) -> list[Any]:
    """Points in the order of time, at most so many: of each span of time its lowest and its highest.

    They need `at`. Nothing that stands out is lost, and nothing is made up.
    """
    if len(points) <= most:
        return list(points)
    first, last = points[0].at, points[-1].at
    span = (last - first) / (most // 2)
    kept: list[Any] = []
    for _number, group in groupby(points, lambda point: min((point.at - first) // span, most // 2 - 1)):
        spanned = list(group)
        ends = [min(spanned, key=key), max(spanned, key=key)]
        kept += sorted(ends, key=lambda point: point.at) if ends[0] is not ends[1] else ends[:1]
    return kept


@dataclass(frozen=True)
class Frame:
    """Turns values and moments into places of a picture."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float

    def x(self, part: float) -> float:
        """From 0, the left edge, to 1."""
        return round(self.left + part * (self.width - self.left - self.right), 1)

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(self.height - self.bottom - part * (self.height - self.top - self.bottom), 1)

    def band(self, low: float | None, high: float | None) -> tuple[float, float]:
        """The upper edge and the height of a range; what has no end goes to the edge."""
        upper = self.top if high is None else max(self.top, self.y(high))
        lower = self.height - self.bottom if low is None else min(self.height - self.bottom, self.y(low))
        return upper, round(max(0.0, lower - upper), 1)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 1, high + 1)


def spark(values: Sequence[float], usual: Sequence[float | None] | None) -> dict[str, Any]:
    """A curve of 128 by 28 with the usual range behind it; the values are equally far from each other."""
    known = [end for end in usual or () if end is not None]
    low, high = _ends([*values, *known])
    frame = Frame(128, 28, 3, 3, 2, 2, low, high)
    steps = max(1, len(values) - 1)
    places = [
        (frame.x((number + steps - len(values) + 1) / steps), frame.y(value))
        for number, value in enumerate(values)
    ]
    band = frame.band(usual[0], usual[1]) if usual and known else None
    return {
        "points": " ".join(f"{x},{y}" for x, y in places),
        "band": {"y": str(band[0]), "height": str(band[1])} if band else None,
        "x": str(places[-1][0]),
        "y": str(places[-1][1]),
    }


def ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Round numbers between two values, for an axis."""
    rough = (high - low) / about
    magnitude = 10 ** floor(log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough)
    first = ceil(low / step)
    return [round(number * step, 6) for number in range(first, floor(high / step) + 1)]


class Band(NamedTuple):
    """From when to when which range was usual."""

    since: datetime
    until: datetime
    low: float | None
    high: float | None


def runs(points: Sequence[Point]) -> list[Band]:
    """The ranges behind a curve; each lasts until the next one begins."""
    found: list[Band] = []
    groups = [list(group) for _ends_of, group in groupby(points, lambda point: (point.low, point.high))]
    for number, group in enumerate(groups):
        until = groups[number + 1][0].at if number + 1 < len(groups) else group[-1].at
        if group[0].low is not None or group[0].high is not None:
            found.append(Band(group[0].at, until, group[0].low, group[0].high))
    return found


def curve(
    points: Sequence[Point], bands: Sequence[Band], *, since: datetime, until: datetime
) -> dict[str, Any]:
    """A picture of 720 by 240 with axes: for whoever has no scripts, and for paper."""
    known = [end for point in points for end in (point.low, point.high) if end is not None]
    low, high = _ends([*(point.value for point in points), *known])
    frame = Frame(720, 240, 44, 10, 10, 24, low - (high - low) * 0.05, high + (high - low) * 0.05)
    length = (until - since).total_seconds() or 1.0

    def place(at: datetime) -> float:
        return frame.x(min(1.0, max(0.0, (at - since).total_seconds() / length)))

    ranges = [(place(one.since), place(one.until), *frame.band(one.low, one.high)) for one in bands]
    return {
        "points": " ".join(f"{place(point.at)},{frame.y(point.value)}" for point in points),
        "dots": [(str(place(point.at)), str(frame.y(point.value))) for point in points[-60:]],
        "bands": [
            {"x": str(x), "width": str(round(max(1.0, end - x), 1)), "y": str(y), "height": str(height)}
            for x, end, y, height in ranges
        ],
        "rules": [
            {"y": str(frame.y(value)), "label": f"{value:g}"} for value in ticks(frame.low, frame.high)
        ],
        "marks": [
            {"x": str(frame.x(part)), "at": since + (until - since) * part, "anchor": anchor}
            for part, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
        ],
    }

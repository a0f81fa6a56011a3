"""Bars and curves of the figures, drawn here: a page needs no script for them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

WIDTH, HEIGHT = 720, 216
LEFT, RIGHT, TOP, BOTTOM = 88, 40, 14, 42  # on a small screen the letters are large
MOST_MARKS = 5
DOT = 3
ROUND = f"a{DOT},{DOT} 0 1,0 {2 * DOT},0a{DOT},{DOT} 0 1,0 {-2 * DOT},0z"


@dataclass(frozen=True, slots=True)
class Picture:
    """Numbers are text already: they must not be written with a comma. `bars` and each line's parts are paths.

    `data` is what the script needs to draw the same and to say the value that somebody points at, as JSON.
    """

    bars: str
    lines: tuple[dict[str, Any], ...]
    rules: tuple[dict[str, str], ...]
    marks: tuple[dict[str, Any], ...]
    data: str


def bar_width(value: float | None, largest: float) -> str:
    """How much of 100 a bar takes."""
    return f"{100 * (value or 0) / largest:.1f}" if largest else "0"


def _top_of(values: Sequence[float]) -> float:
    """A round number that none of them exceeds."""
    largest = max(values, default=0)
    if largest <= 0:
        return 1.0
    magnitude = 10.0 ** (len(str(ceil(largest))) - 1)
    return next(step * magnitude for step in (1, 2, 4, 5, 10) if step * magnitude >= largest)


def _x(number: float, count: int) -> float:
    """The middle of a column."""
    return LEFT + (number + 0.5) * (WIDTH - LEFT - RIGHT) / count


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _rules(top: float, sign: str) -> tuple[dict[str, str], ...]:
    parts = [top * part for part in (0, 0.5, 1)]
    return tuple({"y": f"{_y(value, top):.1f}", "label": f"{_short(value)}{sign}"} for value in parts)


def _short(value: float) -> str:
    """20k, 1.5M: what has room beside a picture."""
    for size, letter in ((1_000_000, "M"), (10_000, "k")):
        if value >= size:
            return f"{value / (1_000 if letter == 'k' else size):g}{letter}"
    return f"{value:g}"


def _marks(days: Sequence[date]) -> tuple[dict[str, Any], ...]:
    every = ceil(len(days) / MOST_MARKS)
    return tuple(
        {"x": f"{_x(number, len(days)):.1f}", "on": day}
        for number, day in enumerate(days)
        if number % every == 0
    )


@dataclass(frozen=True, slots=True)
class Said:
    """How a value is written: what stands before and after it, and its decimals."""

    before: str = ""
    after: str = ""
    decimals: int = 0


def _data(
    days: Sequence[date],
    top: float,
    said: Said,
    sign: str,
    lines: Sequence[tuple[str, Sequence[float | None]]],
) -> str:
    step = (days[1] - days[0]).days if len(days) > 1 else 1
    rounded = [
        (kind, [None if one is None else round(one, said.decimals or None) for one in values])
        for kind, values in lines
    ]
    known = {
        "first": days[0].isoformat() if days else "",
        "step": step,
        "top": top,
        "sign": sign,
        "lines": rounded,
    }
    return json.dumps(
        known | {"before": said.before, "after": said.after, "decimals": said.decimals}, separators=(",", ":")
    )


COUNTED, SHARED = Said(), Said(after=" %", decimals=1)


def columns(days: Sequence[date], values: Sequence[float], said: Said = COUNTED) -> Picture:
    """A column for each day or week. What is below nothing has none."""
    top, count = _top_of(values), len(days)
    width = 0.7 * (WIDTH - LEFT - RIGHT) / count
    bars = "".join(
        f"M{_x(number, count) - width / 2:.1f},{HEIGHT - BOTTOM}V{_y(value, top):.1f}h{width:.1f}V{HEIGHT - BOTTOM}z"
        for number, value in enumerate(values)
        if value > 0
    )
    return Picture(bars, (), _rules(top, ""), _marks(days), _data(days, top, said, "", [("bars", values)]))


def curves(days: Sequence[date], *series: tuple[str, Sequence[float | None]]) -> Picture:
    """A line for each (class, shares); where a share is not known the line is interrupted."""
    top = _top_of([value for _kind, values in series for value in values if value is not None])
    count = len(days)
    lines = tuple({"kind": kind} | _paths(_runs(values, count, top)) for kind, values in series)
    return Picture("", lines, _rules(top, " %"), _marks(days), _data(days, top, SHARED, " %", series))


def _paths(runs: Sequence[Sequence[tuple[float, float]]]) -> dict[str, str]:
    return {
        "runs": "".join(f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in run)}" for run in runs),
        "dots": "".join(f"M{x - DOT:.1f},{y:.1f}{ROUND}" for run in runs for x, y in run),
    }


def _runs(values: Sequence[float | None], count: int, top: float) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((_x(number, count), _y(value, top)))
    return [run for run in found if run]

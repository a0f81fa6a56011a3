"""A row of values as a line: where its points lie in a drawing, and the band of the usual range behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

WIDTH, HEIGHT = 640, 180
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 8, 28
INSIDE = 14  # between the frame and the outermost values


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    is_abnormal: bool


@dataclass(frozen=True)
class LineDrawing:
    """All in the units of a drawing of WIDTH by HEIGHT."""

    points: str
    dots: list[Dot]
    band_y: float
    band_height: float  # 0: there is no range
    top: Decimal  # the value at the upper line
    bottom: Decimal
    top_label_y: float
    bottom_label_y: float
    top_y: int = TOP
    bottom_y: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT
    inner_width: int = WIDTH - LEFT - RIGHT
    width: int = WIDTH
    height: int = HEIGHT


def draw_line(
    values: Sequence[tuple[datetime, Decimal, bool]], low: Decimal | None, high: Decimal | None
) -> LineDrawing | None:
    """`values`: time, value and whether it is abnormal, the earliest first. None where there are fewer than two."""
    if len(values) < 2:
        return None
    numbers = [value for _at, value, _flag in values] + [one for one in (low, high) if one is not None]
    bottom, top = min(numbers), max(numbers)
    first, last = values[0][0], values[-1][0]
    span, rise = (last - first).total_seconds() or 1.0, float(top - bottom) or 1.0
    room = HEIGHT - TOP - BOTTOM - 2 * INSIDE

    def x_of(at: datetime) -> float:
        return round(LEFT + (at - first).total_seconds() / span * (WIDTH - LEFT - RIGHT), 1)

    def y_of(value: Decimal) -> float:
        return round(TOP + INSIDE + float(top - value) / rise * room, 1)

    dots = [Dot(x_of(at), y_of(value), abnormal) for at, value, abnormal in values]
    has_range = low is not None or high is not None
    begin = y_of(high) if high is not None else TOP
    end = y_of(low) if low is not None else HEIGHT - BOTTOM
    return LineDrawing(
        points=" ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots=dots,
        band_y=begin,
        band_height=round(end - begin, 1) if has_range else 0,
        top=top,
        bottom=bottom,
        top_label_y=y_of(top) + 4,
        bottom_label_y=y_of(bottom) + 4,
    )

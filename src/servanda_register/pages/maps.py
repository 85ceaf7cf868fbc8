"""A map made on the server: places on a plain grid of degrees, and lines between those that are linked.

Degrees are drawn as they are counted (equirectangular), with the distances right along the middle parallel. There is no
outline of any country, so the map takes no side about borders. Its facts always stand in a table beside it too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 720, 260, 560
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 16, 34
LEAST_SPAN = 8.0
"""Degrees that are shown at least, so that one place does not fill the map."""
PER_CHARACTER, LINE = 8.6, 19
"""Width of a letter and height of a line of the labels."""
STEPS = (1, 2, 5, 10, 15, 20, 30, 45)
MOST_LINES = 7


@dataclass(frozen=True)
class Spot:
    """A place to draw: ``lat`` and ``lon`` in degrees, north and east positive."""

    name: str
    lat: float
    lon: float
    kind: str = ""
    """Class of the mark: which side the place is on."""


@dataclass(frozen=True)
class GridLine:
    """A meridian or a parallel with its label."""

    at: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A place as it is drawn."""

    x: str
    y: str
    kind: str
    name: str
    label_x: str
    label_y: str
    anchor: str
    leader: bool
    """Whether the label stands so far off that a line must lead to it."""


@dataclass(frozen=True)
class Map:
    """What the template draws; all places are written out as SVG takes them."""

    width: int
    height: int
    left: str
    right: str
    top: str
    bottom: str
    meridians: list[GridLine]
    parallels: list[GridLine]
    marks: list[Mark]
    links: list[tuple[str, str, str, str]]
    """x and y of both ends."""


def draw(spots: Sequence[Spot], links: Sequence[tuple[int, int]] = ()) -> Map | None:
    """The map of ``spots`` with lines between pairs of them, by their places in the sequence; None without any."""
    if not spots:
        return None
    longitudes = _unwrapped([spot.lon for spot in spots])
    west, east = _span(longitudes, 0.12)
    south, north = _span([spot.lat for spot in spots], 0.18)
    south, north = max(-90.0, south), min(90.0, north)
    squeeze = max(0.2, math.cos(math.radians((south + north) / 2)))
    inner = WIDTH - LEFT - RIGHT
    height = inner * (north - south) / ((east - west) * squeeze) + TOP + BOTTOM
    height = round(min(MOST_HEIGHT, max(LEAST_HEIGHT, height)))
    bottom = height - BOTTOM

    def x(lon: float) -> float:
        return LEFT + (lon - west) / (east - west) * inner

    def y(lat: float) -> float:
        return bottom - (lat - south) / (north - south) * (bottom - TOP)

    dots = [(x(lon), y(spot.lat)) for lon, spot in zip(longitudes, spots, strict=True)]
    return Map(
        width=WIDTH, height=height, left=_at(LEFT), right=_at(WIDTH - RIGHT), top=_at(TOP), bottom=_at(bottom),
        meridians=[GridLine(_at(x(lon)), _degrees(((lon + 180) % 360) - 180, "E", "W")) for lon in _lines(west, east)],
        parallels=[GridLine(_at(y(lat)), _degrees(lat, "N", "S")) for lat in _lines(south, north)],
        marks=_labelled(spots, dots, bottom),
        links=[(_at(dots[a][0]), _at(dots[a][1]), _at(dots[b][0]), _at(dots[b][1])) for a, b in links],
    )  # fmt: skip


def _unwrapped(longitudes: list[float]) -> list[float]:
    """Longitudes as a row without the jump at 180 degrees, where the places lie nearer to each other across it."""
    if max(longitudes) - min(longitudes) <= 180:
        return longitudes
    return [lon + 360 if lon < 0 else lon for lon in longitudes]


def _span(values: list[float], margin: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max((high - low) * margin, (LEAST_SPAN - (high - low)) / 2, 1.0)
    return low - room, high + room


def _lines(low: float, high: float) -> list[float]:
    step = next((s for s in STEPS if (high - low) / s <= MOST_LINES), STEPS[-1])
    return [float(n * step) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _degrees(value: float, positive: str, negative: str) -> str:
    """``50°N``: letters that are the same on maps of all languages."""
    letter = "" if not value else positive if value > 0 else negative
    return f"{abs(value):.0f}°{letter}"


def _labelled(spots: Sequence[Spot], dots: list[tuple[float, float]], bottom: float) -> list[Mark]:
    """Marks with labels that cover neither each other nor other marks, as far as there is room."""
    taken = [(px - 7, py - 7, px + 7, py + 7) for px, py in dots]
    out = []
    for spot, (px, py) in zip(spots, dots, strict=True):
        wide = len(spot.name) * PER_CHARACTER
        choices = [(px + 11, py + 5, "start"), (px - 11, py + 5, "end"),
                   (px, py - 13, "middle"), (px, py + 24, "middle")]  # fmt: skip
        choices += [(px + 11, py + 5 + n * LINE, "start") for n in (1, -1, 2, -2, 3, -3)]
        boxes = [_box(*choice, wide) for choice in choices]
        free = [n for n, box in enumerate(boxes) if _inside(box, bottom) and not any(_meet(box, t) for t in taken)]
        chosen = free[0] if free else 0
        taken.append(boxes[chosen])
        label_x, label_y, anchor = choices[chosen]
        out.append(Mark(_at(px), _at(py), spot.kind, spot.name, _at(label_x), _at(label_y), anchor, chosen > 3))
    return out


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def _box(x: float, y: float, anchor: str, wide: float) -> Box:
    left = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
    return left, y - 14, left + wide, y + 4


def _inside(box: Box, bottom: float) -> bool:
    return box[0] >= LEFT and box[2] <= WIDTH - RIGHT and box[1] >= 0 and box[3] <= bottom


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _at(place: float) -> str:
    """A place as SVG takes it, whatever the reader's language."""
    return f"{place:.1f}"

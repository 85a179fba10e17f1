"""The picture of a forecast: the series with what was said of it, and how far off each forecaster was."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, spoken

BACK, ON = 132, 132
"""Months that are shown before and after the start."""
SPOTS = (0.0, 295.0)
OFF = (0.0, 140.0)
"""Sunspots a forecaster is off by, at both ends of its bar."""


class Look(NamedTuple):
    """How a line is drawn: its pen, its dash, its width."""

    pen: str
    dash: str
    width: float


TRUTH = Look("ink", "none", 1.0)


class Panels(NamedTuple):
    """Where the series, and where the bars lie."""

    series: Area
    bars: Area


def place(canvas: Canvas) -> Panels:
    """Return where each panel lies; months are counted from the start."""
    top, foot = canvas.text * 2.1, canvas.small * (1 if canvas.narrow else 2) + 12
    side, left = canvas.height - top - foot, 36.0 if canvas.narrow else 50.0
    wide, beside = (392.0, 452.0) if canvas.narrow else (740.0, 840.0)
    room = canvas.width - beside - (4 if canvas.narrow else 10)
    return Panels(
        Area(left, top, wide, side, (-float(BACK), float(ON)), SPOTS),
        Area(beside, top, room, canvas.height - top - 6, OFF, (0, 1)),
    )


def series(
    area: Area,
    canvas: Canvas,
    before: Array,
    after: Array,
    said: Sequence[tuple[Array, Look]],
    start: float,
    note: str,
) -> str:
    """Return the truth in thin ink before and after the start, and what the forecasters said.

    Args:
        area: where; its limits are months from the start, and sunspots.
        canvas: for the size of the text.
        before: the ``BACK`` months before the start.
        after: the months after it that are forecast, at most ``ON``.
        said: what is drawn of the forecasters, as many months each; what is to be on top last.
        start: the date of the start, in years.
        note: what they have seen of the months after the start.
    """
    months = np.arange(len(after))
    whole = np.concatenate([before, after])
    truth = Line("", np.arange(-len(before), len(after)), whole, TRUTH.pen, canvas.line, TRUTH.dash)
    lines = [Line("", months, values, look.pen, _thick(look, canvas), look.dash) for values, look in said]
    x, end, base = area.x(0), area.x(len(after) - 1), area.top + canvas.small + 2
    return svg.group(
        panels.title(area, canvas, "Sunspots a month" if canvas.narrow else "Sunspots, month by month"),
        svg.rect(x, area.top, end - x, area.height, opacity=0.45),
        panels.axes(area, canvas, _years(start), (0, 100, 200), "" if canvas.narrow else "year"),
        panels.traces(area, canvas, [truth, *lines]),
        svg.line(x, area.top, x, area.top + area.height, width=1.5 * canvas.line, dash="5 3"),
        svg.text(x - 7, base, "seen", size=canvas.small, anchor="end", pen="grey"),
        svg.text(x + 7, base, note, size=canvas.small),
        name="series",
    )


def bars(area: Area, canvas: Canvas, off: Mapping[str, float], looks: Mapping[str, Look]) -> str:
    """Return how far off each forecaster was: its name and its number above a bar, its line before its name.

    Args:
        area: where; its limits are sunspots.
        canvas: for the size of the text.
        off: by the forecaster's name, from top to bottom.
        looks: by name, of those whose line is drawn.
    """
    slot = area.height / (len(off) + 1)
    least, indent = min(off.values()), 30.0
    marks = [panels.title(area, canvas, "Off by" if canvas.narrow else "Off by (root mean square)")]
    for k, (name, value) in enumerate(off.items()):
        base = area.top + slot * k + canvas.text
        weight, end = 600 if value == least else 400, area.x(min(value, area.x_limits[1]))
        look = looks.get(name)
        pen = look.pen if look else "grey"
        marks += [
            _sample(area.left, base, look, canvas),
            svg.text(area.left + indent, base, name, size=canvas.small, weight=weight),
            svg.text(area.left + area.width, base, spoken(value, 1), anchor="end", weight=weight),
            svg.rect(area.left, base + 6, end - area.left, 0.24 * slot, pen=pen, radius=2),
        ]
    base = area.top + slot * len(off) + canvas.text
    marks.append(_sample(area.left, base, TRUTH, canvas))
    marks.append(svg.text(area.left + indent, base, "the truth", size=canvas.small))
    return svg.group(*marks, name="bars")


def _sample(left: float, base: float, look: Look | None, canvas: Canvas) -> str:
    """Return a piece of a line as it is drawn among the others; nothing for what is not drawn."""
    if look is None:
        return ""
    y, width = base - 0.3 * canvas.small, _thick(look, canvas)
    return svg.line(left, y, left + 24, y, pen=look.pen, width=width, dash=look.dash)


def _thick(look: Look, canvas: Canvas) -> float:
    return look.width if not canvas.narrow else max(1.25 * look.width, canvas.line)


def _years(start: float) -> dict[float, str]:
    """Return the years that are written below the months, every fifth that is shown."""
    shown = range(int(np.ceil(start - BACK / 12)), int(start + ON / 12) + 1)
    return {12 * (year - start): str(year) for year in shown if year % 5 == 0}

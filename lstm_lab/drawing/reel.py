"""A channel as a reel: its pictures in a row, each above its own column of the plots below."""

from collections.abc import Mapping, Sequence

from lstm_lab.drawing import svg
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas

FEWEST = 6
"""With fewer pictures than these the columns grow no wider."""


def over_time(area: Area, count: int) -> Area:
    """Return the area with a column of width 1 for each picture, the first around 0."""
    return area._replace(x_limits=(-0.5, max(count, FEWEST) - 0.5))


def pitch(area: Area) -> float:
    """Return how wide one column is."""
    return area.x(1) - area.x(0)


def reel(
    area: Area, canvas: Canvas, pictures: Sequence[str], symbols: Mapping[str, str], step: int, foot: float
) -> str:
    """Return the pictures, those to come pale, and a band behind the present one down to ``foot``.

    Args:
        area: where, as ``over_time`` returns it; a picture is as high as the area, or as wide as its column.
        canvas: for the width of lines.
        pictures: the id of each picture's symbol, in order.
        symbols: the ``<symbol>`` text by id; each is written once however often it is shown.
        step: how many pictures have been read.
        foot: where the band ends.
    """
    wide = pitch(area)
    side = min(area.height, wide - 3)
    top = area.top + area.height - side
    marks = ["<defs>" + "".join(symbols[name] for name in dict.fromkeys(pictures)) + "</defs>"]
    if step:
        x = area.x(step - 1)
        marks.append(svg.rect(x - wide / 2, top - 3, wide, foot - top + 3, radius=5, opacity=0.6))
        marks.append(svg.rect(x - side / 2 - 2, top - 2, side + 4, side + 4, pen="ink", radius=4))
    edge = svg.number(side)
    for t, name in enumerate(pictures):
        place = f'x="{svg.number(area.x(t) - side / 2)}" y="{svg.number(top)}" width="{edge}" height="{edge}"'
        pale = "" if t < step else ' opacity="0.4"'
        marks.append(f'<use href="#{svg.escape(name)}" {place}{pale}/>')
    return svg.group(*marks, name="reel")

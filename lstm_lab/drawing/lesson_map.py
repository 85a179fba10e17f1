"""The map of the lessons: a tile each, with a mark for everything there is to do, empty or filled.

A prediction is a disc, a challenge a star, an exercise a square with a tick: the shape says what it is, and whether
it is filled says whether it is done.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lstm_lab.drawing import svg
from lstm_lab.drawing.svg import Canvas, text_width

ACROSS = 4
GAP, MARGIN, TITLE, ROW, LEGEND = 12.0, 6.0, 27.0, 20.0, 30.0
BOLD = 1.18
"""How much wider than ``text_width`` bold letters are."""
STAR = "M0-7.4L2-2.4L7-2.3L3.1 1L4.4 6L0 3.2L-4.4 6L-3.1 1L-7-2.3L-2-2.4Z"


class Mark(NamedTuple):
    """Something to do: ``kind`` prediction, challenge or exercise; and whether it is done."""

    kind: str
    done: bool


class Item(NamedTuple):
    """An explorer or an exercise by its name, with its marks."""

    name: str
    marks: tuple[Mark, ...]


class Tile(NamedTuple):
    """A lesson: its two digits, its title, and its rows of items."""

    number: str
    title: str
    rows: tuple[tuple[Item, ...], ...]

    @property
    def marks(self) -> list[Mark]:
        """Every mark of the lesson."""
        return [mark for row in self.rows for item in row for mark in item.marks]


def height(tiles: Sequence[Tile]) -> float:
    """Return how high a map is."""
    return LEGEND + sum(_tall(row) + GAP for row in _rows(tiles))


def lesson_map(tiles: Sequence[Tile], canvas: Canvas) -> str:
    """Return the marks of a map on a canvas as high as ``height`` says."""
    wide = (canvas.width - 2 * MARGIN - GAP * (ACROSS - 1)) / ACROSS
    drawn, top = [_legend(canvas)], LEGEND
    for row in _rows(tiles):
        tall = _tall(row)
        for k, tile in enumerate(row):
            drawn.append(svg.group(*_tile(tile, wide, tall, canvas), x=MARGIN + k * (wide + GAP), y=top))
        top += tall + GAP
    return "".join(drawn)


def _rows(tiles: Sequence[Tile]) -> list[Sequence[Tile]]:
    return [tiles[k : k + ACROSS] for k in range(0, len(tiles), ACROSS)]


def _tall(row: Sequence[Tile]) -> float:
    return TITLE + ROW * max(len(tile.rows) for tile in row) + 8


def _tile(tile: Tile, wide: float, tall: float, canvas: Canvas) -> list[str]:
    marks = tile.marks
    count = sum(mark.done for mark in marks)
    whole = bool(marks) and count == len(marks)
    heading = f"{tile.number} {tile.title}"
    size = min(canvas.text, canvas.text * (wide - 20) / (BOLD * text_width(heading, canvas.text)))
    drawn = [
        svg.box(0, 0, wide, tall, pen="ink" if count else "faint", line_width=3 if whole else 1.5),
        svg.text(10, 19, heading, weight=600, size=size),
        svg.text(
            wide - 10, TITLE + 14.5, f"{count} of {len(marks)}", size=canvas.small, anchor="end", pen="grey"
        ),
    ]
    for k, row in enumerate(tile.rows):
        x, y = 18.0, TITLE + ROW * (k + 0.5)
        for item in row:
            for mark in item.marks:
                drawn.append(_mark(mark, x, y))
                x += 20
            drawn.append(svg.text(x - 4, y + 4.5, item.name, size=canvas.small))
            x += text_width(item.name, canvas.small) + 16
    return drawn


def _mark(mark: Mark, x: float, y: float) -> str:
    name = f"{mark.kind} {'done' if mark.done else 'open'}"
    if mark.kind == "prediction":
        return svg.group(svg.dot(x, y, 5.5, hollow=not mark.done), name=name)
    if mark.kind == "challenge":
        return svg.group(svg.path(STAR, width=1.5, filled=mark.done), x=x, y=y, name=name)
    tick = svg.path("M-3.4 0L-1 3L4-4", pen="paper", width=2)
    square = svg.rect(-6, -6, 12, 12, pen="ink", radius=2)
    hollow = svg.box(-5.3, -5.3, 10.6, 10.6, radius=2)
    return svg.group(*((square, tick) if mark.done else (hollow,)), x=x, y=y, name=name)


def _legend(canvas: Canvas) -> str:
    words = (
        ("prediction", "prediction made"),
        ("challenge", "challenge solved"),
        ("exercise", "exercise right"),
    )
    drawn, x = [], MARGIN + 8
    for kind, said in words:
        drawn += [
            _mark(Mark(kind, False), x, 12),
            svg.text(x + 13, 16.5, "open", size=canvas.small, pen="grey"),
        ]
        x += 62
        drawn += [_mark(Mark(kind, True), x, 12), svg.text(x + 13, 16.5, said, size=canvas.small)]
        x += 36 + text_width(said, canvas.small)
    return svg.group(*drawn, name="legend")

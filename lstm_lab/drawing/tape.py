"""The memory tape: pictures in a row, a strip of levels for each gate, and the memory they make below.

Columns are as wide as their picture matters: telling pictures and questions are large, trees small.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.notation import QUANTITIES

Array = np.ndarray

SMALL = ("tree", "squirrel")
"""Pictures whose names are not written."""
SHARES = {"tree": 0.6, "squirrel": 0.85, "?": 2.4, "title card": 2.6}
"""How wide a picture's column is, next to 2.1 for the others."""


MEMORIES = (("c", "long-term", 0.9), ("h", "short-term", -0.9))
"""How the two memories are named beside their panel, and at which height."""


class Taped(NamedTuple):
    """T pictures, the gates over them, and what came of it.

    ``pictures`` T ids in ``symbols``; ``names`` T words; ``asked`` the places of the questions, and a verdict for
    each. ``strips`` levels (T,) in [0, 1] by gate, from top to bottom; ``g``, ``c``, ``h`` and ``ideal`` (T,).
    ``brush`` the gate that is painted and its first and last picture, counted from 1. ``parts`` each in [0, 1], by
    name, what each is a part of in ``meant``, ``score``, their mean, and ``worst``, the name of the least, empty where
    all are done.
    """

    pictures: tuple[str, ...]
    symbols: Mapping[str, str]
    names: tuple[str, ...]
    asked: tuple[int, ...]
    strips: Mapping[str, Array]
    g: Array
    c: Array
    h: Array
    ideal: Array
    brush: tuple[str, int, int]
    verdicts: tuple[str, ...]
    parts: Mapping[str, float]
    meant: Mapping[str, str]
    score: float
    worst: str


class Rows(NamedTuple):
    """Where things are from top to bottom.

    ``film`` the foot of the pictures; ``word`` the baseline of their names, 0 for none; ``g`` top of what would be
    written, 0 for none; ``strips`` top of the first strip, each ``tall`` high and ``lead`` below the one before;
    ``panel`` and ``foot`` top and bottom of the memory.
    """

    film: float
    word: float
    g: float
    strips: float
    tall: float
    lead: float
    panel: float
    foot: float


class Column(NamedTuple):
    """Where a picture stands from left to right."""

    left: float
    width: float

    @property
    def middle(self) -> float:
        """The middle of the column."""
        return self.left + self.width / 2


def taped(run: Taped, canvas: Canvas) -> str:
    """Return the marks of the whole picture; a narrow one has no words above the pictures and the score alone."""
    rows, columns = rows_of(canvas), columns_of(run.names, canvas)
    return "".join(
        (
            _questions(run, columns, rows),
            _film(run, columns, rows, canvas),
            _would_write(run, columns, rows, canvas) if rows.g else "",
            *(_strip(run, k, columns, rows, canvas) for k in range(len(run.strips))),
            _brush(run, columns, rows, canvas),
            _memory(run, columns, rows, canvas),
            _score(run, canvas) if canvas.narrow else _parts(run, canvas),
        )
    )


def rows_of(canvas: Canvas) -> Rows:
    """Return where things are from top to bottom."""
    if canvas.narrow:
        return Rows(38, 0, 0, 43, 20, 24, 119, canvas.height - 20)
    return Rows(62, 13, 65, 96, 24, 28, 184, canvas.height - 34)


def columns_of(names: tuple[str, ...], canvas: Canvas) -> list[Column]:
    """Return a column for each picture."""
    left, right = (22.0, 550.0) if canvas.narrow else (114.0, 830.0)
    shares = np.array([SHARES.get(name, 2.1) for name in names])
    widths = (right - left) * shares / shares.sum()
    starts = left + np.concatenate([[0.0], np.cumsum(widths)[:-1]])
    return [Column(float(start), float(width)) for start, width in zip(starts, widths, strict=True)]


def _questions(run: Taped, columns: list[Column], rows: Rows) -> str:
    """Return a pale band behind each question, over the whole height."""
    top = rows.film - 48 if rows.word else 0
    return "".join(
        svg.rect(columns[t].left, top, columns[t].width, rows.foot - top, radius=5, opacity=0.45)
        for t in run.asked
    )


def _film(run: Taped, columns: list[Column], rows: Rows, canvas: Canvas) -> str:
    symbols = "".join(run.symbols[name] for name in dict.fromkeys(run.pictures))
    marks = [f"<defs>{symbols}</defs>"]
    most = rows.film - (rows.word + 4 if rows.word else 2)
    for t, (name, word, column) in enumerate(zip(run.pictures, run.names, columns, strict=True)):
        side = min(most, column.width - 1)
        x, y, edge = number(column.middle - side / 2), number(rows.film - side), number(side)
        marks.append(f'<use href="#{svg.escape(name)}" x="{x}" y="{y}" width="{edge}" height="{edge}"/>')
        if rows.word and word not in SMALL:
            marks.append(svg.text(column.middle, rows.word, word, size=canvas.small, anchor="middle"))
            marks.append(_place(t + 1, column.middle - side / 2, rows.film - side, canvas))
    return svg.group(*marks, name="film")


def _place(place: int, left: float, top: float, canvas: Canvas) -> str:
    """Return the number of a picture on a small plate in its upper left corner."""
    wide = 0.62 * canvas.small * len(str(place)) + 4
    return svg.group(
        svg.rect(left, top, wide, canvas.small + 1, pen="paper"),
        svg.text(left + wide / 2, top + 0.86 * canvas.small, place, size=canvas.small, anchor="middle"),
        name="place",
    )


def _would_write(run: Taped, columns: list[Column], rows: Rows, canvas: Canvas) -> str:
    """Return g as one signed bar a picture, up for wild."""
    tall = rows.strips - rows.g - 5
    zero = rows.g + tall / 2
    bars = "".join(
        f"M{number(column.left + 1)} {number(zero)}v{number(-value * tall / 2)}h{number(column.width - 2)}"
        f"V{number(zero)}z"
        for value, column in zip(run.g, columns, strict=True)
    )
    end = columns[-1].left + columns[-1].width
    return svg.group(
        _label("g", QUANTITIES["g"].textbook, zero - 6, canvas),
        svg.text(19, zero + 0.35 * canvas.text + 8, "would write", size=canvas.small, pen="grey"),
        svg.line(columns[0].left, zero, end, zero, pen="grey", width=canvas.line),
        svg.path(bars, pen="g", filled=True),
        name="g",
    )


def _strip(run: Taped, k: int, columns: list[Column], rows: Rows, canvas: Canvas) -> str:
    """Return a gate's levels as filled columns, from 0 at the foot of the strip to 1 at its top."""
    gate, levels = list(run.strips.items())[k]
    top = rows.strips + k * rows.lead
    foot = top + rows.tall
    bars = "".join(
        f"M{number(column.left + 0.5)} {number(foot)}V{number(foot - rows.tall * float(level))}"
        f"h{number(column.width - 1)}V{number(foot)}z"
        for level, column in zip(levels, columns, strict=True)
    )
    left, end = columns[0].left, columns[-1].left + columns[-1].width
    frame = f"M{number(left)} {number(top)}H{number(end)}M{number(left)} {number(foot)}H{number(end)}"
    word = QUANTITIES[gate].story.partition(" (")[0]
    return svg.group(
        svg.path(frame, pen="grey", width=canvas.line),
        svg.path(bars, pen=gate, filled=True),
        _label(gate, word, top + rows.tall / 2, canvas),
        name=f"strip-{gate}",
    )


def _label(letter: str, word: str, middle: float, canvas: Canvas) -> str:
    y = middle + 0.35 * canvas.text
    marks = svg.text(3, y, letter, weight=600)
    return marks if canvas.narrow else marks + svg.text(19, y, word, size=canvas.small)


def _brush(run: Taped, columns: list[Column], rows: Rows, canvas: Canvas) -> str:
    """Return a frame around what would be painted."""
    gate, first, last = run.brush
    top = rows.strips + list(run.strips).index(gate) * rows.lead - 2
    left = columns[first - 1].left - 1
    width = columns[last - 1].left + columns[last - 1].width + 1 - left
    where = f'x="{number(left)}" y="{number(top)}" width="{number(width)}" height="{number(rows.tall + 4)}"'
    line = number(1.4 + canvas.line)
    return f'<g class="brush"><rect {where} rx="3" class="s ink" style="stroke-width:{line}"/></g>'


def _memory(run: Taped, columns: list[Column], rows: Rows, canvas: Canvas) -> str:
    """Return c and h over the pictures, with what a perfect memory would hold, and what h says when asked."""
    left, end = columns[0].left, columns[-1].left + columns[-1].width
    low, high = QUANTITIES["c"].low, QUANTITIES["c"].high
    area = Area(left, rows.panel, end - left, rows.foot - rows.panel, (left, end), (low, high))
    xs = np.array([edge for column in columns for edge in (column.left, column.left + column.width)])
    ticks = () if canvas.narrow else (-1, 0, 1)
    marks = [
        panels.axes(area, canvas, (), ticks),
        svg.line(left, area.y(0), end, area.y(0), pen="grey", width=canvas.line),
        panels.traces(
            area,
            canvas,
            [
                Line("", xs, run.ideal.repeat(2), "ideal"),
                Line("h", xs, run.h.repeat(2), "h"),
                Line("c", xs, run.c.repeat(2), "c"),
            ],
        ),
    ]
    below = rows.foot + canvas.text
    for t, verdict in zip(run.asked, run.verdicts, strict=True):
        x = min(columns[t].middle, canvas.width)
        said = f"h = {spoken(float(run.h[t]))}"
        marks.append(svg.text(x, below, said, size=canvas.small, anchor="middle", weight=600))
        if not canvas.narrow:
            marks.append(svg.text(x, below + 1.15 * canvas.text, verdict, anchor="middle", weight=600))
    if not canvas.narrow:
        marks += [_label(letter, word, area.y(at), canvas) for letter, word, at in MEMORIES]
        key = "thick: c · dashed: h · dotted: c of a perfect memory"
        marks.append(svg.text(left, below + 1.15 * canvas.text, key, size=canvas.small, pen="grey"))
    return svg.group(*marks, name="memory")


def _parts(run: Taped, canvas: Canvas) -> str:
    """Return how well each job is done, as a bar, a number and what it is a part of; the worst in bold."""
    left, wide = 868.0, 128.0
    lead = (canvas.height - 34) / len(run.parts)
    marks = [
        svg.text(left, 14, f"score {spoken(100 * run.score, 0)} %", weight=600),
        svg.text(canvas.width - 2, 14, "mean of five", size=canvas.small, anchor="end", pen="grey"),
    ]
    for k, (name, part) in enumerate(run.parts.items()):
        y = 44 + lead * k
        weight = 600 if name == run.worst else 400
        marks.append(svg.text(left, y, name, weight=weight))
        marks.append(svg.rect(left, y + 7, wide, 10, opacity=0.6))
        marks.append(svg.rect(left, y + 7, wide * part, 10, pen="ink"))
        marks.append(svg.text(left + wide + 8, y + 17, f"{spoken(100 * part, 0)} %", weight=weight))
        marks.append(svg.text(left, y + 30, run.meant[name], size=canvas.small, pen="grey"))
    return svg.group(*marks, name="parts")


def _score(run: Taped, canvas: Canvas) -> str:
    x = canvas.width - 4
    return svg.group(
        svg.text(x, 16, "score", anchor="end"),
        svg.text(x, 35, f"{spoken(100 * run.score, 0)} %", anchor="end", weight=600),
        name="score",
    )

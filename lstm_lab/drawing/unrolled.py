"""The unrolled network: one cell with its loop, its one table of weights, and a copy of the cell for each picture.

All three are the same thing: the loop and the copies are drawn by the same function, and a rail leads from the
table to every one of them. What has not been read yet is pale, and has neither an h nor an answer.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstm_lab.cells import RNNParams
from lstm_lab.drawing import svg
from lstm_lab.drawing.colour import DIVERGING
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.world.shows import ANSWERS

Array = np.ndarray

PENS = ("ink", "grey", "faint")
"""How the bars of the three answers are filled."""
FEWEST = 3
"""With fewer pictures than these the copies grow no wider."""
MUCH = 0.5
"""A unit of h that a picture changed by more than this is drawn stronger."""
WEIGHT_LIMIT = 1.0
"""The weight that takes the full colour; beyond it the colour stays."""


class Unrolled(NamedTuple):
    """T pictures, what a network made of them, and how many of them have been read.

    ``pictures`` T ids in ``symbols``, which holds the ``<symbol>`` text of each; ``names`` T words.
    ``h`` (T, H) in [−1, 1]; ``moved`` (T, H) which of them a picture changed by more than ``MUCH``;
    ``probabilities`` (T, 3), in the order of ``ANSWERS``; ``step`` in 0..T.
    ``weights`` those of the cell, with D inputs and H hidden units.
    """

    pictures: tuple[str, ...]
    symbols: Mapping[str, str]
    names: tuple[str, ...]
    h: Array
    moved: Array
    probabilities: Array
    step: int
    weights: RNNParams


class Rows(NamedTuple):
    """Where things are from top to bottom, the same for the loop and for every copy.

    ``word`` and ``share`` are baselines of the answer, ``bar`` the top of its bar; ``box`` and ``tall`` the cell;
    ``rail`` the line to the table; ``thumb`` and ``side`` the picture; ``name`` the baseline of its name, 0 for none.
    """

    word: float
    share: float
    bar: float
    box: float
    tall: float
    rail: float
    thumb: float
    side: float
    name: float


class Column(NamedTuple):
    """Where a cell stands from left to right: its box, and the length of the arrow that leads to it."""

    left: float
    wide: float
    gap: float

    @property
    def middle(self) -> float:
        """The middle of the box."""
        return self.left + self.wide / 2


class Place(NamedTuple):
    """Where the table stands, how large one weight is drawn, and where the copies begin."""

    table: float
    top: float
    unit: float
    copies: float


LOOP = Column(14, 108, 0)
WIDE = Place(222, 29, 5.8, 348)
NARROW = Place(40, 5, 4.6, 126)


def unrolled(run: Unrolled, canvas: Canvas) -> str:
    """Return the marks of the whole picture; in a narrow one the loop is left out."""
    rows = rows_of(canvas)
    symbols = "".join(run.symbols[name] for name in dict.fromkeys(run.pictures))
    place = NARROW if canvas.narrow else WIDE
    columns = columns_of(len(run.names), place.copies, canvas.width - 4)
    first = columns_of(1, place.copies, canvas.width - 4)
    taps = [column.left + 10 for column in columns or first]
    taps += [] if canvas.narrow else [LOOP.left + LOOP.wide - 10]
    marks = [
        f"<defs>{symbols}</defs>",
        _band(columns[run.step - 1], rows, canvas) if run.step else "",
        "" if canvas.narrow else _headings(place, canvas),
        svg.line(min(*taps, place.table), rows.rail, max(taps), rows.rail, width=1.6 * canvas.line),
        "" if canvas.narrow else the_loop(run, rows, canvas),
        table_of(run.weights, place, canvas),
        *(_copy(run, t, column, rows, canvas) for t, column in enumerate(columns)),
        "" if columns else _nothing(first[0], rows, canvas),
        svg.group(*(_tap(x, rows, canvas) for x in taps), name="taps"),
    ]
    return "".join(marks)


def rows_of(canvas: Canvas) -> Rows:
    """Return where things are from top to bottom."""
    if canvas.narrow:
        return Rows(13, 28, 34, 52, canvas.height - 118, canvas.height - 57, canvas.height - 48, 46, 0)
    high = canvas.height
    return Rows(34, 50, 56, 76, high - 180, high - 94, high - 84, 64, high - 5)


def columns_of(count: int, start: float, end: float) -> list[Column]:
    """Return a column for each copy, between two edges; each has its arrow on its left."""
    pitch = (end - start) / max(count, FEWEST)
    wide = min(0.73 * pitch, 150)
    return [Column(start + pitch * (t + 1) - wide, wide, pitch - wide) for t in range(count)]


def table_of(weights: RNNParams, place: Place, canvas: Canvas) -> str:
    """Return the one table of weights: W_x over W_h over b, a column for each hidden unit."""
    H, unit, left, y = len(weights.b), place.unit, place.table, place.top
    rows = weights.W_x.shape[0] + H + 3
    marks = [svg.box(left - 4, y - 4, unit * H + 8, unit * rows + 8, line_width=1.6 * canvas.line, radius=4)]
    for name, values in (("W_x", weights.W_x), ("W_h", weights.W_h), ("b", weights.b[None])):
        tall = unit * len(values)
        marks.append(svg.heat(left, y, unit * H, tall, values, -WEIGHT_LIMIT, WEIGHT_LIMIT, DIVERGING))
        middle = y + tall / 2 + 0.35 * canvas.small
        shape = "" if canvas.narrow or len(values) == 1 else f"{len(values)}×{H}"
        if shape:
            marks.append(svg.text(left - 8, middle + 8, shape, size=canvas.small, anchor="end", pen="grey"))
        name_at = middle - 8 * bool(shape)
        marks.append(svg.text(left - 8, name_at, name, size=canvas.small, anchor="end", weight=600))
        y += tall + unit
    y += canvas.text + 1
    total, again = f"{count_of(weights)} numbers", "every step" if canvas.narrow else "the same at every step"
    middle = left + unit * H / 2 - 14 * canvas.narrow
    marks.append(svg.text(middle, y, total, anchor="middle", weight=600))
    marks.append(svg.text(middle, y + 1.15 * canvas.text, again, size=canvas.small, anchor="middle"))
    return svg.group(*marks, name="weights")


def count_of(weights: RNNParams) -> int:
    """Return how many numbers a cell's weights are."""
    return weights.W_x.size + weights.W_h.size + weights.b.size


def _tap(x: float, rows: Rows, canvas: Canvas) -> str:
    """Return the short line from the table's rail into a cell."""
    return svg.line(x, rows.rail, x, rows.box + rows.tall, pen="ink", width=1.6 * canvas.line) + svg.dot(
        x, rows.box + rows.tall, 1.6 + 1.2 * canvas.line
    )


def units(h: Array, moved: Array, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return h as one signed bar a unit, up for positive, within −1..1, in the table's order."""
    inner, zero = column.wide - 8, rows.box + rows.tall / 2
    reach = rows.tall / 2 - 4
    share = inner / len(h)
    marks = [svg.line(column.left + 4, zero, column.left + 4 + inner, zero, pen="grey", width=canvas.line)]
    for k, value in enumerate(h):
        long = reach * abs(float(value))
        top = zero - long if value > 0 else zero
        pen, opacity = ("ink", 1) if moved[k] else ("h", 0.7)
        marks.append(
            svg.rect(column.left + 4 + share * (k + 0.1), top, 0.8 * share, long, pen=pen, opacity=opacity)
        )
    return svg.group(*marks, name="units")


def share_bar(probabilities: Array, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the likeliest answer's probability as the filled part of a bar."""
    best = int(np.argmax(probabilities))
    x, y, wide = number(column.left), number(rows.bar), number(column.wide)
    return svg.group(
        svg.rect(column.left, rows.bar, column.wide * float(probabilities[best]), 8, pen=PENS[best]),
        f'<rect x="{x}" y="{y}" width="{wide}" height="8" class="s grey" '
        f'style="stroke-width:{number(canvas.line)}"/>',
        name="share",
    )


def likeliest(probabilities: Array) -> tuple[str, float]:
    """Return the likeliest answer and its probability."""
    best = int(np.argmax(probabilities))
    return ANSWERS[best], float(probabilities[best])


def _copy(run: Unrolled, t: int, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return one copy: h arriving from the left, the picture from below, the answer above."""
    middle, now = rows.box + rows.tall / 2, run.step == t + 1
    arrives = [
        svg.arrow(column.left - column.gap + 1, middle, column.left - 1, middle, pen="h", dash="none"),
        svg.text(
            column.left - column.gap / 2,
            middle - 9,
            "h" if t else "0",
            anchor="middle",
            weight=600,
            halo=True,
        ),
    ]
    whole = [*arrives, _cell(column, rows, canvas, now), _fed(run, t, column, rows, canvas)]
    name = f"copy step-{t + 1}"
    if t < run.step:
        whole += [
            units(run.h[t], run.moved[t], column, rows, canvas),
            _answer(run.probabilities[t], column, rows, canvas),
        ]
        return svg.group(*whole, name=name)
    return f'<g class="{name} to-come" opacity="0.45">{"".join(whole)}</g>'


def the_loop(run: Unrolled, rows: Rows, canvas: Canvas) -> str:
    """Return the folded network at the present step: one cell, its h led back into it."""
    column, H = LOOP, len(run.weights.b)
    middle, right = rows.box + rows.tall / 2, column.left + column.wide
    lift = min(26, rows.tall / 2 - 12)
    bend = f"M{number(right)} {number(middle - lift)}c38 -8 38 {number(2 * lift + 8)} 8 {number(2 * lift)}"
    marks = [
        svg.path(bend, pen="h", width=2, dash="none"),
        svg.arrow(right + 10, middle + lift, right + 1, middle + lift, pen="h", width=2, dash="none"),
        svg.text(right + 33, middle + 5, "h", weight=600),
        _cell(column, rows, canvas, run.step > 0),
    ]
    if run.step:
        t = run.step - 1
        marks = [_band(column, rows, canvas), *marks, _fed(run, t, column, rows, canvas)]
        marks += [
            units(run.h[t], run.moved[t], column, rows, canvas),
            _three(run.probabilities[t], column, rows, canvas),
        ]
    else:
        marks.append(svg.text(column.middle, middle - 8, "h = 0", anchor="middle", weight=600))
        marks.append(units(np.zeros(H), np.zeros(H), column, rows, canvas))
    return svg.group(*marks, name="loop")


def _cell(column: Column, rows: Rows, canvas: Canvas, now: bool) -> str:
    pen, width = ("ink", 3.2) if now else ("grey", 1.4 * canvas.line)
    return svg.box(column.left, rows.box, column.wide, rows.tall, pen=pen, line_width=width)


def _band(column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the pale ground that marks the present step, in the loop and among the copies."""
    top = rows.word - canvas.text
    foot = canvas.height - 1 if rows.name else rows.thumb + rows.side + 3
    return svg.rect(column.left - 5, top, column.wide + 10, foot - top, radius=8, opacity=0.55)


def _fed(run: Unrolled, t: int, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the picture below a cell, its name, and the arrow up into the cell, over the rail."""
    side = min(rows.side, column.wide)
    x, y = column.middle, rows.box + rows.tall
    edge = number(side)
    place = f'x="{number(x - side / 2)}" y="{number(rows.thumb)}" width="{edge}" height="{edge}"'
    marks = [
        svg.line(x, rows.thumb, x, y + 2, pen="paper", width=7),
        svg.arrow(x, rows.thumb, x, y + 1, pen="ink", width=max(1.6, canvas.line), head=8),
        f'<use href="#{svg.escape(run.pictures[t])}" {place}/>',
    ]
    if rows.name:
        marks.append(svg.text(x, rows.name, run.names[t], size=canvas.small, anchor="middle"))
    return "".join(marks)


def _answer(probabilities: Array, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the likeliest answer above a cell, and its probability as a number and as a bar."""
    word, share = likeliest(probabilities)
    weight = 600 if word != ANSWERS[2] else 400
    x, room = column.middle, column.wide + column.gap
    size = canvas.text if svg.text_width(word, canvas.text) < 0.95 * room else canvas.small
    if svg.text_width(word, size) > room:
        word = "no ?"
    inside = min(x, canvas.width - 1 - svg.text_width(word, size) / 2)
    return "".join(
        (
            svg.text(inside, rows.word, word, size=size, anchor="middle", weight=weight),
            svg.text(x, rows.share, spoken(share), anchor="middle", weight=weight),
            share_bar(probabilities, column, rows, canvas),
            svg.arrow(x, rows.box - 1, x, rows.bar + 9, width=max(1.6, canvas.line), head=7),
        )
    )


def _three(probabilities: Array, column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the three answers one below the other, each with its bar."""
    marks = []
    best, left = int(np.argmax(probabilities)), column.left + 76
    room = 36
    for k, (word, value, pen) in enumerate(zip(ANSWERS, probabilities, PENS, strict=True)):
        y = rows.word - 2 + 15 * k
        weight = 600 if k == best else 400
        marks.append(svg.text(left - 5, y, word, size=canvas.small, anchor="end", weight=weight))
        outline = f'x="{number(left)}" y="{number(y - 9)}" width="{number(room)}" height="9"'
        marks.append(svg.rect(left, y - 9, room * float(value), 9, pen=pen))
        marks.append(f'<rect {outline} class="s grey" style="stroke-width:{number(canvas.line)}"/>')
        marks.append(svg.text(left + room + 6, y, spoken(float(value)), size=canvas.small, weight=weight))
    x = column.middle
    return svg.group(*marks, svg.arrow(x, rows.box - 1, x, rows.box - 10, width=1.6, head=7), name="three")


def _headings(place: Place, canvas: Canvas) -> str:
    return "".join(
        (
            svg.text(2, 14, "the loop", weight=600),
            svg.text(place.table - 50, 14, "the weights, once", weight=600),
            svg.text(place.copies, 14, "the same cell, one copy for each picture", weight=600),
            svg.text(
                canvas.width - 4,
                14,
                f"bars: h, −1 to 1; strong: changed by more than {MUCH}",
                size=canvas.small,
                anchor="end",
            ),
        )
    )


def _nothing(column: Column, rows: Rows, canvas: Canvas) -> str:
    """Return the place where the first copy will be."""
    where = f'x="{number(column.left)}" y="{number(rows.box)}"'
    frame = f'{where} width="{number(column.wide)}" height="{number(rows.tall)}"'
    y = rows.box + rows.tall / 2
    return svg.group(
        f'<rect {frame} rx="6" class="s grey" style="stroke-width:1.5;stroke-dasharray:5 5"/>',
        svg.text(column.left + column.wide + 16, y - 4, "The show is empty.", weight=600),
        svg.text(
            column.left + column.wide + 16, y + canvas.text + 2, "Add a picture and this cell reads it."
        ),
        name="empty",
    )

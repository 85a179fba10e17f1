"""The picture of a race: every run of two starts as a mark, and the staircase of all starts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.notation import SOLVED
from lstm_lab.results import Tally

RIGHT = (0.63, 0.93)
"""How often a face is named right, at the lower and the upper edge; going by the face alone is 0.69."""
AGAIN = "3 4"
"""The dashes of the second line where both are of one kind of network."""
MARKS = ("disc", "diamond")
"""What a run of the first and of the second start is drawn as."""
PALE = 0.7
"""Up to this share of the full colour a cell is pale enough for the ink of the page."""


class Racer(NamedTuple):
    """A start in the race: its name, the pen of its kind of network, and its runs at each gap, short gaps first."""

    label: str
    pen: str
    runs: tuple[Tally | None, ...]


class Panels(NamedTuple):
    """Where the marks, and where the staircase lie."""

    marks: Area
    stairs: Area


def place(canvas: Canvas, gaps: int, starts: int) -> Panels:
    """Return where each panel lies; gaps are counted from the left, starts from the top."""
    top, foot = canvas.text * 2.1, canvas.small * (1 if canvas.narrow else 2) + 12
    side = canvas.height - top - foot
    across, down = (-0.5, gaps - 0.5), (starts - 0.5, -0.5)
    if canvas.narrow:
        return Panels(Area(34, top, 250, side, across, RIGHT), Area(436, top, 180, side, across, down))
    return Panels(Area(40, top, 370, side, across, RIGHT), Area(706, top, 216, side, across, down))


def marks(
    area: Area,
    canvas: Canvas,
    racers: Sequence[Racer],
    gaps: Sequence[int],
    chosen: int,
    ideal: Sequence[float],
    alone: float,
    seeds: int,
) -> str:
    """Return every run of one or two starts: filled if it solved its task, hollow if not, a line through the medians.

    Where there is no room to name the starts here, the staircase names them, beside the mark of their runs.

    Args:
        area: where; its limits are the gaps, counted, and how often a face is named right.
        canvas: for the size of the text.
        racers: the starts, at most two.
        gaps: the gaps, in order.
        chosen: which of them is marked, counted from 0.
        ideal: how often the ideal observer is right at each gap.
        alone: how often the face alone is right.
        seeds: how many seeds there may be; each has a place of its own.
    """
    left, right = area.left, area.left + area.width
    wide = area.x(1) - area.x(0)
    level = area.y(alone)
    drawn, ends = [], []
    for racer, kind, side in zip(racers, MARKS, (-1, 1), strict=False):
        here = 0.0 if len(racers) == 1 else 0.23 * side
        drawn.append(
            _middles(area, racer, here, seeds, AGAIN if drawn and racer.pen == racers[0].pen else None)
        )
        drawn += _runs(area, canvas, racer, kind, here, seeds)
        last = next((tally for tally in reversed(racer.runs) if tally is not None), None)
        ends.append(_within(area, last.middle) if last else area.top)
    return svg.group(
        panels.title(
            area,
            canvas,
            "Named right, by gap"
            if canvas.narrow
            else "Named right, run by run (hollow: not solved; line: the middle run)",
        ),
        svg.rect(area.x(chosen - 0.5), area.top, wide, area.height, opacity=0.5),
        panels.axes(
            area,
            canvas,
            {k: str(gap) for k, gap in enumerate(gaps)},
            {tick: spoken(tick, 1) for tick in (0.7, 0.8, 0.9)},
            "" if canvas.narrow else "pictures between clue and face",
        ),
        svg.trace([area.x(k) for k in range(len(ideal))], [area.y(each) for each in ideal], pen="ideal"),
        svg.line(left, level, right, level, pen="grey", width=1.4 * canvas.line),
        *drawn,
        svg.text(
            left + 4, area.y(max(ideal)) - 1.1 * canvas.small, "ideal observer", size=canvas.small, halo=True
        ),
        svg.text(left + 4, area.top + area.height - 4, "the face alone", size=canvas.small, halo=True),
        "" if canvas.narrow else _labels(area, canvas, racers, chosen, ends),
        name="marks",
    )


def _within(area: Area, right: float) -> float:
    low, high = area.y_limits
    return area.y(min(max(right, low), high))


def _middles(area: Area, racer: Racer, here: float, seeds: int, dash: str | None) -> str:
    """Return a line through the median run of each gap, in the middle of the runs that are shown."""
    there = [(k, tally) for k, tally in enumerate(racer.runs) if tally is not None]
    xs = [
        (_place(area, k + here, tally.seeds[0], seeds) + _place(area, k + here, tally.seeds[-1], seeds)) / 2
        for k, tally in there
    ]
    return svg.trace(
        xs, [_within(area, tally.middle) for _, tally in there], pen=racer.pen, width=2, dash=dash
    )


def _place(area: Area, gap: float, seed: int, seeds: int) -> float:
    """Return where a seed stands from left to right, each at its own place within its gap."""
    return area.x(gap + 0.375 / seeds * (seed - (seeds + 1) / 2))


def _runs(area: Area, canvas: Canvas, racer: Racer, kind: str, here: float, seeds: int) -> list[str]:
    """Return a mark for each run."""
    drawn = []
    for k, tally in enumerate(racer.runs):
        for seed, right, made in zip(tally.seeds, tally.right, tally.made_it, strict=True) if tally else ():
            x = _place(area, k + here, seed, seeds)
            drawn.append(_run(x, _within(area, right), kind, racer.pen, made, canvas))
    return drawn


def _run(x: float, y: float, kind: str, pen: str, filled: bool, canvas: Canvas) -> str:
    """Return the mark of one run."""
    size = 3.6 if canvas.narrow else 4.2
    if kind == "disc":
        return svg.dot(x, y, size, pen=pen, hollow=not filled, width=max(1.6, canvas.line))
    half = 1.25 * size
    side = number(half)
    d = f"M{number(x)} {number(y - half)}l{side} {side}l-{side} {side}l-{side} -{side}z"
    if filled:
        return svg.path(d, pen=pen, filled=True)
    return svg.path(d, pen="paper", filled=True) + svg.path(
        d, pen=pen, width=max(1.6, canvas.line), dash="none"
    )


def _labels(area: Area, canvas: Canvas, racers: Sequence[Racer], chosen: int, ends: Sequence[float]) -> str:
    """Return the name of each start beside the end of its line, and below it how many of its runs solved the gap."""
    x, lead = area.left + area.width + 10, 1.2 * canvas.text
    foot = area.top + area.height
    places = panels.spread(ends, 2.5 * canvas.text, area.top + 0.6 * canvas.text, foot - lead)
    drawn = []
    for racer, kind, y in zip(racers, MARKS, places, strict=False):
        base = y + 0.35 * canvas.text
        drawn.append(_run(x + 4, y, kind, racer.pen, True, canvas))
        drawn.append(svg.text(x + 13, base, racer.label, weight=600))
        drawn.append(svg.text(x + 13, base + lead, of_runs(racer.runs[chosen])))
    return "".join(drawn)


def of_runs(tally: Tally | None) -> str:
    """Return how many runs solved their task, of how many.

    >>> of_runs(Tally((1, 2), (0.86, 0.69), (True, False), 3.0)), of_runs(None)
    ('1 of 2', 'no run')
    """
    return f"{tally.solved} of {tally.runs}" if tally else "no run"


def stairs(
    area: Area,
    canvas: Canvas,
    racers: Sequence[Racer],
    gaps: Sequence[int],
    chosen: int,
    compared: Sequence[str],
    seeds: int,
    reached: Mapping[str, int],
) -> str:
    """Return how many runs of every start solved every gap, a row a start and a column a gap, darker where more did.

    Args:
        area: where; its limits are the gaps and the starts, counted.
        canvas: for the size of the text; where there is room, two columns more say how far each start reaches and how
            many seconds the median run of the chosen gap took.
        racers: every start, from top to bottom.
        gaps: the gaps, in order.
        chosen: which of them is marked, counted from 0.
        compared: the labels of the starts whose runs are drawn as marks.
        seeds: how many runs each cell should hold.
        reached: the longest gap each start reaches, by its label.
    """
    drawn = []
    for row, racer in enumerate(racers):
        drawn += [_cell(area, column, row, tally) for column, tally in enumerate(racer.runs)]
        drawn.append(_name(area, canvas, row, racer, compared))
        if racer.label in compared:
            drawn.append(_outline(area, canvas, chosen, row))
    for row, racer in enumerate(racers):
        drawn += [_count(area, canvas, column, row, tally) for column, tally in enumerate(racer.runs)]
    return svg.group(
        panels.title(
            area,
            canvas,
            f"Solved by gap, of {seeds}" if canvas.narrow else f"Seeds that solve it, of {seeds}",
        ),
        *drawn,
        _foot(area, canvas, gaps, chosen),
        "" if canvas.narrow else _columns(area, canvas, racers, chosen, reached),
        name="stairs",
    )


def _cell(area: Area, column: int, row: int, tally: Tally | None) -> str:
    """Return the square of a cell, the fuller of colour the more runs solved the gap, on light and on dark paper."""
    if tally is None:
        return ""
    x, y, wide, tall = _square(area, column, row)
    place = x + 1, y + 1, wide - 2, tall - 2
    filled = svg.rect(*place, colour=SOLVED, radius=2, opacity=tally.share) if tally.solved else ""
    return svg.rect(*place, radius=2, opacity=0.35) + filled


def _count(area: Area, canvas: Canvas, column: int, row: int, tally: Tally | None) -> str:
    """Return how many runs solved the gap, in ink that can be read on its square."""
    x, base = area.x(column), area.y(row) + 0.35 * canvas.small
    if tally is None:
        return svg.text(x, base, "–", anchor="middle", pen="grey")
    ink = ' style="fill:#fff"' if tally.share > PALE else ""
    where = f'x="{number(x)}" y="{number(base)}" font-size="{number(canvas.small)}" text-anchor="middle"'
    return f"<text {where}{ink}>{tally.solved}</text>"


def _square(area: Area, column: int, row: int) -> tuple[float, float, float, float]:
    """Return the left and upper edge of a cell, its width and its height."""
    return area.x(column - 0.5), area.y(row - 0.5), area.x(1) - area.x(0), area.y(1) - area.y(0)


def _name(area: Area, canvas: Canvas, row: int, racer: Racer, compared: Sequence[str]) -> str:
    """Return the name of a start beside its row; of one whose runs are drawn, bold, with their mark."""
    y, right = area.y(row), area.left - 18
    chosen = racer.label in compared
    weight = 600 if chosen else 400
    words = svg.text(
        right, y + 0.35 * canvas.small, racer.label, size=canvas.small, anchor="end", weight=weight
    )
    if not chosen:
        return words
    mark = MARKS[list(compared).index(racer.label)]
    return words + _run(area.left - 9, y, mark, racer.pen, True, canvas)


def _outline(area: Area, canvas: Canvas, column: int, row: int) -> str:
    """Return a frame around one cell, with a rim of paper so that it shows on dark ones."""
    x, y, wide, tall = _square(area, column, row)
    where = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(tall)}" rx="3"'
    width = max(2.0, canvas.line)
    return "".join(
        f'<rect {where} class="s {pen}" style="stroke-width:{number(thick)}"/>'
        for pen, thick in (("paper", 2 * width), ("ink", width))
    )


def _foot(area: Area, canvas: Canvas, gaps: Sequence[int], chosen: int) -> str:
    """Return the gaps below their columns, the chosen one bold, and, where there is room, what they are."""
    foot = area.top + area.height + canvas.small + 4
    ticks = [
        svg.text(
            area.x(k),
            foot,
            gap,
            size=canvas.small,
            anchor="middle",
            weight=600 if k == chosen else 400,
            pen="ink" if k == chosen else "grey",
        )
        for k, gap in enumerate(gaps)
    ]
    if canvas.narrow:
        return "".join(ticks)
    middle, below = area.left + area.width / 2, foot + canvas.small + 4
    named = svg.text(middle, below, "pictures between", size=canvas.small, anchor="middle", pen="grey")
    return "".join((*ticks, named))


def _columns(
    area: Area, canvas: Canvas, racers: Sequence[Racer], chosen: int, reached: Mapping[str, int]
) -> str:
    """Return how far each start reaches, and what its median run of the chosen gap took, in seconds."""
    edge, small = area.left + area.width, canvas.small
    foot = area.top + area.height + small + 4
    drawn = [
        svg.text(edge + 52, foot, "reaches", size=small, anchor="end", pen="grey"),
        svg.text(edge + 118, foot, "seconds", size=small, anchor="end", pen="grey"),
    ]
    for row, racer in enumerate(racers):
        base, tally = area.y(row) + 0.35 * canvas.text, racer.runs[chosen]
        drawn.append(svg.text(edge + 52, base, reached.get(racer.label) or "–", anchor="end", weight=600))
        drawn.append(svg.text(edge + 118, base, spoken(tally.seconds, 1) if tally else "–", anchor="end"))
    return svg.group(*drawn, name="columns")

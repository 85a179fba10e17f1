"""A look into a network along time: one unit's gates and memory, all units at once, one cursor through all of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.colour import DIVERGING, SEQUENTIAL, shade
from lstm_lab.drawing.panels import Area, Line, spread
from lstm_lab.drawing.reel import over_time, reel
from lstm_lab.drawing.svg import Canvas, number, spoken
from lstm_lab.notation import QUANTITIES

Array = np.ndarray

PITCH = 38.0
"""How wide a picture of the film is with its margin."""
WILD, HOME = ("bear", "fox"), ("goldfish",)
"""Kinds that speak for wild, above the line of the row of all pictures, and against it, below."""
TANH_C = "tanh(c)"
"""What a map of all memories shows: it stays within −1..1 where c itself may count without end."""
RAIL = (
    "On the rail, all pictures: a square above the line speaks for wild, one below it for home, a ring asks, "
    "an upright bar is a title card; the brackets hold what the film shows."
)
ENDS, ASKS = ("title card",), ("?",)
"""Kinds that end a show, a bar right across that line, and that ask, a ring on it."""


class Job(NamedTuple):
    """Something that units do, how much of it this unit does in words, and its place among all; ``sorts`` them."""

    name: str
    number: str
    place: str
    sorts: bool


class Film(NamedTuple):
    """The pictures of every step: ids in ``symbols``, which holds the ``<symbol>`` text of each, and their kinds."""

    pictures: tuple[str, ...]
    symbols: Mapping[str, str]
    kinds: tuple[str, ...]


class Looked(NamedTuple):
    """T steps of a network, and the unit that is looked at.

    ``first`` the number of the first of these steps, ``now`` how many of them have been read, 0..T.
    ``film`` what was seen or, where there are no pictures, ``words`` one for each step; either may be empty.
    ``gates`` and ``memory`` of the unit by letter, (T,) each. ``units`` (H, T) the quantity called ``letter``, a letter
    or tanh(c), of all units in the order shown, out of ``total``, ``names`` how each is called and ``row`` the place
    of the unit.
    ``answers`` by the name of who answers, P(wolf), (T,) each, and ``asked`` in words what they answer; empty if
    there is no question.
    ``jobs`` what the unit does, and in words how that was ``judged``.
    """

    first: int
    now: int
    film: Film
    words: tuple[str, ...]
    unit_name: str
    gates: Mapping[str, Array]
    memory: Mapping[str, Array]
    letter: str
    units: Array
    order: str
    total: int
    names: tuple[str, ...]
    row: int
    answers: Mapping[str, tuple[str, Array]]
    asked: str
    jobs: tuple[Job, ...]
    judged: str

    @property
    def length(self) -> int:
        """T, the number of steps."""
        return self.units.shape[1]


class Places(NamedTuple):
    """Where things are: the film's side, the baseline of headings, and the four panels with time from left to right.

    ``pitch`` is from one strip of a gate to the next; ``jobs`` where their list begins, 0 for nowhere.
    """

    side: float
    heading: float
    gates: Area
    pitch: float
    memory: Area
    units: Area
    answers: Area | None
    jobs: float


def places_of(looked: Looked, canvas: Canvas) -> Places:
    """Return where things are on a canvas; a narrow one has two panels."""
    narrow = canvas.narrow
    above = bool(looked.film.pictures) or bool(looked.words)
    side = (32.0 if narrow else 34.0) if looked.film.pictures else 1.3 * canvas.text
    heading = (side + 4 if above else 0) + 1.15 * canvas.text
    top, foot = heading + (25 if looked.film.pictures else 7), canvas.height - canvas.small - 6
    left, width, right, wide = (26.0, 224.0, 350.0, 206.0) if narrow else (36.0, 336.0, 492.0, 310.0)
    pitch = 17.0 if narrow else 20.0
    none = (0.0, 1.0)
    gates = over_time(Area(left, top, width, pitch * len(looked.gates), none, none), looked.length)
    start = gates.top + gates.height + (4 if looked.gates else 0)
    limits = QUANTITIES["c" if "c" in looked.memory else "h"]
    memory = gates._replace(top=start, height=foot - start, y_limits=(limits.low, limits.high))
    units = gates._replace(left=right, width=wide, height=foot - top)
    answers = None
    if looked.answers and not narrow:
        units = units._replace(height=0.54 * (foot - top))
        under = units.top + units.height + 1.6 * canvas.text
        answers = units._replace(top=under, height=foot - under, y_limits=(0, 1))
    return Places(side, heading, gates, pitch, memory, units, answers, 0 if narrow else 894)


def looked_into(looked: Looked, canvas: Canvas) -> str:
    """Return the marks of the whole picture."""
    places = places_of(looked, canvas)
    if not looked.length:
        return svg.text(places.gates.left, places.heading, "The channel is empty: add a picture.")
    under = [panel for panel in (places.memory, places.answers or places.units)]
    panels_ = [places.gates, places.memory, places.units] + ([places.answers] if places.answers else [])
    headings = (
        svg.text(4, places.heading, looked.unit_name, weight=600),
        svg.text(places.units.left - 4, places.heading, _units_heading(looked, canvas), weight=600),
    )
    return "".join(
        (
            *headings,
            _film(looked, canvas) if looked.film.pictures else _words(looked, places, canvas),
            *(_row(looked, area, places, canvas) for area in (places.gates, places.units)),
            *(_cursor(looked, area) for area in panels_ if area.height > 0),
            _gates(looked, places, canvas),
            _memory(looked, places.memory, canvas),
            _units(looked, places.units, canvas),
            _answers(looked, places.answers, canvas) if places.answers else "",
            *(_time(looked, area, canvas) for area in under),
            _jobs(looked, places, canvas) if places.jobs else "",
            *(_cursor(looked, area, thin=True) for area in panels_ if area.height > 0),
        )
    )


def shown_around(now: int, length: int, room: int) -> range:
    """Return which of ``length`` steps are shown where there is room for a few: those around the present one.

    >>> shown_around(9, 10, 4), shown_around(0, 3, 4)
    (range(6, 10), range(0, 3))
    """
    start = min(max(now - room // 2, 0), max(length - room, 0))
    return range(start, min(start + room, length))


def _film(looked: Looked, canvas: Canvas) -> str:
    """Return the pictures around the present one."""
    area, here = _strip(looked, canvas)
    pictures = [looked.film.pictures[t] for t in here]
    return reel(area, canvas, pictures, looked.film.symbols, looked.now - here.start, area.top + area.height)


def _strip(looked: Looked, canvas: Canvas) -> tuple[Area, range]:
    """Return where the pictures or words stand, and which of them there is room for."""
    here = shown_around(max(looked.now - 1, 0), looked.length, int((canvas.width - 8) // PITCH))
    side = 32.0 if canvas.narrow else 34.0
    wide = PITCH * max(len(here), 6)
    return over_time(Area(4, 3, wide, side, (0, 1), (0, 1)), len(here)), here


def _words(looked: Looked, places: Places, canvas: Canvas) -> str:
    """Return one word for each step around the present one, cut where it is too long for its place."""
    if not looked.words:
        return ""
    area, here = _strip(looked, canvas)
    most = int(PITCH / svg.text_width("m", canvas.small))
    marks = []
    for k, t in enumerate(here):
        word = looked.words[t]
        short = word if len(word) <= most else word[: most - 1] + "…"
        present = t == looked.now - 1
        marks.append(
            svg.text(
                area.x(k),
                3 + canvas.text,
                short,
                size=canvas.small,
                anchor="middle",
                weight=600 if present else 400,
            )
        )
    if looked.now:
        x = area.x(looked.now - 1 - here.start)
        marks.insert(0, svg.rect(x - PITCH / 2, 2, PITCH, 1.3 * canvas.text, radius=4))
    return svg.group(*marks, name="words")


def _row(looked: Looked, area: Area, places: Places, canvas: Canvas) -> str:
    """Return the row of all pictures as marks, with a pale band behind those of the film."""
    if not looked.film.pictures:
        return ""
    foot, tall = area.top - 5, 11
    middle = foot - tall / 2
    here = _strip(looked, canvas)[1]
    left, right, end = area.x(here.start - 0.5), area.x(here.stop - 0.5), area.x(looked.length - 0.5)
    band = "".join(f"M{number(left)} {number(y)}H{number(right)}" for y in (foot + 2, foot - tall - 2))
    broad = max(area.x(1) - area.x(0) - 1, 3.5)
    shapes = {"wild": "", "home": "", "end": "", "ask": ""}
    for t, kind in enumerate(looked.film.kinds):
        x, y = number(area.x(t) - broad / 2), number(middle)
        if kind in WILD:
            shapes["wild"] += f"M{x} {y}v{-tall / 2}h{number(broad)}v{tall / 2}z"
        elif kind in HOME:
            shapes["home"] += f"M{x} {y}v{tall / 2}h{number(broad)}v{-tall / 2}z"
        elif kind in ENDS:
            shapes["end"] += f"M{number(area.x(t))} {number(foot + 1)}V{number(foot - tall - 1)}"
        elif kind in ASKS:
            shapes["ask"] += f"M{number(area.x(t) - 3)} {y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
    return svg.group(
        f"<title>{svg.escape(RAIL)}</title>",
        svg.line(area.x(-0.5), middle, end, middle, pen="grey", width=canvas.line),
        svg.path(band, pen="grey", width=2 * canvas.line),
        *(
            f'<path d="{shapes[side]}" style="fill:{shade(lean, -1, 1, DIVERGING)}"/>'
            for side, lean in (("wild", 0.75), ("home", -0.75))
            if shapes[side]
        ),
        svg.path(shapes["end"], pen="ink", width=2.4) if shapes["end"] else "",
        svg.path(shapes["ask"], pen="paper", filled=True) + svg.path(shapes["ask"], width=1.6)
        if shapes["ask"]
        else "",
        name="row",
    )


def _cursor(looked: Looked, area: Area, thin: bool = False) -> str:
    """Return the present step in a panel: a pale column behind, or a line before what is drawn there."""
    if not looked.now:
        return ""
    x = area.x(looked.now - 1)
    if thin:
        line = svg.line(x, area.top - 2, x, area.top + area.height, pen="ink", width=1.2)
        return svg.group(line, name="cursor")
    wide = max(area.x(1) - area.x(0), 5)
    return svg.rect(x - wide / 2, area.top - 2, wide, area.height + 2, opacity=0.7)


def _gates(looked: Looked, places: Places, canvas: Canvas) -> str:
    """Return each gate as a strip, filled as high as it is open; signed ones grow from the middle."""
    area, tall = places.gates, places.pitch - 3
    marks = []
    for k, (letter, levels) in enumerate(looked.gates.items()):
        foot = area.top + k * places.pitch + tall
        row, right = QUANTITIES[letter], area.x(looked.length - 0.5)
        zero = foot - tall * (0 - row.low) / (row.high - row.low)
        heights = [foot - tall * (float(v) - row.low) / (row.high - row.low) for v in levels]
        ends = f"M{number(area.x(-0.5))} {{}}H{number(right)}"
        edges = "".join(ends.format(number(y)) for y in (foot, foot - tall))
        middle = foot - tall / 2 + 0.35 * canvas.text
        marks.append(svg.path(edges, pen="faint", width=canvas.line))
        marks.append(svg.path(_stairs(area, heights, zero), pen=letter, filled=True))
        marks.append(svg.text(area.left - 7, middle, letter, anchor="end", weight=600))
        if looked.now:
            said = spoken(float(levels[looked.now - 1]))
            marks.append(svg.text(area.left + area.width + 7, middle, said))
    return svg.group(*marks, name="gates")


def _stairs(area: Area, heights: Sequence[float], zero: float) -> str:
    """Return the surface between heights, one a step, and a level, as the commands of a path."""
    d, last = f"M{number(area.x(-0.5))} {number(zero)}", ""
    for t, height in enumerate(heights):
        if (level := number(height)) != last:
            d += f"H{number(area.x(t - 0.5))}V{level}"
            last = level
    return f"{d}H{number(area.x(len(heights) - 0.5))}V{number(zero)}Z"


def _memory(looked: Looked, area: Area, canvas: Canvas) -> str:
    """Return the unit's memory along time with its present value beside."""
    low, high = area.y_limits
    lines = {letter: (letter, values) for letter, values in looked.memory.items()}
    return svg.group(
        panels.axes(area, canvas, (), (low, 0, high)),
        _lines(looked, area, canvas, lines, apart=" "),
        name="memory",
    )


def _answers(looked: Looked, area: Area, canvas: Canvas) -> str:
    """Return what the network and the ideal observer answer, or would answer, along time."""
    marks = (
        svg.text(area.left - 4, area.top - 8, looked.asked, weight=600),
        panels.axes(area, canvas, (), {0: "0", 0.5: "½", 1: "1"}),
        _lines(looked, area, canvas, looked.answers, apart=" "),
    )
    return svg.group(*marks, name="answers")


def _lines(
    looked: Looked, area: Area, canvas: Canvas, lines: Mapping[str, tuple[str, Array]], apart: str
) -> str:
    """Return lines over time, each with a dot and its value at the present step; widest first, so all are seen."""
    steps = np.arange(looked.length)
    drawn = [Line("", steps, ys, pen, dots=looked.length == 1) for pen, ys in lines.values()]
    marks = [panels.traces(area, canvas, drawn)]
    if looked.now:
        low, high = area.y_limits
        values = {name: float(ys[looked.now - 1]) for name, (_, ys) in lines.items()}
        heights = [area.y(min(max(value, low), high)) for value in values.values()]
        apart_ = spread(heights, 1.15 * canvas.text, area.top + 6, area.top + area.height - 6)
        for (name, value), (pen, _), height, place in zip(
            values.items(), lines.values(), heights, apart_, strict=True
        ):
            if low <= value <= high:
                marks.append(svg.dot(area.x(looked.now - 1), height, 4, pen=pen))
            said = f"{name}{apart}{spoken(value)}"
            marks.append(svg.text(area.left + area.width + 7, place + 0.35 * canvas.text, said))
    return "".join(marks)


def _units_heading(looked: Looked, canvas: Canvas) -> str:
    count = len(looked.names)
    which = f"all {count}" if count == looked.total else f"{count} of {looked.total}"
    return f"{looked.letter} of {which} units" + ("" if canvas.narrow else f", {looked.order}")


def _units(looked: Looked, area: Area, canvas: Canvas) -> str:
    """Return all units over time as one heat map, the present unit between two lines, with a scale."""
    shown = QUANTITIES["h" if looked.letter == TANH_C else looked.letter]
    low, high = shown.low, shown.high
    palette = DIVERGING if low < 0 else SEQUENTIAL
    tall = area.height / len(looked.names)
    right = area.x(looked.length - 0.5)
    top = area.top + tall * looked.row
    inset = area._replace(width=right - area.left)
    edges = "".join(f"M{number(area.left - 4)} {number(y)}H{number(right + 4)}" for y in (top, top + tall))
    row = number(top + tall / 2)
    tips = f"M{number(area.left - 1)} {row}l-6 -4v8zM{number(right + 1)} {row}l6 -4v8z"
    middle = top + tall / 2 + 0.35 * canvas.small
    marks = [
        panels.heat_map(inset, canvas, looked.units, (low, high), palette),
        svg.path(edges, pen="ink", width=canvas.line) if tall >= 4 * canvas.line else "",
        svg.path(tips, pen="ink", filled=True),
        svg.text(
            area.left - 10, middle, looked.names[looked.row], size=canvas.small, anchor="end", weight=600
        ),
    ]
    beside = area.left + area.width + 11
    scale = np.linspace(high, low, 21)[:, None]
    marks.append(svg.heat(beside, area.top, 9, area.height, scale, low, high, palette))
    for value, y in ((high, area.top + 0.75 * canvas.small), (low, area.top + area.height)):
        marks.append(svg.text(beside + 14, y, spoken(value, 0), size=canvas.small, pen="grey"))
    return svg.group(*marks, name="units")


def _time(looked: Looked, area: Area, canvas: Canvas) -> str:
    """Return the number of the first and the last step, and some between, below a panel."""
    y = area.top + area.height + canvas.small + 3
    every = next(
        step
        for step in (1, 2, 5, 10, 20, 50, 100, 200)
        if looked.length / step <= (5 if canvas.narrow else 8)
    )
    numbers = [n for n in range(looked.first, looked.first + looked.length) if n % every == 0 or n == 1]
    marks = []
    for n in numbers:
        x = area.x(n - looked.first)
        marks.append(svg.text(x, y, n, size=canvas.small, anchor="middle", pen="grey"))
    return svg.group(*marks, name="time")


def _jobs(looked: Looked, places: Places, canvas: Canvas) -> str:
    """Return what the unit does: each job with its number and its place among all units."""
    left, marks = places.jobs, []
    foot = canvas.height - 6
    top, pitch = places.heading, (foot - places.heading - 8) / max(len(looked.jobs), 3)
    for k, job in enumerate(looked.jobs):
        y, weight = top + k * pitch, 600 if job.sorts else 400
        marks.append(svg.text(left, y, job.name, size=canvas.small, weight=weight))
        marks.append(svg.text(left, y + 1.35 * canvas.text, job.number, size=1.2 * canvas.text, weight=600))
        marks.append(
            svg.text(canvas.width - 4, y + 1.35 * canvas.text, job.place, size=canvas.small, anchor="end")
        )
    marks.append(svg.text(left, foot, looked.judged, size=canvas.small, pen="grey"))
    return svg.group(*marks, name="jobs")

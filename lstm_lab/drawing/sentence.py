"""A text as a network reads it: the words, what may come next, and what the memory says of the speaker's country."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.colour import SEQUENTIAL
from lstm_lab.drawing.panels import Area, spread
from lstm_lab.drawing.svg import Canvas, spoken, text_width

Array = np.ndarray

SHADES = (0.8, 0.5, 0.65, 0.35, 0.55, 0.25, 0.15)
"""How full the parts of the strip are that the dice fall on, one after the other."""
VISIBLE = 0.005
"""From this chance on the grammar's mark is drawn."""


class Next(NamedTuple):
    """A word that may come next: its chance at the temperature, as trained, and by the grammar (NaN: it has none)."""

    word: str
    chance: float
    trained: float
    ideal: float


class Written(NamedTuple):
    """A text of T words and what a network makes of it.

    ``words`` of the text, ``now`` how many have been read; ``marked`` the places of words that matter.
    ``network`` its pen, ``called`` its name; ``following`` the words that may come next, the likeliest first;
    ``temperature``; ``roll`` of the dice, in [0, 1), and the word it ``hits``.
    ``countries`` their names, ``read`` (T, 12) the chances that the memory gives them, 0 where none was said yet;
    ``since`` where the present one was said, −1 if it was not.
    ``unit`` its name, ``levels`` (T, V) its memory along V versions of the text, ``versions`` their names, ``own``
    which one is the text's, ``limits`` the lowest and the highest level shown.
    """

    words: tuple[str, ...]
    now: int
    marked: frozenset[int]
    network: str
    called: str
    following: tuple[Next, ...]
    temperature: float
    roll: float
    hits: str
    countries: tuple[str, ...]
    read: Array
    since: int
    unit: str
    levels: Array
    versions: tuple[str, ...]
    own: int
    limits: tuple[float, float]


class Places(NamedTuple):
    """Where things are: how many lines of text there is room for, and the panels."""

    lines: int
    bars: Area
    memory: Area
    unit: Area | None


def places_of(canvas: Canvas, length: int, limits: tuple[float, float]) -> Places:
    """Return where things are on a canvas; a narrow one has two panels."""
    words = (-0.5, max(length, 8) - 0.5)
    if canvas.narrow:
        foot = canvas.height - 4
        top = 2 * 1.3 * canvas.text + 34
        bars = Area(92, top, 116, foot - top - 26, (0, 1), (0, 1))
        return Places(2, bars, Area(358, top, 250, foot - top, words, (0, 1)), None)
    top, foot = 3 * 1.35 * canvas.text + 36, canvas.height - canvas.small - 8
    bars = Area(90, top, 180, foot - top - 22, (0, 1), (0, 1))
    memory = Area(460, top, 226, foot - top, words, (0, 1))
    return Places(3, bars, memory, Area(736, top, 222, foot - top, words, limits))


def written_text(written: Written, canvas: Canvas) -> str:
    """Return the marks of the whole picture."""
    places = places_of(canvas, len(written.words), written.limits)
    return "".join(
        (
            _words(written, canvas, places.lines),
            _following(written, places.bars, canvas),
            _memory(written, places.memory, canvas),
            _unit(written, places.unit, canvas) if places.unit else "",
        )
    )


def broken_into(words: Sequence[str], width: float, size: float) -> list[list[int]]:
    """Return the places of words that stand on each line within a width.

    >>> broken_into(("I", "am", "here", "."), 40, 10)
    [[0, 1], [2, 3]]
    """
    lines: list[list[int]] = [[]]
    x = 0.0
    for k, word in enumerate(words):
        wide = _advance(word, size)
        if lines[-1] and x + wide > width and word != ".":
            lines.append([])
            x = 0.0
        lines[-1].append(k)
        x += wide
    return lines


def _advance(word: str, size: float) -> float:
    return text_width(word, size) + (0 if word == "." else 0.3 * size)


def _words(written: Written, canvas: Canvas, room: int) -> str:
    """Return the lines of the text around the present word: read words in ink, the present underlined, others grey."""
    size = canvas.text
    if not written.words:
        return svg.text(6, 1.1 * size, "No word has been read yet.", size=size, pen="grey")
    lines = broken_into(written.words, canvas.width - 24, size)
    present = max(written.now - 1, 0)
    at = next(k for k, line in enumerate(lines) if present in line)
    first = min(max(at - room + 1, 0), max(len(lines) - room, 0))
    marks = []
    for row, line in enumerate(lines[first : first + room]):
        parts = "… " if first and not row else ""
        for k in line:
            apart = " " if k != line[0] and written.words[k] != "." else ""
            parts += apart + _word(written, k)
        y = svg.number((1.1 + 1.35 * row) * size)
        marks.append(f'<text x="6" y="{y}" font-size="{svg.number(size)}">{parts}</text>')
    return svg.group(*marks, name="words")


def _word(written: Written, k: int) -> str:
    """Return one word of the text, marked by what it is."""
    look = ["font-weight:600"] if k in written.marked or k + 1 == written.now else []
    look += ["text-decoration:underline"] if k + 1 == written.now else []
    look += ["fill:var(--lab-grey)"] if k >= written.now else []
    word = svg.escape(written.words[k])
    return f'<tspan style="{";".join(look)}">{word}</tspan>' if look else word


def _following(written: Written, area: Area, canvas: Canvas) -> str:
    """Return a bar for each word that may come next, and the strip of all chances with the roll of the dice on it."""
    slot = area.height / max(len(written.following), 1)
    thick = min(0.62 * slot, 20)
    marks = [svg.line(area.left, area.top, area.left, area.top + area.height, pen="grey", width=canvas.line)]
    for k, each in enumerate(written.following):
        middle = area.top + slot * (k + 0.5)
        base, bold = middle + 0.35 * canvas.text, 600 if each.word == written.hits else 400
        marks += [
            svg.rect(
                area.left, middle - thick / 2, area.width * each.chance, thick, pen=written.network, radius=2
            ),
            svg.text(area.left - 8, base, read_aloud(each.word), anchor="end", weight=bold),
            svg.text(area.left + area.width + 10, base, spoken(each.chance), weight=bold),
        ]
        if written.temperature != 1:
            marks.append(svg.dot(area.x(each.trained), middle, 3.6, pen="grey", hollow=True))
        if each.ideal >= VISIBLE:
            x = area.x(each.ideal)
            marks.append(svg.line(x, middle - thick / 2 - 3, x, middle + thick / 2 + 3, pen="ink", width=2.4))
    tau = spoken(written.temperature, 1)
    heading = f"Next word, τ = {tau}" if canvas.narrow else f"Next word, {written.called}, τ = {tau}"
    left = 4 if canvas.narrow else 8
    return svg.group(
        svg.text(left, area.top - 10, heading, size=canvas.text, weight=600),
        *marks,
        _key(written, area, canvas),
        _dice(written, area, canvas),
        name="next",
    )


def _key(written: Written, area: Area, canvas: Canvas) -> str:
    """Return what the marks on the bars mean beside the heading, where there is room and one of them is there."""
    ideal = any(each.ideal >= VISIBLE for each in written.following)
    if canvas.narrow or not (ideal or written.temperature != 1):
        return ""
    x, y = area.left + area.width + 48, area.top - 10
    marks = []
    if ideal:
        marks += [
            svg.line(x + 3, y - 11, x + 3, y + 2, width=2.4),
            svg.text(x + 11, y, "grammar", size=canvas.small, pen="grey"),
        ]
        y += 1.5 * canvas.small
    if written.temperature != 1:
        marks += [
            svg.dot(x + 3, y - 4, 3.6, pen="grey", hollow=True),
            svg.text(x + 11, y, "at τ = 1", size=canvas.small, pen="grey"),
        ]
    return "".join(marks)


def _dice(written: Written, area: Area, canvas: Canvas) -> str:
    """Return all chances end to end, and where between 0 and 1 the dice fell."""
    top, tall = area.top + area.height + 8, 9.0
    marks, x = [svg.rect(area.left, top, area.width, tall, pen="faint")], 0.0
    for each, shade in zip(written.following, SHADES, strict=False):
        left = area.x(x)
        if each.chance * area.width >= 0.5:
            marks.append(
                svg.rect(left, top, area.width * each.chance, tall, pen=written.network, opacity=shade)
            )
        x += each.chance
    at = area.x(written.roll)
    tip = f"M{svg.number(at)} {svg.number(top + tall - 2)}l-5 9h10z"
    base = top + 0.5 * tall + 0.35 * canvas.small
    fell = svg.text(area.left - 8, base, f"dice {spoken(written.roll)}", size=canvas.small, anchor="end")
    hit = svg.text(area.left + area.width + 10, base, read_aloud(written.hits), size=canvas.small, weight=600)
    return svg.group(*marks, svg.path(tip, filled=True), fell, hit, name="dice")


def _memory(written: Written, area: Area, canvas: Canvas) -> str:
    """Return the chances of every country, read off the memory after each word."""
    names, length = written.countries, len(written.words)
    tall = area.height / len(names)
    heading = "Country in its memory" if canvas.narrow else "Country in its memory (dark: sure)"
    marks = [svg.text(area.left - (84 if canvas.narrow else 66), area.top - 10, heading, weight=600)]
    if length:
        wide = area.x(length - 0.5) - area.left
        marks.append(svg.heat(area.left, area.top, wide, area.height, written.read.T, 0, 1, SEQUENTIAL))
    marks.append(_frame(area))
    own = written.own if written.since >= 0 else -1
    for k in _labelled(written, canvas, own, tall):
        base = area.top + tall * (k + 0.5) + 0.35 * canvas.small
        weight = 600 if k == own else 400
        marks.append(svg.text(area.left - 7, base, names[k], size=canvas.small, anchor="end", weight=weight))
    return svg.group(*marks, _cursor(written, area), _time(written, area, canvas), name="memory")


def _labelled(written: Written, canvas: Canvas, own: int, tall: float) -> list[int]:
    """Return which countries are named: all where there is room, else the speaker's and the one that is read."""
    if not canvas.narrow:
        return list(range(len(written.countries)))
    shown = [own] if own >= 0 else []
    if own >= 0 and written.now:
        best = int(written.read[written.now - 1].argmax())
        shown += [best] if abs(best - own) * tall >= canvas.small else []
    return shown


def _time(written: Written, area: Area, canvas: Canvas, label: float | None = None) -> str:
    """Return the numbers of some words below a panel, what they count on their left or from ``label`` on."""
    if canvas.narrow:
        return ""
    last = len(written.words)
    every = next(step for step in (1, 2, 5, 10, 20) if last / step <= 8)
    y = area.top + area.height + canvas.small + 3
    numbers = [n for n in range(1, last + 1) if n % every == 0 or n == 1]
    at, anchor = (area.left - 7, "end") if label is None else (label, "start")
    words = svg.text(at, y, "word", size=canvas.small, anchor=anchor, pen="grey")
    return words + "".join(
        svg.text(
            area.x(n - 1),
            y,
            n,
            size=canvas.small,
            anchor="middle",
            pen="grey",
        )
        for n in numbers
    )


def _frame(area: Area) -> str:
    left, top, right, foot = area.left, area.top, area.left + area.width, area.top + area.height
    edges = (
        f"M{svg.number(left)} {svg.number(top)}H{svg.number(right)}V{svg.number(foot)}H{svg.number(left)}Z"
    )
    return svg.path(edges, pen="faint", width=1)


def _cursor(written: Written, area: Area) -> str:
    if not written.now:
        return ""
    x = area.x(written.now - 1)
    return svg.group(
        svg.line(x, area.top - 3, x, area.top + area.height + 3, pen="ink", width=1.6), name="cursor"
    )


def _unit(written: Written, area: Area, canvas: Canvas) -> str:
    """Return one unit's memory along the text, and along its versions with another country."""
    marks = [svg.text(area.left - 26, area.top - 10, written.unit, weight=600)]
    low, high = area.y_limits
    ticks = [
        tick
        for tick in range(int(np.ceil(low)), int(high) + 1)
        if tick % max(1, round((high - low) / 4)) == 0
    ]
    marks.append(panels.axes(area, canvas, (), ticks))
    steps = np.arange(len(written.words))
    if len(steps):
        others = [k for k in range(len(written.versions)) if k != written.own]
        lines = [
            svg.trace(
                [area.x(float(t)) for t in steps],
                [area.y(min(max(float(v), low), high)) for v in written.levels[:, k]],
                pen="ink" if k == written.own else "grey",
                width=3.2 if k == written.own else 1.1,
            )
            for k in (*others, written.own)
        ]
        marks.append(panels.window(area, *lines))
    marks += [_cursor(written, area), _time(written, area, canvas, area.left + area.width + 21)]
    if written.now and 0 <= written.since < written.now:
        marks.append(_levels(written, area, canvas))
    return svg.group(*marks, name="unit")


def _levels(written: Written, area: Area, canvas: Canvas) -> str:
    """Return the name of every version beside its present level."""
    low, high = area.y_limits
    now, edge = written.levels[written.now - 1], area.left + area.width
    heights = [area.y(min(max(float(v), low), high)) for v in now]
    apart = spread(heights, 1.02 * canvas.small, area.top + 4, area.top + area.height - 4)
    marks = []
    for k, (name, level, y) in enumerate(zip(written.versions, heights, apart, strict=True)):
        weight, pen = (600, "ink") if k == written.own else (400, "grey")
        marks.append(svg.line(edge + 2, level, edge + 17, y, pen=pen, width=1.6 if k == written.own else 0.8))
        marks.append(
            svg.text(edge + 21, y + 0.35 * canvas.small, name, size=canvas.small, weight=weight, pen=pen)
        )
    return "".join(marks)


def named(values: Mapping[str, float]) -> str:
    """Return words with their chances for a sentence.

    >>> named({"sky": 0.953, "garden": 0.04})
    'sky 0.95, garden 0.04'
    """
    return ", ".join(f"{read_aloud(word)} {spoken(value)}" for word, value in values.items())


def read_aloud(word: str) -> str:
    """Return a word as it can be seen and heard where it stands alone.

    >>> read_aloud("."), read_aloud("sky")
    ('full stop', 'sky')
    """
    return "full stop" if word == "." else word

"""A network before and after an operation: along one channel, on 500 shows of each kind, and unit by unit."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.reel import over_time, pitch
from lstm_lab.drawing.svg import Canvas, spoken

Array = np.ndarray

ORDINALS = ("1st", "2nd", "3rd")
SHARES = (0.0, 1.0)
"""Right answers are drawn between these."""
MOST = 25.0
"""The largest loss, in points, a bar has room for; it grows to the left."""


class Operated(NamedTuple):
    """What an operation did.

    Along one channel of T pictures: ``pictures`` their ids in ``symbols``; ``others`` the ids of the other channel in
    a swap, else none, and ``after`` how many pictures came before the swap, else 0; ``wolf`` P(wolf) by "intact",
    "operated" and "ideal", (T,) each; ``c`` of the unit called ``memory`` by "intact" and "operated"; ``asked`` (S,)
    the places of the questions.

    On the same ``many`` channels of S shows: ``intact`` and ``operated`` shares of right answers, the latter with its
    interval ``low`` to ``high``, and ``ideal``, (S,) each; ``alone`` the share one gets right by the face alone;
    ``total`` the difference over all, in points.

    Unit by unit: ``sizes`` mean |h|, ``costs`` what silencing it alone costs, in points, (H,) each; ``chosen`` the
    units operated on, none if it is all or nothing, and ``silenced`` whether they are silenced.
    """

    pictures: tuple[str, ...]
    others: tuple[str, ...]
    symbols: Mapping[str, str]
    after: int
    wolf: Mapping[str, Array]
    c: Mapping[str, Array]
    memory: str
    asked: Array
    many: int
    intact: Array
    operated: Array
    low: Array
    high: Array
    ideal: Array
    alone: float
    total: float
    sizes: Array
    costs: Array
    chosen: tuple[int, ...]
    silenced: bool


def points(value: float) -> str:
    """Return a difference in points with its sign.

    >>> points(0.312), points(-19.3), points(0.01)
    ('+0.3', '−19.3', '0.0')
    """
    said = spoken(value, 1)
    return f"+{said}" if value > 0 and said != "0.0" else said


def surgery(run: Operated, canvas: Canvas) -> str:
    """Return the marks of the whole picture; a narrow one has the channel beside the shows, or beside the units."""
    if canvas.narrow:
        film = over_time(Area(40, 4, 288, 13, (0, 1), (0, 1)), len(run.pictures))
        wolf = film._replace(top=56, height=canvas.height - 80, y_limits=(0.0, 1.0))
        marks = [_film(run, film, canvas, [wolf]), _wolf(run, wolf, canvas, "?")]
        if run.silenced:
            area = Area(452, 40, 160, canvas.height - 46, (0, 1), (0, 1))
            return "".join(marks) + _units(run, area, canvas)
        area = Area(476, 46, 126, canvas.height - 70, (-0.5, len(run.asked) - 0.5), SHARES)
        return "".join(marks) + _shows(run, area, canvas)
    film = over_time(Area(40, 4, 476, 18, (0, 1), (0, 1)), len(run.pictures))
    wolf = film._replace(top=66, height=84, y_limits=(0.0, 1.0))
    memory = film._replace(top=178, height=canvas.height - 200, y_limits=(-2.0, 2.0))
    shows = Area(656, 44, 138, canvas.height - 66, (-0.5, len(run.asked) - 0.5), SHARES)
    units = Area(872, 38, 184, canvas.height - 44, (0, 1), (0, 1))
    return "".join(
        (
            _film(run, film, canvas, [wolf, memory]),
            _wolf(run, wolf, canvas, ""),
            _memory(run, memory, canvas),
            _shows(run, shows, canvas),
            _units(run, units, canvas),
        )
    )


def _film(run: Operated, area: Area, canvas: Canvas, panels_: Sequence[Area]) -> str:
    """Return the channel, and below it the names of its shows, or the channel it changes memories with."""
    symbols = dict.fromkeys((*run.pictures, *run.others))
    marks = ["<defs>" + "".join(run.symbols[name] for name in symbols) + "</defs>"]
    marks.append(_strip(run.pictures, area))
    below = area._replace(top=area.top + area.height + 3)
    y = below.top + canvas.small
    if run.others:
        marks.append(_strip(run.others, below))
        x = area.x(run.after - 0.5)
        for each in (area._replace(height=2 * area.height + 3), *panels_):
            marks.append(svg.line(x, each.top, x, each.top + each.height, width=1.8 * canvas.line))
        if not canvas.narrow:
            for words, each in (("this", area), ("other", below)):
                foot = each.top + each.height / 2 + 0.35 * canvas.small
                marks.append(svg.text(area.left - 3, foot, words, size=canvas.small, anchor="end"))
    else:
        starts = np.append(0, run.asked[:-1] + 1)
        for ordinal, first, end in zip(ORDINALS, starts, run.asked, strict=False):
            x = area.x((first + end) / 2)
            marks.append(svg.text(x, y, f"{ordinal} show", size=canvas.small, anchor="middle", pen="grey"))
    return svg.group(*marks, name="film")


def _strip(pictures: Sequence[str], area: Area) -> str:
    side = min(area.height, pitch(area) - 1.5)
    edge, top = svg.number(side), svg.number(area.top + (area.height - side) / 2)
    return "".join(
        f'<use href="#{svg.escape(name)}" x="{svg.number(area.x(t) - side / 2)}" y="{top}" '
        f'width="{edge}" height="{edge}"/>'
        for t, name in enumerate(pictures)
    )


def _wolf(run: Operated, area: Area, canvas: Canvas, tick: str) -> str:
    """Return P(wolf) along the channel, before and after the operation."""
    steps = np.arange(len(run.pictures))
    kinds = (("ideal", "ideal", None, None), ("intact", "grey", 1.8, "5 4"), ("operated", "lstm", 3.0, None))
    lines = [Line(name, steps, run.wolf[name], pen, width, dash) for name, pen, width, dash in kinds]
    heading = "P(wolf)" if canvas.narrow else "P(wolf) if the face came now"
    return svg.group(
        svg.text(area.left, area.top - 7, heading, weight=600),
        panels.axes(area, canvas, {float(t): tick for t in run.asked}, (0, 0.5, 1)),
        panels.traces(area, canvas, [line._replace(label="") for line in lines]),
        _ends(area, canvas, lines),
        name="wolf",
    )


def _ends(area: Area, canvas: Canvas, lines: Sequence[Line]) -> str:
    """Return the name of each line beside its end, behind a short piece of it."""
    x, piece = area.left + area.width + 6, 12 if canvas.narrow else 18
    ends = [area.y(min(max(float(line.ys[-1]), area.y_limits[0]), area.y_limits[1])) for line in lines]
    places = panels.spread(ends, 1.2 * canvas.text, area.top, area.top + area.height)
    marks = []
    for line, y in zip(lines, places, strict=True):
        marks.append(svg.trace([x, x + piece], [y, y], pen=line.pen, width=line.width, dash=line.dash))
        marks.append(svg.text(x + piece + 4, y + 0.35 * canvas.text, line.label, halo=True))
    return svg.group(*marks, name="ends")


def _memory(run: Operated, area: Area, canvas: Canvas) -> str:
    """Return the long-term memory of one unit along the channel, before and after the operation."""
    steps = np.arange(len(run.pictures))
    lines = [
        Line("operated", steps, run.c["operated"], "c", 2.6),
        Line("intact", steps, run.c["intact"], "grey", 1.8, "5 4"),
    ]
    return svg.group(
        svg.text(area.left, area.top - 8, f"c of {run.memory}", weight=600),
        panels.axes(area, canvas, {float(t): "?" for t in run.asked}, (-2, 0, 2)),
        panels.traces(area, canvas, [line._replace(label="") for line in lines]),
        _ends(area, canvas, lines),
        name="memory",
    )


def _shows(run: Operated, area: Area, canvas: Canvas) -> str:
    """Return how often the answer is right in each show of a channel: rings before, dots with intervals after."""
    left = area.left - 40
    thin, thick = 1.4 * canvas.line, 2 * canvas.line
    heading = f"right, {run.many} of each" if canvas.narrow else f"Right of {run.many} shows each"
    ticks = {share: f"{100 * share:.0f} %" for share in (0.2, 0.4, 0.6, 0.8, 1.0)}
    names = {float(k): ORDINALS[k] for k in range(len(run.asked))}
    alone, last = area.y(run.alone), area.y(float(run.ideal[-1]))
    marks = [
        svg.text(left, 14, heading, weight=600),
        svg.text(left, 14 + 1.3 * canvas.text, f"in all {points(run.total)} points"),
        panels.axes(area, canvas, names, ticks),
        svg.line(area.left, alone, area.left + area.width, alone, width=thin, dash="2 4"),
    ]
    if not canvas.narrow:
        for words, y in (("ideal", last + 4), ("the face", alone - 4), ("alone", alone + 10)):
            marks.append(svg.text(area.left + area.width + 4, y, words, size=canvas.small))
    for k, share in enumerate(run.operated):
        before, after = area.x(k - 0.16), area.x(k + 0.16)
        low, high = (area.y(min(max(float(end), SHARES[0]), SHARES[1])) for end in (run.low[k], run.high[k]))
        ring, dot, ideal = (area.y(float(each[k])) for each in (run.intact, run.operated, run.ideal))
        near = abs(dot - ring) < 2 * canvas.small
        x = area.x(k) if near else after
        marks += [
            svg.line(area.x(k - 0.4), ideal, area.x(k + 0.4), ideal, width=thin, dash="2 3"),
            svg.line(after, low, after, high, pen="lstm", width=thick),
            svg.dot(before, ring, 4.5, pen="grey", hollow=True, width=thick),
            svg.dot(after, dot, 4.5, pen="lstm"),
        ]
        said = spoken(100 * float(share), 1)
        y = min(high, ring - 3, ideal) - 6 if near else high - 6 if share < 0.35 else low + 3 + canvas.small
        marks.append(svg.text(x, y, said, size=canvas.small, anchor="middle", halo=True))
    return svg.group(*marks, name="shows")


def _units(run: Operated, area: Area, canvas: Canvas) -> str:
    """Return every unit, the loudest on top: how loud it is, and what changes when it alone is silenced."""
    order = np.argsort(-run.sizes, kind="stable")
    size, right = canvas.small, area.left + area.width
    tall = area.height / len(order)
    names = area.left + 1.6 * size
    room = (right - 3.5 * size - names - 18) / 2
    loud = Area(names + 6, area.top, room, area.height, (0, 1), (0, 1))
    change = Area(names + room + 18, area.top, room, area.height, (-MOST, 2.0), (0, 1))
    zero = change.x(0)
    marks = [
        svg.text(area.left, area.top - 6, "|h| overall" if not canvas.narrow else "|h|", size=size),
        svg.text(right, area.top - 6, "change in points", size=size, anchor="end"),
    ]
    if not canvas.narrow:
        marks.append(svg.text(area.left, 14, "Silenced one by one", weight=600))
    labelled = _labelled(run, order) if canvas.narrow else {int(unit) for unit in order}
    for row, unit in enumerate(order):
        top = area.top + row * tall
        foot = top + tall / 2 + 0.35 * size
        mine = int(unit) in run.chosen
        end = change.x(min(max(-float(run.costs[unit]), -MOST), change.x_limits[1]))
        if mine:
            marks.append(svg.rect(area.left - 4, top, area.width + 6, tall, radius=3))
        marks += [
            svg.rect(loud.left, top + 1.5, loud.width * min(float(run.sizes[unit]), 1), tall - 3, pen="h"),
            svg.rect(min(zero, end), top + 1.5, max(abs(end - zero), 0.8), tall - 3, pen="lstm"),
        ]
        if int(unit) in labelled:
            weight = 700 if mine else 400
            said = points(-float(run.costs[unit]))
            marks.append(svg.text(names, foot, unit, size=size, anchor="end", weight=weight))
            marks.append(svg.text(right, foot, said, size=size, anchor="end", weight=weight))
    marks.append(svg.line(zero, area.top, zero, area.top + area.height, pen="grey", width=canvas.line))
    return svg.group(*marks, name="units")


def _labelled(run: Operated, order: Array) -> set[int]:
    """Return the units with a name where there is little room: those operated on, the loudest, the costliest."""
    return {*run.chosen, int(order[0]), int(np.argmax(run.costs))}

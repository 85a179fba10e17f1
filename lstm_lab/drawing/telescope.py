"""The picture of a gradient on its way back: factors, their product, shares of an update, the loss after it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.numbers import amount, percent, power, raised
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, spoken

FACTORS = (0.0, 2.2)
DECADES = (-12.0, 9.0)
LOSSES = (0.0, 2.0)
SPANS = (20, 50, 100, 200)


class Panels(NamedTuple):
    """Where the panels of a canvas lie; there is no room for ``factors`` and ``shares`` on a narrow one."""

    factors: Area | None
    product: Area
    shares: Area | None
    losses: Area


def place(canvas: Canvas, back: int) -> Panels:
    """Return where each panel lies. The axis of steps ends at 20, 50, 100 or 200, the others never move."""
    steps = (0.0, float(next(span for span in SPANS if back <= span)))
    top, foot = canvas.text * 2.1, canvas.small * 2 + 12
    side = canvas.height - top - foot
    if canvas.narrow:
        return Panels(
            None,
            Area(52, top, 290, side, steps, DECADES),
            None,
            Area(400, top, 95, canvas.height - top - 4, LOSSES, (0, 1)),
        )
    return Panels(
        Area(34, top, 205, side, steps, FACTORS),
        Area(296, top, 275, side, steps, DECADES),
        Area(626, top, 195, side, steps, (0.0, 1.0)),
        Area(862, top, 95, canvas.height - top - 6, LOSSES, (0, 1)),
    )


def factors(area: Area, canvas: Canvas, values: Array, bound: float) -> str:
    """Return what each step back multiplies the gradient by, under the line that no factor passes."""
    back = len(values)
    right, level = area.left + area.width, area.y(bound)
    lift = canvas.small + 12 if 0.75 < bound <= 1 else -6
    return svg.group(
        panels.title(area, canvas, "Factor of each step"),
        panels.axes(area, canvas, _ticks(area), (0, 0.5, 1, 1.5, 2), "steps back"),
        svg.line(area.left, area.y(1), right, area.y(1), pen="grey", width=1.6 * canvas.line),
        svg.line(area.left, level, right, level, width=1.6 * canvas.line, dash="5 4"),
        panels.traces(
            area, canvas, [Line("", np.arange(1, back + 1), values, "rnn", 2.5, "none", back <= 20)]
        ),
        svg.text(right, level + lift, f"at most {spoken(bound)}", size=canvas.small, anchor="end", halo=True),
        name="factors",
    )


def product(area: Area, canvas: Canvas, log_gradient: Array) -> str:
    """Return the length of the gradient k steps back as a part of that at the end, a power of ten a line."""
    back = len(log_gradient) - 1
    last = float(log_gradient[-1])
    seen = np.maximum(log_gradient, 2 * DECADES[0])
    every = 6 if canvas.narrow else 3
    decades = {float(d): f"10{raised(d)}" for d in range(int(DECADES[0]), int(DECADES[1]) + 1, every)}
    right, low = area.left + area.width, last > 0
    at = area.top + area.height - canvas.text * 1.9 if low else area.top + canvas.text * 1.1
    lines = [f"over {back} step{'' if back == 1 else 's'} back"]
    beyond = np.flatnonzero((log_gradient < DECADES[0]) | (log_gradient > DECADES[1]))
    if beyond.size and not canvas.narrow:
        lines.append(f"off this axis from {beyond[0]} on")
    at -= 1.2 * canvas.text * (len(lines) - 1) if low else 0
    return svg.group(
        panels.title(area, canvas, "What is left" if canvas.narrow else "Their product: what is left"),
        panels.axes(area, canvas, _ticks(area), decades, "steps back"),
        svg.line(area.left, area.y(0), right, area.y(0), pen="grey", width=1.6 * canvas.line),
        panels.traces(area, canvas, [Line("", np.arange(back + 1), seen, "rnn", 3, "none", back <= 20)]),
        *_clue(area, back, seen[-1]),
        svg.text(right - 4, at, f"× {power(last)}", anchor="end", weight=600, halo=True),
        *(
            svg.text(right - 4, at + 1.2 * canvas.text * k, words, size=canvas.small, anchor="end", halo=True)
            for k, words in enumerate(lines, 1)
        ),
        name="product",
    )


def shares(area: Area, canvas: Canvas, values: Array) -> str:
    """Return what each step adds to the update, as a part of what the weightiest adds."""
    back = len(values) - 1
    foot = area.y(0)
    wide = area.x(1) - area.x(0)
    thick = max(0.55 * wide, 0.9)
    bars = "".join(
        f"M{svg.number(max(area.x(k) - thick / 2, area.left))} {svg.number(foot)}"
        f"V{svg.number(area.y(float(value)))}h{svg.number(thick)}V{svg.number(foot)}Z"
        for k, value in enumerate(values)
    )
    x, side, anchor = (
        (area.x(back), -4, "end") if back > 0.5 * area.x_limits[1] else (area.x(back), 8, "start")
    )
    return svg.group(
        panels.title(area, canvas, "Share of the update"),
        panels.axes(area, canvas, _ticks(area), {0: "0", 0.5: "50 %", 1: "100 %"}, "steps back"),
        svg.path(bars, pen="rnn", filled=True),
        *_clue(area, back, float(values[-1])),
        svg.text(
            x + side,
            max(area.y(float(values[-1])) - 10, area.top + canvas.small),
            f"clue: {percent(float(values[-1]))}",
            anchor=anchor,
            weight=600,
            halo=True,
        ),
        name="shares",
    )


def losses(area: Area, canvas: Canvas, values: dict[str, float], notes: Sequence[str]) -> str:
    """Return one bar a loss with its name above and its number behind, and notes below, a line each."""
    lead = (area.height - canvas.small * (1.3 * len(notes))) / len(values)
    thick = min(16.0, lead - 1.6 * canvas.text)
    marks = [panels.title(area, canvas, "Loss after one update")]
    for k, (name, value) in enumerate(values.items()):
        top = area.top + k * lead + canvas.text
        bar = top + 0.35 * canvas.text
        middle, end = bar + thick / 2, area.x(min(value, LOSSES[1]))
        words = amount(value) if np.isfinite(value) else "overflow"
        marks.append(svg.text(area.left, top, name, size=canvas.small))
        marks.append(svg.rect(area.left, bar, max(end - area.left, 1.5), thick, pen="rnn"))
        if value > LOSSES[1]:
            tip = (
                f"M{svg.number(end)} {svg.number(bar)}l9 {svg.number(thick / 2)}l-9 {svg.number(thick / 2)}z"
            )
            marks.append(svg.group(svg.path(tip, pen="rnn", filled=True), name="beyond"))
            end += 9
        marks.append(svg.text(end + 6, middle + 0.35 * canvas.text, words, weight=600))
    for k, words in enumerate(reversed(notes)):
        y = area.top + area.height - canvas.small * (0.3 + 1.3 * k)
        marks.append(svg.text(area.left, y, words, size=canvas.small, pen="grey"))
    return svg.group(*marks, name="losses")


def _ticks(area: Area) -> tuple[float, ...]:
    last = area.x_limits[1]
    return (0, last / 2, last)


def _clue(area: Area, back: int, value: float) -> tuple[str, ...]:
    """Return a ring where the clue is, if that lies in the picture."""
    low, high = area.y_limits
    if not low <= value <= high:
        return ()
    return (svg.dot(area.x(back), area.y(value), 5, hollow=True, width=2),)

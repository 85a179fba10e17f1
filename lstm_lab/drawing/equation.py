"""Live equations: the letters, below each of them its number, and the result in a box of its quantity's pen.

Terms stand in columns, as one would write them on paper, so nothing moves sideways while a number changes.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lstm_lab.drawing import svg
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas, escape, number, spoken

SUBSCRIPT = 0.82
"""The size of a subscript, as a part of its letter's."""
WIDTHS = dict.fromkeys(" .·,", 0.32) | dict.fromkeys("()", 0.39) | dict.fromkeys("−+=≈", 0.84)
"""How wide signs are in a wide type, as a part of its size; all others 0.635, as digits."""


class Term(NamedTuple):
    """One summand: its letters, its number without the sign in front, and whether it is taken away.

    ``pen`` is that of the quantity in it, drawn as a line below the number; none if empty.
    """

    letters: str
    number: str
    minus: bool = False
    pen: str = ""


class Equation(NamedTuple):
    """``name = squeeze(first + second + …) = steps = value``; ``squeeze`` is σ, tanh or empty.

    ``steps`` is what stands between the terms and the value, as ``σ(2.20)``; none if empty. ``pen`` is that of the
    value's box.
    """

    name: str
    squeeze: str
    terms: tuple[Term, ...]
    steps: str
    value: float
    pen: str


def equals(value: float, digits: int = 2) -> str:
    """Return = where a number is shown whole, ≈ where it is rounded.

    >>> equals(0.5), equals(0.8808)
    ('=', '≈')
    """
    return "=" if abs(round(value, digits) - value) < 1e-14 else "≈"


def factor(value: float) -> str:
    """Return a number as a factor: in brackets if it is negative.

    >>> factor(0.4), factor(-0.4)
    ('0.40', '(−0.40)')
    """
    words = spoken(value)
    return f"({words})" if words.startswith("−") else words


def times(letters: str, first: float, second: float, pen: str = "") -> Term:
    """Return a product as a term; the sign of its first factor is the sign of the term.

    >>> times("w_h·h", -0.5, -0.4).number, times("w_h·h", -0.5, -0.4).minus
    ('0.50·(−0.40)', True)
    """
    return Term(letters, f"{spoken(abs(first))}·{factor(second)}", spoken(first).startswith("−"), pen)


def plain(letters: str, value: float, pen: str = "") -> Term:
    """Return one number as a term.

    >>> plain("b_f", -1.5)
    Term(letters='b_f', number='1.50', minus=True, pen='')
    """
    return Term(letters, spoken(abs(value)), spoken(value).startswith("−"), pen)


def around(squeeze: str, value: float) -> str:
    """Return a squeezed number, as ``σ(2.20)``."""
    return f"{squeeze}({spoken(value)})"


def summed(first: float, second: float) -> str:
    """Return a sum of two numbers.

    >>> summed(0.5, -0.4)
    '0.50 − 0.40'
    """
    words = spoken(second)
    return f"{spoken(first)} {'−' if words.startswith('−') else '+'} {words.removeprefix('−')}"


def maths(
    x: float, y: float, words: str, *, size: float, anchor: str = "start", weight: int = 400, pen: str = "ink"
) -> str:
    """Return words on a baseline, what follows an underscore set lower and smaller: ``w_h·h_prev``."""
    pieces = re.split(r"_(\w+)", words)
    if len(pieces) == 1:
        return svg.text(x, y, words, size=size, anchor=anchor, weight=weight, pen=pen)
    drop = number(0.25 * size)
    inside = ""
    for k, piece in enumerate(pieces):
        low = f'<tspan dy="{drop}" font-size="{number(SUBSCRIPT * size)}">{escape(piece)}</tspan>'
        inside += low if k % 2 else _raised(piece, f"-{drop}" if k else "")
    empty = svg.text(x, y, "", size=size, anchor=anchor, weight=weight, pen=pen)
    return f"{empty.removesuffix('</text>')}{inside}</text>"


def _raised(words: str, by: str) -> str:
    """Return words back on the baseline after a subscript."""
    return f'<tspan dy="{by}">{escape(words)}</tspan>' if words and by else escape(words)


def width_of(words: str, size: float) -> float:
    """Return how wide ``maths`` writes words in a wide type, a little too much for most."""
    return size * sum(WIDTHS.get(sign, 0.635) for sign in words.replace("_", ""))


def equations(area: Area, canvas: Canvas, lines: Sequence[Equation]) -> str:
    """Return equations one below the other: a sum on three lines, letters, numbers and result; a product on one.

    Args:
        area: where; its limits are not used. Few lines are written larger and wider apart.
        canvas: for the size of the text.
        lines: the equations, from top to bottom; their equals signs stand below each other.
    """
    rows = sum(_rows(each) for each in lines) + 0.4 * (len(lines) - 1)
    size = canvas.text * (1.35 if rows < 4 else 1.14 if rows < 6 else 1.0)
    lead = min(1.8 * size, area.height / rows)
    sign = area.left + max(width_of(each.name, size) for each in lines) + 0.9 * size
    y, marks = area.top + size, []
    for each in lines:
        whole = _sum if len(each.terms) > 1 else _product
        marks.append(svg.group(*whole(each, sign, y, lead, size), name=f"equation {each.pen}"))
        y += lead * (_rows(each) + 0.4)
    return svg.group(*marks, name="equations")


def _rows(each: Equation) -> int:
    return 3 if len(each.terms) > 1 else 1


def _sum(each: Equation, sign: float, y: float, lead: float, size: float) -> list[str]:
    """Return a sum whose equals signs stand at ``sign``, its letters on the baseline ``y``, its numbers below."""
    below, last = y + lead, y + 2 * lead
    marks = [maths(sign - 0.9 * size, y, each.name, size=size, anchor="end", weight=600)]
    marks += [svg.text(sign, row, "=", size=size, anchor="middle") for row in (y, below, last)]
    x = start = sign + 0.9 * size
    if each.squeeze:
        opening = f"{each.squeeze}("
        marks += [svg.text(x, row, opening, size=size) for row in (y, below)]
        x += width_of(opening, size) + 0.1 * size
    for k, term in enumerate(each.terms):
        words = term.number
        if k:
            marks.append(svg.text(x + 0.75 * size, y, "+", size=size, anchor="middle"))
            joined = "−" if term.minus else "+"
            marks.append(svg.text(x + 0.75 * size, below, joined, size=size, anchor="middle"))
            x += 1.5 * size
        elif term.minus:
            words = f"−{words}"
        wide, half = max(width_of(term.letters, size), width_of(words, size)), width_of(words, size) / 2
        middle = x + wide / 2
        marks.append(maths(middle, y, term.letters, size=size, anchor="middle"))
        marks.append(svg.text(middle, below, words, size=size, anchor="middle"))
        marks.append(_underlined(middle - half, middle + half, below, term, size))
        x += wide
    if each.squeeze:
        marks += [svg.text(x + 0.1 * size, row, ")", size=size) for row in (y, below)]
    marks.append(svg.text(start, last, each.steps, size=size))
    marks += _result(start + width_of(each.steps, size), last, each, size)
    return marks


def _product(each: Equation, sign: float, y: float, lead: float, size: float) -> list[str]:
    """Return one product on one line: its letters, its numbers, its steps if there are any, its value."""
    (term,) = each.terms
    marks = [
        maths(sign - 0.9 * size, y, each.name, size=size, anchor="end", weight=600),
        svg.text(sign, y, "=", size=size, anchor="middle"),
    ]
    x = sign + 0.9 * size
    marks.append(maths(x, y, term.letters, size=size))
    x += width_of(term.letters, size)
    for words in (f"−{term.number}" if term.minus else term.number, each.steps):
        if words:
            marks.append(svg.text(x + 0.9 * size, y, "=", size=size, anchor="middle"))
            marks.append(svg.text(x + 1.8 * size, y, words, size=size))
            x += 1.8 * size + width_of(words, size)
    return marks + _result(x, y, each, size)


def _underlined(left: float, right: float, y: float, term: Term, size: float) -> str:
    under = y + 0.29 * size
    return svg.line(left, under, right, under, pen=term.pen, width=2.5) if term.pen else ""


def _result(x: float, y: float, each: Equation, size: float) -> list[str]:
    sign = svg.text(x + 0.9 * size, y, equals(each.value), size=size, anchor="middle")
    return [sign, _boxed(x + 1.7 * size, y, each, size)]


def _boxed(x: float, y: float, each: Equation, size: float) -> str:
    words = spoken(each.value)
    wide = width_of("−0.00", size) + 1.3 * size
    return svg.box(x, y - size, wide, 1.32 * size, words, pen=each.pen, line_width=2, size=size)


def results(x: float, y: float, canvas: Canvas, lines: Sequence[Equation]) -> str:
    """Return equations side by side on one baseline, each with its last step alone: for large print.

    Args:
        x, y: where the first begins.
        canvas: for the size of the text.
        lines: the equations, from left to right.
    """
    size, marks = canvas.text, []
    for each in lines:
        words = f"{each.name} {f'= {each.steps} ' if each.steps else ''}{equals(each.value)} "
        marks.append(maths(x, y, words.strip(), size=size))
        x += width_of(words, size)
        value = spoken(each.value)
        wide = width_of(value, size)
        marks.append(svg.text(x, y, value, size=size, weight=600))
        marks.append(svg.line(x, y + 3.4, x + wide, y + 3.4, pen=each.pen, width=2.4))
        x += width_of("−0.00", size) + 1.2 * size
    return svg.group(*marks, name="equations")

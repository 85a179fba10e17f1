"""The marks every moving picture is made of: pure functions from numbers to SVG text.

A picture is a ``document`` of marks. Marks take coordinates in the units of a ``Canvas`` and a *pen*: the
letter of a quantity or the name of a network of ``notation`` (which brings its colour, dash and width) or one of
``ink``, ``grey``, ``faint``, ``paper``. Text is escaped here and nowhere else.

>>> line(0, 0, 10, 5.04, pen="f")
'<line x1="0" y1="0" x2="10" y2="5" class="s q-f"/>'
"""

import base64
import html
import math
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_lab.drawing.colour import SEQUENTIAL, Palette, png, rgb
from lstm_lab.notation import NETWORKS, QUANTITIES

Array = np.ndarray


class Canvas(NamedTuple):
    """The room a picture has: its size in units, and how large text and how thick hairlines must be there.

    A picture lays itself out from ``width``. The browser scales every canvas to the same width on screen,
    so a narrow canvas is a large picture: that is lecture mode.
    """

    width: float
    height: float
    text: float
    small: float
    line: float

    @property
    def narrow(self) -> bool:
        """Whether there is room for two panels at most."""
        return self.width < 800


NORMAL = Canvas(width=1060, height=270, text=14, small=12.5, line=1)
LECTURE = Canvas(width=620, height=186, text=14.6, small=14.2, line=1.8)

PLAIN_PENS = ("ink", "grey", "faint", "paper")


# --- text and numbers -----------------------------------------------------------------------------


def number(value: float) -> str:
    """Return a coordinate in as few characters as one decimal allows; refuse what is not finite.

    >>> number(3.0), number(-0.04), number(12.34)
    ('3', '0', '12.3')

    Raises:
        ValueError: the value is NaN or infinite, which a browser would draw as nothing at all.
    """
    if not math.isfinite(value):
        raise ValueError(f"a coordinate must be a finite number, got {value}")
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def spoken(value: float, digits: int = 2) -> str:
    """Return a number for people: fixed decimals, a true minus sign, no minus zero.

    >>> spoken(-1.5), spoken(0.001), spoken(12, 0)
    ('−1.50', '0.00', '12')
    """
    written = f"{value:.{digits}f}"
    if float(written) == 0:
        written = written.removeprefix("-")
    return written.replace("-", "−")


def escape(words: object) -> str:
    """Return words as XML text: ``& < > " '`` escaped, characters XML forbids left out."""
    allowed = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(words))
    return html.escape(allowed, quote=True)


def text_width(words: str, size: float) -> float:
    """Return roughly how wide words are in a sans-serif type of this size; a little too wide is safe."""
    return 0.56 * size * len(words)


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Return the lines that words break into within a width."""
    lines = [""]
    for word in filter(None, words.split(" ")):  # a space that must not break is part of a word
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


# --- documents ------------------------------------------------------------------------------------


@cache
def style_sheet() -> str:
    """Return the rules every picture carries: ink on paper alone, a page's own theme inside a page.

    The variables take JupyterLab's theme where there is one and fall back to ink on white paper.
    """
    rules = [
        ".lab{--lab-ink:var(--jp-content-font-color0,#111);--lab-grey:var(--jp-inverse-layout-color3,#666);"
        "--lab-paper:var(--jp-layout-color0,#fff);--lab-faint:var(--jp-border-color2,#dcdcdc);"
        "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
        "font-variant-numeric:tabular-nums}",
        ".lab text{fill:var(--lab-ink);stroke:none}.lab text.grey{fill:var(--lab-grey)}",
        ".lab .s{fill:none;stroke-linejoin:round;stroke-linecap:butt}.lab .halo{paint-order:stroke;"
        "stroke:var(--lab-paper);stroke-width:var(--lab-rim,4px)}",
    ]
    for pen in PLAIN_PENS:
        rules.append(f".lab .s.{pen}{{stroke:var(--lab-{pen})}}")
        rules.append(f".lab .{pen}:not(.s):not(text){{fill:var(--lab-{pen})}}")
    for letter, row in (QUANTITIES | NETWORKS).items():
        dash = f"stroke-dasharray:{row.dash};" if row.dash else ""
        rules.append(
            f".lab .s.q-{letter}{{stroke:{row.colour};{dash}stroke-width:{row.width}}}"
            f".lab .q-{letter}:not(.s):not(text){{fill:{row.colour}}}"
        )
    return "".join(rules)


def document(canvas: Canvas, title: str, description: str, *marks: str) -> str:
    """Return a whole picture: marks on paper, a title and a description for those who cannot see it."""
    width, height = number(canvas.width), number(canvas.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lab" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-size="{number(canvas.text)}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc><style>{style_sheet()}</style>"
        f'<rect width="100%" height="100%" class="paper"/>{"".join(marks)}</svg>'
    )


def captioned(canvas: Canvas, heading: str, picture: str, sentence: str, hint: str = "") -> str:
    """Return a picture with its question above, its finding and a small grey hint below, for where nothing runs."""
    margin, lead, room = 8.0, 20.0, canvas.width - 16
    above, below = wrapped(heading, room, 17), wrapped(sentence, room, 15)
    top = 24.0 * len(above) + 12
    end = top + canvas.height + lead * len(below) + 16
    whole = canvas._replace(height=end + (lead if hint else 0))
    inner = picture.replace("<svg ", f'<svg y="{number(top)}" ', 1)
    return document(
        whole,
        heading,
        sentence,
        *(text(margin, 22 + 24 * k, words, size=17, weight=600) for k, words in enumerate(above)),
        inner,
        *(text(margin, top + canvas.height + 20 + lead * k, words, size=15) for k, words in enumerate(below)),
        text(margin, end + 8, hint, size=12.5, pen="grey") if hint else "",
    )


def group(*marks: str, x: float = 0, y: float = 0, name: str = "") -> str:
    """Return marks moved together by (x, y), under a class name that a test or a style can find."""
    move = f' transform="translate({number(x)} {number(y)})"' if x or y else ""
    classes = f' class="{escape(name)}"' if name else ""
    return f"<g{classes}{move}>{''.join(marks)}</g>"


# --- marks ----------------------------------------------------------------------------------------


def text(
    x: float,
    y: float,
    words: object,
    *,
    size: float = 0,
    anchor: str = "start",
    weight: int = 400,
    pen: str = "ink",
    halo: bool = False,
    turn: float = 0,
) -> str:
    """Return words on a baseline.

    Args:
        x, y: where; ``anchor`` says which end of the words stands there (start, middle, end).
        words: anything with a text form; it is escaped.
        size: in canvas units; 0 takes the document's.
        weight: 400 is normal, 600 bold.
        pen: "ink" or "grey".
        halo: whether a rim of paper keeps the words readable over lines.
        turn: degrees anticlockwise around (x, y).
    """
    extra = f' font-size="{number(size)}"' if size else ""
    extra += f' text-anchor="{anchor}"' if anchor != "start" else ""
    extra += f' font-weight="{weight}"' if weight != 400 else ""
    extra += f' transform="rotate({number(-turn)} {number(x)} {number(y)})"' if turn else ""
    names = " ".join(name for name in ("grey" if pen == "grey" else "", "halo" if halo else "") if name)
    extra += f' class="{names}"' if names else ""
    return f'<text x="{number(x)}" y="{number(y)}"{extra}>{escape(words)}</text>'


def _names(pen: str, stroke: bool) -> str:
    known = (*QUANTITIES, *NETWORKS, *PLAIN_PENS)
    if pen not in known:
        raise ValueError(f"pen must be one of {', '.join(known)}, got {pen!r}")
    name = pen if pen in PLAIN_PENS else f"q-{pen}"
    return f"s {name}" if stroke else name


def _stroke(width: float | None, dash: str | None) -> str:
    parts = [f"stroke-width:{number(width)}"] if width is not None else []
    parts += [f"stroke-dasharray:{escape(dash)}"] if dash is not None else []
    return f' style="{";".join(parts)}"' if parts else ""


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    pen: str = "ink",
    width: float | None = None,
    dash: str | None = None,
) -> str:
    """Return a straight line; ``width`` and ``dash`` override the pen's own."""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} class="{_names(pen, True)}"{_stroke(width, dash)}/>'


def trace(
    xs: Sequence[float] | Array,
    ys: Sequence[float] | Array,
    *,
    pen: str = "ink",
    width: float | None = None,
    dash: str | None = None,
) -> str:
    """Return a line through points."""
    points = " ".join(f"{number(float(x))},{number(float(y))}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline points="{points}" class="{_names(pen, True)}"{_stroke(width, dash)}/>'


def path(
    d: str,
    *,
    pen: str = "ink",
    width: float | None = None,
    dash: str | None = None,
    filled: bool = False,
    opacity: float = 1,
) -> str:
    """Return an SVG path from its commands, stroked, or filled with the pen's colour."""
    look = f'class="{_names(pen, not filled)}"{_stroke(width, dash)}{_see_through(opacity)}'
    return f'<path d="{escape(d)}" {look}/>'


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    pen: str = "faint",
    radius: float = 0,
    colour: str = "",
    opacity: float = 1,
) -> str:
    """Return a filled rectangle, in the pen's colour or in one given as ``#rrggbb``."""
    size = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    fill = f' style="fill:{escape(colour)}"' if colour else f' class="{_names(pen, False)}"'
    round_ = f' rx="{number(radius)}"' if radius else ""
    return f"<rect {size}{round_}{fill}{_see_through(opacity)}/>"


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    words: str = "",
    *,
    pen: str = "ink",
    line_width: float = 1.5,
    size: float = 0,
    radius: float = 6,
    weight: int = 600,
) -> str:
    """Return an outlined box on paper with words in its middle."""
    size_ = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    outline = (
        f'<rect {size_} rx="{number(radius)}" class="{_names(pen, True)}" '
        f'style="fill:var(--lab-paper);stroke-width:{number(line_width)}"/>'
    )
    if not words:
        return outline
    drop = (size or 14) * 0.35
    return outline + text(
        x + width / 2, y + height / 2 + drop, words, size=size, anchor="middle", weight=weight
    )


def arrow(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    pen: str = "ink",
    width: float = 2,
    head: float = 0,
    dash: str | None = None,
) -> str:
    """Return a straight arrow with its tip at (x2, y2); the head grows with the line unless told."""
    length = math.hypot(x2 - x1, y2 - y1)
    size = head or 4 + 2.2 * width
    if length == 0:
        return ""
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - size * ux, y2 - size * uy
    half = size * 0.45
    tip = (
        f"M{number(x2)} {number(y2)}L{number(bx - half * uy)} {number(by + half * ux)}"
        f"L{number(bx + half * uy)} {number(by - half * ux)}Z"
    )
    shaft = line(x1, y1, bx, by, pen=pen, width=width, dash=dash) if length > size else ""
    return shaft + path(tip, pen=pen, filled=True)


def dot(
    x: float, y: float, radius: float = 4, *, pen: str = "ink", hollow: bool = False, width: float = 1.5
) -> str:
    """Return a filled disc, or a ring with a line of this width and paper inside."""
    where = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
    if hollow:
        look = f"fill:var(--lab-paper);stroke-dasharray:none;stroke-width:{number(width)}"
        return f'<circle {where} class="{_names(pen, True)}" style="{look}"/>'
    return f'<circle {where} class="{_names(pen, False)}"/>'


def _see_through(opacity: float) -> str:
    return f' opacity="{opacity:.2f}"' if opacity < 1 else ""


# --- values as colour -----------------------------------------------------------------------------


def heat(
    x: float,
    y: float,
    width: float,
    height: float,
    values: Array,
    low: float,
    high: float,
    palette: Palette = SEQUENTIAL,
) -> str:
    """Return a heat map as one tiny embedded image: 800 cells in a few KB, where 800 rectangles take 60."""
    data = base64.b64encode(png(values, low, high, palette)).decode("ascii")
    where = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return (
        f'<image {where} preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{data}"/>'
    )


def cells(
    x: float,
    y: float,
    size: float,
    values: Sequence[float] | Array,
    low: float,
    high: float,
    *,
    palette: Palette = SEQUENTIAL,
    digits: int | None = 1,
    text_size: float = 12,
    across: bool = True,
) -> str:
    """Return a vector as a row (or, if not ``across``, a column) of square cells, coloured and numbered."""
    marks = []
    for k, value in enumerate(values):
        left, top = (x + k * size, y) if across else (x, y + k * size)
        r, g, b = rgb(float(value), low, high, palette)
        marks.append(
            rect(left + 0.5, top + 0.5, size - 1, size - 1, colour=f"#{r:02x}{g:02x}{b:02x}", radius=2)
        )
        if digits is not None:
            ink = "#fff" if 0.299 * r + 0.587 * g + 0.114 * b < 140 else "#111"
            marks.append(
                f'<text x="{number(left + size / 2)}" y="{number(top + size / 2 + 0.35 * text_size)}" '
                f'font-size="{number(text_size)}" text-anchor="middle" style="fill:{ink}">'
                f"{escape(spoken(float(value), digits))}</text>"
            )
    return "".join(marks)

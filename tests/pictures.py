"""Reading a picture back: its words, with the room they take."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lstm_lab.drawing.svg import Canvas

SVG = "{http://www.w3.org/2000/svg}"
WIDE = 0.5
"""How wide a letter is in most types, as a part of its size."""


class Words(NamedTuple):
    """A text of the picture and its edges."""

    text: str
    left: float
    right: float
    top: float
    foot: float


def words_of(root: Any, canvas: Canvas, x: float = 0, y: float = 0) -> Iterator[Words]:
    """Yield every text that is not turned, wherever its groups have moved it."""
    moved = root.get("transform", "")
    if moved.startswith("translate("):
        dx, dy = map(float, moved.removeprefix("translate(").removesuffix(")").split())
        x, y = x + dx, y + dy
    text = "".join(root.itertext())
    if root.tag == f"{SVG}text" and text and "rotate" not in moved:
        size = float(root.get("font-size", canvas.text))
        wide = WIDE * size * len(text)
        left = x + float(root.get("x", 0)) - {"middle": wide / 2, "end": wide}.get(root.get("text-anchor"), 0)
        base = y + float(root.get("y", 0))
        yield Words(text, left, left + wide, base - 0.72 * size, base)
    for child in root:
        yield from words_of(child, canvas, x, y)


def clashes(root: Any, canvas: Canvas, over: float = 0) -> list[str]:
    """Return which words stand on others or leave the picture by more than ``over`` on its left or right."""
    found, words = [], list(words_of(root, canvas))
    for k, one in enumerate(words):
        if one.left < -over or one.right > canvas.width + over or one.top < 0 or one.foot > canvas.height:
            found.append(f"{one.text!r} leaves the picture")
        for other in words[:k]:
            beside = one.left >= other.right or one.right <= other.left
            if not beside and one.top < other.foot and one.foot > other.top:
                found.append(f"{one.text!r} stands on {other.text!r}")
    return found

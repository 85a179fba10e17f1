"""The frames of a show: which are taken, and how people see them, as a drawn scene or the reader's own picture."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from lstm_lab.drawing import panels
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.scene import photo_symbol, scene_symbol
from lstm_lab.drawing.svg import Canvas, document
from lstm_lab.stage import Frame, drawn, is_face, own_picture, seen
from lstm_lab.world.folders import jpeg
from lstm_lab.world.pictures import FACES, KINDS

ROOM = Canvas(width=1060, height=104, text=14, small=12.5, line=1)
PHOTO = 72
"""Pixels a side of the reader's own pictures in a film strip."""
PICTURES = ("bear", "fox", "goldfish", "tree", "squirrel", "title card", "?")
"""What a reader puts a show together from; ? is the face."""
POSES = 8
"""Of how many faces one is chosen."""


@lru_cache(maxsize=512)
def symbol(frame: Frame) -> tuple[str, str]:
    """Return an id and the SVG ``<symbol>`` of a frame. A face is titled so: its name gives nothing away."""
    own = own_picture(frame, PHOTO)
    name = "face" if is_face(frame) else frame.kind
    return scene_symbol(drawn(frame), name) if own is None else photo_symbol(jpeg(own), name)


def cast(show: tuple[str, ...], w: float, seed: int) -> tuple[Frame, ...]:
    """Return the frames of a show: each kind has its own row of pictures, taken in order; there is one face.

    Args:
        show: kinds of ``PICTURES``, in order.
        w: wolfness of the face, in [0, 1].
        seed: settles which pictures are in the rows.
    """
    return tuple(
        face(w, seed) if kind == "?" else Frame(kind, seed=_seed(kind, show[:t].count(kind), seed))
        for t, kind in enumerate(show)
    )


@lru_cache(maxsize=512)
def pose(seed: int) -> int:
    """Return which of a few poses of the face between dog and wolf leaves the picture network most in doubt.

    So what decides such a face is what the network remembers, and not how the face is drawn.
    """
    wolf, dog = (KINDS.index(kind) for kind in FACES)

    def lean(nth: int) -> float:
        said = seen(Frame("?", 0.5, _seed("?", nth, seed)))
        return abs(float(said[wolf] - said[dog]))

    return min(range(POSES), key=lean)


def face(w: float, seed: int) -> Frame:
    """Return the one face of a show, of wolfness ``w`` in [0, 1]; ``seed`` settles how it is drawn."""
    return Frame("?", w, _seed("?", pose(seed), seed))


def _seed(kind: str, nth: int, seed: int) -> int:
    return 10_000 * seed + 100 * PICTURES.index(kind) + nth


class Film:
    """A show as a strip of pictures, still: for pages that speak of one show."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = tuple(frames)

    def __repr__(self) -> str:
        return f"A show of {len(self.frames)} pictures: {', '.join(frame.kind for frame in self.frames)}."

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        drawn = [symbol(frame) for frame in self.frames]
        area = Area(4, 6, min(1052, 84.0 * len(drawn)), 76, (0, 1), (0, 1))
        strip = panels.film_strip(
            area, ROOM, [name for name, _ in drawn], dict(drawn), labels=[frame.kind for frame in self.frames]
        )
        return {"image/svg+xml": document(ROOM, "A show", repr(self), strip), "text/plain": repr(self)}

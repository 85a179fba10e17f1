"""How a frame of a show is shown to people: the drawn scene, or the reader's own picture in its place."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from lstm_lab.drawing import panels
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.scene import photo_symbol, scene_symbol
from lstm_lab.drawing.svg import Canvas, document
from lstm_lab.stage import Frame, drawn, is_face, own_picture
from lstm_lab.world.folders import jpeg

ROOM = Canvas(width=1060, height=104, text=14, small=12.5, line=1)
PHOTO = 72
"""Pixels a side of the reader's own pictures in a film strip."""


@cache
def symbol(frame: Frame) -> tuple[str, str]:
    """Return an id and the SVG ``<symbol>`` of a frame. A face is titled so: its name gives nothing away."""
    own = own_picture(frame, PHOTO)
    name = "face" if is_face(frame) else frame.kind
    return scene_symbol(drawn(frame), name) if own is None else photo_symbol(jpeg(own), name)


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

"""How a frame of a show is shown to people: the drawn scene, or the reader's own picture in its place."""

from functools import cache

from lstm_lab.drawing.scene import photo_symbol, scene_symbol
from lstm_lab.stage import Frame, drawn, is_face, own_picture
from lstm_lab.world.folders import jpeg

PHOTO = 72
"""Pixels a side of the reader's own pictures in a film strip."""


@cache
def symbol(frame: Frame) -> tuple[str, str]:
    """Return an id and the SVG ``<symbol>`` of a frame. A face is titled so: its name gives nothing away."""
    own = own_picture(frame, PHOTO)
    name = "face" if is_face(frame) else frame.kind
    return scene_symbol(drawn(frame), name) if own is None else photo_symbol(jpeg(own), name)

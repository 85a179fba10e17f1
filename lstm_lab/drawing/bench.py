"""The picture bench: a picture as people and as a network see it, eight probabilities, and P(wolf) along w."""

import base64
from collections.abc import Mapping

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.colour import picture_png
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas, spoken

Array = np.ndarray

NETWORK, IDEAL = "picture", "ideal"


def pixel_picture(area: Area, canvas: Canvas, pixels: Array) -> str:
    """Return a picture as squares of its own pixels, which the browser does not smooth.

    Args:
        area: where; its limits are not used.
        canvas: for the width of the frame's line.
        pixels: red, green and blue, uint8, shape (rows, columns, 3).
    """
    data = base64.b64encode(picture_png(pixels)).decode("ascii")
    x, y, width, height = (svg.number(edge) for edge in area[:4])
    image = (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'
    )
    return svg.group(image, name="pixels")


def caption(area: Area, canvas: Canvas, words: str) -> str:
    """Return words below an area."""
    return svg.text(
        area.left, area.top + area.height + canvas.small + 6, words, size=canvas.small, pen="grey"
    )


def probabilities(
    area: Area, canvas: Canvas, network: Mapping[str, float], ideal: Mapping[str, float]
) -> str:
    """Return one bar a kind for what the network says, and a ring where the ideal observer's would end.

    Args:
        area: where; its ``x_limits`` are the probabilities at its edges.
        canvas: for the size of the text.
        network: probability by kind, from top to bottom.
        ideal: likewise, of the kinds that get a ring.
    """
    slot, radius = area.height / len(network), 0.36 * canvas.text
    rings = [
        svg.dot(
            area.x(ideal[kind]), area.top + slot * (k + 0.5), radius, hollow=True, width=max(1.5, canvas.line)
        )
        for k, kind in enumerate(network)
        if kind in ideal
    ]
    x, y = area.left + area.width - 5.5 * canvas.text, area.top - 10
    return svg.group(
        panels.bars(area, canvas, network, dict.fromkeys(network, NETWORK)),
        *rings,
        svg.dot(x, y - 0.33 * canvas.small, radius, hollow=True, width=max(1.5, canvas.line)),
        svg.text(x + 0.7 * canvas.text, y, "ideal observer", size=canvas.small),
        name="probabilities",
    )


def wolf_curve(
    area: Area, canvas: Canvas, w: float, network: float, ideal: float, ws: Array, curve: Array
) -> str:
    """Return P(wolf) along w: the ideal observer's line, a piece of the network's, and where both are now.

    Args:
        area: where, and between which values.
        canvas: for the size of the text.
        w: the wolfness of the face, in [0, 1].
        network: what the network gives the wolf now.
        ideal: likewise the ideal observer.
        ws: wolfnesses of the network's piece, shape (n,).
        curve: what the network gives the wolf there, shape (n,).
    """
    size = canvas.text
    x, y = area.left + 0.8 * size, area.top + 1.1 * size
    keys = [
        svg.dot(x, y - 0.35 * size, 5, pen=NETWORK),
        svg.text(x + 0.75 * size, y, f"network {spoken(network)}", size=size, weight=600, halo=True),
        svg.dot(x, y + 0.95 * size, 5, hollow=True, width=max(1.5, canvas.line)),
        svg.text(x + 0.75 * size, y + 1.3 * size, f"ideal {spoken(ideal)}", size=size, halo=True),
    ]
    here = area.x(w)
    ends = (0.0, 0.5, 1.0)
    return svg.group(
        panels.axes(area, canvas, ends, ends, "wolfness w of this face"),
        panels.traces(
            area, canvas, [Line("", np.array(ends), np.array(ends), IDEAL), Line("", ws, curve, NETWORK)]
        ),
        svg.line(here, area.top, here, area.top + area.height, pen="grey", width=canvas.line, dash="1 3"),
        svg.dot(here, area.y(ideal), 6, hollow=True, width=max(1.5, canvas.line)),
        svg.dot(here, area.y(network), 5, pen=NETWORK),
        *keys,
        name="wolf",
    )


def no_question(area: Area, canvas: Canvas) -> str:
    """Return what stands in the place of P(wolf) where there is no face."""
    x, y = area.left + area.width / 2, area.top + area.height / 2
    return svg.group(
        svg.box(area.left, area.top, area.width, area.height, pen="faint", line_width=canvas.line),
        svg.text(x, y - 4, "no face, no question", anchor="middle", pen="grey"),
        svg.text(x, y + canvas.text + 2, "of dog or wolf", anchor="middle", pen="grey"),
        name="wolf",
    )

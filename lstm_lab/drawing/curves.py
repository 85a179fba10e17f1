"""The learning curve of a training run, drawn as it goes."""

import numpy as np

from lstm_lab.drawing import panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.drawing.svg import Canvas
from lstm_lab.models import History

ROOM = Canvas(width=700, height=240, text=14, small=12.5, line=1)


def learning_curve(history: History, last: int, ceiling: float) -> str:
    """Return the loss of a run so far against its updates.

    Args:
        history: with at least one look.
        last: updates in the whole run, the right end of the axis.
        ceiling: nats at the upper end of the axis; a loss beyond it is cut there.
    """
    area = Area(64, 34, ROOM.width - 170, ROOM.height - 84, (0, last), (0, ceiling))
    best = int(np.argmin(history.losses))
    where = area.x(history.steps[best]), area.y(min(history.losses[best], ceiling))
    return svg.document(
        ROOM,
        "Learning curve",
        said(history),
        panels.title(area, ROOM, "Loss on shows it was not trained on"),
        panels.axes(area, ROOM, [0, last // 2, last], [0, ceiling / 2, ceiling], "updates", "nats"),
        panels.traces(
            area,
            ROOM,
            [
                Line(
                    f"{history.losses[-1]:.2f}", np.array(history.steps), np.array(history.losses), "ink", 2.5
                )
            ],
        ),
        svg.dot(*where, 5),
    )


def said(history: History) -> str:
    """Return what a learning curve shows, in a sentence."""
    first, best = history.losses[0], history.best_loss
    at = history.steps[history.losses.index(best)]
    ended = f" The run ended: {history.stopped}." if history.stopped else ""
    return f"The loss fell from {first:.2f} to {best:.2f} nats, its lowest at update {at}.{ended}"

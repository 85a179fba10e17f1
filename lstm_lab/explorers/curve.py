"""A learning curve that draws itself while a network trains."""

from typing import Any

from IPython.display import display

from lstm_lab.drawing.curves import learning_curve, said
from lstm_lab.models import History


class LearningCurve:
    """Shows a training run below the cell that runs it: pass it as ``watch``.

    Args:
        updates: how many the whole run has, the right end of the axis.
        ceiling: nats at the upper end of the axis.
    """

    def __init__(self, updates: int, ceiling: float = 2.0) -> None:
        self.updates, self.ceiling = updates, ceiling
        self._place: Any = None

    def __call__(self, history: History) -> None:
        """Draw the run so far, in place of what was drawn before."""
        picture = learning_curve(history, self.updates, self.ceiling)
        bundle = {"image/svg+xml": picture, "text/plain": said(history)}
        if self._place is None:
            self._place = display(bundle, raw=True, display_id=True)
        else:
            self._place.update(bundle, raw=True)

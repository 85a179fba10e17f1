"""What a learner can move: one file per explorer, the wiring in ``base``."""

from lstm_lab.explorers.base import Explorer
from lstm_lab.explorers.echo import Echo

ALL: tuple[type[Explorer], ...] = (Echo,)

__all__ = ["ALL", "Echo", "Explorer"]

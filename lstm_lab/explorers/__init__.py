"""What a learner can move: one file per explorer, the wiring in ``base``."""

from lstm_lab.explorers.base import Explorer
from lstm_lab.explorers.echo import Echo
from lstm_lab.explorers.picture_bench import PictureBench

ALL: tuple[type[Explorer], ...] = (Echo, PictureBench)

__all__ = ["ALL", "Echo", "Explorer", "PictureBench"]

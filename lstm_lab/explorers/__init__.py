"""What a learner can move: one file per explorer, the wiring in ``base``."""

from lstm_lab.explorers.base import Explorer
from lstm_lab.explorers.curve import LearningCurve
from lstm_lab.explorers.echo import Echo
from lstm_lab.explorers.picture_bench import PictureBench
from lstm_lab.explorers.telescope import Telescope
from lstm_lab.explorers.tour import Tour
from lstm_lab.explorers.two_memories import TwoMemories
from lstm_lab.explorers.unroll_it import UnrollIt
from lstm_lab.explorers.whole_cell import WholeCell

ALL: tuple[type[Explorer], ...] = (Tour, PictureBench, UnrollIt, Echo, Telescope, TwoMemories, WholeCell)

__all__ = [
    "ALL",
    "Echo",
    "Explorer",
    "LearningCurve",
    "PictureBench",
    "Telescope",
    "Tour",
    "TwoMemories",
    "UnrollIt",
    "WholeCell",
]

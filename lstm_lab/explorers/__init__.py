"""What a learner can move: one file per explorer, the wiring in ``base``."""

from lstm_lab.explorers.base import Explorer
from lstm_lab.explorers.cell_variants import CellVariants
from lstm_lab.explorers.curve import LearningCurve
from lstm_lab.explorers.done import Done
from lstm_lab.explorers.echo import Echo
from lstm_lab.explorers.finish_sentence import FinishSentence
from lstm_lab.explorers.forecast_desk import ForecastDesk
from lstm_lab.explorers.forget import Forget
from lstm_lab.explorers.gate_xray import GateXRay
from lstm_lab.explorers.gradient_flow import GradientFlow
from lstm_lab.explorers.lag_race import LagRace
from lstm_lab.explorers.learn import Learn
from lstm_lab.explorers.memory_tape import MemoryTape
from lstm_lab.explorers.picture_bench import PictureBench
from lstm_lab.explorers.remember import Remember
from lstm_lab.explorers.still_cell import Diagram
from lstm_lab.explorers.surgery import Surgery
from lstm_lab.explorers.telescope import Telescope
from lstm_lab.explorers.tour import Tour
from lstm_lab.explorers.two_memories import TwoMemories
from lstm_lab.explorers.unroll_it import UnrollIt
from lstm_lab.explorers.use import Impulse, Use
from lstm_lab.explorers.what_it_sees import WhatItSees
from lstm_lab.explorers.who_sets import WhoSets
from lstm_lab.explorers.whole_cell import WholeCell
from lstm_lab.explorers.xray import XRay

ALL: tuple[type[Explorer], ...] = (
    Tour,
    PictureBench,
    UnrollIt,
    Echo,
    Telescope,
    TwoMemories,
    WholeCell,
    Learn,
    Forget,
    Remember,
    Use,
    WhoSets,
    GradientFlow,
    MemoryTape,
    LagRace,
    GateXRay,
    Surgery,
    FinishSentence,
    WhatItSees,
    ForecastDesk,
    CellVariants,
)

__all__ = [
    "ALL",
    "CellVariants",
    "Diagram",
    "Done",
    "Echo",
    "Explorer",
    "FinishSentence",
    "ForecastDesk",
    "Forget",
    "GateXRay",
    "GradientFlow",
    "Impulse",
    "LagRace",
    "Learn",
    "LearningCurve",
    "MemoryTape",
    "PictureBench",
    "Remember",
    "Surgery",
    "Telescope",
    "Tour",
    "TwoMemories",
    "UnrollIt",
    "Use",
    "WhatItSees",
    "WhoSets",
    "WholeCell",
    "XRay",
]

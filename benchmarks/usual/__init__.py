"""The usual way: each explorer's panel as a learner would write it, ``interact`` around pyplot.

Each entry of ``USUAL`` is a notebook cell. It makes the explorer's own record by the explorer's own ``compute``,
draws the same content as the explorer's picture at the same size, and prints the same sentence. The figure is
made anew for every frame, which is what ``interact`` does; apart from that nothing is done that is not needed:
pictures that stay are made once, a strip of them is one image, a diagram one pair of axes, and labels may overlap
where the explorer's do not. The cells share a notebook, so each gives its explorer a name of its own.
"""

from .along_a_show import GRADIENT_FLOW, MEMORY_TAPE, WHO_SETS
from .cell import FORGET, LEARN, REMEMBER, TWO_MEMORIES, USE, WHOLE_CELL
from .reading import WHAT_IT_SEES
from .rnn import ECHO, PICTURE_BENCH, TELESCOPE, TOUR, UNROLL_IT
from .series import FORECAST_DESK
from .trained import GATE_XRAY, LAG_RACE, SURGERY
from .variants import CELL_VARIANTS
from .words import FINISH_SENTENCE

USUAL = {
    "Tour": TOUR,
    "PictureBench": PICTURE_BENCH,
    "UnrollIt": UNROLL_IT,
    "Echo": ECHO,
    "Telescope": TELESCOPE,
    "TwoMemories": TWO_MEMORIES,
    "WholeCell": WHOLE_CELL,
    "Learn": LEARN,
    "Forget": FORGET,
    "Remember": REMEMBER,
    "Use": USE,
    "WhoSets": WHO_SETS,
    "MemoryTape": MEMORY_TAPE,
    "GradientFlow": GRADIENT_FLOW,
    "LagRace": LAG_RACE,
    "GateXRay": GATE_XRAY,
    "Surgery": SURGERY,
    "FinishSentence": FINISH_SENTENCE,
    "ForecastDesk": FORECAST_DESK,
    "WhatItSees": WHAT_IT_SEES,
    "CellVariants": CELL_VARIANTS,
}

"""What tests of the cell diagram share: the areas it is drawn in, its stages, and a random step of each."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import cells, starts
from lstm_lab.drawing.diagram import STAGES
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import LECTURE, NORMAL

SVG = "{http://www.w3.org/2000/svg}"
AREAS = {
    "a half": (Area(5, 7, 420, 230, (0, 1), (0, 1)), NORMAL),
    "more than a half": (Area(0, 0, 520, 250, (0, 1), (0, 1)), NORMAL),
    "the whole": (Area(0, 0, 1060, 300, (0, 1), (0, 1)), NORMAL),
    "large print": (Area(0, 0, 620, 186, (0, 1), (0, 1)), LECTURE),
}
every_stage = pytest.mark.parametrize("stage", STAGES)
every_area = pytest.mark.parametrize(("area", "canvas"), AREAS.values(), ids=AREAS)


def drawn_step(stage: str, seed: int = 0, D: int = 1, H: int = 3, scale: float = 1.5) -> tuple[Any, Any]:
    """Return random weights of the cell of a stage, and one step from a random state."""
    rng = np.random.default_rng(seed)
    start = {"rnn": starts.rnn_default, "story": starts.story_default}.get(stage, starts.lstm_default)
    params = type(start(rng, D, H))(
        *(scale * part if isinstance(part, np.ndarray) else part for part in start(rng, D, H))
    )
    zeros = cells.zero_state(params, 1)
    state = type(zeros)(*(scale * rng.normal(size=part.shape) for part in zeros))
    return params, cells.step(params, scale * rng.normal(size=(1, D)), state)

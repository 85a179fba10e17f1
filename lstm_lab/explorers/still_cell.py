"""The cell diagram standing still: a figure for a page, and for a lecturer's slides."""

from pathlib import Path
from typing import Any

from lstm_lab.cells import Step
from lstm_lab.drawing.diagram import cell_diagram, nodes, unit_values
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.standalone import standalone
from lstm_lab.drawing.svg import Canvas, document
from lstm_lab.files import replace_text

ROOM = Canvas(width=760, height=330, text=15, small=13, line=1)
MARGIN = 12.0
"""Left and right of the diagram, so that what enters and leaves does not touch the edge."""
CALLED = {
    "rnn": "The module of an RNN",
    "memories": "The cell with its two memories",
    "learn": "Learn",
    "forget": "Learn and forget",
    "remember": "Learn, forget and remember",
    "use": "The whole LSTM, its layers",
    "story": "The story's LSTM, its layers",
}
"""What a stage is called in a sentence."""


class Diagram:
    """The diagram of a stage, as a notebook shows it.

        Diagram("use")                          the whole LSTM
        Diagram("use", step, unit=3)            with the numbers of one unit in one step
        Diagram("use").save("lstm.svg")         as a file for slides

    Args:
        stage: one of ``drawing.diagram.STAGES``.
        step: the record of one step of one sequence, arrays (1, H); without it there are no numbers.
        unit: which of the H units.
        focus: a stage or a gate's letter to bring out.

    Raises:
        ValueError: no such stage, or nothing to bring out by that name.
    """

    def __init__(self, stage: str, step: Step | None = None, unit: int = 0, focus: str = "") -> None:
        values = None if step is None else unit_values(step, unit)  # type: ignore[arg-type]
        area = Area(MARGIN, 0, ROOM.width - 2 * MARGIN, ROOM.height, (0, 1), (0, 1))
        self.stage = stage
        drawn = cell_diagram(area, ROOM, stage, values, focus)
        self.picture = document(ROOM, f"The cell diagram, stage {stage}", repr(self), drawn)

    def __repr__(self) -> str:
        found = {node.name: node.symbol for node in nodes(self.stage) if node.kind == "layer"}
        layers = ", ".join(f"{name} ({symbol})" for name, symbol in found.items()) or "closed"
        return f"{CALLED[self.stage]}: {layers.replace('layer (tanh)', 'one layer (tanh)')}."

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file that slide programs can read, and return its path.

        Raises:
            UnwrittenFileError: it could not be written; a file that was there is as it was.
        """
        path = Path(path)
        replace_text(path, standalone(self.picture))
        return path

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {"image/svg+xml": self.picture, "text/plain": repr(self)}

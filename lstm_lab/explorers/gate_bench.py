"""The gate bench: one unit of a real cell, one gate of it brought out, and every number on paper beside it.

Four benches share it: ``Learn``, ``Forget``, ``Remember`` and ``Use``. Each has D = H = 1, so that a reader can
work out every value by hand; what runs is ``lstm_step`` all the same.
"""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.cells import GATES, STORY_GATES, LSTMParams, LSTMState, LSTMStep, StoryParams, lstm_step
from lstm_lab.cells.activations import FAR, logit
from lstm_lab.checks import Array
from lstm_lab.drawing import svg
from lstm_lab.drawing.diagram import cell_diagram, port
from lstm_lab.drawing.equation import Equation, equations, plain, results, times
from lstm_lab.drawing.gates import Level, levels
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas
from lstm_lab.explorers.base import Explorer

LONG = 10
"""Steps over which a bench says what the same gates would go on to do."""


class Layer(NamedTuple):
    """The weights of one gate of one unit: of the short-term memory, of the event, and the bias."""

    w_h: float = 0.0
    w_x: float = 0.0
    b: float = 0.0


def gate_at(level: float) -> Layer:
    """Return a layer without weights whose gate σ(b) stands at a level, b = logit(level).

    Args:
        level: in [0, 1], both included.
    """
    return Layer(b=float(logit(level)))


def candidate_at(value: float) -> Layer:
    """Return a layer without weights whose candidate tanh(b) has a value, b = artanh(value).

    Args:
        value: in [−1, 1], both included.
    """
    b = FAR * np.sign(value) if abs(value) >= 1 else np.arctanh(value)
    return Layer(b=float(b))


def one_unit(**layers: Layer) -> LSTMParams:
    """Return an LSTM of one unit; a gate that is not given has weights and bias 0."""
    slabs = _slabs(layers, GATES)
    return LSTMParams(slabs[:, :1, None], slabs[:, 1:2, None], slabs[:, 2:])


def one_story_unit(w_u: float, b_u: float, **layers: Layer) -> StoryParams:
    """Return a story LSTM of one unit; a gate that is not given has weights and bias 0."""
    slabs = _slabs(layers, STORY_GATES)
    return StoryParams(
        slabs[:, :1, None], slabs[:, 1:2, None], slabs[:, 2:], np.array([[w_u]]), np.array([b_u])
    )


def _slabs(layers: dict[str, Layer], order: tuple[str, ...]) -> Array:
    """Return w_x, w_h and b by gate, shape (4, 3)."""
    gates = (layers.get(name, Layer()) for name in order)
    return np.array([(gate.w_x, gate.w_h, gate.b) for gate in gates])


def advance(params: LSTMParams, x: float, h: float, c: float) -> LSTMStep:
    """Return the step of one unit from plain numbers."""
    return lstm_step(params, np.array([[x]]), LSTMState(np.array([[h]]), np.array([[c]])))


def said(values: Array) -> float:
    """Return the one number of a record's array (1, 1)."""
    return float(values[0, 0])


def weighed(name: str, squeeze: str, layer: Layer, step: Any) -> Equation:
    """Return the equation of one layer: name = squeeze(w_h·h_prev + w_x·x + b).

    Args:
        name: the letter of the layer, as f.
        squeeze: σ or tanh.
        layer: its weights.
        step: the record that holds a_name and name.
    """
    total, value = said(getattr(step, f"a_{name}")), said(getattr(step, name))
    terms = (
        times(f"w_h{name}·hₜ₋₁", layer.w_h, said(step.h_prev), "h"),
        times(f"w_x{name}·x", layer.w_x, said(step.x), "x"),
        plain(f"b_{name}", layer.b),
    )
    return Equation(name, squeeze, terms, f"{squeeze}({svg.spoken(total)})", value, name)


class GateBench(Explorer):
    """What the benches share: the diagram, the equations and the bars of one step.

    Further class attributes: ``drawn``, the stage of the diagram; ``focus``, what is brought out in it; ``limits``
    of the bars, and their ``heading``; ``title`` of the picture.
    """

    height = 284.0
    drawn: ClassVar[str] = ""
    focus: ClassVar[str] = ""
    limits: ClassVar[tuple[float, float]] = (-2.0, 2.0)
    heading: ClassVar[str] = "Before and after"
    title: ClassVar[str] = ""

    def stage(self, record: Any, /) -> str:
        """Return the stage of the diagram that is drawn."""
        return self.drawn

    def flow(self, record: Any, /) -> dict[str, float]:
        """Return the values that stand in the diagram."""
        raise NotImplementedError

    def worked(self, record: Any, /) -> tuple[Equation, ...]:
        """Return the equations, from top to bottom."""
        raise NotImplementedError

    def briefly(self, worked: tuple[Equation, ...], /) -> tuple[Equation, ...]:
        """Return the (at most two) equations that are there in large print."""
        return worked[:2]

    def levels(self, record: Any, /) -> tuple[Level, ...]:
        """Return the bars, from top to bottom."""
        raise NotImplementedError

    def picture(self, record: Any, canvas: Canvas) -> str:
        """Return the diagram, beside it the equations on paper and the bars."""
        worked = self.worked(record)
        if canvas.narrow:
            whole = Area(0, 0, canvas.width, canvas.height, (0, 1), (0, 1))
            left, foot = port("x", whole)[0] + 6.6 * canvas.text, canvas.height - 5
            briefly = results(left, foot, canvas, self.briefly(worked))
            marks = [self._diagram(record, whole, canvas), briefly]
        else:
            rows, left = self.levels(record), 556.0
            deep = min(22.0 * len(rows), 88.0)
            top = canvas.height - deep - canvas.small - 8
            paper = Area(left, 2, canvas.width - left - 4, top - 2 * canvas.text, (0, 1), (0, 1))
            bars = Area(left + 150, top, canvas.width - left - 216, deep, self.limits, (0, 1))
            marks = [
                self._diagram(record, Area(0, 0, left - 36, canvas.height, (0, 1), (0, 1)), canvas),
                equations(paper, canvas, worked),
                levels(bars, canvas, rows, self.heading),
            ]
        return svg.document(canvas, self.title, self.describe(record), *marks)

    def saved(self, record: Any, canvas: Canvas) -> str:
        """Return what is saved as a file of its own: the diagram alone."""
        whole = Area(0, 0, canvas.width, canvas.height, (0, 1), (0, 1))
        return svg.document(canvas, self.title, self.describe(record), self._diagram(record, whole, canvas))

    def _diagram(self, record: Any, area: Area, canvas: Canvas) -> str:
        return cell_diagram(area, canvas, self.stage(record), self.flow(record), self.focus)

"""What works for every cell: a step by type, and whole sequences as a trace."""

from typing import Any, NamedTuple, TypeVar, overload

import numpy as np

from lstm_lab.cells.coupled import CoupledParams, CoupledStep, coupled_step, coupled_trace
from lstm_lab.cells.gru import GRUParams, GRUState, GRUStep, gru_step, gru_trace
from lstm_lab.cells.lstm import LSTMParams, LSTMState, LSTMStep, lstm_step, lstm_trace
from lstm_lab.cells.peephole import PeepholeParams, PeepholeStep, peephole_step, peephole_trace
from lstm_lab.cells.rnn import RNNParams, RNNState, RNNStep, rnn_step, rnn_trace
from lstm_lab.cells.story import StoryParams, StoryState, StoryStep, story_step, story_trace
from lstm_lab.checks import Array, expect

Params = RNNParams | LSTMParams | GRUParams | StoryParams | PeepholeParams | CoupledParams
State = RNNState | LSTMState | GRUState | StoryState
Step = RNNStep | LSTMStep | GRUStep | StoryStep | PeepholeStep | CoupledStep
AnyParams = TypeVar("AnyParams", RNNParams, LSTMParams, GRUParams, StoryParams, PeepholeParams, CoupledParams)
AnyStep = TypeVar("AnyStep", RNNStep, LSTMStep, GRUStep, StoryStep, PeepholeStep, CoupledStep)


class _Cell(NamedTuple):
    """The functions and the state type that belong to one kind of weights."""

    step: Any
    trace: Any
    state: Any


_CELLS: dict[type, _Cell] = {
    RNNParams: _Cell(rnn_step, rnn_trace, RNNState),
    LSTMParams: _Cell(lstm_step, lstm_trace, LSTMState),
    GRUParams: _Cell(gru_step, gru_trace, GRUState),
    StoryParams: _Cell(story_step, story_trace, StoryState),
    PeepholeParams: _Cell(peephole_step, peephole_trace, LSTMState),
    CoupledParams: _Cell(coupled_step, coupled_trace, LSTMState),
}


def _cell(params: Params) -> _Cell:
    if type(params) not in _CELLS:
        known = ", ".join(kind.__name__ for kind in _CELLS)
        raise ValueError(f"params must be one of {known}, got {type(params).__name__}")
    return _CELLS[type(params)]


def checked(params: AnyParams) -> AnyParams:
    """Return the weights as float64 arrays.

    Raises:
        ShapeError: they do not fit each other.
        ValueError: not the weights of a cell, an unknown activation, or a number that is not finite.
    """
    _cell(params)
    return params.checked()


def input_size(params: Params) -> int:
    """Return D, the number of inputs."""
    return np.shape(params.W_x)[-2]


def hidden_size(params: Params) -> int:
    """Return H, the number of hidden units."""
    return np.shape(params.W_x)[-1]


@overload
def zero_state(params: RNNParams, B: int) -> RNNState: ...
@overload
def zero_state(params: LSTMParams | PeepholeParams | CoupledParams, B: int) -> LSTMState: ...
@overload
def zero_state(params: GRUParams, B: int) -> GRUState: ...
@overload
def zero_state(params: StoryParams, B: int) -> StoryState: ...
def zero_state(params: Params, B: int) -> Any:
    """Return a memory in which nothing has happened yet: zeros of shape (B, H)."""
    kind = _cell(params).state
    return kind(*(np.zeros((B, hidden_size(params))) for _ in kind._fields))


@overload
def step(params: RNNParams, x: Array, state: RNNState) -> RNNStep: ...
@overload
def step(params: LSTMParams, x: Array, state: LSTMState) -> LSTMStep: ...
@overload
def step(params: GRUParams, x: Array, state: GRUState) -> GRUStep: ...
@overload
def step(params: StoryParams, x: Array, state: StoryState) -> StoryStep: ...
@overload
def step(params: PeepholeParams, x: Array, state: LSTMState) -> PeepholeStep: ...
@overload
def step(params: CoupledParams, x: Array, state: LSTMState) -> CoupledStep: ...
def step(params: Params, x: Array, state: State) -> Any:
    """Advance any cell by one time step; see ``lstm_step``, and the step of each other cell in a file of its name."""
    return _cell(params).step(params, x, state)


@overload
def unroll(params: RNNParams, xs: Array, start: RNNState | None = None) -> RNNStep: ...
@overload
def unroll(params: LSTMParams, xs: Array, start: LSTMState | None = None) -> LSTMStep: ...
@overload
def unroll(params: GRUParams, xs: Array, start: GRUState | None = None) -> GRUStep: ...
@overload
def unroll(params: StoryParams, xs: Array, start: StoryState | None = None) -> StoryStep: ...
@overload
def unroll(params: PeepholeParams, xs: Array, start: LSTMState | None = None) -> PeepholeStep: ...
@overload
def unroll(params: CoupledParams, xs: Array, start: LSTMState | None = None) -> CoupledStep: ...
def unroll(params: Any, xs: Array, start: Any = None) -> Any:
    """Run a cell over whole sequences, one step after the other.

        s_t = step(params, xs[t], s_{t-1}.state)

    This is the loop to read; ``trace`` returns the same numbers sooner.

    Args:
        params: weights of any cell for D inputs.
        xs: inputs of shape (T, B, D).
        start: the state before the first step, zeros if left out.

    Returns:
        The record of one step with a time axis in front: ``.h`` has shape (T, B, H).

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    params = checked(params)
    xs = expect("xs", xs, "T B D", D=input_size(params))
    state = zero_state(params, xs.shape[1]) if start is None else start
    steps = []
    for x in xs:
        steps.append(step(params, x, state))
        state = steps[-1].state
    return type(steps[0])(*(np.stack(values) for values in zip(*steps, strict=True)))


@overload
def trace(params: RNNParams, xs: Array, start: RNNState | None = None) -> RNNStep: ...
@overload
def trace(params: LSTMParams, xs: Array, start: LSTMState | None = None) -> LSTMStep: ...
@overload
def trace(params: GRUParams, xs: Array, start: GRUState | None = None) -> GRUStep: ...
@overload
def trace(params: StoryParams, xs: Array, start: StoryState | None = None) -> StoryStep: ...
@overload
def trace(params: PeepholeParams, xs: Array, start: LSTMState | None = None) -> PeepholeStep: ...
@overload
def trace(params: CoupledParams, xs: Array, start: LSTMState | None = None) -> CoupledStep: ...
def trace(params: Any, xs: Array, start: Any = None) -> Any:
    """Run a cell over whole sequences: the record of ``unroll``, sooner.

    Args:
        params: weights of any cell for D inputs.
        xs: inputs of shape (T, B, D).
        start: the state before the first step, zeros if left out.

    Returns:
        The record of one step with a time axis in front: ``.h`` has shape (T, B, H). Arrays share memory
        (``h_prev`` and ``h`` are two views of one), so treat them as read-only.

    Raises:
        ShapeError: xs, the start or the weights do not fit each other.
        ValueError: a number that is not finite.
    """
    cell = _cell(params)
    if start is None:
        params = checked(params)
        xs = expect("xs", xs, "T B D", D=input_size(params))
        start = zero_state(params, xs.shape[1])
    return cell.trace(params, xs, start)


def at(trace: AnyStep, t: int) -> AnyStep:
    """Return the step at time ``t`` of a trace; ``at(trace, -1).state`` is the memory at the end."""
    return type(trace)(*(values[t] for values in trace))

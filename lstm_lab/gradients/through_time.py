"""What works for every cell: backward by its kind, a step at a time, and as a matrix per step."""

from typing import Any, overload

import numpy as np

from lstm_lab.cells import (
    CoupledParams,
    CoupledStep,
    GRUParams,
    GRUState,
    GRUStep,
    LSTMParams,
    LSTMState,
    LSTMStep,
    Params,
    PeepholeParams,
    PeepholeStep,
    RNNParams,
    RNNState,
    RNNStep,
    State,
    Step,
    StoryParams,
    StoryState,
    StoryStep,
    checked,
)
from lstm_lab.checks import Array, expect
from lstm_lab.gradients.coupled import coupled_backward
from lstm_lab.gradients.gru import gru_backward
from lstm_lab.gradients.lstm import lstm_backward
from lstm_lab.gradients.peephole import peephole_backward
from lstm_lab.gradients.record import Backward
from lstm_lab.gradients.rnn import rnn_backward
from lstm_lab.gradients.story import story_backward


@overload
def backward(
    params: RNNParams, trace: RNNStep, d_hs: Array, d_last: RNNState | None = None
) -> Backward[RNNParams, RNNState]: ...
@overload
def backward(
    params: LSTMParams, trace: LSTMStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[LSTMParams, LSTMState]: ...
@overload
def backward(
    params: GRUParams, trace: GRUStep, d_hs: Array, d_last: GRUState | None = None
) -> Backward[GRUParams, GRUState]: ...
@overload
def backward(
    params: StoryParams, trace: StoryStep, d_hs: Array, d_last: StoryState | None = None
) -> Backward[StoryParams, StoryState]: ...
@overload
def backward(
    params: PeepholeParams, trace: PeepholeStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[PeepholeParams, LSTMState]: ...
@overload
def backward(
    params: CoupledParams, trace: CoupledStep, d_hs: Array, d_last: LSTMState | None = None
) -> Backward[CoupledParams, LSTMState]: ...
@overload
def backward(params: Params, trace: Step, d_hs: Array, d_last: Any = None) -> Backward[Any, Any]: ...
def backward(params: Any, trace: Any, d_hs: Array, d_last: Any = None) -> Any:
    """Return how a loss changes with everything a cell read and computed.

    Args:
        params: the weights that made the trace.
        trace: the record of ``cells.trace`` or ``cells.unroll``.
        d_hs: how the loss changes with each h_t directly, through what reads it there, shape (T, B, H); 0 where
            nothing reads it.
        d_last: the same for the state after the last step, where something reads that too.

    Returns:
        Gradients by inputs, weights and start, and the whole dLoss/dh_t (and dLoss/dc_t) at every step.

    Raises:
        ShapeError: the trace, d_hs or d_last does not fit the weights.
        ValueError: records of another cell, or a number that is not finite.
    """
    by_kind: dict[type, Any] = {
        RNNParams: rnn_backward,
        LSTMParams: lstm_backward,
        GRUParams: gru_backward,
        StoryParams: story_backward,
        PeepholeParams: peephole_backward,
        CoupledParams: coupled_backward,
    }
    return by_kind[type(checked(params))](params, trace, d_hs, d_last)


def step_jacobians(params: Params, trace: Step) -> Array:
    """Return how each step's state changes with the state before it.

        J_t[j, k] = ∂s_t[j] / ∂s_{t-1}[k]     s = h, or h and then c, as one row of S numbers

    Each row of J is one backward through one step, from a state gradient that is 1 at j and 0 elsewhere.

    Args:
        params: the weights that made the trace.
        trace: a record with a time axis.

    Returns:
        Shape (T, B, S, S), S = H or 2H.

    Raises:
        ShapeError: the trace has no time axis, or does not fit the weights.
        ValueError: the record of another cell, or a number that is not finite.
    """
    T, B, H = expect("trace.h", trace.h, "T B H").shape
    parts = len(trace.state)
    S = parts * H
    repeated: Any = type(trace)(*(np.tile(values.reshape(1, T * B, -1), (1, S, 1)) for values in trace))
    unit = np.repeat(np.eye(S), T * B, axis=0)
    d_last: Any = type(trace.state)(*np.split(unit, parts, axis=1))
    back = backward(params, repeated, np.zeros((1, S * T * B, H)), d_last)
    return np.moveaxis(np.concatenate(back.d_start, axis=1).reshape(S, T, B, S), 0, 2)


def step_jacobian(params: Params, step: Step) -> Array:
    """Return ``step_jacobians`` of a single step's record, shape (B, S, S)."""
    record: Any = type(step)(*(values[None] for values in step))
    return step_jacobians(params, record)[0]


def backward_by_step(params: Params, trace: Step, d_hs: Array, d_last: State | None = None) -> list[Backward]:
    """Return ``backward`` one step at a time: what each single step adds to the gradient of the shared weights.

    s_T     = d_last
    B_t     = ``backward`` through step t alone, from d_hs[t] and s_t
    s_{t−1} = B_t.d_start

    The weights are the same at every step, so Σ_t B_t.d_params is the whole gradient.

    Args:
        params: the weights that made the trace.
        trace: a record with a time axis.
        d_hs: dLoss/dh_t that does not go through later steps, shape (T, B, H).
        d_last: dLoss by the state after the last step, zeros if left out.

    Returns:
        One ``Backward`` per step, first step first; ``d_params`` of entry t is that step's contribution.

    Raises:
        ShapeError, ValueError: as ``backward``.
    """
    d_hs = expect("d_hs", d_hs, "T B H", T=len(trace.h))
    steps: list[Backward] = []
    after: Any = d_last
    for t in reversed(range(len(d_hs))):
        one: Any = type(trace)(*(values[t : t + 1] for values in trace))
        steps.append(backward(params, one, d_hs[t : t + 1], after))
        after = steps[-1].d_start
    return steps[::-1]

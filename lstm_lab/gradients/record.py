"""What every backward takes and returns: the record it reads, the gradients it hands back."""

from typing import Any, Generic, NamedTuple, TypeVar

from lstm_lab.cells import checked, zero_state
from lstm_lab.checks import Array, expect, expect_record

AnyParams = TypeVar("AnyParams")
AnyState = TypeVar("AnyState")


class Backward(NamedTuple, Generic[AnyParams, AnyState]):
    """Gradients of a loss through a whole sequence.

    ``d_xs`` (T, B, D), ``d_params`` shaped as the weights, ``d_start`` as the state before the first step.
    ``d_hs`` and ``d_cs`` (T, B, H) are dLoss/dh_t and dLoss/dc_t along every path from t to the loss; ``d_cs`` is
    None for a cell without c.
    """

    d_xs: Array
    d_params: AnyParams
    d_start: AnyState
    d_hs: Array
    d_cs: Array | None


def checked_record(
    params: Any, trace: Any, kind: type, d_hs: Array, d_last: Any
) -> tuple[Any, Any, Array, Any]:
    """Return weights, record, d_hs and d_last (zeros if it is None), if they fit each other.

    Raises:
        ShapeError: they do not.
        ValueError: the record of another cell, or a number that is not finite.
    """
    params = checked(params)
    if not isinstance(trace, kind):
        raise ValueError(f"trace must be of type {kind.__name__}, got {type(trace).__name__}")
    D, H = params.W_x.shape[-2:]
    T, B, _ = expect("trace.h", trace.h, "T B H", H=H).shape
    expect("trace.x", trace.x, "T B D", T=T, B=B, D=D)
    d_hs = expect("d_hs", d_hs, "T B H", T=T, B=B, H=H)
    if d_last is None:
        return params, trace, d_hs, zero_state(params, B)
    state = type(trace.state)
    return params, trace, d_hs, expect_record("d_last", d_last, state, "B H", B=B, H=H)


def weight_sums(xs: Array, h_prev: Array, d_x_sums: Array, d_h_sums: Array, W_x: Array) -> tuple[Array, ...]:
    """Return dLoss by W_x, W_h, the bias of the input sums, and the inputs; gates first, all steps in one product."""
    T, B, D = xs.shape
    H = h_prev.shape[2]
    to_x, to_h = d_x_sums.reshape(-1, T * B, H), d_h_sums.reshape(-1, T * B, H)
    d_W_x = xs.reshape(T * B, D).T @ to_x
    d_W_h = h_prev.reshape(T * B, H).T @ to_h
    d_xs = to_x[0] @ W_x[0].T
    for slab, W in zip(to_x[1:], W_x[1:], strict=True):
        d_xs += slab @ W.T
    return d_W_x, d_W_h, to_x.sum(1), d_xs.reshape(T, B, D)

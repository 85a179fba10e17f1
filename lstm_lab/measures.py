"""Numbers read off records: how long memory lasts, how full the gates are, how far gradients reach."""

from typing import Any, NamedTuple

import numpy as np

from lstm_lab.cells import Params, trace
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.gradients import Backward, backward


class Saturation(NamedTuple):
    """The share of steps that a unit spends near the low and near the high end of its range, shape (H,) each."""

    low: Array
    high: Array


class LagNorms(NamedTuple):
    """Lengths of a gradient by lag, shape (T,) each: entry 0 is the last step, entry k lies k steps before.

    ``h`` is ‖dLoss/dh‖ and ``c`` ‖dLoss/dc‖, over all sequences and units together; ``c`` is None for a cell
    without c.
    """

    h: Array
    c: Array | None


def half_life(multiplier: float | Array) -> Array:
    """Return how many steps it takes until half is left of what is multiplied at every step.

        mⁿ = ½,  n = ln ½ / ln m

    >>> print(f"{half_life(0.99):.1f}")
    69.0

    Args:
        multiplier: m, for instance a forget gate, each in [0, 1], any shape.

    Returns:
        Time steps, the same shape; 0 where m = 0 and infinite where m = 1.

    Raises:
        ValueError: a multiplier outside [0, 1].
    """
    m = np.asarray(multiplier, dtype=np.float64)
    outside = m[~((m >= 0) & (m <= 1))]
    if outside.size:
        raise ValueError(f"multiplier must be from 0 to 1, got {outside[0]:g}")
    with np.errstate(divide="ignore"):
        return np.log(2) / np.abs(np.log(m))


def saturation(values: Array, low: float = 0.0, high: float = 1.0, edge: float = 0.1) -> Saturation:
    """Return how much of the time each unit is shut and how much it is open.

    Args:
        values: one quantity of a trace, shape (T, B, H), as ``trace.f``.
        low: the lower end of its range; −1 for a tanh.
        high: the upper end.
        edge: which part of the range counts as near an end, in (0, ½].

    Returns:
        The share of steps within ``edge`` of each end, over all T and B, shape (H,), each in [0, 1].

    Raises:
        ShapeError: values without a time, a batch and a unit axis.
        ValueError: low is not below high, or edge is outside (0, ½].
    """
    if not (low < high and 0 < edge <= 0.5):
        raise ValueError(
            f"low must be below high and edge in (0, 0.5], got low={low}, high={high}, edge={edge}"
        )
    values = expect("values", values, "T B H")
    margin = edge * (high - low)
    return Saturation((values < low + margin).mean((0, 1)), (values > high - margin).mean((0, 1)))


def direct_path(f: Array) -> Array:
    """Return how much of each step's cell state is left in the last, along the cell alone.

        p_t = f_{t+1} ⊙ f_{t+2} ⊙ … ⊙ f_T          p_T = 1

    This is ∂c_T/∂c_t with the gates held as they were; paths through h come on top.

    Args:
        f: forget gates of a trace, shape (T, ...).

    Returns:
        The same shape, each in [0, 1].

    Raises:
        ShapeError: f holds no steps, or has no time axis.
        ValueError: a number that is not finite.
    """
    if np.ndim(f) == 0 or len(f) == 0:
        raise ShapeError(f"f must have a time axis with at least one step, got shape {np.shape(f)}")
    f = expect("f", f, "...")
    paths = np.ones_like(f)
    paths[:-1] = np.cumprod(f[:0:-1], axis=0)[::-1]
    return paths


def gradient_norm_by_lag(back: Backward[Any, Any]) -> LagNorms:
    """Return how long the gradient still is, k steps before the end.

        ‖dLoss/dh_{T−k}‖ = √ Σ (dLoss/dh)²          over sequences and units

    Args:
        back: what ``gradients.backward`` returned, best for a loss on the last step only.

    Returns:
        Norms by lag for h, and for c where the cell has one.
    """
    return LagNorms(_norms(back.d_hs), None if back.d_cs is None else _norms(back.d_cs))


class Reach(NamedTuple):
    """Largest singular values on the way back, each of shape (T,), in powers of ten.

    ``factors`` of the Jacobian of each step, last step first; ``products`` of the product of the first k + 1 of
    them: by how much a change k + 1 steps back can matter most at the end, and the gradient be stretched most.
    """

    factors: Array
    products: Array


def reach(jacobians: Array) -> Reach:
    """Return how far back a change can matter: singular values of ∂s_T/∂s_{T−k}, for k = 1..T.

        ∂s_T/∂s_{T−k} = J_T J_{T−1} … J_{T−k+1}          J_t = ∂s_t/∂s_{t−1}
        λ₁(J_T … J_{T−k+1}) ≤ λ₁(J_T) … λ₁(J_{T−k+1})

    The product is rescaled at every step and the scale kept as a logarithm, so nothing is too small or too large
    to be told apart, be it 10⁻¹⁰⁰⁰ or 10¹⁰⁰⁰.

    Args:
        jacobians: of one sequence, as ``step_jacobians(...)[:, b]``, shape (T, S, S), J[j, k] = ∂new_j/∂old_k.

    Returns:
        log₁₀ of λ₁, −∞ where a Jacobian is zero.

    Raises:
        ShapeError: not a row of square matrices.

    Source: Pascanu, Mikolov & Bengio 2013.
    """
    J = expect("jacobians", jacobians, "T S S", S=np.shape(jacobians)[-1])
    with np.errstate(divide="ignore"):
        factors = np.log10(np.linalg.norm(J[::-1], 2, axis=(1, 2)))
        product, scale, products = np.eye(J.shape[1]), 0.0, []
        for step in J[::-1]:
            product = product @ step
            size = np.linalg.norm(product, 2)
            scale += np.log10(size)
            products.append(scale)
            product = product / size if size > 0 else product
    return Reach(factors, np.array(products))


def gradient_left(params: Params, xs: Array) -> Array:
    """Return how much of the gradient of the last h is left at each h before, as a share.

        ‖∂s/∂h_{T−k}‖ / ‖∂s/∂h_T‖          s = Σ h_T, over all sequences and units

    Args:
        params: weights of any cell for D inputs.
        xs: inputs, shape (T, B, D).

    Returns:
        Shares by lag, shape (T,); entry 0 is 1.
    """
    run: Any = trace(params, xs)
    d_hs = np.zeros_like(run.h)
    d_hs[-1] = 1.0
    norms = gradient_norm_by_lag(backward(params, run, d_hs)).h
    return norms / norms[0]


def _norms(d: Array) -> Array:
    return np.sqrt((d[::-1] ** 2).sum((1, 2)))

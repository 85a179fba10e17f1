"""Numbers read off records: how long memory lasts, how full the gates are, how far gradients reach."""

from typing import Any, NamedTuple

import numpy as np

from lstm_lab.cells import LSTMParams, LSTMStep, Params, Step, checked_lstm, trace
from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.gradients import Backward, backward
from lstm_lab.jacobians import group_jacobians


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
    J = expect("jacobians", jacobians, "T S S")
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


def state_gradients(params: Params, run: Step) -> Array:
    """Return how the sum of each h changes with every state before it, all loss steps at once.

        G[t, t] = (1 … 1, 0 … 0)           s_t = Σ units of h_t reads h_t alone
        G[k, t] = G[k+1, t] J_{k+1}        J_k = ∂state_k/∂state_{k−1}

    A state is h, or h and then c as two numbers that could be moved one by one: ∂s_t/∂c_k here leaves out that
    c_k also made h_k. ``cell_paths`` puts that back.

    Args:
        params: weights of any cell for H hidden units.
        run: its record over one sequence of T steps, as of ``cells.trace``.

    Returns:
        Shape (T, T, S), source step k first, then loss step t; S = H, or 2H for a cell with c. 0 where k > t.

    Raises:
        ShapeError: no time axis, or more than one sequence.
        ValueError: the record of another cell, or a number that is not finite.
    """
    T, _, H = expect("run.h", run.h, "T B H", B=1).shape
    jacobians = group_jacobians(params, run)[:, 0]
    gradients = np.zeros((T, T, jacobians.shape[1]))
    rows = np.zeros(gradients.shape[1:])
    for k in reversed(range(T)):
        rows[k, :H] = 1
        gradients[k, k:] = rows[k:]
        rows[k:] = rows[k:] @ jacobians[k]
    return gradients


class Paths(NamedTuple):
    """∂(Σ units of h_t)/∂c_k of an LSTM, each of shape (T, T, H): source step k, loss step t, unit. 0 where k > t.

    ``direct`` runs along the cell state alone, with every gate held as it was; ``through_h`` is every path that
    leaves the cell state on its way and comes back through a gate or the candidate. ``total`` is their sum, and what
    ``backward`` calls ``d_cs`` for a loss that reads h_t alone.
    """

    total: Array
    direct: Array
    through_h: Array


def cell_paths(params: LSTMParams, run: LSTMStep) -> Paths:
    """Return what reaches each cell state of an LSTM from each h after it, split by the way it came.

        direct[k, t]    = o_t (1 − tanh² c_t) ⊙ f_{k+1} ⊙ … ⊙ f_t
        through_h[k, t] = f_{k+1} ⊙ through_h[k+1, t] + ∂s_t/∂h_k ⊙ o_k (1 − tanh² c_k)          0 at k = t

    The second is summed as it arises, not as a difference, so it is exact however small it is, and 0 where W_h is.

    Args:
        params: the weights that made the run.
        run: its record over one sequence of T steps.

    Raises:
        ShapeError: no time axis, or more than one sequence.
        ValueError: the weights or the record of another cell, or a number that is not finite.
    """
    params = checked_lstm(params)
    H = params.b.shape[1]
    to_h = state_gradients(params, run)[..., :H]
    f, slope = run.f[:, 0], run.o[:, 0] * (1 - np.tanh(run.c[:, 0]) ** 2)
    direct, through_h = np.zeros_like(to_h), np.zeros_like(to_h)
    direct[-1, -1] = slope[-1]
    for k in reversed(range(len(f) - 1)):
        after = slice(k + 1, None)
        direct[k, k] = slope[k]
        direct[k, after] = f[k + 1] * direct[k + 1, after]
        through_h[k, after] = f[k + 1] * through_h[k + 1, after] + slope[k] * to_h[k, after]
    return Paths(direct + through_h, direct, through_h)


def log_shares(gradients: Array, whole: Array, floor: float = -300.0) -> Array:
    """Return how long a gradient is at every source step, as a part of its length at its own loss step.

        log₁₀ ‖gradients[k, t]‖ / ‖whole[t, t]‖          over units

    Args:
        gradients: shape (T, T, H), source step first, as ``state_gradients`` or a part of ``cell_paths``.
        whole: what the parts are parts of, the same shape; its diagonal is used.
        floor: what stands for 0 and for everything smaller, a power of ten.

    Returns:
        Powers of ten, shape (T, T); the floor where k > t.

    Raises:
        ShapeError: shapes that do not fit each other.
        ValueError: a loss step whose own gradient is 0, as of the story LSTM's c, which h reads a step later.
    """
    whole = expect("whole", whole, "T T H")
    T, _, H = whole.shape
    gradients = expect("gradients", gradients, "T T H", T=T, H=H)
    start = log_lengths(whole[np.arange(T), np.arange(T)])
    if start.min() == -np.inf:
        raise ValueError(
            f"the gradient at loss step {np.argmin(start)} itself is 0: there is nothing to take shares of"
        )
    return np.maximum(log_lengths(gradients) - start, floor)


def log_lengths(d: Array) -> Array:
    """Return log₁₀ of the length along the last axis; no square is too small or too large for a float.

    >>> log_lengths(np.array([[3.0, 4.0], [3e-200, 4e-200], [0.0, 0.0]])) - np.log10(5)
    array([   0., -200.,  -inf])
    """
    largest = np.abs(d).max(axis=-1)
    rows = d / np.where(largest > 0, largest, 1)[..., None]
    with np.errstate(divide="ignore"):
        return np.log10(largest) + np.log10(np.einsum("...u,...u->...", rows, rows)) / 2


def _norms(d: Array) -> Array:
    return np.sqrt((d[::-1] ** 2).sum((1, 2)))

"""How much of every loss's gradient reaches every picture before it, in untrained RNN, LSTM and GRU."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from lstm_lab.cells import GRU_GATES, GRUParams, LSTMParams, RNNParams, gate_index, trace
from lstm_lab.checks import Array
from lstm_lab.jacobians import group_jacobians
from lstm_lab.measures import cell_paths, direct_path, log_lengths, log_shares, state_gradients
from lstm_lab.stage import Frame, asked_at_the_end
from lstm_lab.starts import gru_default, lstm_default, rnn_default

D, H = 8, 16
DRAWS = 5
CELLS = ("rnn", "lstm", "gru")
NEUTRAL = ("tree", "squirrel")


class FlowRun(NamedTuple):
    """Three untrained networks after one show, seen from every loss step and from one of them.

    Everything is log₁₀ of a share of a loss step's own gradient, −∞ where nothing is left. A loss at a step is the
    sum of the units of h there; the memory it is traced back to is c in the LSTM and h in the others.

    ``maps`` by cell, shape (T, T), source step first. ``lines`` shape (loss + 1,), by steps back from step ``loss``:
    the three cells, and of the LSTM's the ``direct`` path along c and what came ``through h``. ``draws`` by cell, what
    is left at the first picture in each of ``DRAWS`` networks, the one in the maps first. ``bias_alone`` is what
    σ(bias) at every step would leave on the direct path.
    """

    bias: float
    scale: float
    pictures: int
    loss: int
    maps: Mapping[str, Array]
    lines: Mapping[str, Array]
    draws: Mapping[str, Array]
    bias_alone: float


class BiasRow(NamedTuple):
    """What a forget bias leaves of an LSTM's gradient some steps back, as shares; the arrays one entry a start.

    ``alone`` is σ(bias) to the power of the steps, and ``unit`` the ∏ f of the median unit. The others are lengths
    over all units, so the units that keep most decide: ``direct`` along the cell state, ``through_h`` by every other
    way, ``total`` by both. Lengths need not add up.
    """

    bias: float
    steps: int
    alone: float
    unit: Array
    direct: Array
    through_h: Array
    total: Array


def gradient_flow(bias: float, scale: float, pictures: int, loss: int, seed: int) -> FlowRun:
    """Return how much of every loss's gradient reaches every picture before it.

    Args:
        bias: of the LSTM's forget gates, and of the GRU's z, which is what keeps there.
        scale: what every W_h is multiplied by.
        pictures: T, a bear and T − 1 pictures after it, the last one a face.
        loss: the loss step the lines belong to, from 0; the last one if there are fewer.
        seed: settles the starting weights, torch's defaults otherwise, with 16 units.
    """
    loss = min(loss, pictures - 1)
    biases = {"rnn": 0.0, "lstm": bias, "gru": bias}  # an RNN has none: found once, whatever the bias
    flows = {cell: flow(cell, each, scale, pictures, seed) for cell, each in biases.items()}
    maps = {cell: found.shares for cell, found in flows.items()}
    lines = {
        name: column(part, found.gradients, loss)
        for cell, found in flows.items()
        for name, part in (found.ways or {cell: found.gradients}).items()
    }
    draws = {cell: left_at_the_first(found, loss) for cell, found in flows.items()}
    return FlowRun(bias, scale, pictures, loss, maps, lines, draws, loss * log_sigmoid(bias))


class Flow(NamedTuple):
    """``DRAWS`` networks of one cell after one show: what is left of every loss's gradient, in the first of them.

    ``gradients`` of the memory, shape (T, T, H), source step first, and their log₁₀ ``shares``, (T, T). ``ways`` the
    parts of an LSTM's ``gradients`` by the name of their line, itself among them; empty for another cell.
    ``jacobians`` of every network, (T, DRAWS, S, S), and ∂h/∂c in every one, (T, DRAWS, H), where there is a c.
    """

    gradients: Array
    shares: Array
    ways: Mapping[str, Array]
    jacobians: Array
    slope: Array | None


@lru_cache(maxsize=6)
def flow(cell: str, bias: float, scale: float, pictures: int, seed: int) -> Flow:
    """Return what flows back in one cell, for every loss step; kept for the loss steps that are looked at next."""
    many = prepared(starts(seed)[CELLS.index(cell)], bias, scale)
    together: Any = trace(many, show(pictures))
    network, run = only_first(many), only_first(together)
    ways, slope = {}, None
    if cell == "lstm":
        paths = cell_paths(network, run)
        gradients, slope = paths.total, (together.o * (1 - together.shown**2)).reshape(pictures, DRAWS, H)
        ways = {"lstm": paths.total, "direct": paths.direct, "through h": paths.through_h}
    else:
        gradients = state_gradients(network, run)
    shares = log_shares(gradients, gradients, -np.inf)
    return Flow(gradients, shares, ways, group_jacobians(many, together, DRAWS), slope)


def column(part: Array, whole: Array, loss: int) -> Array:
    """Return log₁₀ of what one loss step has left of its gradient, by steps back, shape (loss + 1,).

    Args:
        part: a part of the gradients, shape (T, T, H), source step first.
        whole: the gradients that it is a part of.
        loss: the loss step, from 0.
    """
    return log_lengths(part[loss::-1, loss]) - log_lengths(whole[loss, loss])


def forget_biases(
    biases: Sequence[float] = (0.0, 1.0, 2.0, 3.0), steps: int = 32, seeds: Sequence[int] = range(5)
) -> tuple[BiasRow, ...]:
    """Return what several forget biases leave of an LSTM's gradient, in default starts with 16 units.

    The show is the explorer's: a bear, ``steps`` pictures after it, and the sum of the units of the last h.

    Args:
        biases: one row each.
        steps: from the last picture back to the bear.
        seeds: one start each.
    """
    xs = show(steps + 1)
    rows = []
    for bias in biases:
        parts = []
        for seed in seeds:
            network = prepared(lstm_default(np.random.default_rng(seed), D, H), bias, 1.0)
            run: Any = trace(network, xs)
            paths = cell_paths(network, run)
            shares = [10 ** column(part, paths.total, steps)[-1] for part in paths]
            parts.append([np.median(direct_path(run.f)[0, 0]), *shares])
        unit, total, direct, through_h = np.transpose(parts)
        rows.append(BiasRow(bias, steps, 10 ** (steps * log_sigmoid(bias)), unit, direct, through_h, total))
    return tuple(rows)


def left_at_the_first(found: Flow, loss: int) -> Array:
    """Return what each of the networks leaves of one loss step's gradient at the first step.

        v_loss = (1 … 1, 0 … 0)          v_{t−1} = v_t J_t          dLoss/dc = v of c + v of h ⊙ ∂h/∂c

    Returns:
        log₁₀ of the shares, shape (DRAWS,).
    """
    v = np.zeros((DRAWS, 1, found.jacobians.shape[-1]))
    v[..., :H] = 1
    back = v
    for jacobian in found.jacobians[loss:0:-1]:
        back = back @ jacobian
    return log_lengths(_of_memory(found, back, 0)) - log_lengths(_of_memory(found, v, loss))


def _of_memory(found: Flow, v: Array, t: int) -> Array:
    """Return the gradient of the memory at one step from that of the state, shape (DRAWS, H)."""
    v = v[:, 0]
    return v if found.slope is None else v[:, H:] + v[:, :H] * found.slope[t]


def log_sigmoid(bias: float) -> float:
    """Return log₁₀ σ(bias)."""
    return -float(np.logaddexp(0, -bias) / np.log(10))


@cache
def show(pictures: int) -> Array:
    """Return what the networks read: a bear, trees and squirrels, and at the end a face; shape (pictures, 1, 8)."""
    order = np.random.default_rng(0).integers(len(NEUTRAL), size=pictures - 2)
    between = [Frame(NEUTRAL[which], seed=k) for k, which in enumerate(order)]
    return asked_at_the_end((Frame("bear"), *between, Frame("?"))).xs


@lru_cache(maxsize=4)
def starts(seed: int) -> tuple[RNNParams, LSTMParams, GRUParams]:
    """Return ``DRAWS`` default starts of each cell, side by side."""
    seeds = range(DRAWS * seed, DRAWS * (seed + 1))
    return tuple(
        side_by_side([start(np.random.default_rng(each), D, H) for each in seeds])
        for start in (rnn_default, lstm_default, gru_default)
    )


def side_by_side(networks: Sequence[Any]) -> Any:
    """Return networks of one cell as one whose groups of units read the same input and not each other.

    Every W_h becomes a block on the diagonal of a larger one, so each group computes what its network did.
    """
    first = networks[0]
    wide = {
        name: np.concatenate([getattr(each, name) for each in networks], axis=-1)
        for name in first._fields
        if name not in ("W_h", "activation")
    }
    units = len(networks) * H
    W_h = np.zeros((*first.W_h.shape[:-2], units, units))
    for k, each in enumerate(networks):
        block = slice(k * H, (k + 1) * H)
        W_h[..., block, block] = each.W_h
    return first._replace(W_h=W_h, **wide)


def only_first(many: Any) -> Any:
    """Return the first of several networks that stand side by side, or of their records."""
    narrow = {
        name: getattr(many, name)[..., :H] for name in many._fields if name not in ("x", "W_h", "activation")
    }
    if "W_h" in many._fields:
        narrow["W_h"] = many.W_h[..., :H, :H]
    return many._replace(**narrow)


def prepared(params: Any, bias: float, scale: float) -> Any:
    """Return starting weights with another bias on what keeps, f or z, and with W_h multiplied."""
    params = params._replace(W_h=scale * params.W_h)
    if isinstance(params, LSTMParams):
        b = params.b.copy()
        b[gate_index("f")] = bias
        return params._replace(b=b)
    if isinstance(params, GRUParams):
        b_x, b_h = params.b_x.copy(), params.b_h.copy()
        z = gate_index("z", GRU_GATES)
        b_x[z], b_h[z] = bias, 0.0
        return params._replace(b_x=b_x, b_h=b_h)
    return params

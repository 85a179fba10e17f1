"""Forecasts of a series and how good they are: naive rules, a linear rule, a network, each one step or many ahead.

A forecast is an array as long as the series: its entry t is what was said of month t by someone who had seen the
months up to t − ahead, and NaN where too little had been seen. No number of spots is below 0, and no forecast here.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array
from lstm_lab.models import Model, answers
from lstm_lab.readout import dense
from lstm_lab.series.sunspots import Scale
from lstm_lab.tasks import Batch

AHEAD = (1, 12)
"""How many months ahead a network's two outputs look."""
WARM_UP = 48
"""Steps at the start of a window that are read and not yet graded."""


class Linear(NamedTuple):
    """A linear autoregression: next = bias + Σ weights[k] · x[t − k]; ``ahead`` months on, ``weights`` (order,)."""

    weights: Array
    bias: float
    ahead: int


def persistence(series: Array, ahead: int) -> Array:
    """Return the forecast that nothing changes: the last month seen."""
    return _shifted(series, ahead)


def seasonal(series: Array, ahead: int, period: int) -> Array:
    """Return the forecast that everything comes again: the month one period before.

    Raises:
        ValueError: the period is shorter than the time ahead, so that month has not been seen.
    """
    if period < ahead:
        raise ValueError(f"period must be at least ahead={ahead}, got {period}")
    return _shifted(series, period)


def seasonal_runs(series: Array, starts: Array, months: int, period: int) -> Array:
    """Return the last period before each start, again and again, shape (S, months)."""
    steps = np.arange(months)
    return series[starts[:, None] + steps % period - period]


def best_period(series: Array, shortest: int, longest: int) -> int:
    """Return the period, in months, after which the series comes back most nearly."""
    periods = range(shortest, longest + 1)
    return min(periods, key=lambda p: float(np.mean((series[longest:] - series[longest - p : -p]) ** 2)))


def fit_linear(series: Array, order: int, ahead: int) -> Linear:
    """Return the linear rule with the least squared error on a series.

    Args:
        series: what may be learned from, shape (N,).
        order: how many of the last months are read.
        ahead: how many months ahead is looked.
    """
    read = _windows(series, order)[: len(series) - order + 1 - ahead]
    wanted = series[order - 1 + ahead :]
    found = np.linalg.lstsq(np.column_stack([read, np.ones(len(read))]), wanted, rcond=None)[0]
    return Linear(found[:-1], float(found[-1]), ahead)


def best_linear(series: Array, learned: slice, choosing: slice, orders: Sequence[int], ahead: int) -> Linear:
    """Return the linear rule, learned on one part, whose order does best on another."""
    rules = [fit_linear(series[learned], order, ahead) for order in orders]
    return min(rules, key=lambda rule: rmse(linear_forecast(rule, series)[choosing], series[choosing]))


def best_linear_runner(
    series: Array, learned: slice, choosing: slice, orders: Sequence[int], months: int
) -> Linear:
    """Return the linear rule for the next month, learned on one part, whose order runs on best within another."""
    starts = np.arange(choosing.start, choosing.stop - months + 1, 12)
    truth = series[starts[:, None] + np.arange(months)]
    rules = [fit_linear(series[learned], order, 1) for order in orders]
    return min(rules, key=lambda rule: rmse(linear_runs(rule, series, starts, months), truth))


def linear_forecast(rule: Linear, series: Array) -> Array:
    """Return the forecast of a linear rule."""
    said = _windows(series, len(rule.weights)) @ rule.weights + rule.bias
    first = len(rule.weights) - 1 + rule.ahead
    whole = np.full(len(series), np.nan)
    whole[first:] = np.maximum(said[: len(series) - first], 0)
    return whole


def linear_runs(rule: Linear, series: Array, starts: Array, months: int) -> Array:
    """Return what a linear rule for the next month says if it never sees the truth again, but its own forecasts.

    Args:
        rule: looks one month ahead.
        series: shape (N,).
        starts: places of the first month that is not seen, shape (S,), each at least the order of the rule.
        months: how many months it runs on.

    Returns:
        Shape (S, months).

    Raises:
        ValueError: the rule looks further than one month ahead.
    """
    if rule.ahead != 1:
        raise ValueError(f"rule must look 1 month ahead, it looks {rule.ahead}")
    order = len(rule.weights)
    said = np.empty((len(starts), order + months))
    said[:, :order] = series[starts[:, None] + np.arange(-order, 0)]
    for k in range(order, order + months):
        said[:, k] = said[:, k - order : k] @ rule.weights[::-1] + rule.bias
    return np.maximum(said[:, order:], 0)


def network_forecasts(model: Model, series: Array, scale: Scale) -> dict[int, Array]:
    """Return what a network says of each month, by how many months ahead it looks.

    It reads the series from its beginning on and never sees a month it is asked about.

    Args:
        model: reads one number a step, says one for each of ``AHEAD``.
        series: shape (N,), in spots.
        scale: what the network reads and says is on.
    """
    said = scale.up(answers(model, scale.down(series)[:, None, None]).logits[:, 0])
    whole = {}
    for k, ahead in enumerate(AHEAD):
        whole[ahead] = np.full(len(series), np.nan)
        whole[ahead][ahead:] = np.maximum(said[:-ahead, k], 0)
    return whole


def network_runs(model: Model, series: Array, scale: Scale, starts: Array, months: int) -> Array:
    """Return what a network says if it never sees the truth again: from each start on it eats its own forecasts.

    Args:
        model: as in ``network_forecasts``.
        series: shape (N,), in spots.
        scale: what the network reads and says is on.
        starts: places of the first month that is not seen, shape (S,), each at least 1.
        months: how many months it runs on.

    Returns:
        Shape (S, months), in spots.
    """
    run = answers(model, scale.down(series)[:, None, None])
    last = run.trace.state
    state: Any = type(last)(*(part[starts - 1, 0] for part in last))
    x = run.logits[starts - 1, 0, :1]
    said = [x[:, 0]]
    for _ in range(months - 1):
        step = cells.step(model.cell, x, state)
        state, x = step.state, dense(model.readout, step.h)[:, :1]
        said.append(x[:, 0])
    return np.maximum(scale.up(np.stack(said, axis=1)), 0)


def window_batches(values: Array, steps: int, count: int) -> Callable[[np.random.Generator], Batch]:
    """Return a function that draws windows of a series with what comes 1 and 12 months after each step, to train on.

    Args:
        values: what may be learned from, on the network's scale.
        steps: T, months in a window; the first ``WARM_UP`` are not graded.
        count: B, windows in a batch.
    """

    def draw(rng: np.random.Generator) -> Batch:
        first = rng.integers(0, len(values) - steps - max(AHEAD) + 1, count)
        at = first + np.arange(steps)[:, None]
        weights = np.zeros((steps, count))
        weights[WARM_UP:] = 1 / (count * (steps - WARM_UP))
        return Batch(values[at][..., None], np.stack([values[at + ahead] for ahead in AHEAD], -1), weights)

    return draw


def judging_batch(values: Array, first: int, end: int) -> Batch:
    """Return the whole series up to ``end`` as one sequence, graded where both answers lie in first..end."""
    T = end - max(AHEAD)
    targets = np.stack([values[ahead : T + ahead] for ahead in AHEAD], axis=-1)[:, None]
    weights = np.zeros((T, 1))
    weights[first - 1 :] = 1 / (T - first + 1)
    return Batch(values[:T, None, None], targets, weights)


def rmse(forecast: Array, truth: Array) -> float:
    """Return the root of the mean squared error, in the unit of the series."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - truth) ** 2)))


def skill(forecast: Array, naive: Array, truth: Array) -> float:
    """Return by which share a forecast's squared error is below that of a naive one: 1 is perfect, 0 no better.

    >>> skill(np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([2.0, 2.0]))
    0.875
    """
    return 1 - rmse(forecast, truth) ** 2 / rmse(naive, truth) ** 2


def difference_interval(
    one: Array, other: Array, truth: Array, rng: np.random.Generator, block: int = 60, draws: int = 2000
) -> tuple[float, float, float]:
    """Return how much larger the RMSE of one forecast is than that of another, with its 95 % interval.

    Errors of neighbouring months go together, so whole blocks of months are drawn again, with the series closed to a
    ring (circular block bootstrap).

    Args:
        one, other, truth: the same months of each, shape (N,), not NaN.
        rng: draws the blocks.
        block: months in a block.
        draws: how often the series is drawn again.

    Returns:
        The difference, and the lower and the upper end of its interval.

    Source: Politis & Romano 1992.
    """
    N = len(truth)
    squares = np.stack([(one - truth) ** 2, (other - truth) ** 2])
    first = rng.integers(0, N, (draws, -(-N // block)))
    at = ((first[..., None] + np.arange(block)) % N).reshape(draws, -1)[:, :N]
    again = np.sqrt(squares[:, at].mean(axis=-1))
    low, high = np.quantile(again[0] - again[1], (0.025, 0.975))
    return rmse(one, truth) - rmse(other, truth), float(low), float(high)


def _shifted(series: Array, months: int) -> Array:
    whole = np.full(len(series), np.nan)
    whole[months:] = series[:-months]
    return whole


def _windows(series: Array, order: int) -> Array:
    """Return the last ``order`` numbers at each step from the first that has them, the latest first."""
    return np.lib.stride_tricks.sliding_window_view(series, order)[:, ::-1]

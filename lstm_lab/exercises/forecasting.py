"""The exercises of lesson 13: how much better than a naive forecast, and running on without the truth."""

from typing import Any

import numpy as np

from lstm_lab.exercises.checking import Exercise, Mistake


def skill(forecast, naive, truth):
    """Return by which share a forecast's squared error is below that of a naive one."""
    return 1 - np.sum((forecast - truth) ** 2) / np.sum((naive - truth) ** 2)


def run_on(weights, seen, months):
    """Return the next months, each a weighted sum of those before it, forecasts included."""
    series = list(seen)
    for _ in range(months):
        series.append(np.dot(weights, series[-len(weights) :]))
    return np.array(series[len(seen) :])


def _skill_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(0)
    truths = [50 + 30 * rng.standard_normal(months) for months in (12, 60, 3)]
    near, far, worse = (5, 25, 40)
    return [
        (truth + off * rng.standard_normal(len(truth)), truth + far * rng.standard_normal(len(truth)), truth)
        for truth, off in zip(truths, (near, far / 2, worse), strict=True)
    ]


def _run_calls() -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(1)
    return [
        (rng.normal(0.3, 0.2, order), rng.normal(50, 10, months), ahead)
        for order, months, ahead in ((3, 8, 5), (2, 2, 9), (4, 10, 1))
    ]


def _stuck(weights: Any, seen: Any, months: int) -> Any:
    return np.full(months, np.dot(weights, seen[-len(weights) :]))


def _from_the_first(weights: Any, seen: Any, months: int) -> Any:
    series, order = list(seen), len(weights)
    for k in range(months):
        series.append(np.dot(weights, series[k : k + order]))
    return np.array(series[len(seen) :])


def _whole(weights: Any, seen: Any, months: int) -> Any:
    return np.concatenate([seen, run_on(weights, seen, months)])


FORECASTING: dict[str, Exercise] = {
    "skill": Exercise(
        skill,
        _skill_calls,
        (
            Mistake(
                lambda f, n, y: np.sum((f - y) ** 2) / np.sum((n - y) ** 2),
                "that is the share of the naive error that is left. Skill is the share that is gone: 1 minus it.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sum((n - y) ** 2) / np.sum((f - y) ** 2),
                "it is upside down: the naive error divides.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sqrt(np.sum((f - y) ** 2) / np.sum((n - y) ** 2)),
                "no root here: the two squared errors are compared as they are.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sum(np.abs(f - y)) / np.sum(np.abs(n - y)),
                "those are absolute errors. Square them, so that a large miss weighs more.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sum(f - y) ** 2 / np.sum(n - y) ** 2,
                "square each error before the sum, else misses to both sides cancel.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sum((f - n) ** 2) / np.sum((n - y) ** 2),
                "the forecast's error is its distance from the truth, not from the naive forecast.",
            ),
            Mistake(
                lambda f, n, y: np.sum((n - y) ** 2) - np.sum((f - y) ** 2),
                "that is how many squared sunspots are saved. Divide by the naive error, so that it is a share.",
            ),
            Mistake(
                lambda f, n, y: 1 - np.sum((f - y) ** 2) / np.sum((y - y.mean()) ** 2),
                "that compares with the mean of the truth, which nobody knows beforehand. Compare with naive.",
            ),
        ),
        (
            "A forecast without error has skill 1; one no better than the naive one has 0.",
            "Sum the squared errors of both. 1 - np.sum((forecast - truth) ** 2) / the same for naive.",
        ),
        if_it_stops=" All three are arrays of the same length.",
    ),
    "run_on": Exercise(
        run_on,
        _run_calls,
        (
            Mistake(
                _stuck, "every month is the same: put each forecast behind what was seen before the next."
            ),
            Mistake(
                _from_the_first,
                "it reads from the first month on. The next month follows from the last ones: series[-len(weights):].",
            ),
            Mistake(
                lambda w, s, m: run_on(w[::-1], s, m),
                "the weights stand in the order of the months: the last weight belongs to the last month.",
            ),
            Mistake(_whole, "it returns what was seen as well. Return the new months alone."),
            Mistake(
                lambda w, s, m: run_on(w, s, m)[-1:],
                "it returns the last month alone. Return every new month.",
            ),
            Mistake(lambda w, s, m: run_on(w, s, m + 1), "that is one month too many."),
        ),
        (
            "Keep a list of months. The next one is a weighted sum of the last ones; then it is one of them.",
            "series = list(seen); in the loop: series.append(np.dot(weights, series[-len(weights):])). "
            "After it: return np.array(series[len(seen):]).",
        ),
        if_it_stops=" seen is an array and has no append: begin with list(seen).",
    ),
}

"""Jacobians that are written out are those that backward finds, of one network and of several side by side."""

from typing import Any

import numpy as np
import pytest
from messages import says
from random_cells import STARTS, draw

from lstm_lab import cells
from lstm_lab.checks import ShapeError
from lstm_lab.gradients import step_jacobians
from lstm_lab.jacobians import group_jacobians


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("T", [1, 6])
def test_written_out_they_are_what_backward_finds_row_by_row(kind, T):
    params, xs, start = draw(kind, T, 1, 3, 4)
    run = cells.trace(params, xs, start)
    found = group_jacobians(params, run)
    assert found.shape == (T, 1, 4 * len(start), 4 * len(start))
    np.testing.assert_allclose(found, step_jacobians(params, run), rtol=0, atol=1e-14)
    assert np.abs(found).max() > 0.1


def beside(one: Any, other: Any) -> Any:
    """Return two networks as one whose halves read the same input and not each other."""
    square = [name for name in one._fields if name in ("W_h", "W_u")]
    wide = {
        name: np.concatenate([getattr(one, name), getattr(other, name)], axis=-1)
        for name in one._fields
        if name not in (*square, "activation")
    }
    for name in square:
        a, b = getattr(one, name), getattr(other, name)
        nothing = np.zeros_like(a)
        wide[name] = np.concatenate(
            [np.concatenate([a, nothing], axis=-1), np.concatenate([nothing, b], axis=-1)], axis=-2
        )
    return one._replace(**wide)


@pytest.mark.parametrize("kind", STARTS)
def test_of_two_networks_side_by_side_each_has_its_own(kind):
    (one, xs, start), (other, _, start2) = (draw(kind, 5, 1, 3, 4, seed=seed) for seed in (0, 1))
    both = type(start)(*(np.concatenate(parts, axis=1) for parts in zip(start, start2, strict=True)))
    wide = beside(one, other)
    found = group_jacobians(wide, cells.trace(wide, xs, both), groups=2)
    for k, (params, state) in enumerate(((one, start), (other, start2))):
        alone = step_jacobians(params, cells.trace(params, xs, state))[:, 0]
        np.testing.assert_allclose(found[:, k], alone, rtol=0, atol=1e-14)


def test_units_that_cannot_be_shared_out_and_records_of_another_cell_are_named():
    params, xs, start = draw("lstm", 2, 1, 3, 4)
    run = cells.trace(params, xs, start)
    with says("4 units cannot be shared out among 3 groups", ShapeError):
        group_jacobians(params, run, groups=3)
    rnn = draw("rnn", 2, 1, 3, 4)[0]
    with says("run must be of type RNNStep, got LSTMStep", ValueError):
        group_jacobians(rnn, run)
    with says("run.h must have shape (T, B=1, H=4), got (5, 2, 4)"):
        group_jacobians(rnn, cells.trace(*draw("rnn")))

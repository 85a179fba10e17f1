"""Timing and counting: what is asked can be answered from what was read, and is graded as it says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import says

from lstm_lab import models, starts
from lstm_lab.cells import LSTMParams
from lstm_lab.models import Model
from lstm_lab.readout import Dense
from lstm_lab.series import pulses
from lstm_lab.series.pulses import NO, YES


@settings(max_examples=25, deadline=None)
@given(wait=st.integers(1, 12), count=st.integers(1, 5), many=st.integers(1, 4), seed=st.integers(0, 99))
def test_every_pulse_is_answered_so_many_steps_later_and_nothing_else_is(wait, count, many, seed):
    xs, targets, weights = pulses.timing_batch(np.random.default_rng(seed), wait, count, many)
    assert xs.shape == (2 * wait * many, count, 1)
    came = xs[..., 0] == 1
    assert (came.sum(axis=0) == many).all()
    np.testing.assert_array_equal(targets[wait:] == YES, came[:-wait])
    assert not (targets[:wait] == YES).any()
    assert weights[targets == YES].sum() == pytest.approx(1) and weights.sum() <= 2 + 1e-12


def test_no_pulse_comes_before_the_one_before_it_was_answered():
    xs, targets, _ = pulses.timing_batch(np.random.default_rng(0), 7, 200, 3)
    for b in range(200):
        events = sorted(
            [(t, 0) for t in np.flatnonzero(xs[:, b, 0])] + [(t, 1) for t in np.flatnonzero(targets[:, b])]
        )
        assert [kind for _, kind in events] == [0, 1] * 3


def test_counting_goes_up_and_then_down_as_often_and_the_last_step_is_the_yes():
    numbers = np.array([1, 3, 5])
    xs, targets, weights = pulses.counting_batch(numbers)
    assert xs.shape == (10, 3, 2)
    np.testing.assert_array_equal(xs.sum(axis=0), np.stack([numbers, numbers], axis=1))
    for b, n in enumerate(numbers):
        assert np.flatnonzero(targets[:, b] == YES).tolist() == [2 * n - 1]
        np.testing.assert_array_equal(weights[:, b] > 0, xs[:, b, 1] == 1)
    assert weights[targets == YES].sum() == pytest.approx(1)


def counter() -> Model:
    """Return an LSTM of one unit set by hand that counts up and down in its c and says YES near 0."""
    W_x = np.zeros((4, 2, 1))
    W_x[2] = [[0.01], [-0.01]]
    b = np.array([[40.0], [40.0], [0.0], [40.0]])
    readout = Dense(np.array([[1000.0, 0.0]]), np.array([-5.0, 0.0]))
    return Model("counter", LSTMParams(W_x, np.zeros((4, 1, 1)), b), readout)


def test_a_counter_set_by_hand_is_right_at_every_number_that_is_tried():
    assert pulses.counts_to(counter(), 50) == 50
    assert pulses.hits(counter(), pulses.counting_batch(np.arange(1, 21))) == (1, 1)


def always(answer: int, D: int) -> Model:
    """Return a network that always gives one answer."""
    rng = np.random.default_rng(0)
    b = np.where(np.arange(2) == answer, 50.0, 0.0)
    return models.new_model("", starts.lstm_default(rng, D, 2), rng, 2)._replace(
        readout=Dense(np.zeros((2, 2)), b)
    )


def test_who_always_says_one_thing_is_never_wholly_right():
    batch = pulses.timing_batch(np.random.default_rng(0), 5, 50)
    assert pulses.hits(always(NO, 1), batch) == (0, 0)
    assert pulses.hits(always(YES, 1), batch) == (0, 1)
    assert pulses.counts_to(always(NO, 2), 9) == 0
    assert pulses.counts_to(always(YES, 2), 9) == 1


def test_sizes_below_1_are_named():
    rng: Any = np.random.default_rng(0)
    with says("wait must be at least 1, got 0", ValueError):
        pulses.timing_batch(rng, 0, 3)
    with says("pulses must be at least 1, got 0", ValueError):
        pulses.timing_batch(rng, 3, 3, 0)
    with says("number must be at least 1, got 0", ValueError):
        pulses.counting_batch(np.array([2, 0]))

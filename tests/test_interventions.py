"""A gate that is held stands still, the rest of the network is as it was, and training cannot move it."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import cells, descent, models, starts, tasks
from lstm_lab.cells import GATES, gate_index
from lstm_lab.interventions import clamp


def some_lstm() -> cells.LSTMParams:
    return starts.lstm_forget_bias(np.random.default_rng(1), 8, 5, 1.0)


@pytest.mark.parametrize("gate", "ifo")
@pytest.mark.parametrize("level", [0.0, 0.25, 1.0])
def test_a_clamped_gate_stands_at_its_level_whatever_the_network_sees(gate, level):
    xs = np.random.default_rng(2).normal(0, 3, (12, 4, 8))
    run = cells.trace(clamp(some_lstm(), gate, level), xs)
    assert np.abs(getattr(run, gate) - level).max() < 1e-15


@pytest.mark.parametrize("gate", "ifo")
def test_the_other_gates_keep_their_weights(gate):
    before, after = some_lstm(), clamp(some_lstm(), gate, 1.0)
    others = [gate_index(name) for name in GATES if name != gate]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old[others], new[others])


def test_clamping_leaves_the_weights_it_was_given_alone():
    params = some_lstm()
    before = [part.copy() for part in params]
    clamp(params, "f", 1.0)
    for old, now in zip(before, params, strict=True):
        np.testing.assert_array_equal(old, now)


@pytest.mark.parametrize("gate", "ifo")
def test_a_gate_clamped_open_is_still_open_after_training(gate):
    rng = np.random.default_rng(3)
    start = clamp(some_lstm(), gate, 1.0)
    model = models.new_model("held", start, rng)
    trained = descent.descend(model, tasks.story_batches((1, 3), shows=(2, 2)), rng, 20).best.cell
    k = gate_index(gate)
    for old, new in zip(start, trained, strict=True):
        np.testing.assert_array_equal(old[k], new[k])
        assert (old != new).any()


@pytest.mark.parametrize(
    ("gate", "level", "said"),
    [
        ("g", 1.0, "gate must be i, f or o, got 'g'"),
        ("f", 1.5, "level must lie in [0, 1], got 1.5"),
        ("f", float("nan"), "level must lie in [0, 1], got nan"),
    ],
)
def test_what_cannot_be_clamped_is_named(gate, level, said):
    with pytest.raises(ValueError) as caught:
        clamp(some_lstm(), gate, level)
    assert str(caught.value) == said


def test_the_gates_of_another_cell_are_not_taken_for_an_lstms():
    story: Any = starts.story_default(np.random.default_rng(0), 2, 3)
    with pytest.raises(ValueError, match=r"^params must be of type LSTMParams, got StoryParams$"):
        clamp(story, "f", 1.0)

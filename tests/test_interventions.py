"""Gates that are held, units that are silenced, memories that change places, and what each of it costs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lstm_lab import cells, descent, models, starts, tasks
from lstm_lab.cells import GATES, LSTMState, gate_index
from lstm_lab.checks import ShapeError
from lstm_lab.evaluation import wolf_share
from lstm_lab.interventions import (
    Trial,
    clamp,
    couple,
    effect,
    effect_of_swap,
    exchange,
    random_unit_like,
    silence,
    swap,
    trial,
)
from lstm_lab.stage import network
from lstm_lab.world.pictures import KINDS


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


# --- operations on some units ----------------------------------------------------------------------


def some_inputs(seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 2, (12, 4, 8))


def test_a_gate_can_be_clamped_in_some_units_and_the_others_keep_their_weights():
    before, after = some_lstm(), clamp(some_lstm(), "f", 1.0, [1, 3])
    assert np.all(cells.trace(after, some_inputs()).f[..., [1, 3]] == 1)
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(np.delete(old, [1, 3], axis=-1), np.delete(new, [1, 3], axis=-1))


def test_nothing_forgotten_and_nothing_learned_keeps_the_cell_exactly():
    held = clamp(clamp(some_lstm(), "f", 1.0), "i", 0.0)
    start = LSTMState(*np.random.default_rng(4).normal(size=(2, 4, 5)))
    run = cells.trace(held, some_inputs(), start)
    np.testing.assert_array_equal(run.c, np.broadcast_to(start.c, run.c.shape))


def test_coupled_gates_sum_to_one_and_the_forget_gate_is_as_it_was():
    run = cells.trace(couple(some_lstm()), some_inputs())
    np.testing.assert_allclose(run.i + run.f, 1, rtol=0, atol=1e-15)
    first = cells.trace(some_lstm(), some_inputs()[:1])
    np.testing.assert_array_equal(run.f[0], first.f[0])


def test_gates_can_be_coupled_in_one_unit_alone():
    run = cells.trace(couple(some_lstm(), [2]), some_inputs())
    total = run.i + run.f
    np.testing.assert_allclose(total[..., 2], 1, rtol=0, atol=1e-15)
    assert np.abs(np.delete(total, 2, axis=-1) - 1).max() > 0.1


def test_a_silenced_unit_says_nothing_and_its_row_of_the_readout_does_not_matter():
    model = models.new_model("m", silence(some_lstm(), [1]), np.random.default_rng(5))
    W = model.readout.W.copy()
    W[1] = 1e6
    other = model._replace(readout=model.readout._replace(W=W))
    one, two = models.answers(model, some_inputs()), models.answers(other, some_inputs())
    assert np.all(one.trace.h[..., 1] == 0)
    assert np.abs(one.trace.c[..., 1]).max() > 0
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


@pytest.mark.parametrize("operate", [lambda p, u: clamp(p, "f", 1.0, u), couple, silence])
def test_operations_on_no_unit_are_nothing_and_on_a_missing_one_are_refused(operate):
    for old, new in zip(some_lstm(), operate(some_lstm(), []), strict=True):
        np.testing.assert_array_equal(old, new)
    for unit in (5, -1):
        with pytest.raises(ValueError) as caught:
            operate(some_lstm(), [unit])
        assert str(caught.value) == f"units must be in 0..4, got {unit}"


def test_another_cell_cannot_be_operated_on():
    rnn = starts.rnn_default(np.random.default_rng(0), 8, 5)
    with pytest.raises(ValueError) as caught:
        silence(rnn, [0])  # pyright: ignore[reportArgumentType]
    assert str(caught.value) == "params must be of type LSTMParams, got RNNParams"


# --- memories that change places -------------------------------------------------------------------


def two_states() -> tuple[LSTMState, LSTMState]:
    rng = np.random.default_rng(6)
    return LSTMState(*rng.normal(size=(2, 4, 5))), LSTMState(*rng.normal(size=(2, 4, 5)))


@pytest.mark.parametrize("units", [None, [0], [1, 4]])
def test_memories_exchanged_twice_are_where_they_were(units):
    one, other = two_states()
    once = exchange(one, other, units)
    assert not np.array_equal(once[0].c, one.c)
    for state, again in zip((one, other), exchange(*once, units), strict=True):
        np.testing.assert_array_equal(state, again)


def test_only_the_units_that_are_named_change_places():
    one, other = two_states()
    now, then = exchange(one, other, [2])
    for mine, theirs, a, b in zip(one, other, now, then, strict=True):
        np.testing.assert_array_equal(a[:, 2], theirs[:, 2])
        np.testing.assert_array_equal(b[:, 2], mine[:, 2])
        np.testing.assert_array_equal(np.delete(a, 2, axis=1), np.delete(mine, 2, axis=1))


def test_with_all_memories_swapped_each_show_has_the_others_future():
    model = models.new_model("m", some_lstm(), np.random.default_rng(7))
    xs, others = some_inputs(1), some_inputs(2)
    others[5:] = xs[5:]
    alone = models.answers(model, others)
    one, other = swap(model, xs, others, 5)
    np.testing.assert_allclose(one.probabilities[5:], alone.probabilities[5:], atol=1e-14)
    np.testing.assert_allclose(one.trace.c[5:], alone.trace.c[5:], atol=1e-14)
    own = models.answers(model, xs)
    np.testing.assert_array_equal(one.trace.h[:5], own.trace.h[:5])
    np.testing.assert_allclose(other.trace.h[5:], own.trace.h[5:], atol=1e-14)


def test_swapping_no_unit_is_running_both_shows():
    model = models.new_model("m", some_lstm(), np.random.default_rng(7))
    xs, others = some_inputs(1), some_inputs(2)
    for said, show in zip(swap(model, xs, others, 5, []), (xs, others), strict=True):
        alone = models.answers(model, show)
        for found, known in zip(said.trace, alone.trace, strict=True):
            np.testing.assert_allclose(found, known, atol=1e-14)
        np.testing.assert_allclose(said.logits, alone.logits, atol=1e-14)


def test_shows_that_do_not_fit_each_other_cannot_swap():
    model = models.new_model("m", some_lstm(), np.random.default_rng(7))
    with pytest.raises(ShapeError) as caught:
        swap(model, some_inputs(), some_inputs()[1:], 5)
    assert str(caught.value) == "both lots must have one shape, got (12, 4, 8) and (11, 4, 8)"
    for after in (0, 12):
        with pytest.raises(ValueError) as caught:
            swap(model, some_inputs(), some_inputs(), after)
        assert str(caught.value) == f"after must be in 1..11, got {after}"
    one, other = two_states()
    with pytest.raises(ShapeError) as caught:
        exchange(one, LSTMState(other.h[1:], other.c[1:]))
    assert str(caught.value) == "both states must have one shape, got (4, 5) and (3, 5)"


# --- a control -------------------------------------------------------------------------------------


def test_the_control_is_another_unit_of_nearly_the_same_size_and_each_of_those_comes_up():
    sizes = np.array([0.9, 0.1, 0.5, 0.52, 0.45, 0.8, 0.61, 0.2])
    rng = np.random.default_rng(8)
    drawn = {random_unit_like(rng, 2, sizes, among=3) for _ in range(200)}
    assert drawn == {3, 4, 6}
    assert {random_unit_like(rng, 0, sizes[:3], among=9) for _ in range(50)} == {1, 2}


def test_where_there_is_no_other_unit_there_is_no_control():
    for sizes, among in ((np.ones(1), 4), (np.ones(3), 0)):
        with pytest.raises(ValueError) as caught:
            random_unit_like(np.random.default_rng(0), 0, sizes, among)
        assert str(caught.value) == (
            f"there must be another unit to draw, got {len(sizes)} units and among = {among}"
        )


# --- what it costs ---------------------------------------------------------------------------------

MEMORY = 13


@pytest.fixture(scope="module")
def fresh() -> Trial:
    return trial(network("lstm_channels"), np.random.default_rng(0))


def with_cell(fresh: Trial, operate: Callable[[cells.LSTMParams], cells.LSTMParams]) -> models.Model:
    return fresh.model._replace(cell=operate(cells.checked_lstm(fresh.model.cell)))


def test_an_operation_that_changes_nothing_costs_nothing(fresh):
    found = effect(fresh, fresh.model)
    np.testing.assert_array_equal(found.difference, 0)
    np.testing.assert_allclose(found.distance, 0, atol=1e-15)
    np.testing.assert_array_equal(found.intact, found.operated)
    assert found.total == (0, 0, 0)
    assert np.all(np.abs(found.intact - fresh.ideal) < 0.02)


def test_the_effect_is_counted_question_by_question(fresh):
    operated = with_cell(fresh, lambda cell: clamp(cell, "f", 1.0))
    found = effect(fresh, operated)
    said = wolf_share(models.answers(operated, fresh.xs).probabilities)[fresh.rows]
    is_wolf = fresh.targets == tasks.WOLF
    gained = ((said > 0.5) == is_wolf).astype(float) - ((fresh.intact > 0.5) == is_wolf)
    np.testing.assert_allclose(found.difference, gained.mean(axis=1), atol=1e-12)
    margin = 1.959964 * gained.std(axis=1, ddof=1) / np.sqrt(gained.shape[1])
    np.testing.assert_allclose(found.high - found.difference, margin, rtol=1e-6)
    np.testing.assert_allclose(found.difference - found.low, margin, rtol=1e-6)
    np.testing.assert_allclose(found.distance, np.abs(said - fresh.intact).mean(axis=1), atol=1e-12)
    margin = 1.959964 * gained.mean(axis=0).std(ddof=1) / np.sqrt(gained.shape[1])
    np.testing.assert_allclose(found.total, gained.mean() + np.array([0, -margin, margin]), rtol=1e-6)


def test_memories_are_taken_from_a_channel_of_the_other_genre(fresh):
    after = 4
    found = effect_of_swap(fresh, after)
    home = fresh.home[after - 1]
    lots = [np.flatnonzero(home == side) for side in (False, True)]
    pairs = min(len(lot) for lot in lots)
    one, other = (fresh.xs[:, lot[:pairs]] for lot in lots)
    said, _ = swap(fresh.model, one, other, after)
    is_wolf = fresh.targets[:, lots[0][:pairs]] == tasks.WOLF
    right = (wolf_share(said.probabilities[fresh.rows]) > 0.5) == is_wolf
    assert right[0].mean() < 0.4
    assert found.operated[0] < 0.4
    np.testing.assert_array_equal(found.difference[1:], 0)


def test_a_memory_swapped_before_the_first_question_is_cleared_by_the_title_card(fresh):
    lost = -effect_of_swap(fresh, 4).difference
    assert lost[0] > 0.5 and np.abs(lost[1:]).max() < 0.01
    lost = -effect_of_swap(fresh, 12).difference
    assert lost[1] > 0.5 and np.abs(lost[[0, 2]]).max() < 0.01


def test_one_unit_holds_what_the_show_is_about_and_the_fifteen_others_hold_next_to_nothing_of_it(fresh):
    alone = effect_of_swap(fresh, 4, [MEMORY]).difference[0]
    others = effect_of_swap(fresh, 4, [unit for unit in range(16) if unit != MEMORY]).difference[0]
    assert alone < -0.5
    assert abs(others) < 0.02


def test_the_loudest_unit_is_not_the_one_that_is_relied_on(fresh):
    costs = [-effect(fresh, with_cell(fresh, lambda c, u=u: silence(c, [u]))).total[0] for u in range(16)]
    loudest = int(fresh.sizes.argmax())
    assert int(np.argmax(costs)) == MEMORY != loudest
    assert costs[MEMORY] > 0.1 > 0.02 > abs(costs[loudest])
    assert np.sum(fresh.sizes > fresh.sizes[MEMORY]) >= 8


def test_a_channel_has_one_telling_picture_and_one_question_a_show(fresh):
    T, N, _ = fresh.xs.shape
    assert (T, N) == (23, 500)
    np.testing.assert_array_equal(fresh.rows, [6, 14, 22])
    assert set(np.unique(fresh.targets)) == {tasks.WOLF, tasks.DOG}
    goldfish = fresh.xs[[0, 8, 16], :, KINDS.index("goldfish")] > 0.5
    np.testing.assert_array_equal(fresh.home[[0, 8, 16]], goldfish)
    np.testing.assert_array_equal(fresh.home[:7], np.broadcast_to(goldfish[0], (7, N)))
    np.testing.assert_array_equal(fresh.home[15:], np.broadcast_to(goldfish[2], (8, N)))


def test_a_trial_wants_an_lstm_of_the_story_and_a_swap_wants_both_genres(fresh):
    with pytest.raises(ValueError) as caught:
        trial(network("rnn_small"), np.random.default_rng(0))
    assert str(caught.value) == "params must be of type LSTMParams, got RNNParams"
    with pytest.raises(ValueError) as caught:
        effect_of_swap(fresh._replace(home=np.zeros_like(fresh.home)), 4)
    assert str(caught.value) == (
        "the channels must hold both genres to exchange memories between them, got one"
    )
    for after in (0, 23):
        with pytest.raises(ValueError) as caught:
            effect_of_swap(fresh, after)
        assert str(caught.value) == f"after must be in 1..22, got {after}"

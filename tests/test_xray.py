"""A look inside finds what was put there: a unit that holds the genre, gates that act at known pictures."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import cells, models, starts
from lstm_lab.checks import ShapeError
from lstm_lab.handwired import hand_wired
from lstm_lab.interventions import clamp
from lstm_lab.measures import half_life
from lstm_lab.stage import network
from lstm_lab.tasks import one_hot_batch
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import draw_channels, ideal_observer
from lstm_lab.xray import (
    JOBS,
    Inside,
    by_kind,
    clears,
    contrast,
    descending,
    holds_for,
    holds_wild,
    keeping,
    look_inside,
    memory_of,
    moves,
    shuts_out_trees,
    steady_keeping,
    tells_apart,
    units_by,
    writing,
)


@pytest.fixture(scope="module")
def inside() -> Inside:
    return look_inside(network("lstm_channels"), np.random.default_rng(0), count=200)


def test_a_unit_that_copies_the_ideal_observer_is_found(inside):
    run: Any = inside.run
    c = np.zeros((*inside.log_odds.shape, 3))
    c[..., 1] = -2 * inside.log_odds + 5
    np.testing.assert_allclose(holds_wild(inside._replace(run=run._replace(c=c))), [0, -1, 0], atol=1e-9)


def test_what_a_memory_holds_after_the_end_of_a_channel_does_not_count():
    told = look_inside(network("lstm_channels"), np.random.default_rng(1), (0, 8), (1, 3), 50)
    run: Any = told.run
    ended = told.shows.kinds < 0
    assert ended.any() and np.array_equal(ended, np.isnan(told.log_odds))
    c = np.where(ended, 1e6, told.log_odds)[..., None]
    np.testing.assert_allclose(holds_wild(told._replace(run=run._replace(c=c))), 1, atol=1e-9)


def test_means_are_taken_over_the_pictures_of_a_kind_and_over_faces_of_both_animals(inside):
    run: Any = inside.run
    kinds = inside.shows.kinds
    means = by_kind(inside._replace(run=run._replace(c=kinds[..., None].astype(float))), "c")
    faces = np.isin(kinds, [KINDS.index("wolf"), KINDS.index("dog")])
    assert means.pop("face") == kinds[faces].mean()
    assert means == {name: KINDS.index(name) for name in means} and len(means) == 6


def test_inputs_beyond_the_features_are_noise():
    rng = np.random.default_rng(4)
    model = models.new_model("wide", starts.lstm_default(rng, 10, 4), rng)
    noise = look_inside(model, rng, count=200).run.x[..., 8:]
    assert noise.shape[-1] == 2
    assert abs(noise.mean()) < 0.05 and abs(noise.std() - 1) < 0.05


def test_training_made_a_unit_that_holds_the_genre(inside):
    found = np.abs(holds_wild(inside))
    assert found.max() > 0.95
    assert found.shape == (16,)


def test_that_unit_lets_bears_in_ignores_squirrels_and_clears_at_the_title_card(inside):
    unit = int(np.abs(holds_wild(inside)).argmax())
    i, f = by_kind(inside, "i"), by_kind(inside, "f")
    assert i["bear"][unit] > 0.6 > 0.2 > i["squirrel"][unit]
    assert f["tree"][unit] > 0.95 > 0.2 > f["title card"][unit]


def test_an_untrained_network_has_no_such_unit():
    rng = np.random.default_rng(3)
    fresh = models.new_model("fresh", starts.lstm_default(rng, 8, 16), rng)
    assert np.abs(holds_wild(look_inside(fresh, rng, count=200))).max() < 0.6


def test_a_clamped_gate_has_its_level_at_every_kind_of_picture():
    model = network("lstm_channels")
    cell: Any = model.cell
    rng = np.random.default_rng(1)
    means = by_kind(look_inside(model._replace(cell=clamp(cell, "f", 0.25)), rng, count=50), "f")
    assert set(means) == {"bear", "fox", "goldfish", "tree", "squirrel", "title card", "face"}
    for mean in means.values():
        np.testing.assert_allclose(mean, 0.25, atol=1e-12)


def test_an_rnn_is_judged_by_its_h():
    assert np.abs(holds_wild(look_inside(network("rnn_small"), np.random.default_rng(2), (2, 2)))).max() > 0.5


def test_a_quantity_the_cell_does_not_have_is_named(inside):
    with pytest.raises(ValueError) as caught:
        by_kind(inside, "z")
    assert str(caught.value) == (
        "the record has no 'z'; it has x, h_prev, c_prev, a_i, a_f, a_g, a_o, i, f, g, o, c, h"
    )


# --- measures, on networks in which the answer was built --------------------------------------------


def watched_by(model: models.Model, count: int = 200) -> Inside:
    """Return what a network of clean symbols lives through, on channels of several shows."""
    shows = draw_channels(np.random.default_rng(5), count, (1, 3), (0, 20))
    wild = ideal_observer(shows).wild
    run: Any = models.answers(model, one_hot_batch(shows).xs).trace
    return Inside(run, shows, np.log(wild) - np.log1p(-wild))


@pytest.fixture(scope="module")
def wired() -> Inside:
    return watched_by(hand_wired())


OPEN, SHUT = 1 / (1 + np.exp(-10)), 1 / (1 + np.exp(10))
SHOW = 0


def test_the_hand_wired_unit_show_is_first_at_every_job(wired):
    assert set(JOBS) == {
        "who follows wild",
        "who forgets slowest",
        "who shuts out trees",
        "who clears at the title card",
    }
    assert [units_by(wired, job)[0] for job in JOBS] == [SHOW] * len(JOBS)
    assert holds_wild(wired)[SHOW] > 0.9


def test_the_hand_wired_gates_are_found_with_their_numbers(wired):
    np.testing.assert_allclose(holds_for(wired), half_life(np.array([OPEN, SHUT, SHUT])))
    np.testing.assert_allclose(shuts_out_trees(wired), [OPEN - SHUT, 0, 0], atol=1e-12)
    np.testing.assert_allclose(clears(wired), [OPEN - SHUT, 0, 0], atol=1e-12)
    np.testing.assert_allclose(contrast(wired, "i"), [OPEN - SHUT, 0, 0], atol=1e-12)
    np.testing.assert_allclose(contrast(wired, "f"), [0, 0, 0], atol=1e-12)


def test_a_clamped_forget_gate_has_the_half_life_of_its_level_and_clears_nothing():
    model = hand_wired()
    cell: Any = model.cell
    inside = watched_by(model._replace(cell=clamp(cell, "f", 0.9)), 20)
    np.testing.assert_allclose(holds_for(inside), np.log(2) / -np.log(0.9))
    np.testing.assert_allclose(clears(inside), 0, atol=1e-12)


def test_what_is_kept_steadily_multiplies_to_what_was_kept():
    kept = np.random.default_rng(0).uniform(0, 1, (7, 3))
    np.testing.assert_allclose(steady_keeping(kept) ** 7, kept.prod(axis=0))
    np.testing.assert_array_equal(steady_keeping(np.array([[0.5, 1.0], [0.0, 1.0]])), [0, 1])


def test_a_gru_keeps_by_z_and_writes_by_the_rest_and_an_rnn_has_no_such_gate():
    rng, xs = np.random.default_rng(0), np.random.default_rng(1).standard_normal((5, 2, 8))
    gru = cells.trace(starts.gru_default(rng, 8, 4), xs)
    np.testing.assert_array_equal(keeping(gru), gru.z)
    np.testing.assert_array_equal(writing(gru), 1 - gru.z)
    lstm = cells.trace(starts.lstm_default(rng, 8, 4), xs)
    np.testing.assert_array_equal(keeping(lstm), lstm.f)
    np.testing.assert_array_equal(writing(lstm), lstm.i)
    np.testing.assert_array_equal(memory_of(lstm), lstm.c)
    np.testing.assert_array_equal(memory_of(gru), gru.h)
    inside = look_inside(network("rnn_small"), rng, (2, 2), count=20)
    for job in ("who forgets slowest", "who shuts out trees", "who clears at the title card"):
        with pytest.raises(ValueError) as caught:
            units_by(inside, job)
        assert str(caught.value) == "no gate says how much of the old memory is kept in the record RNNStep"


def test_units_are_sorted_from_the_most_to_the_least_and_equals_stay_in_order(inside):
    for job, score in JOBS.items():
        assert np.all(np.diff(score(inside)[units_by(inside, job)]) <= 0)
    np.testing.assert_array_equal(units_by(inside, "as stored"), np.arange(16))
    np.testing.assert_array_equal(descending(np.array([1, 3, 1, 3])), [1, 3, 0, 2])
    with pytest.raises(ValueError) as caught:
        units_by(inside, "who sleeps")
    assert str(caught.value) == (
        "there is no job 'who sleeps'; the jobs are as stored, who follows wild, who forgets slowest, "
        "who shuts out trees, who clears at the title card"
    )


def test_a_unit_that_follows_home_follows_wild_as_closely(inside):
    run: Any = inside.run
    turned = inside._replace(run=run._replace(c=-run.c))
    np.testing.assert_array_equal(units_by(turned, "who follows wild"), units_by(inside, "who follows wild"))


def test_pictures_that_never_came_are_named():
    inside = look_inside(network("lstm_channels"), np.random.default_rng(0), (2, 2), (1, 1), 20)
    with pytest.raises(ValueError, match=r"^there is no title card in these channels$"):
        clears(inside)
    none = look_inside(network("lstm_channels"), np.random.default_rng(0), (0, 0), (1, 1), 20)
    with pytest.raises(ValueError, match=r"^there is no tree or squirrel in these channels$"):
        contrast(none, "i")
    with pytest.raises(ValueError, match=r"^the record has no 'z'; it has x, h_prev, c_prev,"):
        contrast(none, "z")


def remembering(memory: Any) -> Any:
    """Return a record that remembers this by h, shape (T, B, H)."""
    return cells.RNNStep(memory, memory, memory, memory)


def test_a_unit_that_is_its_label_is_told_apart_whole_and_one_that_is_not_not_at_all():
    labels = np.array([["a", "b", "a", "b"], ["c", "a", "c", "a"]])
    same = np.select([labels == "a", labels == "b"], [1.0, 5.0], -2.0)
    other = np.array([[1.0, 1, -1, -1], [1, 1, -1, -1]])  # half up, half down in every label
    half = np.array(
        [[2.0, 0, 0, 0], [0, 2, 0, 0]]
    )  # 2, 0, 2, 0 at a: mean 1; 0 elsewhere: 2 of 6 lie between
    run = remembering(np.stack([same, other, np.ones((2, 4)), half], axis=-1))
    np.testing.assert_allclose(tells_apart(run, labels), [1, 0, 0, 1 / 3], atol=1e-12)
    with pytest.raises(ShapeError) as caught:
        tells_apart(run, labels[0])
    assert str(caught.value) == "labels must have shape (T, B)=(2, 4), got (4,)"


def test_how_far_a_unit_moves_is_the_spread_of_its_memory():
    memory = np.random.default_rng(2).standard_normal((6, 5, 3)) * [1, 10, 0]
    np.testing.assert_allclose(moves(remembering(memory)), memory.reshape(30, 3).std(axis=0))

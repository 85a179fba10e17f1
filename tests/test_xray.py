"""A look inside finds what was put there: a unit that holds the genre, gates that act at known pictures."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import models, starts
from lstm_lab.interventions import clamp
from lstm_lab.stage import network
from lstm_lab.world.pictures import KINDS
from lstm_lab.xray import Inside, by_kind, holds_wild, look_inside


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

"""Batches say what was on screen, what was asked and how much it counts."""

import numpy as np
import pytest

from lstm_lab.checks import ShapeError
from lstm_lab.files import write_arrays
from lstm_lab.tasks import (
    DOG,
    NO_QUESTION,
    ONE_HOT_COLUMNS,
    WOLF,
    Batch,
    FeatureBank,
    answers_wanted,
    draw_pictures,
    features_of,
    load_bank,
    one_hot_batch,
    story_batch,
)
from lstm_lab.world import shows as world
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import PADDING, draw_channels, draw_shows, ideal_observer, is_face, show_of

FACES = (world.WOLF, world.DOG)


def bank_of(rng: np.random.Generator, faces: int = 200, others: int = 5) -> FeatureBank:
    """A bank whose features tell each picture from every other."""
    rest = [k for k in range(8) if k not in FACES]
    kinds = np.concatenate([np.repeat(rest, others), np.repeat(FACES, faces // 2)])
    w = np.where(np.isin(kinds, FACES), rng.beta(2, 2, kinds.size), np.nan)
    features = np.log(rng.dirichlet(np.ones(8), kinds.size))
    return FeatureBank(features, kinds, w)


def test_the_observer_sees_the_wolfness_the_picture_was_drawn_with():
    rng = np.random.default_rng(1)
    bank, shows = bank_of(rng), draw_channels(rng, 64, (1, 3), (0, 4))
    story = story_batch(rng, shows, bank)
    faces = is_face(shows.kinds)
    np.testing.assert_array_equal(story.shows.w[faces], bank.w[story.pictures[faces]])
    np.testing.assert_array_equal(story.batch.xs[faces], bank.features[story.pictures[faces]])
    np.testing.assert_array_equal(np.isnan(story.shows.w), ~faces)
    assert np.isfinite(ideal_observer(story.shows).wolf[faces]).all()


def test_every_frame_is_a_picture_of_its_kind_and_all_of_them_are_used():
    rng = np.random.default_rng(2)
    bank, shows = bank_of(rng), draw_channels(rng, 400, (2, 2), (2, 4))
    pictures = draw_pictures(rng, shows, bank)
    np.testing.assert_array_equal(pictures == -1, shows.kinds == PADDING)
    real = ~is_face(shows.kinds) & (shows.kinds != PADDING)
    np.testing.assert_array_equal(bank.kinds[pictures[real]], shows.kinds[real])
    assert is_face(bank.kinds[pictures[is_face(shows.kinds)]]).all()
    assert set(pictures[real]) == set(np.flatnonzero(~is_face(bank.kinds)))


def test_a_face_from_the_bank_is_a_wolfs_exactly_as_often_as_its_wolfness_says():
    rng = np.random.default_rng(3)
    w = np.array([0.1, 0.3, 0.35, 0.5, 0.8])  # more dog-like than wolf-like, on purpose
    bank = FeatureBank(np.zeros((5, 8)), np.repeat(FACES, (3, 2)), w)
    shows = draw_shows(rng, 200_000, (0, 0), telling=(0, 0))
    pictures = draw_pictures(rng, shows, bank)[0]
    for j in range(5):
        wolves = shows.kinds[0][pictures == j] == world.WOLF
        assert wolves.size > 2000
        assert abs(wolves.mean() - w[j]) < 4.5 * np.sqrt(w[j] * (1 - w[j]) / wolves.size)


def test_faces_from_a_large_bank_keep_the_chances_of_wolves_and_dogs():
    rng = np.random.default_rng(4)
    w = np.concatenate([rng.beta(3, 2, 4000), rng.beta(2, 3, 4000)])
    bank = FeatureBank(np.zeros((8000, 8)), np.repeat(FACES, 4000), w)
    shows = draw_shows(rng, 50_000, (0, 0), telling=(0, 0))
    story = story_batch(rng, shows, bank)
    for kind, mean in ((world.WOLF, 3 / 5), (world.DOG, 2 / 5)):
        drawn = story.shows.w[shows.kinds == kind]
        assert abs(drawn.mean() - mean) < 0.01
        assert abs(drawn.var() - 1 / 25) < 0.002
    right = (ideal_observer(story.shows).wolf > 0.5) == (shows.kinds == world.WOLF)
    assert abs(right.mean() - 11 / 16) < 0.015


def test_wolves_and_dogs_share_every_picture_so_none_can_be_learnt_by_heart():
    rng = np.random.default_rng(5)
    bank, shows = bank_of(rng, faces=4), draw_shows(rng, 4000, (0, 0), telling=(0, 0))
    pictures = draw_pictures(rng, shows, bank)[0]
    for kind in FACES:
        assert set(pictures[shows.kinds[0] == kind]) == set(np.flatnonzero(is_face(bank.kinds)))


def test_questions_weigh_one_together_and_all_other_frames_weigh_one_together():
    shows = draw_channels(np.random.default_rng(6), 32, (1, 3), (0, 20))
    targets, weights = answers_wanted(shows)
    faces, real = is_face(shows.kinds), shows.kinds != PADDING
    assert weights[faces].sum() == pytest.approx(1) and np.ptp(weights[faces]) == 0
    assert weights[real & ~faces].sum() == pytest.approx(1) and np.ptp(weights[real & ~faces]) == 0
    assert (weights[~real] == 0).all() and (~real).any()
    assert (targets[shows.kinds == world.WOLF] == WOLF).all()
    assert (targets[shows.kinds == world.DOG] == DOG).all()
    assert (targets[~faces] == NO_QUESTION).all()


def test_weights_stay_finite_without_a_question_and_without_anything_else():
    assert answers_wanted(show_of(["tree", "bear"]))[1].tolist() == [[0.5], [0.5]]
    assert answers_wanted(show_of(["?"]))[1].tolist() == [[1.0]]


def test_noise_comes_after_the_eight_features_and_padding_is_empty():
    rng = np.random.default_rng(7)
    bank, shows = bank_of(rng), draw_shows(rng, 500, (0, 20))
    batch = story_batch(rng, shows, bank, noise_columns=3).batch
    real = shows.kinds != PADDING
    assert batch.xs.shape == (*shows.kinds.shape, 11)
    assert (batch.xs[~real] == 0).all() and (~real).any()
    noise = batch.xs[real][:, 8:]
    assert np.abs(noise.mean(axis=0)).max() < 4.5 / np.sqrt(len(noise))
    assert np.abs(noise.var(axis=0) - 1).max() < 0.1
    assert np.abs(np.corrcoef(noise.T) - np.eye(3)).max() < 0.07
    assert story_batch(rng, shows, bank).batch.xs.shape[2] == 8


def test_the_same_seed_makes_the_same_batch_and_leaves_the_shows_alone():
    bank, shows = bank_of(np.random.default_rng(8)), draw_shows(np.random.default_rng(9), 8, (1, 3))
    before = shows.w.copy()
    one, other = (story_batch(np.random.default_rng(10), shows, bank, 2).batch for _ in range(2))
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(shows.w, before)


def test_a_hand_wired_cell_reads_one_hot_kinds_and_the_log_odds_of_the_wolfness():
    names = ["wolf", "dog", "?", *KINDS[1:3], *KINDS[4:]]
    batch = one_hot_batch(show_of(names, w=[0.75, 0.0, 0.5]))
    assert ", ".join(ONE_HOT_COLUMNS) == (
        "face, bear, fox, goldfish, tree, squirrel, title card, log odds of w"
    )
    seen = [ONE_HOT_COLUMNS[column] for column in batch.xs[:, 0, :7].argmax(axis=1)]
    assert seen == ["face", "face", "face", *KINDS[1:3], *KINDS[4:]]
    assert (batch.xs[:, 0, :7].sum(axis=1) == 1).all()
    assert batch.xs[:3, 0, 7] == pytest.approx([np.log(3), np.log(0.001 / 0.999), 0])
    assert (batch.xs[3:, 0, 7] == 0).all()
    assert isinstance(batch, Batch)


def test_the_hand_wired_input_hides_whose_a_face_is():
    wolf, dog = (one_hot_batch(show_of(["bear", name], w=0.6)) for name in ("wolf", "dog"))
    np.testing.assert_array_equal(wolf.xs, dog.xs)


def test_the_hand_wired_input_is_empty_in_padding():
    shows = draw_shows(np.random.default_rng(11), 20, (0, 5))
    assert (one_hot_batch(shows).xs[shows.kinds == PADDING] == 0).all()


@pytest.mark.parametrize(
    ("kinds", "w", "sentence"),
    [
        (["bear", "dog"], [0, 0.3], "the bank must hold faces on both sides of w = 0.5"),
        (["bear"], [0], "the bank must hold faces on both sides of w = 0.5"),
        (
            ["wolf", "dog"],
            [0.7, 0.3],
            "the bank must hold a picture of every kind in the shows, it has no bear",
        ),
        (["bear", "wolf", "dog"], [0, 1.5, 0.2], "bank.w must lie in [0, 1] at the faces, got 0.2 to 1.5"),
        (
            ["bear", "wolf", "dog"],
            [0, np.nan, 0.2],
            "bank.w at the faces must hold finite numbers, got nan at index (0,)",
        ),
    ],
)
def test_a_bank_that_cannot_show_the_shows_is_refused_with_a_sentence(kinds, w, sentence):
    bank = FeatureBank(np.zeros((len(w), 8)), np.array([KINDS.index(kind) for kind in kinds]), np.array(w))
    with pytest.raises(ValueError) as refusal:
        story_batch(np.random.default_rng(), show_of(["bear", "?"]), bank)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kinds": np.zeros(3)}, "m.npz does not fit together: kinds must have shape (M=4,), got (3,)"),
        ({"w": np.zeros((4, 1))}, "m.npz does not fit together: w must have shape (M=4,), got (4, 1)"),
        (
            {"kinds": np.array(list("bear"))},
            "m.npz does not fit together: kinds must hold numbers, got array(['b', 'e', 'a', 'r'], dtype='<U1')",
        ),
    ],
)
def test_a_bank_file_that_does_not_fit_together_is_named(tmp_path, changes, sentence):
    arrays = {"features": np.zeros((4, 8)), "kinds": np.zeros(4), "w": np.full(4, np.nan)}
    write_arrays(tmp_path / "m.npz", arrays | changes, {"holds": "frames"})
    with pytest.raises(ValueError) as refusal:
        load_bank(tmp_path / "m.npz")
    assert str(refusal.value) == sentence


def test_a_bank_of_another_shape_is_refused_with_a_sentence():
    rng, shows = np.random.default_rng(), show_of(["bear", "?"])
    with pytest.raises(ShapeError) as refusal:
        story_batch(rng, shows, FeatureBank(np.zeros((3, 7)), np.zeros(3), np.zeros(3)))
    assert str(refusal.value) == "bank.features must have shape (M, D=8), got (3, 7)"
    with pytest.raises(ShapeError) as refusal:
        story_batch(rng, shows, FeatureBank(np.zeros((3, 8)), np.zeros(2), np.zeros(3)))
    assert str(refusal.value) == "bank.kinds and bank.w must have shape (M=3,), got (2,) and (3,)"


def test_a_negative_number_of_noise_columns_and_a_face_without_w_are_refused_with_a_sentence():
    shows = show_of(["bear", "?"])
    with pytest.raises(ValueError) as refusal:
        story_batch(np.random.default_rng(), shows, bank_of(np.random.default_rng(1)), noise_columns=-1)
    assert str(refusal.value) == "noise_columns must be at least 0, got -1"
    with pytest.raises(ValueError) as refusal:
        one_hot_batch(shows._replace(w=np.full((2, 1), np.nan)))
    assert str(refusal.value) == "w must be given at every face, 1 of 1 faces have none"


def test_features_say_in_decades_how_likely_a_kind_is() -> None:
    chances = np.array([1.0, 0.1, 0.01, 1e-9])
    np.testing.assert_allclose(features_of(np.log(chances)), [1, 0, -1, -1], atol=1e-12)

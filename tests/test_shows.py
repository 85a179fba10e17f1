"""The shows are drawn by the chances they state, and the ideal observer is exact."""

import itertools

import numpy as np
import pytest

from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import (
    BEAR,
    DOG,
    FOX,
    GOLDFISH,
    PADDING,
    SQUIRREL,
    TITLE_CARD,
    TREE,
    WOLF,
    Shows,
    best_accuracy,
    chance_of_wolf,
    draw_channels,
    draw_shows,
    evidence,
    ideal_observer,
    is_face,
    question_gaps,
    show_numbers,
    show_of,
)


@pytest.fixture(scope="module")
def many() -> Shows:
    return draw_shows(np.random.default_rng(1), 100_000, (0, 3), telling=(0, 3))


def last_wolf(names: list[str], w: float | list[float] = 0.5) -> float:
    return float(ideal_observer(show_of(names, w)).wolf[-1, 0])


def within_error(frequency, expected, count, sigmas=4.5):
    return abs(frequency - expected) <= sigmas * np.sqrt(expected * (1 - expected) / count)


# the ideal observer, by listing everything that may be hidden


def frame_chance(kind, w, wild, true_kind):
    """P(frame | genre), with the true kind of a face spelt out; densities of Beta(3, 2) and Beta(2, 3)."""
    if true_kind is not None:
        chance = 0.95 if (true_kind == "wolf") == wild else 0.05
        return chance * 12 * (w * w * (1 - w) if true_kind == "wolf" else w * (1 - w) * (1 - w))
    forest = 0.45 if wild else 0.05
    return {"bear": forest, "fox": forest, "goldfish": 0.1 if wild else 0.9}.get(kind, 0.5)


def by_listing(kinds, w):
    """P(wild now) and P(wolf at the last frame) from every combination of genres and true kinds of faces."""
    show = [sum(kind == "title card" for kind in kinds[: t + 1]) for t in range(len(kinds))]
    faces = [t for t, kind in enumerate(kinds) if kind in ("wolf", "dog")]
    total = wild_now = wolf_now = 0.0
    for genres in itertools.product((True, False), repeat=show[-1] + 1):
        for truths in itertools.product(("wolf", "dog"), repeat=len(faces)):
            true_kind = dict(zip(faces, truths, strict=True))
            chance = 1.0
            for t, kind in enumerate(kinds):
                if kind != "title card":
                    chance *= frame_chance(kind, w[t], genres[show[t]], true_kind.get(t))
            total += chance
            wild_now += chance * genres[-1]
            wolf_now += chance * (true_kind.get(len(kinds) - 1) == "wolf")
    return wild_now / total, wolf_now / total


def test_a_show_that_is_cut_short_has_no_face_and_the_last_always_has_one() -> None:
    shows = draw_channels(np.random.default_rng(5), 3000, (3, 3), (0, 2), telling=(0, 1), asked=0.25)
    faces = is_face(shows.kinds)
    last = (shows.kinds != PADDING).sum(axis=0) - 1
    assert faces[last, np.arange(3000)].all()
    number = show_numbers(shows)
    asked = [np.any(faces & (number == k), axis=0).mean() for k in (0, 1, 2)]
    assert asked[2] == 1
    assert abs(asked[1] - 0.25) < 0.03
    assert asked[0] > 0.3  # a first show of no other frame keeps its face
    np.testing.assert_array_equal(number[last, np.arange(3000)], 2)


def test_a_chance_of_being_asked_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^asked must lie in \[0, 1\], got 1\.5$"):
        draw_channels(np.random.default_rng(), 1, (1, 1), (0, 0), asked=1.5)


def test_the_ideal_observer_agrees_with_listing_every_hidden_possibility():
    rng = np.random.default_rng(2)
    for _ in range(60):
        length = int(rng.integers(1, 8))
        often = [0.15, 0.15, 0.1, 0.15, 0.15, 0.05, 0.05, 0.2]
        names = [KINDS[k] for k in rng.choice(len(KINDS), length, p=often)]
        w = rng.random(length)
        belief = ideal_observer(show_of(names, w[[name in ("wolf", "dog") for name in names]].tolist()))
        for t in range(length):
            wild, wolf = by_listing(names[: t + 1], w)
            assert abs(belief.wild[t, 0] - wild) < 1e-12
            if names[t] in ("wolf", "dog"):
                assert abs(belief.wolf[t, 0] - wolf) < 1e-12
            else:
                assert np.isnan(belief.wolf[t, 0])


# laws a reader could state


def test_with_nothing_but_a_picture_the_chance_of_a_wolf_is_its_wolfness():
    for w in (0.0, 0.2, 0.5, 0.9, 1.0):
        assert last_wolf(["?"], w) == pytest.approx(w, abs=1e-15)


def test_a_bear_makes_the_face_between_a_wolf_with_chance_86_in_100_and_a_goldfish_makes_it_a_dog():
    assert last_wolf(["bear", "?"]) == pytest.approx(0.86, abs=1e-12)
    assert last_wolf(["goldfish", "?"]) == pytest.approx(0.14, abs=1e-12)


def test_a_bear_and_a_goldfish_cancel():
    belief = ideal_observer(show_of(["bear", "goldfish", "?"], 0.3))
    assert belief.wild[1, 0] == pytest.approx(0.5, abs=1e-12)
    assert belief.wolf[2, 0] == pytest.approx(0.3, abs=1e-12)


def test_a_second_bear_is_more_evidence_than_one_and_no_number_of_bears_is_proof():
    chances = [last_wolf(["bear"] * n + ["?"]) for n in range(5)]
    assert np.all(np.diff(chances) > 0)
    assert last_wolf(["bear"] * 1000 + ["?"]) == pytest.approx(0.95, abs=1e-12)


def test_trees_and_squirrels_change_nothing():
    short, long = ["bear", "?"], ["tree", "bear", "squirrel", *["tree"] * 60, "squirrel", "?"]
    assert last_wolf(long, 0.4) == last_wolf(short, 0.4)


def test_only_a_title_card_makes_order_matter():
    forgotten = last_wolf(["bear", "title card", "?"])
    kept = last_wolf(["title card", "bear", "?"])
    assert forgotten == 0.5
    assert kept == pytest.approx(0.86, abs=1e-12)
    assert last_wolf(["bear", "goldfish", "fox", "?"]) == pytest.approx(
        last_wolf(["goldfish", "fox", "bear", "?"]), abs=1e-12
    )


def test_a_face_seen_earlier_is_evidence_through_its_wolfness():
    assert last_wolf(["?", "?"], [0.9, 0.5]) > 0.5 > last_wolf(["?", "?"], [0.1, 0.5])
    assert last_wolf(["?", "?"], [0.5, 0.5]) == pytest.approx(0.5, abs=1e-12)
    surest = evidence(show_of(["face"], 1.0))[0, 0]
    assert surest == pytest.approx(np.log(0.95 / 0.05), abs=1e-12)


def test_wild_and_home_are_mirror_images():
    wild = last_wolf(["bear", "?", "tree", "?"], [0.7, 0.35])
    home = last_wolf(["goldfish", "?", "tree", "?"], [0.3, 0.65])
    assert wild == pytest.approx(1 - home, abs=1e-12)


def test_the_observer_sees_neither_the_genre_nor_whose_a_face_is():
    shows = draw_channels(np.random.default_rng(3), 50, (1, 3), (0, 3), telling=(0, 2))
    swapped = np.where(shows.kinds == WOLF, DOG, np.where(shows.kinds == DOG, WOLF, shows.kinds))
    one, other = ideal_observer(shows), ideal_observer(Shows(swapped, shows.w, ~shows.wild))
    np.testing.assert_array_equal(one.wild, other.wild)
    np.testing.assert_array_equal(one.wolf, other.wolf)


def test_after_its_end_a_column_has_no_belief_and_its_length_changes_none():
    shows = draw_shows(np.random.default_rng(4), 40, (0, 6))
    belief = ideal_observer(shows)
    np.testing.assert_array_equal(np.isnan(belief.wild), shows.kinds == PADDING)
    np.testing.assert_array_equal(np.isnan(belief.wolf), ~is_face(shows.kinds))
    over = shows.kinds == PADDING
    assert over.any() and not shows.wild[over].any()
    for n in range(40):
        real = ~over[:, n]
        alone = ideal_observer(Shows(*(part[real, n : n + 1] for part in shows)))
        np.testing.assert_array_equal(alone.wolf[:, 0], belief.wolf[real, n])


def test_a_probe_agrees_with_the_observer_meeting_that_face():
    names = ["bear", "tree", "goldfish", "fox"]
    before = ideal_observer(show_of(names)).wild[:, 0]
    for t, p_wild in enumerate(before):
        met = last_wolf([*names[: t + 1], "?"], 0.35)
        assert float(chance_of_wolf(p_wild, 0.35)) == pytest.approx(met, abs=1e-14)
    np.testing.assert_array_equal(np.isnan(chance_of_wolf(np.array([0.5, np.nan]), 0.2)), [False, True])


# what is drawn, counted


def test_what_the_observer_believes_comes_true_as_often_as_it_says(many):
    belief = ideal_observer(many)
    real, faces = many.kinds != PADDING, is_face(many.kinds)
    for said, true in (
        (belief.wolf[faces], (many.kinds == WOLF)[faces]),
        (belief.wild[real], many.wild[real]),
    ):
        bins = np.minimum((said * 20).astype(int), 19)
        counts = np.bincount(bins, minlength=20)
        assert np.sum(counts > 500) >= 10
        for k in np.flatnonzero(counts > 500):
            mine = bins == k
            assert within_error(true[mine].mean(), said[mine].mean(), counts[k])


def test_the_picture_alone_is_right_11_times_in_16():
    shows = draw_shows(np.random.default_rng(5), 100_000, (0, 0), telling=(0, 0))
    right = (ideal_observer(shows).wolf > 0.5) == (shows.kinds == WOLF)
    assert shows.kinds.shape == (1, 100_000)
    assert within_error(right.mean(), 11 / 16, 100_000)
    assert float(best_accuracy(0.5)) == pytest.approx(11 / 16, abs=1e-14)


def test_one_telling_frame_brings_the_best_accuracy_to_0_865():
    w = (np.arange(200_000) + 0.5) / 200_000
    wolf, dog = 0.86 * 12 * w**2 * (1 - w), 0.14 * 12 * w * (1 - w) ** 2
    exact = np.maximum(wolf, dog).mean()
    assert round(exact, 4) == 0.8651
    assert float(best_accuracy(0.9)) == pytest.approx(exact, abs=1e-8)
    assert float(best_accuracy(0.1)) == pytest.approx(exact, abs=1e-8)

    shows = draw_shows(np.random.default_rng(6), 100_000, (0, 2))
    faces = is_face(shows.kinds)
    right = (ideal_observer(shows).wolf[faces] > 0.5) == (shows.kinds[faces] == WOLF)
    assert within_error(right.mean(), exact, right.size)


def test_frames_come_as_often_as_the_constants_say(many):
    wild, kinds = many.wild, many.kinds
    telling = np.isin(kinds, (BEAR, FOX, GOLDFISH))
    for kind, in_wild, at_home in ((BEAR, 0.45, 0.05), (FOX, 0.45, 0.05), (GOLDFISH, 0.1, 0.9)):
        for genre, chance in ((wild, in_wild), (~wild, at_home)):
            here = telling & genre
            assert within_error((kinds[here] == kind).mean(), chance, here.sum())
    faces = is_face(kinds)
    for genre, chance in ((wild, 0.95), (~wild, 0.05)):
        here = faces & genre
        assert within_error((kinds[here] == WOLF).mean(), chance, here.sum())
        neutral = np.isin(kinds, (TREE, SQUIRREL)) & genre
        assert within_error((kinds[neutral] == TREE).mean(), 0.5, neutral.sum())
    assert within_error(wild[0].mean(), 0.5, wild.shape[1])


def test_wolves_draw_their_wolfness_from_beta_3_2_and_dogs_from_beta_2_3(many):
    for kind, mean in ((WOLF, 3 / 5), (DOG, 2 / 5)):
        w = many.w[many.kinds == kind]
        assert abs(w.mean() - mean) < 4.5 * 0.2 / np.sqrt(w.size)  # both have the variance 1/25
        assert abs(w.var() - 1 / 25) < 0.001
    np.testing.assert_array_equal(np.isnan(many.w), ~is_face(many.kinds))


def test_the_gap_and_the_number_of_telling_frames_give_nothing_away(many):
    lengths = (many.kinds != PADDING).sum(axis=0)
    gaps = question_gaps(many).max(axis=0)
    wild = many.wild[0]
    for length in range(1, 8):
        here = lengths == length
        assert within_error(wild[here].mean(), 0.5, here.sum())
    for gap in range(4):
        assert within_error(wild[gaps == gap].mean(), 0.5, (gaps == gap).sum())


# how a show is put together


def test_a_show_is_its_telling_frames_then_the_gap_then_one_face():
    shows = draw_shows(np.random.default_rng(7), 300, (2, 5), telling=(1, 3))
    seen = set()
    for n in range(300):
        kinds = shows.kinds[:, n][shows.kinds[:, n] != PADDING]
        roles = "".join("?" if is_face(k) else "t" if k in (BEAR, FOX, GOLDFISH) else "." for k in kinds)
        telling, gap = roles.count("t"), roles.count(".")
        assert roles == "t" * telling + "." * gap + "?"
        assert shows.kinds[len(kinds) :, n].tolist() == [PADDING] * (len(shows.kinds) - len(kinds))
        assert len(set(shows.wild[: len(kinds), n])) == 1
        assert question_gaps(shows)[len(kinds) - 1, n] == gap
        seen.add((telling, gap))
    assert seen == set(itertools.product((1, 2, 3), (2, 3, 4, 5)))


def test_a_channel_is_shows_parted_by_title_cards_with_genres_drawn_anew():
    shows = draw_channels(np.random.default_rng(8), 2000, (1, 3), (1, 2), telling=(0, 1))
    numbers = show_numbers(shows)
    per_column = []
    for n in range(200):
        real = shows.kinds[:, n] != PADDING
        kinds, number = shows.kinds[real, n], numbers[real, n]
        per_column.append(int(number[-1]) + 1)
        for k in range(number[-1] + 1):
            frames = kinds[number == k]
            assert (frames[0] == TITLE_CARD) == (k > 0)
            assert is_face(frames).sum() == 1 and is_face(frames[-1])
            assert len(set(shows.wild[real, n][number == k])) == 1
    assert set(per_column) == {1, 2, 3}
    cards = (shows.kinds == TITLE_CARD)[1:]
    assert within_error((shows.wild[1:] != shows.wild[:-1])[cards].mean(), 0.5, cards.sum())


def test_the_same_seed_draws_the_same_shows():
    one, other = (draw_channels(np.random.default_rng(9), 20, (1, 3), (0, 4)) for _ in range(2))
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


def test_the_gap_counts_neutral_frames_since_the_last_telling_frame_of_the_same_show():
    names = ["?", "bear", "tree", "fox", "tree", "squirrel", "?", "tree", "?", "title card", "tree", "?"]
    gaps = question_gaps(show_of(names))[:, 0]
    assert gaps[is_face(show_of(names).kinds[:, 0])].tolist() == [-1, 2, 3, -1]
    assert np.all(gaps[~is_face(show_of(names).kinds[:, 0])] == -1)


# a reader's own show


def test_a_readers_list_becomes_one_column():
    shows = show_of(["fox", "?", "title card", "dog"], w=[0.7, 0.2])
    assert [KINDS[k] for k in shows.kinds[:, 0]] == ["fox", "wolf", "title card", "dog"]
    np.testing.assert_array_equal(shows.w[:, 0], [np.nan, 0.7, np.nan, 0.2])
    assert shows.kinds.shape == shows.w.shape == shows.wild.shape == (4, 1)
    assert show_of(["face", "tree", "wolf"], w=0.3).w[2, 0] == 0.3


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: show_of([]), "names must hold at least one frame, got an empty list"),
        (lambda: show_of("bear"), "names must be a list of names, got the single text 'bear'"),
        (
            lambda: show_of(["bear", "cat"]),
            "names must be among wolf, bear, fox, dog, goldfish, tree, squirrel, title card, face, ?; "
            "got 'cat' at place 1",
        ),
        (lambda: show_of(["?"], w=1.5), "w must lie in [0, 1], got 1.5"),
        (lambda: show_of(["?"], w=float("nan")), "w must lie in [0, 1], got nan"),
        (lambda: show_of(["?", "?"], w=[0.5]), "w must be one number per face: 2 faces, got 1 numbers"),
        (lambda: chance_of_wolf(1.2, 0.5), "p_wild must lie in [0, 1], got 1.2"),
        (lambda: chance_of_wolf(0.5, -0.5), "w must lie in [0, 1], got -0.5"),
        (lambda: draw_shows(np.random.default_rng(), 0, (1, 1)), "count must be at least 1, got 0"),
        (
            lambda: draw_shows(np.random.default_rng(), 1, (5, 2)),
            "gaps must be whole numbers (least, most), 0 <= least <= most, got (5, 2)",
        ),
        (
            lambda: draw_channels(np.random.default_rng(), 1, (0, 2), (1, 1)),
            "shows must be whole numbers (least, most), 1 <= least <= most, got (0, 2)",
        ),
        (
            lambda: draw_shows(np.random.default_rng(), 1, (1, 1), telling=(0.5, 2)),  # type: ignore[arg-type]
            "telling must be whole numbers (least, most), 0 <= least <= most, got (0.5, 2)",
        ),
        (
            lambda: ideal_observer(show_of(["bear", "?"])._replace(w=np.full((2, 1), np.nan))),
            "w must lie in [0, 1] at every face, got nan at index (1, 0)",
        ),
        (
            lambda: ideal_observer(show_of(["bear"])._replace(kinds=np.array([[8]]))),
            "kinds must be from -1 to 7, got values from 8 to 8",
        ),
        (
            lambda: ideal_observer(show_of(["bear", "?"])._replace(w=np.full((1, 1), 0.5))),
            "kinds and w must have the same shape (T, N), got (2, 1) and (1, 1)",
        ),
        (
            lambda: ideal_observer(show_of(["bear"])._replace(kinds=np.array([[1.0]]))),
            "kinds must be whole numbers, got type float64",
        ),
        (lambda: show_of(["?"], w=[[0.5]]), "w must be one number per face: 1 faces, got shape (1, 1)"),  # type: ignore[list-item]
        (
            lambda: draw_shows(np.random.default_rng(), 1, (1, float("inf"))),  # type: ignore[arg-type]
            "gaps must be whole numbers (least, most), 0 <= least <= most, got (1, inf)",
        ),
    ],
)
def test_what_cannot_be_a_show_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError) as refusal:
        call()
    assert str(refusal.value) == sentence

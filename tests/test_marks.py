"""Two marks far apart: whoever sees one of them is right half of the time, by how the pictures are drawn."""

import numpy as np
import pytest

from lstm_lab import starts
from lstm_lab.scanning import marks
from lstm_lab.scanning.digits import asked_last, at_once, load_digits, pixel_by_pixel, row_by_row
from lstm_lab.scanning.field import reach
from lstm_lab.scanning.network import new_network, scan

every_arrangement = pytest.mark.parametrize("arrangement", marks.ARRANGEMENTS)


def drawn(arrangement: str, count: int = 300, seed: int = 3) -> marks.Marks:
    return marks.draw_marks(np.random.default_rng(seed), count, arrangement)


@every_arrangement
def test_the_marks_stand_as_the_arrangement_says_and_at_least_5_apart(arrangement: str) -> None:
    each = drawn(arrangement)
    apart = np.abs(each.places[:, 0] - each.places[:, 1])
    assert (each.distances == apart.max(axis=1)).all()
    assert each.distances.min() == marks.NEAR == 5
    assert each.distances.max() == marks.SIDE - 3
    if arrangement == "one row":
        assert (apart[:, 0] == 0).all()
    elif arrangement == "one column":
        assert (apart[:, 1] == 0).all()
    else:
        assert apart.min() >= 5


def test_dark_pixels_can_be_told_from_light_ones_with_certainty_and_are_ten() -> None:
    pictures = drawn("anywhere").pictures
    dark = pictures > 0.5
    assert pictures[dark].min() >= 0.7 and pictures[~dark].max() <= 0.3
    assert (dark.sum(axis=(1, 2)) == 10).all()


@every_arrangement
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_field_of_convolutions_at_one_mark_shows_the_same_whatever_the_other_is(
    arrangement: str, depth: int
) -> None:
    rng = np.random.default_rng(4)
    places = marks.draw_marks(rng, 100, arrangement).places
    noise = rng.random((2, 100, marks.SIDE, marks.SIDE))
    here = rng.integers(2, size=100)
    one, other = (marks.painted(places, np.stack([here, np.full(100, there)], 1), noise) for there in (0, 1))
    assert (one.alike != other.alike).all()
    for k, (row, column) in enumerate(places[:, 0]):
        seen = reach((marks.SIDE, marks.SIDE), row, column, depth, "convolution only").mask(
            (marks.SIDE, marks.SIDE)
        )
        np.testing.assert_array_equal(one.pictures[k][seen], other.pictures[k][seen])


@pytest.mark.parametrize("arrangement", ["one column", "anywhere"])
def test_a_sweep_over_rows_sees_nothing_of_a_mark_in_other_rows(arrangement: str) -> None:
    rng = np.random.default_rng(5)
    places = marks.draw_marks(rng, 40, arrangement).places
    noise = rng.random((2, 40, marks.SIDE, marks.SIDE))
    network = new_network("", rng, 3, "+ rows", starts.lstm_default)
    one, other = (
        scan(network, marks.painted(places, np.tile([0, there], (40, 1)), noise).pictures).logits
        for there in (0, 1)
    )
    at = (np.arange(40), *places[:, 0].T)
    np.testing.assert_array_equal(one[at], other[at])
    assert (one != other).any()


def test_the_pair_is_asked_for_at_both_centres_and_nowhere_else() -> None:
    each = drawn("one row", 50)
    pictures, targets, weights = marks.asked(each)
    assert pictures is each.pictures
    assert weights.sum() == pytest.approx(1)
    assert (np.count_nonzero(weights, axis=(1, 2)) == 2).all()
    for k in range(50):
        here, there = (tuple(place) for place in each.places[k])
        a, b = each.shapes[k]
        assert marks.PAIRS[targets[k][here]] == f"{'×+'[a]} here, {'×+'[b]} there"
        assert marks.PAIRS[targets[k][there]] == f"{'×+'[b]} here, {'×+'[a]} there"


def test_a_batch_of_every_arrangement_holds_as_many_of_each() -> None:
    pictures, targets, weights = marks.asked_everywhere(np.random.default_rng(0), 4)
    assert pictures.shape == targets.shape == weights.shape == (12, marks.SIDE, marks.SIDE)
    assert weights.sum() == pytest.approx(1)


def test_the_chance_of_alike_adds_up_the_pairs_that_are() -> None:
    p = np.array([0.5, 0.2, 0.1, 0.2])
    assert marks.chance_alike(np.log(p)) == pytest.approx(0.7)


def test_an_arrangement_that_does_not_exist_is_refused() -> None:
    message = r"^arrangement must be one of one row, one column, anywhere, got 'here'$"
    with pytest.raises(ValueError, match=message):
        drawn("here")


# --- digits ---------------------------------------------------------------------------------------


def test_the_digits_are_those_of_the_source_and_are_split_in_its_order() -> None:
    learned, judged = load_digits()
    assert (len(learned.answers), len(judged.answers)) == (1287, 510)
    counts = np.bincount(np.concatenate([learned.answers, judged.answers]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert learned.answers[:10].tolist() == list(range(10))
    assert learned.pictures.min() == 0 and learned.pictures.max() == 1
    assert np.bincount(judged.answers).min() > 40


def test_the_three_orders_read_the_same_pixels() -> None:
    pictures = load_digits()[1].pictures[:7]
    assert pixel_by_pixel(pictures).shape == (64, 7, 1)
    assert row_by_row(pictures).shape == (8, 7, 8)
    assert at_once(pictures).shape == (1, 7, 64)
    for k in range(7):
        np.testing.assert_array_equal(pixel_by_pixel(pictures)[:, k, 0], pictures[k].ravel())
        np.testing.assert_array_equal(row_by_row(pictures)[:, k].ravel(), pictures[k].ravel())
        np.testing.assert_array_equal(at_once(pictures)[0, k], pictures[k].ravel())


def test_a_digit_is_asked_for_after_its_last_pixel_alone() -> None:
    _, judged = load_digits()
    batch = asked_last(pixel_by_pixel(judged.pictures[:5]), judged.answers[:5])
    assert batch.weights[:-1].sum() == 0 and batch.weights[-1].sum() == pytest.approx(1)
    assert (batch.targets == judged.answers[:5]).all()

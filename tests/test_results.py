"""A race is told by counting: which runs solved their gap, and how far back a start reaches."""

import math

import pytest

from lstm_lab.results import enough, ideal_by_gap, is_solved, reaches, tallies


def row(start, gap, seed, difference, ideal=0.86, seconds=2.0):
    return {
        "start": start,
        "gap": gap,
        "seed": seed,
        "network": ideal + difference,
        "ideal": ideal,
        "difference": difference,
        "seconds": seconds,
    }


def start_that_solves(name, by_gap, seeds=5):
    """Return the rows of a start that solves each gap with the first few of its seeds."""
    return [
        row(name, gap, seed, -0.17 * (seed > solved))
        for gap, solved in by_gap.items()
        for seed in range(1, seeds + 1)
    ]


def test_two_points_below_the_ideal_observer_is_not_solved_and_a_little_less_is():
    assert not is_solved(row("a", 1, 1, -0.02))
    assert is_solved(row("a", 1, 1, -0.01999))
    assert is_solved(row("a", 1, 1, 0.004))


def test_a_tally_holds_the_runs_of_one_start_and_gap_in_the_order_of_their_seeds():
    rows = [row("a", 5, seed, -0.17 * (seed == 2), seconds=seed) for seed in (3, 1, 2)] + [row("b", 5, 1, 0)]
    tally = tallies(rows)["a", 5]
    assert tally.seeds == (1, 2, 3)
    assert tally.right == pytest.approx((0.86, 0.69, 0.86))
    assert tally.made_it == (True, False, True)
    assert (tally.runs, tally.solved, tally.seconds) == (3, 2, 2)
    assert tally.share == pytest.approx(2 / 3)
    assert tally.middle == pytest.approx(0.86)
    assert set(tallies(rows)) == {("a", 5), ("b", 5)}


def test_a_start_reaches_the_longest_gap_that_four_in_five_of_its_runs_solve():
    rows = start_that_solves("a", {1: 5, 5: 4, 10: 3}) + start_that_solves("b", {1: 5, 5: 5, 10: 4})
    assert reaches(tallies(rows)) == {"a": 5, "b": 10}


def test_a_gap_beyond_one_that_was_missed_is_not_reached():
    rows = start_that_solves("a", {1: 5, 5: 2, 10: 5}) + start_that_solves("b", {1: 0, 5: 5, 10: 5})
    assert reaches(tallies(rows)) == {"a": 1, "b": 0}


def test_a_gap_that_was_not_run_is_not_reached():
    rows = start_that_solves("a", {1: 5, 10: 5}) + start_that_solves("b", {1: 5, 5: 5, 10: 5})
    assert reaches(tallies(rows)) == {"a": 1, "b": 10}


@pytest.mark.parametrize(("runs", "needed"), [(1, 1), (2, 2), (4, 4), (5, 4), (10, 8), (11, 9)])
def test_four_in_five_is_rounded_up(runs, needed):
    assert enough(runs) == needed


def test_the_ideal_observer_is_averaged_over_the_runs_of_each_gap():
    rows = [row("a", 5, 1, 0, ideal=0.8), row("a", 5, 2, 0, ideal=0.9), row("a", 1, 1, 0, ideal=0.7)]
    assert list(ideal_by_gap(rows)) == [1, 5]
    assert ideal_by_gap(rows) == pytest.approx({1: 0.7, 5: 0.85})


def test_where_no_seconds_were_recorded_a_tally_has_none():
    rows = [{"start": "a", "gap": 1, "seed": 1, "network": 0.86, "ideal": 0.86, "difference": 0.0}]
    assert math.isnan(tallies(rows)["a", 1].seconds)

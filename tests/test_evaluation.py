"""A network is held against the ideal observer fairly: same shows, paired, with an interval that covers."""

import numpy as np
import pytest

from lstm_lab.checks import ShapeError
from lstm_lab.evaluation import accuracy_against_ideal, accuracy_by, wolf_share
from lstm_lab.tasks import DOG, NO_QUESTION, WOLF, answers_wanted
from lstm_lab.world.shows import (
    Belief,
    best_accuracy,
    draw_channels,
    draw_shows,
    ideal_observer,
    is_face,
    question_gaps,
    show_numbers,
    show_of,
)


def says(p_wolf):
    """A network's probabilities that put 0.6 on no question and share the rest by p_wolf."""
    p = np.nan_to_num(np.asarray(p_wolf), nan=0.5)
    return np.stack([0.4 * p, 0.4 * (1 - p), np.full(p.shape, 0.6)], axis=-1)


def belief_of(p_wolf):
    return Belief(np.asarray(p_wolf), np.asarray(p_wolf))


def test_the_ideal_observer_compared_with_itself_differs_by_exactly_nothing():
    shows = draw_channels(np.random.default_rng(1), 500, (1, 3), (0, 4))
    belief = ideal_observer(shows)
    alike = accuracy_against_ideal(says(belief.wolf), answers_wanted(shows)[0], belief)
    assert (alike.difference, alike.interval_low, alike.interval_high) == (0, 0, 0)
    assert alike.network == alike.ideal
    assert alike.distance < 1e-15
    assert alike.questions == is_face(shows.kinds).sum()


def test_a_coin_is_half_right():
    shows = draw_shows(np.random.default_rng(2), 2000, (0, 2))
    belief = ideal_observer(shows)
    coin = accuracy_against_ideal(says(np.full(belief.wolf.shape, 0.5)), answers_wanted(shows)[0], belief)
    assert coin.network == 0.5
    assert abs(coin.ideal - float(best_accuracy(0.9))) < 0.03
    assert coin.interval_high < -0.3


def test_a_network_that_always_says_the_opposite_turns_right_into_wrong():
    shows = draw_shows(np.random.default_rng(3), 1000, (0, 2))
    belief = ideal_observer(shows)
    contrary = accuracy_against_ideal(says(1 - belief.wolf), answers_wanted(shows)[0], belief)
    assert contrary.network == pytest.approx(1 - contrary.ideal)
    assert contrary.distance == pytest.approx(np.nanmean(np.abs(1 - 2 * belief.wolf)))


def test_with_one_question_a_column_the_interval_is_the_paired_one():
    # ten questions: the network alone right at one, the observer alone right at three
    targets = np.full((1, 10), WOLF)
    network = np.array([[0.9] * 4 + [0.9] + [0.2] * 3 + [0.3] * 2])
    ideal = np.array([[0.8] * 4 + [0.3] + [0.7] * 3 + [0.1] * 2])
    compared = accuracy_against_ideal(says(network), targets, belief_of(ideal))
    d = np.array([0] * 4 + [1] + [-1] * 3 + [0] * 2)
    margin = 1.959963984540054 * d.std(ddof=1) / np.sqrt(10)
    assert compared.network == 0.5 and compared.ideal == 0.7
    assert compared.difference == pytest.approx(-0.2)
    assert (compared.interval_low, compared.interval_high) == pytest.approx((-0.2 - margin, -0.2 + margin))


def test_questions_that_stand_or_fall_together_count_as_one():
    rng = np.random.default_rng(4)
    ideal, network = np.full((1, 50), 0.9), rng.choice([0.1, 0.9], (1, 50))
    once = accuracy_against_ideal(says(network), np.full((1, 50), WOLF), belief_of(ideal))
    copies = [np.repeat(values, 7, axis=0) for values in (network, ideal)]
    often = accuracy_against_ideal(says(copies[0]), np.full((7, 50), WOLF), belief_of(copies[1]))
    assert often.questions == 7 * once.questions
    assert (often.interval_low, often.interval_high) == pytest.approx((once.interval_low, once.interval_high))


@pytest.mark.parametrize("shows_per_channel", [(1, 1), (1, 3)])
def test_the_interval_covers_the_true_difference_in_about_95_of_100_repetitions(shows_per_channel):
    # a network that never looks past the picture is right 11 times in 16
    truth = 11 / 16 - float(best_accuracy(0.9))
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        shows = draw_channels(rng, 150, shows_per_channel, (0, 0))
        compared = accuracy_against_ideal(says(shows.w), answers_wanted(shows)[0], ideal_observer(shows))
        covered += compared.interval_low <= truth <= compared.interval_high
    assert abs(covered / 400 - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / 400)


def test_only_questions_are_read():
    shows = draw_shows(np.random.default_rng(6), 50, (0, 5))
    belief, targets = ideal_observer(shows), answers_wanted(shows)[0]
    probabilities = says(belief.wolf)
    blanked = np.where((targets == NO_QUESTION)[..., None], np.nan, probabilities)
    whole = accuracy_against_ideal(probabilities, targets, belief)
    assert accuracy_against_ideal(blanked, targets, belief) == whole


def test_a_network_that_forgets_is_as_good_as_the_observer_up_to_its_gap_and_no_further():
    shows = draw_shows(np.random.default_rng(7), 6000, (0, 4))
    belief = ideal_observer(shows)
    targets = answers_wanted(shows)[0]
    length = (shows.kinds >= 0).sum(axis=0)
    forgetful = np.where(length - 2 <= 2, belief.wolf, shows.w)
    compared = accuracy_by(question_gaps(shows), says(forgetful), targets, belief)
    assert list(compared) == [0, 1, 2, 3, 4]
    assert [compared[gap].difference == 0 for gap in compared] == [True, True, True, False, False]
    assert all(compared[gap].interval_high < -0.1 for gap in (3, 4))
    assert sum(part.questions for part in compared.values()) == 6000


def test_shows_of_a_channel_can_be_told_apart():
    shows = draw_channels(np.random.default_rng(8), 400, (3, 3), (0, 2))
    belief, numbers = ideal_observer(shows), show_numbers(shows)
    targets = answers_wanted(shows)[0]
    compared = accuracy_by(numbers, says(np.where(numbers == 0, belief.wolf, 0.5)), targets, belief)
    assert {k: part.questions for k, part in compared.items()} == {0: 400, 1: 400, 2: 400}
    assert compared[0].difference == 0 and compared[1].network == compared[2].network == 0.5


def test_what_a_network_thinks_given_that_it_is_asked():
    np.testing.assert_allclose(wolf_share(np.array([[0.3, 0.1, 0.6], [0, 0, 1]])), [0.75, 0.5], atol=1e-15)


def test_one_column_says_nothing_of_the_next():
    compared = accuracy_against_ideal(says([[0.9]]), np.array([[DOG]]), belief_of([[0.2]]))
    assert (compared.difference, compared.interval_low, compared.interval_high) == (-1, -1, 1)


SHOWS = show_of(["bear", "?"])
BELIEF = ideal_observer(SHOWS)
TARGETS = answers_wanted(SHOWS)[0]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: accuracy_against_ideal(np.zeros((2, 1, 2)), TARGETS, BELIEF),
            "probabilities must have shape (T, B, 3), targets and belief (T, B), "
            "got (2, 1, 2), (2, 1) and (2, 1)",
        ),
        (
            lambda: accuracy_against_ideal(says(BELIEF.wolf), TARGETS[::-1], BELIEF),
            "targets and belief must have their questions at the same places: are the shows the same?",
        ),
        (
            lambda: accuracy_against_ideal(np.ones((1, 1, 3)), TARGETS[:1], belief_of([[np.nan]])),
            "targets must hold at least one question, all of them are no question",
        ),
        (
            lambda: accuracy_against_ideal(np.full((2, 1, 3), np.nan), TARGETS, BELIEF),
            "probabilities at the questions must hold finite numbers, got nan at index (0, 0)",
        ),
        (
            lambda: accuracy_against_ideal(np.full((2, 1, 3), -1.0), TARGETS, BELIEF),
            "probabilities must be at least 0, got -1.0",
        ),
        (
            lambda: accuracy_by(np.zeros(2), says(BELIEF.wolf), TARGETS, BELIEF),
            "groups must have shape (T, B)=(2, 1), got (2,)",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(call, sentence):
    with pytest.raises(ValueError) as refusal:
        call()
    assert str(refusal.value) == sentence


def test_a_wrong_shape_is_a_shape_error():
    with pytest.raises(ShapeError):
        accuracy_against_ideal(np.zeros((2, 1, 2)), TARGETS, BELIEF)

import re

import numpy as np
import pytest

from lstm_lab.explorers import Tour
from lstm_lab.explorers.tour import MOST, TourRun, tour
from lstm_lab.world.shows import chance_of_wolf


def words(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


@pytest.fixture(scope="module")
def long() -> TourRun:
    return tour("bear", 50, 0.5, seed=0)


def test_a_longer_show_begins_as_the_shorter_one_does(long: TourRun) -> None:
    short = tour("bear", 20, 0.5, seed=0)
    assert long.frames[:21] == short.frames
    np.testing.assert_allclose(long.ideal.mean[:21], short.ideal.mean)


def test_the_ideal_observer_never_forgets(long: TourRun) -> None:
    np.testing.assert_allclose(long.ideal.mean, chance_of_wolf(0.9, 0.5))
    assert long.ideal.swapped is not None
    np.testing.assert_allclose(long.ideal.swapped, chance_of_wolf(0.1, 0.5))


def test_the_lstm_keeps_the_bear_over_every_tree_and_the_rnn_loses_it(long: TourRun) -> None:
    assert long.lstm.swapped is not None and long.rnn.swapped is not None
    assert (long.lstm.mean - long.lstm.swapped).min() > 0.4
    assert abs(long.rnn.mean - long.rnn.swapped)[5:].max() < 0.1


def test_new_noise_changes_the_answers_a_little_and_the_ideal_observers_not_at_all() -> None:
    explorer = Tour(trees=30)
    before = explorer.record
    explorer.new_noise()
    after = explorer.record
    assert 0 < abs(after.lstm.mean[-1] - before.lstm.mean[-1]) < 0.1
    assert after.ideal.mean[-1] == before.ideal.mean[-1]


@pytest.mark.parametrize(
    "values", [{}, {"trees": 0}, {"trees": MOST}, {"first": "nothing", "trees": 0}, {"w": 1.0}]
)
def test_the_numbers_in_picture_and_sentence_are_those_of_the_record(values: dict) -> None:
    explorer = Tour(**values)
    run, said = explorer.record, explorer.describe(explorer.record)
    shown = words(explorer.svg())
    for name, recall in (("ideal", run.ideal), ("LSTM", run.lstm), ("RNN", run.rnn)):
        assert f"{name} {recall.mean[-1]:.2f}" in shown
        assert f"{recall.mean[-1]:.2f}" in shown
        assert f"{recall.mean[-1]:.2f}" in said
        if run.other:
            assert f"{recall.difference:.2f}" in said


def test_a_thin_line_is_drawn_for_each_where_something_came_first() -> None:
    assert Tour().svg().count("<polyline") == 6
    assert Tour(first="nothing").svg().count("<polyline") == 3


def test_a_long_show_says_how_many_pictures_are_left_out() -> None:
    explorer = Tour(trees=MOST)
    for picture in (explorer.svg(), explorer.svg(explorer.canvas(True))):
        (left_out,) = [int(word.split()[1]) for word in words(picture) if word.endswith(" more")]
        assert left_out + picture.count("<use ") - 1 == MOST + 1


def test_where_a_line_is_one_point_it_is_a_disc_and_the_thin_one_a_ring() -> None:
    picture = Tour(trees=0).svg()
    lines = picture.split('class="traces"')[1].split("</g>")[0]
    assert lines.count("<circle") == 6
    assert lines.count("stroke-dasharray:none") == 3
    assert any("ring: had it been a goldfish" in word for word in words(picture))


def test_large_print_says_what_the_thin_lines_are() -> None:
    explorer = Tour(first="goldfish")
    assert "P(wolf) if the face came now · thin: bear first" in words(explorer.svg(explorer.canvas(True)))


def test_the_challenge_can_be_solved() -> None:
    challenge = Tour.challenge
    assert challenge is not None
    solved = max(challenge.score(tour("bear", 50, w, 0)) for w in np.arange(0.2, 0.5, 0.05))
    assert solved == 1
    assert challenge.score(tour("bear", 14, 0.5, 0)) < 1


def test_the_prediction_is_decided_by_the_networks() -> None:
    explorer = Tour()
    explorer.predict("both")
    assert explorer.values()["trees"] == 50
    assert explorer._truth == "only the LSTM"

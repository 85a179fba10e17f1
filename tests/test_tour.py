import re
from typing import Any

import numpy as np
import pytest

from lstm_lab.explorers import Tour
from lstm_lab.explorers.tour import MOST, TourRun, tour
from lstm_lab.stage import network, perform
from lstm_lab.world.shows import chance_of_wolf

pytestmark = pytest.mark.usefixtures("errors_are_raised")


def words(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


@pytest.fixture(scope="module")
def long() -> TourRun:
    return tour("bear", 50, 0.5, seed=0)


@pytest.mark.parametrize("first", ["bear", "nothing"])
def test_the_curve_at_twenty_trees_is_the_beginning_of_the_curve_at_fifty(first: str) -> None:
    short, long = (tour(first, trees, 0.4, seed=0) for trees in (20, 50))
    count = len(short.frames)
    assert (short.trees, long.trees) == (20, 50)
    assert long.frames[:count] == short.frames
    for name in ("ideal", "lstm", "rnn"):
        one, other = getattr(short, name), getattr(long, name)
        for part in ("mean", "low", "high"):
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part)[:count])
        if first == "bear":
            np.testing.assert_array_equal(one.swapped, other.swapped[:count])


def test_a_show_of_the_tour_is_what_a_performance_of_it_says() -> None:
    run = tour("fox", 6, 0.7, seed=3)
    told = perform(run.frames, (network("rnn_tour"), network("lstm_tour")), run.question, seed=8, draws=200)
    np.testing.assert_allclose(run.ideal.mean, told.ideal_asked)
    for recall, heard in zip((run.rnn, run.lstm), told.heard, strict=True):
        np.testing.assert_allclose(recall.mean, heard.asked.mean(axis=1), atol=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_one_tree_is_a_tree(seed: int) -> None:
    run = tour("bear", 1, 0.5, seed)
    assert [frame.kind for frame in run.frames] == ["bear", "tree"]
    assert "a bear and one tree," in Tour().describe(run)


def test_where_nothing_came_first_there_is_at_least_one_tree_and_the_control_says_so() -> None:
    explorer = Tour(trees=0)
    trees: Any = explorer.inputs["trees"]
    explorer.inputs["first"].value = "nothing"
    assert (explorer.values()["trees"], trees.box.value) == (1, "1")
    trees.value = 0
    assert explorer.values()["trees"] == explorer.record.trees == 1
    explorer.set(trees=0, first="fox")
    assert explorer.values()["trees"] == explorer.record.trees == 0


def test_a_face_that_leaves_no_question_is_said_to_settle_it_alone() -> None:
    sure, open_ = Tour(trees=9, w=0.0), Tour(trees=9, w=0.5)
    assert sure.record.ideal.difference == 0
    assert sure.describe(sure.record).endswith("still counts. This face settles it alone.")
    assert open_.describe(open_.record).endswith("that is how much the first picture still counts.")


def test_the_picture_says_what_its_pale_band_is() -> None:
    assert "pale band: what background noise does" in words(Tour(trees=9).svg())


def test_both_networks_were_trained_alike_on_shows_that_begin_with_a_telling_picture() -> None:
    rnn, lstm = (network(name).about for name in ("rnn_tour", "lstm_tour"))
    alike = ("task", "updates", "rate", "shows", "gaps", "telling frames", "noise columns")
    assert [rnn[name] for name in alike] == [lstm[name] for name in alike]
    assert rnn["telling frames"] == [1, 1] and rnn["noise columns"] == 32
    assert all(each["start"].startswith("torch's default") for each in (rnn, lstm))


def test_with_nothing_first_the_lstm_answers_as_if_there_had_been_a_bear() -> None:
    run = Tour(first="nothing", trees=50).record
    assert run.lstm.mean[-1] > 0.7 and run.ideal.mean[-1] == pytest.approx(0.5)


def test_the_ideal_observer_never_forgets(long: TourRun) -> None:
    np.testing.assert_allclose(long.ideal.mean, chance_of_wolf(0.9, 0.5))
    assert long.ideal.swapped is not None
    np.testing.assert_allclose(long.ideal.swapped, chance_of_wolf(0.1, 0.5))


def test_the_lstm_keeps_the_bear_over_every_tree_and_the_rnn_loses_it(long: TourRun) -> None:
    assert long.lstm.swapped is not None and long.rnn.swapped is not None
    assert (long.lstm.mean - long.lstm.swapped).min() > 0.4
    assert abs(long.rnn.mean - long.rnn.swapped)[5:].max() < 0.1


def test_drawing_again_changes_the_answers_a_little_and_the_ideal_observers_not_at_all() -> None:
    explorer = Tour(trees=30)
    before = explorer.record
    explorer.draw_again()
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
    assert Tour(trees=14).svg().count("<polyline") == 6
    assert Tour(first="nothing", trees=14).svg().count("<polyline") == 3


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
    explorer = Tour(first="goldfish", trees=14)
    assert "P(wolf) if the face came now · thin: bear first" in words(explorer.svg(explorer.canvas(True)))


def test_the_challenge_can_be_solved() -> None:
    challenge = Tour.challenge
    assert challenge is not None
    solved = max(challenge.score(tour("bear", 50, w, 0)) for w in np.arange(0.2, 0.5, 0.05))
    assert solved == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_challenge_is_not_half_solved_by_doing_nothing_or_half_of_it(seed: int) -> None:
    challenge = Tour.challenge
    assert challenge is not None
    assert challenge.score(Tour(seed=seed).record) <= 0.2
    assert challenge.score(tour("bear", 50, 0.5, seed)) <= 0.2
    assert challenge.score(tour("goldfish", 50, 0.2, seed)) <= 0.2
    assert challenge.score(tour("bear", 50, 1.0, seed)) <= 0.2


def test_the_prediction_is_decided_by_the_networks() -> None:
    explorer = Tour()
    explorer.predict("both")
    assert explorer.values()["trees"] == 50
    assert explorer._truth == "only the LSTM"

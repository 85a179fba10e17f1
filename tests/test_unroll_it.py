"""Unroll it: what is drawn is what the network computed, the table is one, and the order of pictures matters."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab import cells, tasks
from lstm_lab.drawing import svg
from lstm_lab.drawing.unrolled import MUCH, columns_of
from lstm_lab.explorers.unroll_it import PICTURES, UnrollIt, last_wolf, unroll_show
from lstm_lab.models import answers
from lstm_lab.stage import network, seen
from lstm_lab.tasks import features_of
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import ANSWERS

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
EIGHT = ("bear", "tree", "goldfish", "squirrel", "title card", "fox", "tree", "?")


def drawn(explorer, in_lecture=False) -> Any:
    return ElementTree.fromstring(explorer.picture(explorer.record, explorer.canvas(in_lecture)))


def named(root, name) -> list[Any]:
    return [each for each in root.iter(f"{SVG}g") if name in each.get("class", "").split()]


def words(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def at(**values) -> Any:
    return UnrollIt(**values)


def bars_of(group):
    """Return the signed heights of the bars in a group, as shares of the room they have."""
    zero = float(next(group.iter(f"{SVG}line")).get("y1"))
    heights = []
    for bar in group.iter(f"{SVG}rect"):
        high, top = float(bar.get("height")), float(bar.get("y"))
        heights.append(high if top < zero - 0.05 else -high)
    return np.array(heights)


# --- the record ---------------------------------------------------------------------------------------


def test_the_record_is_one_step_of_the_stored_network_taken_again_and_again():
    run, model = unroll_show(EIGHT), network("rnn_small")
    cell: Any = model.cell
    state: Any = cells.zero_state(cell, 1)
    for t, frame in enumerate(run.frames):
        state = cells.step(cell, features_of(seen(frame))[None], state).state
        np.testing.assert_allclose(run.h[t], state.h[0], atol=1e-12)
    whole = answers(model, np.stack([features_of(seen(frame)) for frame in run.frames])[:, None])
    np.testing.assert_array_equal(run.probabilities, whole.probabilities[:, 0])
    assert (ANSWERS[tasks.WOLF], ANSWERS[tasks.DOG], ANSWERS[tasks.NO_QUESTION]) == (
        "wolf",
        "dog",
        "no question",
    )


def test_order_matters_though_the_three_pictures_are_the_very_same():
    one, two = unroll_show(("bear", "title card", "?")), unroll_show(("title card", "bear", "?"))
    assert sorted(one.frames) == sorted(two.frames)
    assert last_wolf(two) - last_wolf(one) > 0.25
    assert one.ideal[-1] == pytest.approx(0.5)
    assert two.ideal[-1] == pytest.approx(0.86)


def test_the_first_bear_is_one_bear_and_the_second_another():
    run = unroll_show(("bear", "tree", "bear"))
    assert run.frames[0] != run.frames[2]
    assert run.frames[0] == unroll_show(("fox", "bear")).frames[1]
    assert unroll_show(("bear",), seed=1).frames != unroll_show(("bear",)).frames


def test_a_face_met_first_owes_nothing_to_what_came_before():
    assert unroll_show(("bear", "fox", "?")).alone[-1] == pytest.approx(last_wolf(unroll_show(("?",))))


def test_the_answer_to_the_face_asked_now_is_the_answer_when_it_comes_next():
    run = unroll_show(("goldfish", "bear", "?"))
    assert run.asked[1] == pytest.approx(last_wolf(run))


def test_the_network_reads_the_wolfness_of_the_face_as_well_as_the_bear():
    sure = [last_wolf(unroll_show(("bear", "?"), w)) for w in (0.05, 0.5, 0.95)]
    assert sure[0] < 0.5 < sure[1] < sure[2]


def test_every_face_of_a_show_is_the_one_that_leaves_the_picture_network_most_in_doubt():
    run = unroll_show(("?", "bear", "?"))
    assert run.frames[0] == run.frames[2]
    wolf, dog = np.exp([seen(run.frames[0])[KINDS.index(kind)] for kind in ("wolf", "dog")])
    assert 0.4 < wolf / (wolf + dog) < 0.6


@pytest.mark.parametrize("seed", range(1, 6))
def test_other_drawings_of_the_same_animals_tell_the_same_story(seed):
    wild = last_wolf(unroll_show(("title card", "bear", "?"), seed=seed))
    home = last_wolf(unroll_show(("goldfish", "tree", "?"), seed=seed))
    forgotten = last_wolf(unroll_show(("bear", "title card", "?"), seed=seed))
    assert home < min(forgotten, 0.25)
    assert wild > max(forgotten, 0.75)


# --- the picture --------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_lecture", [False, True])
def test_the_bars_are_as_long_as_h_and_strong_where_it_changed(in_lecture):
    explorer = at(show=EIGHT, step=6)
    run, root = explorer.record, drawn(explorer, in_lecture)
    copies = [named(copy, "units") for copy in named(root, "copy")]
    assert [len(each) for each in copies] == [1] * 6 + [0] * 2
    before = np.zeros(len(run.weights.b))
    for t, (group,) in enumerate(copies[:6]):
        heights = bars_of(group)
        reach = np.abs(heights).max() / np.abs(run.h[t]).max()
        np.testing.assert_allclose(heights / reach, run.h[t], atol=0.11 / reach)
        strong = [bar.get("class") == "ink" for bar in group.iter(f"{SVG}rect")]
        assert strong == list(np.abs(run.h[t] - before) > MUCH)
        before = run.h[t]
    if not in_lecture:
        (loop,) = named(root, "loop")
        np.testing.assert_allclose(bars_of(named(loop, "units")[0]), bars_of(copies[5][0]), atol=0.11)


def test_every_copy_says_the_likeliest_answer_with_its_probability_and_shows_it_as_a_bar():
    explorer = at(show=EIGHT, step=8)
    run = explorer.record
    for t, copy in enumerate(named(drawn(explorer), "copy")):
        best = int(run.probabilities[t].argmax())
        assert ANSWERS[best] in words(copy)
        assert svg.spoken(run.probabilities[t, best]) in words(copy)
        bar, outline = named(copy, "share")[0].iter(f"{SVG}rect")
        part = float(bar.get("width")) / float(outline.get("width"))
        assert part == pytest.approx(run.probabilities[t, best], abs=0.002)


def test_the_loop_shows_the_answer_of_the_present_step():
    explorer = at(show=("bear", "fox", "?"), step=3)
    (loop,) = named(drawn(explorer), "three")
    assert [word for word in words(loop) if word not in ANSWERS] == [
        svg.spoken(value) for value in explorer.record.probabilities[2]
    ]


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("show", [("?",), ("bear", "fox", "?"), EIGHT])
def test_there_is_one_table_of_weights_and_a_line_from_it_to_every_cell(show, in_lecture):
    explorer = at(show=show, step=1)
    root = drawn(explorer, in_lecture)
    (table,) = named(root, "weights")
    assert len(list(table.iter(f"{SVG}image"))) == 3
    outside = [
        each for each in root.iter(f"{SVG}image") if (each.get("href") or "").startswith("data:image/png")
    ]
    assert len(outside) == 3
    (taps,) = named(root, "taps")
    assert len(list(taps.iter(f"{SVG}line"))) == len(show) + (not in_lecture)
    cell = explorer.record.weights
    assert f"{cell.W_x.size + cell.W_h.size + cell.b.size} numbers" in words(table)


def test_the_answers_of_the_longest_show_stay_inside_the_picture_and_apart():
    explorer = at(show=EIGHT[::-1], step=8)
    spans = []
    for copy in named(drawn(explorer), "copy"):
        (word,) = [each for each in copy.iter(f"{SVG}text") if each.text in (*ANSWERS, "no ?")]
        half = svg.text_width(str(word.text), float(word.get("font-size", 14))) / 2
        spans.append((float(word.get("x", 0)) - half, float(word.get("x", 0)) + half))
    assert len(spans) == 8 and spans[-1][1] <= explorer.canvas(False).width
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_what_has_not_been_read_is_pale_and_has_no_answer():
    root = drawn(at(show=("bear", "fox", "?"), step=1))
    pale = [each.get("opacity") for each in named(root, "to-come")]
    assert len(pale) == 2 and all(float(each) < 0.5 for each in pale)
    assert not any(word in ANSWERS for each in named(root, "to-come") for word in words(each))


def test_before_the_first_picture_h_is_zero_in_the_loop_and_in_the_sentence():
    explorer = at(show=("bear", "fox", "?"), step=0)
    root = drawn(explorer)
    assert len(named(root, "to-come")) == 3
    assert "h = 0" in words(named(root, "loop")[0])
    assert explorer.describe(explorer.record) == (
        "Nothing has been read, and all 16 units of h are 0. All 3 steps use the same 400 numbers."
    )


def test_an_empty_show_says_so_and_still_shows_the_network():
    explorer = at(show=())
    root = drawn(explorer)
    assert "The show is empty." in words(root)
    assert len(named(root, "weights")) == len(named(root, "loop")) == 1
    assert explorer.describe(explorer.record).startswith("The show is empty")
    assert explorer.challenge.score(explorer.record) == 0


@pytest.mark.parametrize(("start", "end"), [(348, 1056), (126, 616)])
def test_eight_copies_stand_beside_each_other_with_room_for_the_arrows(start, end):
    columns = columns_of(8, start, end)
    edges = [(column.left, column.left + column.wide) for column in columns]
    assert edges[0][0] > start and edges[-1][1] <= end + 0.01
    assert all(after[0] - before[1] > 15 for before, after in pairwise(edges))


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("step", range(9))
def test_no_words_overlap_or_leave_the_picture_at_eight_pictures(step, in_lecture):
    explorer = at(show=EIGHT, step=step)
    assert not clashes(drawn(explorer, in_lecture), explorer.canvas(in_lecture), over=2)


def test_a_picture_shown_in_the_loop_and_in_a_copy_is_sent_once():
    explorer = at(show=EIGHT, step=8)
    root = drawn(explorer)
    ids = [each.get("id") for each in root.iter(f"{SVG}symbol")]
    used = [each.get("href") for each in root.iter(f"{SVG}use")]
    assert len(ids) == len(set(ids)) == 8
    assert used[0] == used[-1] and len(used) == 9
    assert {each.removeprefix("#") for each in used} == set(ids)


# --- the explorer -------------------------------------------------------------------------------------


def test_the_sentence_holds_the_numbers_of_the_record_at_a_face():
    explorer = at()
    run = explorer.record
    assert explorer.describe(run) == (
        f"Picture 3 of 3, the face (w 0.50): the network says wolf {svg.spoken(last_wolf(run))} "
        f"(ideal observer 0.94). With nothing before it: wolf {svg.spoken(run.alone[2])}. "
        "The difference is h, what it carries over. All 3 steps use the same 400 numbers."
    )


def test_the_sentence_tells_what_a_picture_changed_and_what_would_be_said_now():
    explorer = at(show=("title card", "bear", "?"), step=2)
    run = explorer.record
    moved = int((np.abs(run.h[1] - run.h[0]) > MUCH).sum())
    said = explorer.describe(run)
    assert said.startswith(f"Picture 2 of 3, the bear: no question 1.00. {moved} of 16 units of h change")
    assert f"A face next would get wolf {svg.spoken(run.asked[1])} (ideal observer 0.86)." in said


def test_a_picture_added_is_read_at_once_and_one_taken_back_is_gone():
    explorer = at()
    explorer.inputs["show"].buttons["tree"].click()
    assert explorer.values()["step"] == 4
    assert "Picture 4 of 4, the tree" in explorer._parts.frame.value
    explorer.inputs["show"].back.click()
    explorer.inputs["show"].clear.click()
    assert explorer.values()["step"] == 0
    assert "The show is empty" in explorer._parts.frame.value
    explorer.inputs["show"].buttons["?"].click()
    assert "Nothing came before it" in explorer._parts.frame.value


def test_step_and_back_walk_through_the_copies():
    explorer = at()
    time = explorer.inputs["step"]
    for place in ("2 of 3, the fox", "1 of 3, the bear", "Nothing has been read", "Nothing has been read"):
        time.backward.click()
        assert place in explorer._parts.frame.value
    for _ in range(5):
        time.forward.click()
    assert "Picture 3 of 3" in explorer._parts.frame.value


def test_the_show_decides_how_many_steps_there_are_in_whatever_order_values_come():
    explorer = at(step=2, show=("bear",) * 5)
    assert explorer.values()["step"] == 2
    assert UnrollIt.from_state(explorer.state()).values() == explorer.values()
    explorer.set(step=4, show=("fox",) * 6)
    assert explorer.values()["step"] == 4


def test_the_prediction_is_a_coin_flip_and_that_is_computed():
    explorer = at()
    explorer.predict("wolf")
    assert "wolf. After a bear and a title card: a coin flip." in explorer._parts.frame.value


def test_the_challenge_can_be_solved_and_not_by_cheating():
    def score(show, **more):
        return at().challenge.score(unroll_show(show, **more))

    assert score(("goldfish", "title card", "bear", "?")) == 1.0
    assert score(("goldfish", "?")) < 0.5
    assert score(("bear", "?")) == 0.0
    assert score(("goldfish", "bear")) == 0.0
    assert score(("goldfish", "title card", "bear", "?"), w=1.0) == 0.0


def test_the_pictures_on_offer_are_those_of_the_story_and_the_face():
    explorer = at()
    assert tuple(explorer.inputs["show"].buttons) == PICTURES
    assert not {"wolf", "dog"} & set(PICTURES)

"""The gate benches say what one unit of a real cell computes, and what each asks is met as it says."""

from xml.etree import ElementTree

import numpy as np
import pytest
from benches import BENCHES, SVG, every_bench, sigma

from lstm_lab.cells import LSTMParams, StoryParams, lstm_step, story_step
from lstm_lab.explorers import Forget, Impulse, Learn, Remember, Use
from lstm_lab.explorers.forget import forget, near_half
from lstm_lab.explorers.gate_bench import candidate_at, gate_at, one_story_unit, one_unit, said
from lstm_lab.explorers.learn import learn
from lstm_lab.explorers.remember import remember
from lstm_lab.explorers.use import impulse, use

pytestmark = pytest.mark.usefixtures("errors_are_raised")


# --- the numbers ----------------------------------------------------------------------------------


def test_forget_is_the_equation_written_out():
    run = forget(h=0.4, x=1.0, c=-1.5, b_f=1.0, w_h=0.5, w_x=1.0)
    f = sigma(0.5 * 0.4 + 1.0 * 1.0 + 1.0)
    assert said(run.step.a_f) == pytest.approx(2.2, abs=1e-12)
    assert said(run.step.f) == pytest.approx(f, abs=1e-12)
    assert said(run.step.kept) == pytest.approx(-1.5 * f, abs=1e-12)
    assert run.after_ten == pytest.approx(-1.5 * f**10, abs=1e-12)
    assert said(run.step.c) == said(run.step.kept), "nothing is learned on this bench"


def test_learn_is_the_equation_written_out():
    run = learn(h=-0.5, x=2.0, b_i=0.3, b_g=-0.2, w_hi=1.5, w_xi=-0.5, w_hg=2.0, w_xg=0.5)
    i, g = sigma(-0.75 - 1.0 + 0.3), np.tanh(-1.0 + 1.0 - 0.2)
    assert said(run.step.i) == pytest.approx(i, abs=1e-12)
    assert said(run.step.g) == pytest.approx(g, abs=1e-12)
    assert said(run.step.learned) == said(run.step.c) == pytest.approx(i * g, abs=1e-12)
    assert run.high == pytest.approx(sigma(-0.75 - 0.5 + 0.3) * np.tanh(-1.0 + 0.5 - 0.2), abs=1e-12)
    assert run.low == pytest.approx(sigma(-0.75 + 0.5 + 0.3) * np.tanh(-1.0 - 0.5 - 0.2), abs=1e-12)


@pytest.mark.parametrize("level", [0.0, 0.1, 0.3, 0.5, 0.9, 1.0])
def test_a_gate_set_by_hand_stands_exactly_there(level):
    run = remember(level, 1 - level, 2 * level - 1, 1.0)
    assert said(run.step.f) == pytest.approx(level, abs=1e-15)
    assert said(run.step.i) == pytest.approx(1 - level, abs=1e-15)
    assert said(run.step.g) == pytest.approx(2 * level - 1, abs=1e-15)
    assert gate_at(0.5).b == candidate_at(0.0).b == 0


def test_remember_is_the_sum_and_ten_steps_are_ten_sums():
    for f, i, g, c in ((0.5, 0.5, 0.8, 1.0), (1, 1, 1, 2), (0, 1, -1, 0.5), (0.9, 0.3, -0.4, -2.0)):
        run = remember(f, i, g, c)
        assert said(run.step.c) == pytest.approx(f * c + i * g, abs=1e-14)
        for _ in range(10):
            c = f * c + i * g
        assert run.after_ten == pytest.approx(c, abs=1e-13)


def test_use_is_the_equation_written_out_in_both_cells():
    run = use(0.5, -0.3, 0.4, "story", h=0.5, x=-1.0, w_h=2.0, w_x=1.0, w_u=1.5, b_u=-0.2)
    o = sigma(1.0 - 1.0 + 0.4)
    assert said(run.textbook.o) == said(run.story.v) == pytest.approx(o, abs=1e-12)
    assert said(run.textbook.c) == said(run.story.c) == pytest.approx(0.2, abs=1e-12)
    assert said(run.textbook.h) == pytest.approx(o * np.tanh(0.2), abs=1e-12)
    assert said(run.story.h) == pytest.approx(o * np.tanh(1.5 * 0.5 - 0.2), abs=1e-12)


def test_the_benches_run_the_cells_that_everything_else_runs():
    params = one_unit(f=gate_at(0.3), i=gate_at(0.6), g=candidate_at(-0.4), o=gate_at(0.9))
    assert isinstance(params, LSTMParams)
    step = lstm_step(params, np.zeros((1, 1)), forget(0, 0, 1, 0, 0, 0).step.state)
    assert [round(said(getattr(step, name)), 12) for name in "figo"] == [0.3, 0.6, -0.4, 0.9]
    told = one_story_unit(2.0, 0.5, v=gate_at(0.9))
    assert isinstance(told, StoryParams)
    state = use(0.5, 0, 0, "story", 0, 0, 0, 0, 1, 0).story.state
    assert said(story_step(told, np.zeros((1, 1)), state).v) == pytest.approx(0.9, abs=1e-12)


# --- the story's use and the textbook's -----------------------------------------------------------


def test_both_cells_say_the_same_where_c_stands_in_the_place_of_k():
    for k, learned in ((0.5, 0.0), (-1.2, 0.0), (2.0, 0.0)):
        run = use(k, learned, 0.7, "story", h=0.5, x=1.0, w_h=2.0, w_x=-1.0, w_u=1.0, b_u=0.0)
        assert said(run.story.h) == said(run.textbook.h) != 0
    for k, learned in ((0.5, 0.3), (-1.2, 1.0), (0.0, -0.8)):
        run = use(k, learned, 0.7, "story", h=0.5, x=1.0, w_h=2.0, w_x=-1.0, w_u=1.0, b_u=0.0)
        later = use(said(run.story.c), 0.0, 0.7, "story", h=0.5, x=1.0, w_h=2.0, w_x=-1.0, w_u=1.0, b_u=0.0)
        assert said(run.story.h) != said(run.textbook.h)
        assert said(later.story.h) == pytest.approx(said(run.textbook.h), abs=1e-14)


def test_after_one_impulse_the_story_says_what_the_textbook_says_one_step_later():
    run = impulse()
    h, told = run.textbook.h[:, 0, 0], run.story.h[:, 0, 0]
    np.testing.assert_array_equal(run.textbook.c, run.story.c)
    np.testing.assert_allclose(run.textbook.learned[:, 0, 0], [0, 1, 0, 0, 0, 0], atol=1e-15)
    np.testing.assert_allclose(h, [0, *[np.tanh(1)] * 5], atol=1e-12)
    np.testing.assert_allclose(told[1:], h[:-1], atol=1e-12)
    assert told[1] == 0 < h[1]


def test_the_still_picture_of_the_impulse_shows_both_lines_where_they_are():
    still = Impulse()
    bundle = still._repr_mimebundle_()
    assert bundle["text/plain"] == repr(still)
    assert "h = 0.76 at step 2, the story's the same at step 3" in repr(still)
    root = ElementTree.fromstring(bundle["image/svg+xml"])
    for name, run in (("textbook", still.run.textbook), ("story", still.run.story)):
        (panel,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == f"impulse {name}"]
        (line,) = [each for each in panel.iter(f"{SVG}polyline") if each.get("class") == "s q-h"]
        ys = np.array([float(pair.split(",")[1]) for pair in line.attrib["points"].split()])
        slope, offset = np.polyfit(run.h[:, 0, 0], ys, 1)
        np.testing.assert_allclose(slope * run.h[:, 0, 0] + offset, ys, atol=0.06)
        assert slope < 0
        bars = [each for each in panel.iter(f"{SVG}rect") if each.get("class") == "q-i"]
        assert len(bars) == 1, "one impulse, one bar"
        at_two = float(line.attrib["points"].split()[1].split(",")[0])
        assert float(bars[0].attrib["x"]) + float(bars[0].attrib["width"]) / 2 == pytest.approx(at_two)
        top, tall = float(bars[0].attrib["y"]), float(bars[0].attrib["height"])
        assert top == pytest.approx(offset + slope, abs=0.1) and top + tall == pytest.approx(offset, abs=0.1)


# --- misconceptions and tasks ---------------------------------------------------------------------


def test_a_forget_gate_near_one_keeps_nearly_all_and_is_never_said_to_keep_all():
    for b_f, kept in ((2.2, "90 %"), (5.0, "99 %"), (5.4, "99.6 %"), (6.0, "99.8 %")):
        explorer = Forget(b_f=b_f)
        assert f"it keeps {kept} of the long-term memory" in explorer.describe(explorer.record)
    widest = Forget(b_f=6, h=1, w_h=4, x=2, w_x=4)
    assert said(widest.record.step.f) < 1
    assert "keeps 99.999998 %" in widest.describe(widest.record)
    assert "keeps 0.2 %" in Forget(b_f=-6).describe(Forget(b_f=-6).record)


def test_ten_steps_at_nine_tenths_leave_a_third():
    assert Forget.prediction is not None
    explorer, outcome = Forget(**Forget.prediction.values), Forget.prediction.outcome
    assert said(explorer.record.step.f) == pytest.approx(0.9, abs=0.001)
    assert explorer.record.left == pytest.approx(0.9**10, abs=0.004)
    assert outcome(explorer.record) == "a third"
    assert outcome(Forget(b_f=5.0).record) == "90 %"
    assert outcome(Forget(b_f=0.0).record) == "next to nothing"


@every_bench
def test_the_way_to_a_prediction_moves_no_weight_and_leaves_every_control_alive(kind):
    explorer = kind()
    assert kind.prediction is not None
    assert not [name for name in kind.prediction.values if name.startswith("w")]
    assert not set(kind.prediction.values) & set(kind.more)
    for name in kind.prediction.values.keys() | {"h"} & explorer.inputs.keys():
        records = [
            explorer.compute({**explorer.defaults, **kind.prediction.values, name: end})
            for end in explorer.inputs[name].ends()
        ]
        assert len({explorer.describe(record) for record in records}) > 1, name


def test_nothing_bounds_the_memory_but_what_is_said_is_bounded():
    assert said(remember(1, 1, 1, 2).step.c) == 3
    assert remember(1, 1, 1, 2).after_ten == 12
    assert abs(said(use(2, 1, 6, "textbook", 0, 0, 0, 0, 1, 0).textbook.h)) < 1


def test_each_challenge_is_met_by_the_setting_that_solves_it_and_not_by_the_first_picture():
    def score(kind, **values):
        explorer = kind(**values)
        assert kind.challenge is not None
        return kind.challenge.score(explorer.record)

    assert score(Forget, b_f=2.6) == 1 > 0.1 > score(Forget)
    near = [forget(0.5, -1.0, 1.0, b_f, 2.0, 1.0) for b_f in np.linspace(2.0, 3.2, 41)]
    assert [near_half(run) == 1 for run in near] == [abs(run.left - 0.5) <= 0.02 for run in near]
    assert 1 < sum(near_half(run) == 1 for run in near) < 10
    assert score(Forget, b_f=6.0) < 0.1
    assert score(Learn, b_i=0, h=0, w_xi=4, w_xg=4) > 0.95 > 0.3 > score(Learn)
    assert score(Learn, w_xi=4, w_xg=4) == 1, "the gate alone does it"
    assert score(Learn, b_i=6, b_g=2, w_xg=2) == 1, "the candidate alone does it"
    assert score(Learn, b_i=6, w_xg=4) < 0.01, "an open gate learns from both"
    assert score(Learn, b_i=-6, w_xg=4) < 0.01, "a shut gate learns from neither"
    assert score(Remember, f=0, i=1, g=-1, c=0.5) == 1
    assert score(Remember, f=1, i=1, g=-1, c=0.5) < 0.7, "what is not forgotten is in the way"
    assert score(Remember) == 0
    assert score(Use, b_o=-6, k=1, learned=0, h=0) > 0.9 > 0.1 > score(Use)
    assert score(Use, b_o=-8, k=1, learned=0) == 1, "an h that is 0.00 on screen is nothing"
    assert score(Use, b_o=-6, k=1, learned=0) < 1
    assert score(Use, b_o=-6, k=0, learned=0) == 0, "to say nothing of nothing is no art"


def test_what_is_said_of_an_audience_is_what_the_first_picture_does_not_show():
    for kind in BENCHES:
        explorer = kind()
        assert kind.prediction is not None
        assert kind.prediction.outcome(explorer.record) != kind.prediction.outcome(
            explorer.compute({**explorer.defaults, **kind.prediction.values})
        )

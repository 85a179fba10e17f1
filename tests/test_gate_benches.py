"""The gate benches say what one unit of a real cell computes, and every number on paper is the record's."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.cells import LSTMParams, StoryParams, lstm_step, story_step
from lstm_lab.drawing import equation, gates, svg
from lstm_lab.drawing.cell_grid import pen_of
from lstm_lab.drawing.equation import Equation, Term, equals, plain, times
from lstm_lab.drawing.gates import Level, levels
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers import Forget, Impulse, Learn, Remember, Use
from lstm_lab.explorers.forget import forget, near_half
from lstm_lab.explorers.gate_bench import GateBench, candidate_at, gate_at, one_story_unit, one_unit, said
from lstm_lab.explorers.learn import learn
from lstm_lab.explorers.remember import remember
from lstm_lab.explorers.use import impulse, use
from lstm_lab.notation import QUANTITIES

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
BENCHES = (Learn, Forget, Remember, Use)

every_bench = pytest.mark.parametrize("kind", BENCHES, ids=lambda kind: kind.__name__)


def sigma(a):
    return 1 / (1 + np.exp(-a))


def words_of(picture: str, name: str = "") -> list[str]:
    """Return every text of a picture, or of its group of that class, subscripts included."""
    root = ElementTree.fromstring(picture)
    parts = [each for each in root.iter(f"{SVG}g") if each.get("class") == name] if name else [root]
    return ["".join(text.itertext()) for part in parts for text in part.iter(f"{SVG}text")]


def records(kind, count: int = 12):
    """Return an explorer with records at the ends of every control and at random settings."""
    rng, explorer = np.random.default_rng(3), kind()
    values = [{name: end} for name, control in explorer.inputs.items() for end in control.ends()]
    values += [{name: control.draw(rng) for name, control in explorer.inputs.items()} for _ in range(count)]
    return explorer, [explorer.compute({**explorer.defaults, **each}) for each in values]


def drawn(explorer, record, large: bool = False) -> str:
    """Return the picture of a record."""
    return explorer.picture(record, explorer.canvas(large))


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


# --- what stands on paper -------------------------------------------------------------------------


def test_a_minus_is_written_as_one_would_by_hand():
    assert times("w·h", -0.5, 0.4) == Term("w·h", "0.50·0.40", True)
    assert times("w·h", 0.5, -0.4) == Term("w·h", "0.50·(−0.40)", False)
    assert plain("b", -1.0) == Term("b", "1.00", True)
    assert plain("b", -0.001).minus is False, "no minus zero"
    written = Equation("f", "σ", (times("w·h", -0.5, -0.4), plain("b", -1)), "σ(−0.80)", 0.31, "f")
    paper = equation.equations(Area(0, 0, 500, 150, (0, 1), (0, 1)), svg.NORMAL, [written])
    words = words_of(f'<svg xmlns="http://www.w3.org/2000/svg">{paper}</svg>')
    assert words[:5] == ["f", "=", "=", "=", "σ("]
    assert words[5:] == [
        "σ(",
        "w·h",
        "−0.50·(−0.40)",
        "+",
        "−",
        "b",
        "1.00",
        ")",
        ")",
        "σ(−0.80)",
        "=",
        "0.31",
    ]


def test_a_rounded_number_is_not_called_equal():
    assert [equals(value) for value in (0.5, 0.88, 0.8808, -0.25, 0.3 * 0.1 * 10, 1 - 1e-9)] == [
        *"==≈==",
        "≈",
    ]


def test_letters_after_an_underscore_are_set_lower_and_the_rest_is_not():
    root = ElementTree.fromstring(equation.maths(0, 0, "w_hf·hₜ₋₁ & b_f", size=14))
    assert "".join(root.itertext()) == "whf·hₜ₋₁ & bf"
    drops = [float(each.get("dy", 0)) for each in root.iter("tspan")]
    assert sum(drops[:2]) == 0 and drops[0] > 0
    assert [each.text for each in root.iter("tspan")] == ["hf", "·hₜ₋₁ & b", "f"]


@every_bench
def test_every_number_on_paper_is_the_records(kind):
    explorer, runs = records(kind)
    for record in runs:
        worked = explorer.worked(record)
        paper = words_of(drawn(explorer, record), "equations")
        for each in worked:
            assert spoken(each.value) in paper
            assert not each.steps or each.steps in paper
            for term in each.terms:
                assert term.number in paper or f"−{term.number}" in paper
        assert not any("-" in words or "+ −" in words for words in paper)


@every_bench
def test_what_stands_on_paper_adds_up_to_the_digits_shown(kind):
    def number(words):
        return float(words.replace("−", "-").strip("()"))

    explorer, runs = records(kind)
    for record in runs:
        for each in explorer.worked(record):
            if not each.squeeze:
                continue
            total = 0.0
            for term in each.terms:
                value = np.prod([number(part) for part in term.number.split("·")])
                total += -value if term.minus else value
            inside = re.fullmatch(rf"{each.squeeze}\((.+)\)", each.steps)
            assert inside is not None
            assert spoken(round(float(total), 6)) == inside[1]
            squeeze = sigma if each.squeeze == "σ" else np.tanh
            assert spoken(float(squeeze(number(inside[1])))) == spoken(each.value)


@every_bench
def test_the_sentence_the_bars_and_the_diagram_show_the_same_numbers(kind):
    explorer, runs = records(kind, 10)
    for record in runs:
        picture, sentence = drawn(explorer, record), explorer.describe(record)
        bars = words_of(picture, "levels")
        for row in explorer.levels(record):
            assert spoken(row.value) in bars
        shown = {spoken(value) for value in explorer.flow(record).values()}
        diagram = " ".join(words_of(picture, f"diagram {explorer.stage(record)}"))
        assert all(value in diagram for value in shown)
        known = shown | {spoken(row.value) for row in explorer.levels(record)}
        known |= set(re.findall(r"−?\d+\.\d\d", " ".join(words_of(picture, "equations"))))
        known |= {row.replace("−", "") for row in known}  # after a minus that joins two numbers
        assert {number for number in re.findall(r"−?\d+\.\d\d(?!\d* %)", sentence)} <= known


@every_bench
def test_a_number_in_a_sum_is_underlined_in_the_pen_of_its_quantity(kind):
    explorer, runs = records(kind, 3)
    for record in runs:
        root = ElementTree.fromstring(drawn(explorer, record))
        for each in (equation_ for equation_ in explorer.worked(record) if len(equation_.terms) > 1):
            (group,) = [part for part in root.iter(f"{SVG}g") if part.get("class") == f"equation {each.pen}"]
            told = [term for term in each.terms if term.pen]
            for line, term in zip(group.iter(f"{SVG}line"), told, strict=True):
                assert line.get("class") == f"s q-{term.pen}"
                left, right, y = (float(line.attrib[name]) for name in ("x1", "x2", "y1"))
                above = [text for text in group.iter(f"{SVG}text") if str(text.text).endswith(term.number)]
                assert any(
                    left < float(text.attrib["x"]) < right and 0 < y - float(text.attrib["y"]) < 8
                    for text in above
                )


@every_bench
def test_in_large_print_the_equations_come_to_the_same(kind):
    explorer, runs = records(kind, 5)
    for record in runs:
        words = words_of(drawn(explorer, record, large=True), "equations")
        briefly = explorer.briefly(explorer.worked(record))
        assert len(briefly) == min(2, len(explorer.worked(record)))
        assert words[1::2] == [spoken(each.value) for each in briefly]
        assert all(said_.startswith(each.name) for said_, each in zip(words[::2], briefly, strict=True))


@every_bench
def test_nothing_on_paper_leaves_the_picture(kind):
    explorer, runs = records(kind)
    for record in runs:
        for large in (False, True):
            canvas = explorer.canvas(large)
            root = ElementTree.fromstring(explorer.picture(record, canvas))
            for text in root.iter(f"{SVG}text"):
                size = float(text.get("font-size") or canvas.text)
                wide = equation.width_of("".join(text.itertext()), size)
                part = {"start": 0, "middle": 0.5, "end": 1}[
                    text.get("anchor", text.get("text-anchor", "start"))
                ]
                left = float(text.attrib["x"]) - part * wide
                assert left >= -1 and left + wide <= canvas.width + 4, "".join(text.itertext())
                assert size <= float(text.attrib["y"]) + 3 and float(text.attrib["y"]) <= canvas.height


# --- bars -----------------------------------------------------------------------------------------


def test_a_bar_is_as_long_as_its_value_and_a_tip_says_that_it_goes_on():
    area = Area(100, 20, 200, 80, (-2.0, 2.0), (0, 1))
    rows = [Level("a", -1.0, "c"), Level("b", 2.0, "k"), Level("d", 5.0, "h"), Level("e", -9.0, "h")]
    drawn = levels(area, svg.NORMAL, rows, "Bars")
    root = ElementTree.fromstring(f"<svg>{drawn}</svg>")
    bars = [(float(each.attrib["x"]), float(each.attrib["width"])) for each in root.iter("rect")]
    assert bars == [(150, 50), (200, 100), (200, 100), (100, 100)]
    assert drawn.count('class="beyond"') == 2
    assert [each.text for each in root.iter("text") if "." in str(each.text)] == [
        "−1.00",
        "2.00",
        "5.00",
        "−9.00",
    ]


@every_bench
def test_limits_do_not_move_with_the_values(kind):
    explorer, runs = records(kind, 5)
    ticks = {tuple(words_of(drawn(explorer, record), "axes")) for record in runs}
    assert len(ticks) == 1


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
    assert score(Learn, b_i=6, w_xg=4) < 0.01, "an open gate learns from both"
    assert score(Learn, b_i=-6, w_xg=4) < 0.01, "a shut gate learns from neither"
    assert score(Remember, f=0, i=1, g=-1, c=0.5) == 1
    assert score(Remember, f=1, i=1, g=-1, c=0.5) < 0.7, "what is not forgotten is in the way"
    assert score(Remember) == 0
    assert score(Use, b_o=-6, k=1, learned=0, h=0) > 0.9 > 0.1 > score(Use)
    assert score(Use, b_o=-6, k=0, learned=0) == 0, "to say nothing of nothing is no art"


def test_what_is_said_of_an_audience_is_what_the_first_picture_does_not_show():
    for kind in BENCHES:
        explorer = kind()
        assert kind.prediction is not None
        assert kind.prediction.outcome(explorer.record) != kind.prediction.outcome(
            explorer.compute({**explorer.defaults, **kind.prediction.values})
        )


# --- the diagram ----------------------------------------------------------------------------------


@every_bench
def test_saved_is_the_diagram_alone(kind):
    explorer = kind()
    saved = explorer.saved(explorer.record, explorer.canvas(False))
    assert isinstance(explorer, GateBench)
    assert f'class="diagram {explorer.stage(explorer.record)}"' in saved
    assert not words_of(saved, "equations") and not words_of(saved, "levels")
    ElementTree.fromstring(saved)


def test_the_use_bench_draws_the_cell_that_was_chosen():
    assert 'class="diagram use"' in Use(cell="textbook").svg()
    told = Use(cell="story").svg()
    assert 'class="diagram story"' in told
    assert [each.name for each in Use(cell="story").worked(Use(cell="story").record)] == ["v", "u", "h"]


def test_the_storys_own_weights_move_only_in_the_story():
    explorer = Use()
    off = lambda: [part.disabled for part in explorer.inputs["w_u"].children]  # noqa: E731
    assert all(off())
    explorer.inputs["cell"].value = "story"
    assert not any(off())
    explorer.inputs["w_u"].value = 2.0
    explorer.reset()
    assert all(off()) and explorer.values()["w_u"] == 1.0


@pytest.mark.parametrize(
    "explorer", [Forget(), Remember(), Use(cell="story")], ids=lambda e: type(e).__name__
)
def test_what_is_kept_has_one_pen_in_the_diagram_the_equations_and_the_bars(explorer):
    pen, record = pen_of("kept"), explorer.record
    levels_of = [row for row in explorer.levels(record) if row.name.startswith("kept")]
    boxes = [each for each in explorer.worked(record) if each.name == "kept"]
    terms = [
        each for line in explorer.worked(record) for each in line.terms if each.letters in ("f·cₜ₋₁", "w_u·k")
    ]
    assert levels_of and {each.pen for each in (*levels_of, *boxes, *terms)} == {pen}


@every_bench
def test_a_number_never_touches_the_box_around_it(kind):
    explorer, runs = records(kind)
    for record in runs:
        root = ElementTree.fromstring(drawn(explorer, record))
        (paper,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == "equations"]
        for each in explorer.worked(record):
            (group,) = [part for part in paper.iter(f"{SVG}g") if part.get("class") == f"equation {each.pen}"]
            (box,) = group.iter(f"{SVG}rect")
            wide = float(box.attrib["width"])
            *_, text = group.iter(f"{SVG}text")
            assert text.text == spoken(each.value)
            size = float(text.attrib["font-size"])
            assert (wide - 1.1 * equation.width_of(spoken(each.value), size)) / 2 > 0.3 * size, "in bold type"


@every_bench
def test_a_weight_is_called_as_in_the_equation(kind):
    explorer = kind(**({"cell": "story"} if kind is Use else {}))
    letters = {term.letters.split("·")[0] for each in explorer.worked(explorer.record) for term in each.terms}
    for name in explorer.more:
        label = explorer.inputs[name].label
        if name.startswith("w"):
            assert any(label.startswith((letter, letter.rstrip("ifgov"))) for letter in letters), label
            assert re.search(r"^w_\w+ \([hxk] in .+\)$", label)


@every_bench
def test_each_result_is_boxed_in_the_pen_of_its_quantity(kind):
    explorer = kind()
    root = ElementTree.fromstring(explorer.svg())
    for each in explorer.worked(explorer.record):
        assert each.pen in QUANTITIES
        (group,) = [part for part in root.iter(f"{SVG}g") if part.get("class") == f"equation {each.pen}"]
        (box,) = group.iter(f"{SVG}rect")
        assert box.get("class") == f"s q-{each.pen}"


def test_two_halves_leave_room_for_labels_between_them():
    left, right = gates.halves(svg.NORMAL)
    assert left.left + left.width + 80 < right.left
    assert right.left + right.width + 80 < svg.NORMAL.width
    assert left[1:2] + left[3:] == right[1:2] + right[3:]

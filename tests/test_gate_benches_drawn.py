"""Every number that a gate bench writes, draws or fills is the record's, and no mark runs into another."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from benches import SVG, drawn, every_bench, records, sigma, words_of

from lstm_lab.drawing import equation, gates, svg
from lstm_lab.drawing.cell_grid import pen_of
from lstm_lab.drawing.equation import Equation, Term, equals, plain, times
from lstm_lab.drawing.gates import Level, levels
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import spoken
from lstm_lab.explorers import Forget, Remember, Use
from lstm_lab.explorers.gate_bench import GateBench
from lstm_lab.notation import QUANTITIES

pytestmark = pytest.mark.usefixtures("errors_are_raised")


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

"""The cell diagram is read back from its picture: its words, lines, boxes and arrows."""

import itertools
import math
import re
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
import pytest
from diagram_stages import AREAS, SVG, drawn_step, every_area, every_stage

from lstm_lab.drawing import svg
from lstm_lab.drawing.cell_grid import grid, half
from lstm_lab.drawing.diagram import STAGES, cell_diagram, nodes, port, unit_values, wires
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas

# --- the picture ----------------------------------------------------------------------------------


class Words(NamedTuple):
    """A text of the picture and the room it takes."""

    text: str
    left: float
    top: float
    right: float
    foot: float


def picture(stage: str, values: dict[str, float] | None, area: Area, canvas: Canvas, focus: str = "") -> Any:
    """Return the parsed diagram."""
    marks = cell_diagram(area, canvas, stage, values, focus)
    return ElementTree.fromstring(svg.document(canvas, "t", "d", marks))


def words_of(root: Any) -> list[Words]:
    """Return every text with its box, as wide as ``svg.text_width`` says."""
    found = []
    for each in root.iter(f"{SVG}text"):
        size, text = float(each.attrib["font-size"]), each.text or ""
        x, y, wide = float(each.attrib["x"]), float(each.attrib["y"]), svg.text_width(text, size)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[each.attrib.get("text-anchor", "start")]
        found.append(Words(text, left, y - 0.74 * size, left + wide, y + 0.05 * size))
    return found


def named(root: Any, name: str) -> Any:
    """Return the one group of this name."""
    (group,) = [each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == name]
    return group


@every_stage
@every_area
def test_no_words_overlap_and_all_are_inside_whatever_the_values(stage, area, canvas):
    for seed in range(6):
        values = unit_values(drawn_step(stage, seed, scale=2.5)[1]) if seed else None
        words = words_of(picture(stage, values, area, canvas))
        for one in words:
            assert one.left >= area.left - 0.1 and one.right <= area.left + area.width + 0.1, one
            assert one.top >= area.top - 0.1 and one.foot <= area.top + area.height + 0.1, one
        for one, other in itertools.combinations(words, 2):
            apart = (
                one.right < other.left
                or other.right < one.left
                or one.foot < other.top
                or other.foot < one.top
            )
            assert apart, (one, other)


@every_stage
@every_area
def test_no_wire_runs_through_words(stage, area, canvas):
    place = grid(area, canvas).point
    words = words_of(picture(stage, unit_values(drawn_step(stage, 3)[1]), area, canvas))
    inside = {"h", *"ifgovu", "σ", "tanh"}  # the words in the boxes, which wires end at
    for wire, one in itertools.product(wires(stage), words):
        for (ax, ay), (bx, by) in itertools.pairwise(place(*at) for at in wire.path):
            beside = max(ax, bx) < one.left or min(ax, bx) > one.right
            assert beside or max(ay, by) < one.top or min(ay, by) > one.foot or one.text in inside, (
                wire,
                one,
            )


@every_stage
@every_area
def test_no_box_or_circle_stands_on_words_but_its_own(stage, area, canvas):
    where = grid(area, canvas)
    words = words_of(picture(stage, unit_values(drawn_step(stage, 3)[1]), area, canvas))
    for node, one in itertools.product(nodes(stage), words):
        if node.kind not in ("layer", "op") or one.text in (node.name, node.symbol):
            continue
        (x, y), (wide, high) = where.point(node.column, node.row), (share * where.em for share in half(node))
        beside = one.right < x - wide or one.left > x + wide
        assert beside or one.foot < y - high or one.top > y + high, (node, one)


@every_stage
def test_every_number_drawn_is_the_records(stage):
    area, canvas = AREAS["more than a half"]
    values = unit_values(drawn_step(stage, 4)[1])
    root = picture(stage, values, area, canvas)
    for quantity in {wire.quantity for wire in wires(stage)} - {"joined"}:
        written = "".join(named(root, f"label {quantity}").itertext())
        assert written.endswith(svg.spoken(values[quantity])), quantity
    numbers = re.findall(r"\d+\.\d+", " ".join(one.text for one in words_of(root)))
    assert len(numbers) == len({wire.quantity for wire in wires(stage)} - {"joined"})


@every_stage
def test_without_values_there_is_no_number(stage):
    words = words_of(picture(stage, None, *AREAS["a half"]))
    assert not any(re.search(r"\d\.\d", one.text) for one in words)


@pytest.mark.parametrize("name", ["f", "i", "g", "o"])
def test_each_box_says_its_letter_and_its_function(name):
    (node,) = [each for each in nodes("use") if each.name == name]
    group = named(picture("use", None, *AREAS["a half"]), f"node {name}")
    assert [each.text for each in group.iter(f"{SVG}text")] == [name, node.symbol]


def stroke_width(group: Any) -> float:
    """Return the width of a wire's line."""
    return float(re.search(r"stroke-width:([\d.]+)", next(group.iter(f"{SVG}path")).attrib["style"])[1])  # pyright: ignore


@pytest.mark.parametrize(
    "quantity", ["x", "h_prev", "c_prev", "i", "f", "g", "o", "kept", "learned", "shown", "c", "h"]
)
def test_a_line_is_wider_the_further_its_value_is_from_zero_and_never_gone(quantity):
    area, canvas = AREAS["more than a half"]
    (wire, *_) = [each for each in wires("use") if each.quantity == quantity]
    sizes = (0.0, 0.1, -0.4, 0.7, -1.0)
    if quantity in "ifo":
        sizes = tuple(map(abs, sizes))
    widths = [
        stroke_width(
            named(picture("use", {quantity: size}, area, canvas), f"wire {wire.source}-{wire.target}")
        )
        for size in sizes
    ]
    assert widths == sorted(widths) and len(set(widths)) == len(widths)
    assert widths[0] >= canvas.line


def test_limits_are_fixed_so_a_huge_memory_is_as_wide_as_the_limit():
    area, canvas = AREAS["more than a half"]
    widths = [
        stroke_width(named(picture("use", {"c": value}, area, canvas), "wire remember-c"))
        for value in (2, 200)
    ]
    assert widths[0] == widths[1]


def test_a_gate_fills_its_box_to_its_level_and_the_candidate_from_the_middle():
    area, canvas = AREAS["more than a half"]

    def level(name: str, value: float) -> tuple[float, float]:
        fill = list(named(picture("use", {name: value}, area, canvas), f"node {name}").iter(f"{SVG}rect"))[1]
        return float(fill.attrib["y"]), float(fill.attrib["height"])

    full = level("f", 1.0)
    for share in (0.0, 0.25, 0.8):
        y, high = level("f", share)
        assert high == pytest.approx(share * full[1], abs=0.11)
        assert y + high == pytest.approx(sum(full), abs=0.11)
    up, down = level("g", 0.5), level("g", -0.5)
    assert up[1] == pytest.approx(full[1] / 4, abs=0.11) == down[1]
    assert sum(up) == pytest.approx(down[0], abs=0.11) == full[0] + full[1] / 2


def test_the_words_of_a_filled_box_have_a_rim_so_that_no_level_runs_through_them():
    area, canvas = AREAS["a half"]
    for values, halo in (({"g": -0.7, "i": 0.5}, "halo"), (None, None)):
        for name in "gi":
            words = list(named(picture("use", values, area, canvas), f"node {name}").iter(f"{SVG}text"))
            assert [text.get("class") for text in words] == [halo, halo]


def test_the_box_of_an_rnn_is_filled_as_far_as_its_h():
    area, canvas = AREAS["more than a half"]

    def filled(value: float) -> float:
        group = named(picture("rnn", {"h": value}, area, canvas), "node layer")
        return float(list(group.iter(f"{SVG}rect"))[1].attrib["height"])

    assert filled(0.0) == 0 < filled(0.5)
    assert filled(0.25) == pytest.approx(filled(0.5) / 2, abs=0.11) and filled(-0.5) == filled(0.5)


def test_a_product_is_drawn_as_a_times_and_the_sum_as_a_plus():
    root = picture("use", None, *AREAS["the whole"])
    for node in nodes("use"):
        if node.kind == "op" and node.symbol in "×+":
            sign = list(named(root, f"node {node.name}").iter(f"{SVG}path"))[-1].attrib["d"]
            ends = np.reshape(list(map(float, re.findall(r"-?[\d.]+", sign))), (2, 2, 2))
            aslant = [bool(np.all(np.abs(end - start) > 1)) for start, end in ends]
            assert aslant == [node.symbol == "×"] * 2


def test_a_tap_is_open_as_far_as_its_gate():
    area, canvas = AREAS["the whole"]
    for share in (0.1, 0.25, 0.5, 0.9, 1.0):
        arc = next(named(picture("use", {"f": share}, area, canvas), "node forget").iter(f"{SVG}path"))
        x0, y0, r, _, _, large, _, x1, y1 = map(float, re.findall(r"-?[\d.]+", arc.attrib["d"]))
        angle = math.atan2(x1 - x0, y0 + r - y1) / (2 * math.pi)
        assert min(abs(angle % 1 - share), 1 - abs(angle % 1 - share)) < 0.01
        assert bool(large) == (share > 0.5)


@every_stage
@every_area
def test_arrows_point_the_way_the_data_flows(stage, area, canvas):
    place, em = grid(area, canvas).point, grid(area, canvas).em
    by_name = {node.name: node for node in nodes("use") + nodes(stage)}
    root = picture(stage, None, area, canvas)
    for wire in wires(stage):
        if wire.target == "join":
            continue
        shaft, tip = named(root, f"wire {wire.source}-{wire.target}").iter(f"{SVG}path")
        (x, y), *base = np.reshape(list(map(float, re.findall(r"-?[\d.]+", tip.attrib["d"]))), (-1, 2))
        back = np.mean(base, axis=0)
        (ax, ay), (bx, by) = (place(*at) for at in wire.path[-2:])
        end = list(map(float, re.findall(r"-?[\d.]+", shaft.attrib["d"])))[-2:]
        np.testing.assert_allclose(end, back, rtol=0, atol=0.15)
        ahead = np.array([x, y]) - back
        along = np.array([bx - ax, by - ay])
        assert ahead @ along == pytest.approx(math.hypot(*ahead) * math.hypot(*along), rel=1e-3)
        wide, high = half(by_name[wire.target])
        reach = (wide if ay == by else high) * em
        assert math.hypot(bx - x, by - y) == pytest.approx(reach, abs=0.15)


@every_area
def test_the_storys_wire_passes_below_what_is_learned_and_no_other_wires_cross(area, canvas):
    x = grid(area, canvas).xs["g"]
    broken = {
        (wire.source, wire.target): next(
            named(picture(stage, None, area, canvas), f"wire {wire.source}-{wire.target}").iter(f"{SVG}path")
        ).attrib["d"]
        for stage in STAGES
        for wire in wires(stage)
    }
    assert [ends for ends, path in broken.items() if path.count("M") > 1] == [("forget", "u")]
    before, after = re.search(r"L([\d.]+) [\d.]+M([\d.]+) ", broken["forget", "u"]).groups()  # pyright: ignore
    assert float(before) < x < float(after)


@every_area
def test_what_two_wires_share_is_drawn_once(area, canvas):
    root = picture("use", None, area, canvas)
    starts_at = [
        re.match(r"M([\d.]+) ", next(named(root, f"wire join-{name}").iter(f"{SVG}path")).attrib["d"])[1]  # pyright: ignore
        for name in "figo"
    ]
    assert len(set(starts_at)) == 4


@every_area
def test_ports_are_on_the_edge_of_the_area_where_the_wires_end(area, canvas):
    place = grid(area, canvas).point
    for node in nodes("use"):
        if node.kind == "port":
            assert port(node.name, area) == place(node.column, node.row)
    assert port("c_prev", area)[0] == port("h_prev", area)[0] == area.left
    assert port("c", area)[0] == port("h", area)[0] == area.left + area.width
    assert port("x", area)[1] == area.top + area.height


def test_a_focus_leaves_pale_what_is_not_in_it_and_loses_nothing():
    area, canvas = AREAS["more than a half"]
    values = unit_values(drawn_step("use")[1])
    whole = {one.text for one in words_of(picture("use", values, area, canvas))}
    for focus, lit, dim in (("forget", "node f", "node o"), ("g", "wire g-learn", "wire i-learn")):
        root = picture("use", values, area, canvas, focus)
        assert {one.text for one in words_of(root)} == whole
        (pale,) = [each for each in root.iter(f"{SVG}g") if "opacity" in each.attrib]
        names = {each.attrib.get("class") for each in pale.iter(f"{SVG}g")}
        assert dim in names and lit not in names


def test_a_stage_or_a_focus_that_does_not_exist_is_named_with_those_that_do():
    area, canvas = AREAS["a half"]
    with pytest.raises(ValueError, match=r"^stage must be one of rnn, memories, .*, story, got 'gru'$"):
        cell_diagram(area, canvas, "gru")
    with pytest.raises(ValueError, match=r"^focus must be a stage or a gate of the stage 'learn', got 'o'$"):
        cell_diagram(area, canvas, "learn", focus="o")


@every_stage
def test_what_a_later_stage_adds_is_a_pale_outline_without_words(stage):
    root = picture(stage, None, *AREAS["a half"])
    ghosts = [each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == "ghost"]
    assert bool(ghosts) == (stage in ("learn", "forget", "remember"))
    for text in (text for ghost in ghosts for text in ghost.iter(f"{SVG}text")):
        assert text.attrib["class"] == "grey"


def test_a_frame_is_small():
    values = unit_values(drawn_step("use")[1])
    assert len(cell_diagram(*AREAS["the whole"], "use", values).encode()) < 16_000

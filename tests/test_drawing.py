"""Pictures are well-formed, say the numbers they were given, and stay within fixed limits."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from lstm_lab.drawing import colour, panels, svg
from lstm_lab.drawing.panels import Area, Line
from lstm_lab.notation import QUANTITIES

SVG = "{http://www.w3.org/2000/svg}"
AREA = Area(100, 20, 400, 200, (0, 40), (-1, 1))


def parsed(*marks: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.document(svg.NORMAL, "a title", "a description", *marks))


def found(root: ElementTree.Element, name: str) -> ElementTree.Element:
    """Return the first mark of a kind."""
    return next(root.iter(f"{SVG}{name}"))


def points(line: ElementTree.Element) -> np.ndarray:
    return np.array([[float(x) for x in pair.split(",")] for pair in line.attrib["points"].split()])


def test_a_document_has_a_role_a_title_and_a_description():
    root = parsed()
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "a title"
    assert root.findtext(f"{SVG}desc") == "a description"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "a \"quote\" & 'more'", "\x00\x1b broken \ud800"]
)
def test_words_from_a_reader_come_back_as_words(words):
    allowed = re.sub("[\x00\x1b\ud800]", "", words)
    root = ElementTree.fromstring(
        svg.document(svg.NORMAL, words, words, svg.text(1, 2, words), svg.box(0, 0, 9, 9, words))
    )
    assert [each.text for each in root.iter(f"{SVG}text")] == [allowed, allowed]
    assert root.findtext(f"{SVG}title") == allowed
    assert not list(root.iter("script"))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_coordinate_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match=f"^a coordinate must be a finite number, got {value}$"):
        svg.line(0, 0, value, 1)


def test_an_unknown_pen_is_named_in_the_error():
    with pytest.raises(ValueError, match=r"^pen must be one of .*ink.*, got 'purple'$"):
        svg.line(0, 0, 1, 1, pen="purple")


def test_every_quantity_is_drawn_in_its_own_colour_and_dash():
    for letter, row in QUANTITIES.items():
        rule = re.search(rf"\.lab \.s\.q-{letter}\{{(.*?)\}}", svg.style_sheet())
        assert rule is not None
        assert f"stroke:{row.colour}" in rule[1]
        assert (f"stroke-dasharray:{row.dash}" in rule[1]) == bool(row.dash)
        assert (
            found(parsed(svg.trace([0, 1], [0, 1], pen=letter)), "polyline").attrib["class"]
            == f"s q-{letter}"
        )


def test_an_arrow_ends_with_its_tip_where_it_points():
    root = parsed(svg.arrow(10, 10, 60, 10))
    assert found(root, "path").attrib["d"].startswith("M60 10")
    assert float(found(root, "line").attrib["x2"]) < 60
    assert svg.arrow(3, 3, 3, 3) == ""


def test_every_mark_can_stand_in_one_well_formed_document():
    root = parsed(
        svg.text(0, 0, "a", size=20, anchor="end", weight=600, pen="grey", halo=True, turn=90),
        svg.path("M0 0L1 1", width=2, dash="1 2", opacity=0.5),
        svg.rect(0, 0, 5, 5, colour="#ff0000", radius=2, opacity=0.3),
        svg.dot(1, 1),
        svg.dot(1, 1, hollow=True),
        svg.cells(0, 0, 20, [0.0, 0.5, 1.0], 0, 1),
        svg.cells(0, 0, 20, [-1.0, 1.0], -1, 1, palette=colour.DIVERGING, digits=None, across=False),
        svg.group(svg.line(0, 0, 1, 1), x=3, y=4, name="here"),
    )
    assert [each.text for each in root.iter(f"{SVG}text")] == ["a", "0.0", "0.5", "1.0"]


def test_numbers_for_people_have_a_true_minus_and_no_minus_zero():
    assert svg.spoken(-0.004) == "0.00"
    assert svg.spoken(-0.5, 1) == "−0.5"


def test_wrapping_loses_no_word():
    words = "one two three four five six seven eight nine ten"
    lines = svg.wrapped(words, 60, 10)
    assert " ".join(lines) == words
    assert len(lines) > 3


def test_a_captioned_picture_holds_the_question_the_picture_and_the_finding():
    inner = svg.document(svg.NORMAL, "inner", "d", svg.text(0, 0, "mark"))
    root = ElementTree.fromstring(svg.captioned(svg.NORMAL, "Why?", inner, "Because."))
    assert [each.text for each in root.iter(f"{SVG}text")] == ["Why?", "mark", "Because."]
    hinted = ElementTree.fromstring(svg.captioned(svg.NORMAL, "Why?", inner, "Because.", "Run it."))
    *_, finding, hint = hinted.iter(f"{SVG}text")
    assert (finding.text, hint.text, hint.get("class")) == ("Because.", "Run it.", "grey")
    assert float(finding.attrib["y"]) + 14 < float(hint.attrib["y"]) < float(hinted.attrib["height"]) - 4
    assert float(hint.attrib["font-size"]) < float(finding.attrib["font-size"])


# --- colour ----------------------------------------------------------------------------------------


def test_zero_is_exactly_the_middle_of_a_diverging_map():
    assert colour.rgb(0, -3, 3, colour.DIVERGING) == colour.DIVERGING[2]
    assert colour.rgb(-9, -3, 3, colour.DIVERGING) == colour.DIVERGING[0]
    assert colour.rgb(9, -3, 3, colour.DIVERGING) == colour.DIVERGING[-1]


def test_a_heat_map_has_the_colour_of_each_number_in_its_place():
    values = np.array([[0.0, 0.5, 1.0], [1.0, 0.25, -7.0]])
    data = found(parsed(svg.heat(0, 0, 30, 20, values, 0, 1)), "image").attrib["href"].split(",")[1]
    image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    assert image.size == (3, 2)
    for (row, column), value in np.ndenumerate(values):
        assert image.getpixel((column, row)) == colour.rgb(value, 0, 1)


def test_a_heat_map_of_800_cells_is_small():
    values = np.random.default_rng(0).random((16, 50))
    assert len(svg.heat(0, 0, 500, 200, values, 0, 1)) < 5_000


def test_a_heat_map_refuses_what_is_not_a_number():
    with pytest.raises(ValueError, match="two-dimensional array of finite numbers"):
        colour.png(np.array([[np.nan]]), 0, 1)


# --- panels ----------------------------------------------------------------------------------------


def test_a_trace_goes_through_the_values_of_the_record():
    ys = np.array([0.0, 0.5, -0.25, 1.0])
    (line,) = parsed(panels.traces(AREA, svg.NORMAL, [Line("c", np.arange(4), ys, "c")])).iter(
        f"{SVG}polyline"
    )
    seen = points(line)
    np.testing.assert_allclose((seen[:, 0] - 100) / 10, np.arange(4), atol=0.01)
    np.testing.assert_allclose(1 - (seen[:, 1] - 20) / 100, ys, atol=0.001)


def test_a_line_that_leaves_its_limits_is_cut_and_marked_and_its_label_stays_inside():
    ys = 3.0 ** np.arange(41)
    root = parsed(panels.traces(AREA, svg.NORMAL, [Line("h", np.arange(41), ys, "h")]))
    (mark,) = [each for each in root.iter(f"{SVG}g") if each.attrib.get("class") == "beyond"]
    assert mark is not None
    assert np.abs(points(next(root.iter(f"{SVG}polyline")))).max() < 10_000
    (label,) = root.iter(f"{SVG}text")
    assert AREA.top <= float(label.attrib["y"]) <= AREA.top + AREA.height + svg.NORMAL.text


def test_a_line_within_its_limits_carries_no_mark():
    text = panels.traces(AREA, svg.NORMAL, [Line("h", np.arange(3), np.array([-1.0, 0.0, 1.0]), "h")])
    assert "beyond" not in text


def test_labels_that_would_touch_are_pushed_apart_in_order_and_stay_inside():
    rng = np.random.default_rng(3)
    for _ in range(300):
        places = rng.choice([0.0, 50.0, 51.0, 52.0, 99.0, 100.0], size=int(rng.integers(1, 7))).tolist()
        moved = panels.spread(places, 16, 0, 100)
        order = np.argsort(places, kind="stable")
        assert np.all(np.diff(np.array(moved)[order]) >= 16 - 1e-9)
        assert min(moved) >= -1e-9
        assert max(moved) <= 100 + 1e-9


def test_labels_that_do_not_touch_stay_where_they_are():
    assert panels.spread([70.0, 10.0, 40.0], 16, 0, 100) == [70.0, 10.0, 40.0]


def test_signed_bars_start_at_zero_and_say_their_numbers():
    area = Area(100, 0, 200, 90, (-1, 1), (0, 1))
    root = parsed(panels.bars(area, svg.NORMAL, {"up": 0.5, "down": -1.0, "far": 7.0}))
    bars = [each for each in root.iter(f"{SVG}rect") if "rx" in each.attrib]
    spans = [(float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"])) for bar in bars]
    assert spans == [(200, 250), (100, 200), (200, 300)]
    assert [each.text for each in root.iter(f"{SVG}text")] == ["up", "0.50", "down", "−1.00", "far", "7.00"]


def test_a_film_strip_writes_each_symbol_once_and_frames_the_present():
    symbols = {name: f'<symbol id="{name}" viewBox="0 0 1 1"/>' for name in ("bear", "tree")}
    frames = ["bear", "tree", "tree"]
    root = parsed(panels.film_strip(AREA, svg.NORMAL, frames, symbols, now=2, labels=["1", "2", "?"]))
    assert [each.attrib["id"] for each in root.iter(f"{SVG}symbol")] == ["bear", "tree"]
    assert [each.attrib["href"] for each in root.iter(f"{SVG}use")] == ["#bear", "#tree", "#tree"]
    framed = [each for each in root.iter(f"{SVG}rect") if each.attrib.get("class") == "ink"]
    assert len(framed) == 1


def test_a_heat_map_panel_names_its_rows_and_columns():
    values = np.zeros((2, 3))
    root = parsed(
        panels.heat_map(AREA, svg.NORMAL, values, (0, 1), rows=("a", "b"), columns={0: "1", 2: "3"})
    )
    assert [each.text for each in root.iter(f"{SVG}text")] == ["a", "b", "1", "3"]


def test_axes_write_a_true_minus_and_the_words_given():
    root = parsed(panels.axes(AREA, svg.NORMAL, {0: "start", 40: "end"}, (-1, 0.5), "time", "h"))
    assert [each.text for each in root.iter(f"{SVG}text")] == ["start", "end", "−1", "0.5", "time", "h"]


def test_a_line_does_not_break_at_a_space_that_holds_a_number_to_its_unit():
    assert svg.wrapped("one of 89.0\u00a0% of all", 60, 14) == ["one of", "89.0\u00a0%", "of all"]

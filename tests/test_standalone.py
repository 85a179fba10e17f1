"""A saved picture looks the same where no variable and no style sheet is known."""

import re
from xml.etree import ElementTree

import pytest

from lstm_lab.drawing import svg
from lstm_lab.drawing.diagram import cell_diagram
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.standalone import resolved, standalone
from lstm_lab.notation import NETWORKS, QUANTITIES

SVG = "{http://www.w3.org/2000/svg}"
INK, GREY, FAINT, PAPER = "#111", "#666", "#dcdcdc", "#fff"
PLAIN = {"ink": INK, "grey": GREY, "faint": FAINT, "paper": PAPER}


def alone(*marks: str):
    """Return the parsed saved form of a picture of these marks."""
    return ElementTree.fromstring(standalone(svg.document(svg.NORMAL, "a title", "a description", *marks)))


def only(root, tag: str):
    """Return the last mark of a tag: the first rectangle is the paper."""
    return list(root.iter(SVG + tag))[-1].attrib


@pytest.mark.parametrize("pen", [*PLAIN, *QUANTITIES, *NETWORKS])
def test_every_pen_keeps_its_colour_its_dash_and_its_width(pen):
    line = only(alone(svg.line(0, 0, 1, 1, pen=pen)), "line")
    if pen in PLAIN:
        assert (line["stroke"], line["fill"]) == (PLAIN[pen], "none")
        return
    row = (QUANTITIES | NETWORKS)[pen]
    colour = {"var(--lab-ink)": INK, "var(--lab-grey)": GREY}.get(row.colour, row.colour)
    assert (line["stroke"], line["fill"], float(line["stroke-width"])) == (colour, "none", row.width)
    assert line.get("stroke-dasharray", "") == row.dash
    assert only(alone(svg.rect(0, 0, 1, 1, pen=pen)), "rect")["fill"] == colour


def test_what_a_mark_says_itself_goes_before_its_pen():
    line = only(alone(svg.line(0, 0, 1, 1, pen="i", width=7, dash="none")), "line")
    assert (line["stroke-width"], line["stroke-dasharray"]) == ("7", "none")
    ring = only(alone(svg.dot(0, 0, 3, pen="f", hollow=True)), "circle")
    assert (ring["fill"], ring["stroke"]) == (PAPER, QUANTITIES["f"].colour)


def test_of_two_rules_the_more_special_one_is_applied_wherever_it_stands():
    rules = "<style>text.a{fill:red}text{fill:blue}.b.c{stroke:lime}.b{stroke:navy}</style>"
    marks = '<text class="a">1</text><text>2</text><path class="b c"/>'
    root = ElementTree.fromstring(standalone(f'<svg xmlns="http://www.w3.org/2000/svg">{rules}{marks}</svg>'))
    assert [text.attrib["fill"] for text in root.iter(f"{SVG}text")] == ["red", "blue"]
    assert only(root, "path")["stroke"] == "lime"


def test_words_are_ink_or_grey_and_their_rim_is_a_text_of_its_own_behind_them():
    rim, words = alone(svg.text(3, 4, "one", halo=True)).iter(f"{SVG}text")
    assert (rim.text, words.text) == ("one", "one")
    assert (rim.attrib["stroke"], rim.attrib["stroke-width"]) == (PAPER, "4")
    assert (words.attrib["fill"], words.attrib["stroke"]) == (INK, "none")
    (grey,) = alone(svg.text(3, 4, "two", pen="grey")).iter(f"{SVG}text")
    assert grey.attrib["fill"] == GREY


def test_title_description_words_and_embedded_pictures_stay():
    picture = '<defs><symbol id="a"><rect width="1" height="1"/></symbol></defs><use href="#a"/>'
    text = standalone(svg.document(svg.NORMAL, "a <title>", "d & d", svg.text(0, 9, "−0.50 ∏ < ⊙"), picture))
    root = ElementTree.fromstring(text)
    assert root.findtext(f"{SVG}title") == "a <title>"
    assert root.findtext(f"{SVG}desc") == "d & d"
    assert root.findtext(f"{SVG}text") == "−0.50 ∏ < ⊙"
    assert only(root, "use") == {"{http://www.w3.org/1999/xlink}href": "#a"}


@pytest.mark.parametrize("stage", ["rnn", "memories", "learn", "use", "story"])
def test_the_cell_diagram_needs_no_variable_no_rule_and_no_class(stage):
    canvas = svg.NORMAL
    marks = cell_diagram(Area(0, 0, 1060, 270, (0, 1), (0, 1)), canvas, stage, {"f": 0.5, "c": -1.0})
    text = standalone(svg.document(canvas, "t", "d", marks))
    assert not re.search(r"var\(|<style|style=|--", text)
    root = ElementTree.fromstring(text)
    assert all("class" not in mark.attrib for mark in root.iter() if mark.tag != f"{SVG}g")
    for mark in root.iter():
        if mark.tag in (f"{SVG}path", f"{SVG}line", f"{SVG}circle", f"{SVG}rect"):
            assert mark.attrib.keys() & {"fill", "stroke"}, mark.attrib


def test_a_captioned_picture_stands_alone_with_the_one_inside_it():
    inner = svg.document(svg.NORMAL, "inner", "d", svg.line(0, 0, 1, 1, pen="f"))
    text = standalone(svg.captioned(svg.NORMAL, "Why?", inner, "Because."))
    assert "var(" not in text and "<style" not in text
    assert only(ElementTree.fromstring(text), "line")["stroke"] == QUANTITIES["f"].colour


def test_a_variable_inside_the_fallback_of_another_is_resolved():
    assert resolved("1px solid var(--a, var(--b, blue))", {"--b": "red"}) == "1px solid red"


def test_a_variable_without_value_and_fallback_is_named():
    with pytest.raises(ValueError, match=r"^the variable --nowhere has neither a value nor a fallback$"):
        resolved("var(--nowhere)", {})

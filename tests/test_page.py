"""The page around a picture: the question on the wall, and the score beside its meter."""

import re
from xml.etree import ElementTree

import pytest

from lstm_lab.drawing import svg
from lstm_lab.explorers import page
from lstm_lab.explorers.base import Challenge

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("question", "starts"),
    [
        ("c was 1, and f, i and g are all 1. The new c is …", "c was 1"),
        ("f = 0.9. After ten such steps there is left …", "f = 0.9"),
        ("h, when o is 0, is …", "h, when"),
        ("tanh, scale 1.1, 100 steps. The gradient …?", "tanh, scale"),
        ("a face half dog, half wolf; it is…", "A face"),
        ("bear, title card, then a face. It says…", "Bear, title"),
        ("W_h is 0. Then …", "W_h is 0"),
    ],
)
def test_a_question_on_the_wall_begins_like_a_sentence_but_a_symbol_stays_itself(question, starts):
    frame = page.ballot(svg.LECTURE, question, ("yes", "no"))
    root = ElementTree.fromstring(frame[: frame.index("</svg>") + 6])
    assert " ".join(str(each.text) for each in root.iter(f"{SVG}text")).startswith(starts)


def test_a_sentence_does_not_break_between_a_number_and_its_sign_nor_around_an_equals_sign():
    frame = page.frame("<svg/>", "At i = 0.50, 5 % of c < 1.", "", "")
    assert "At i\u00a0=\u00a00.50, 5\u00a0% of c &lt; 1." in frame


def test_a_meter_is_never_parted_from_its_number_nor_the_number_from_its_sign():
    line = page.score_line(Challenge("Keep a tenth.", lambda run: 0.0, lambda run: "c is 1.00."), None)
    kept = re.fullmatch(
        r'<b>Challenge:</b> Keep a tenth\. <span class="lab-score"><span style="white-space:nowrap">(.*)</span>'
        r" c is 1\.00\.</span>",
        line,
    )
    assert kept is not None
    assert kept[1].startswith("<meter") and kept[1].endswith("</meter> <b>0 %</b>")

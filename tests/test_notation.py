"""The table of quantities is complete, and every row can be told from the others."""

import re
from pathlib import Path

import pytest

from lstm_lab import cells, drawing
from lstm_lab.notation import GREY, INK, QUANTITIES

HEX = re.compile(r"""["']#[0-9A-Fa-f]{6}\b""")
AS_PAPER = {'"#ffffff', '"#f2f2f2', '"#b9d4e6', "'#f8f8f6"}
"""White, and backgrounds near it."""


def test_every_row_stands_under_its_letter():
    assert all(letter == row.letter for letter, row in QUANTITIES.items())


def test_every_gate_and_state_of_the_textbook_cells_has_a_row():
    gates = {*cells.GATES, *cells.GRU_GATES, *cells.STORY_GATES}
    states = {*cells.LSTMState._fields, *cells.GRUState._fields, *cells.RNNState._fields}
    assert gates | states | {"x"} <= set(QUANTITIES)


def test_what_the_story_reads_its_answer_from_has_rows_too():
    named = [name for name in cells.StoryStep._fields if not name.startswith("a_") and "prev" not in name]
    assert set(named) <= set(QUANTITIES)
    assert (QUANTITIES["u"].low, QUANTITIES["u"].high) == (-1, 1)
    assert (QUANTITIES["k"].low, QUANTITIES["k"].high) == (QUANTITIES["c"].low, QUANTITIES["c"].high)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("letter", "ifovuk")
@pytest.mark.parametrize("paper", ["#FFFFFF", "#111111"])
def test_a_line_stands_out_three_to_one_from_light_and_from_dark_paper(letter, paper):
    dark, light = sorted((luminance(QUANTITIES[letter].colour), luminance(paper)))
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("row", QUANTITIES.values(), ids=QUANTITIES)
def test_a_row_can_be_drawn(row):
    assert row.low < row.high
    assert row.width > 0
    assert row.colour in (INK, GREY) or re.fullmatch(r"#[0-9A-F]{6}", row.colour)
    assert re.fullmatch(r"(\d+( \d+)*)?", row.dash)
    assert row.textbook and row.torch and row.latex.startswith(row.letter)


@pytest.mark.parametrize("together", ["xifgoch", "xifgvukch", "rznxh"])
def test_colour_is_never_the_only_difference_and_dash_never_the_only_one_either(together):
    rows = [QUANTITIES[letter] for letter in together]
    assert len({row.colour for row in rows}) == len(rows)
    lines = {(row.dash, row.width) for row in rows}
    assert len(lines) >= len(rows) - 1, "two lines share a stroke only where one is the input"
    assert len({row.textbook for row in rows}) == len(rows)


def test_gates_range_from_0_to_1_and_candidates_from_minus_1_to_1():
    for letter in "ifogvrzn":
        row = QUANTITIES[letter]
        assert (row.low, row.high) == ((-1, 1) if letter in "gn" else (0, 1))


@pytest.mark.parametrize("file", sorted(Path(drawing.__path__[0]).glob("*.py")), ids=lambda f: f.stem)
def test_a_drawing_takes_its_colours_from_this_table_and_writes_none_itself(file):
    written = set(HEX.findall(file.read_text(encoding="utf-8")))
    assert written <= AS_PAPER, "name the colour in lstm_lab/notation.py, and import it"

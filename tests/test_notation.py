"""The table of quantities is complete, and every row can be told from the others."""

import re

import pytest

from lstm_lab import cells
from lstm_lab.notation import GREY, INK, QUANTITIES


def test_every_row_stands_under_its_letter():
    assert all(letter == row.letter for letter, row in QUANTITIES.items())


def test_every_gate_and_state_of_the_textbook_cells_has_a_row():
    gates = {*cells.GATES, *cells.GRU_GATES}
    states = {*cells.LSTMState._fields, *cells.GRUState._fields, *cells.RNNState._fields}
    assert gates | states | {"x"} <= set(QUANTITIES)


@pytest.mark.parametrize("row", QUANTITIES.values(), ids=QUANTITIES)
def test_a_row_can_be_drawn(row):
    assert row.low < row.high
    assert row.width > 0
    assert row.colour in (INK, GREY) or re.fullmatch(r"#[0-9A-F]{6}", row.colour)
    assert re.fullmatch(r"(\d+( \d+)*)?", row.dash)
    assert row.textbook and row.torch and row.latex.startswith(row.letter)


@pytest.mark.parametrize("together", ["xifgoch", "rznxh"])
def test_colour_is_never_the_only_difference_and_dash_never_the_only_one_either(together):
    rows = [QUANTITIES[letter] for letter in together]
    assert len({row.colour for row in rows}) == len(rows)
    lines = {(row.dash, row.width) for row in rows}
    assert len(lines) >= len(rows) - 1, "two lines share a stroke only where one is the input"
    assert len({row.textbook for row in rows}) == len(rows)


def test_gates_range_from_0_to_1_and_candidates_from_minus_1_to_1():
    for letter in "ifogrzn":
        row = QUANTITIES[letter]
        assert (row.low, row.high) == ((-1, 1) if letter in "gn" else (0, 1))

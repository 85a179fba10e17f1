"""The explorer of changed cells: a unit set by hand counts, rings, fills up or creeps, as its cell allows."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from pictures import clashes

from lstm_lab import cells
from lstm_lab.drawing import svg
from lstm_lab.explorers.cell_variants import (
    COUPLED,
    FIRST,
    GOAL,
    LAST,
    LIGHT,
    O_BIAS,
    PEEPHOLE,
    PLAIN,
    STEPS,
    CellVariants,
    change,
    one_unit,
)

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
every_cell = pytest.mark.parametrize("cell", [PLAIN, PEEPHOLE, COUPLED])


def parts(explorer: CellVariants, *, lecture: bool = False) -> tuple[dict[str, Any], str]:
    root = ElementTree.fromstring(explorer.svg(explorer.canvas(lecture)))
    groups = {group.get("class", ""): group for group in root.iter(f"{SVG}g") if group.get("class")}
    return groups, " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def test_an_lstm_counts_the_steps_of_the_light_and_holds_the_count_in_the_dark():
    c = change(PLAIN, 12.0, 0.0, 0.0).of_unit("c")
    np.testing.assert_allclose(c[: FIRST - 1], 0, atol=1e-7)
    np.testing.assert_allclose(c[FIRST - 1 : LAST], np.arange(1, LIGHT + 1), rtol=1e-3)
    np.testing.assert_allclose(c[LAST:], c[LAST - 1], rtol=1e-6)


def test_with_f_below_1_the_count_stops_at_1_over_1_minus_f_and_a_coupled_one_at_1():
    for b_f in (0.0, 1.0, 2.0):
        f = cells.sigmoid(np.array(b_f))
        assert change(PLAIN, b_f, 0, 0).left == pytest.approx((1 - f**LIGHT) / (1 - f), rel=1e-4)
        assert change(COUPLED, b_f, 0, 0).left == pytest.approx(1 - f**LIGHT, rel=1e-4)


def test_only_a_peephole_lets_the_output_gate_know_how_full_the_memory_is():
    hears = change(PEEPHOLE, 12.0, 0.0, 0.5)
    np.testing.assert_allclose(hears.of_unit("a_o"), O_BIAS + 0.5 * hears.of_unit("c"), atol=1e-9)
    for cell in (PLAIN, COUPLED):
        assert np.ptp(change(cell, 12.0, 0.0, 0.5).of_unit("o")) == 0


@every_cell
def test_the_peepholes_move_nothing_in_a_cell_that_has_none(cell):
    one, other = change(cell, 8.0, 0.0, 0.0), change(cell, 8.0, -2.0, 1.0)
    assert np.array_equal(one.of_unit("c"), other.of_unit("c")) == (cell != PEEPHOLE)


@every_cell
def test_the_unit_is_the_cell_it_is_called(cell):
    kinds = {PLAIN: cells.LSTMParams, PEEPHOLE: cells.PeepholeParams, COUPLED: cells.CoupledParams}
    assert type(one_unit(cell, 3.0, 0.5, 0.5)) is kinds[cell]
    assert change(cell, 3.0, 0.5, 0.5).of_unit("h").shape == (STEPS,)


def test_a_peephole_to_the_forget_gate_holds_the_memory_where_forgetting_balances_writing():
    run = change(PEEPHOLE, 12.0, -1.0, 0.0)
    c, f = run.of_unit("c")[LAST - 1], run.of_unit("f")[LAST - 1]
    assert (1 - f) * c == pytest.approx(1, abs=1e-3)


def test_the_challenge_is_solved_by_a_smaller_peephole_and_by_no_other_cell():
    explorer, challenge = CellVariants(), CellVariants.challenge
    assert challenge is not None and challenge.score(explorer.record) < 0.8
    rings = {p_o: change(PEEPHOLE, 12.0, 0.0, p_o).rings for p_o in (0.2, 0.3, 0.4, 0.5)}
    assert rings == {0.2: 26, 0.3: GOAL, 0.4: 13, 0.5: 11}
    assert challenge.score(change(PEEPHOLE, 12.0, 0.0, 0.3)) == 1
    for cell in (PLAIN, COUPLED):
        assert challenge.score(change(cell, 12.0, 0.0, 0.3)) == 0


@every_cell
def test_the_new_wires_of_a_cell_are_drawn_and_no_others(cell):
    groups, words = parts(CellVariants(cell=cell, p_f=-0.5))
    new = {name for name in groups if name.startswith("new ")}
    assert new == {PLAIN: set(), PEEPHOLE: {"new f", "new o"}, COUPLED: {"new i"}}[cell]
    assert ("1 − f" in words) == (cell == COUPLED)
    assert ("p_f −0.50" in words) == (cell == PEEPHOLE)


@every_cell
def test_the_line_of_c_ends_at_the_number_in_picture_and_sentence(cell):
    explorer = CellVariants(cell=cell, b_f=3.0)
    said = svg.spoken(explorer.record.left)
    assert f"leave c = {said};" in explorer.describe(explorer.record)
    assert f"c {said}" in parts(explorer)[1]


def test_the_peepholes_can_be_moved_only_where_there_are_any():
    explorer = CellVariants()
    for cell in (PLAIN, COUPLED, PEEPHOLE):
        explorer.set(cell=cell)
        p_o: Any = explorer.inputs["p_o"]
        assert p_o.slider.disabled == (cell != PEEPHOLE)


def test_words_do_not_meet_when_the_alarm_rings_at_any_step():
    explorer = CellVariants()
    for p_o in np.arange(-1, 2.1, 0.1):
        for b_f in (2.0, 6.0, 12.0):
            run = change(PEEPHOLE, b_f, 0.0, float(p_o))
            for lecture in (False, True):
                canvas = explorer.canvas(lecture)
                assert not clashes(ElementTree.fromstring(explorer.picture(run, canvas)), canvas), (p_o, b_f)

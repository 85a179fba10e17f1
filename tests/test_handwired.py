"""The hand-wired LSTM against the ideal observer, and the laws one can read off its weights."""

import numpy as np
import pytest

from lstm_lab.cells import LSTMParams, LSTMStep, RNNParams, trace, unroll
from lstm_lab.evaluation import wolf_share
from lstm_lab.handwired import READOUT, UNITS, WIRING, hand_wired, weight_table
from lstm_lab.models import Answers, answers, load
from lstm_lab.tasks import DOG, NO_QUESTION, ONE_HOT_COLUMNS, WOLF, one_hot_batch
from lstm_lab.world.shows import ANSWERS, PADDING, draw_channels, ideal_observer, is_face, show_of

SHOW = UNITS.index("show")


def told(*names: str, w: float = 0.5) -> Answers:
    return answers(hand_wired(), one_hot_batch(show_of(names, w)).xs)


def cell(*names: str, w: float = 0.5) -> LSTMStep:
    return told(*names, w=w).trace


def p_wolf(*names: str, w: float = 0.5) -> float:
    return float(wolf_share(told(*names, w=w).probabilities[-1, 0]))


def ideal_wolf(*names: str, w: float = 0.5) -> float:
    return float(ideal_observer(show_of(names, w)).wolf[-1, 0])


@pytest.mark.parametrize("asked", [1.0, 0.5])
def test_on_a_thousand_channels_it_answers_as_the_ideal_observer_does(asked):
    shows = draw_channels(np.random.default_rng(1), 1000, (1, 3), (0, 20), (0, 3), asked)
    said = answers(hand_wired(), one_hot_batch(shows).xs).probabilities
    questions, frames = is_face(shows.kinds), shows.kinds != PADDING
    wolf = ideal_observer(shows).wolf
    best = np.where(questions, np.where(wolf > 0.5, WOLF, DOG), NO_QUESTION)
    same = said.argmax(axis=-1) == best
    assert same[questions].mean() >= 0.995
    assert same[frames & ~questions].all()
    assert np.abs(wolf_share(said[questions]) - wolf[questions]).mean() < 0.005


def test_the_numbers_of_its_documentation_are_true():
    bears = np.array([3 * np.tanh(n * np.tanh(1)) for n in (1, 2, 3)])
    assert bears.round(2).tolist() == [1.93, 2.73, 2.94]
    chances = np.array([ideal_wolf(*["bear"] * n, "?") for n in (1, 2, 3)])
    assert np.log(chances / (1 - chances)).round(2).tolist() == [1.82, 2.73, 2.92]
    one = told("bear", "?")
    assert one.logits[-1, 0, WOLF] - one.logits[-1, 0, DOG] == pytest.approx(bears[0], abs=0.01)
    assert one.logits[-1, 0, NO_QUESTION] == pytest.approx(10 - 30 * np.tanh(1), abs=0.01)
    assert one.logits[0, 0, NO_QUESTION] == pytest.approx(10, abs=0.01)
    written = {name: float(cell(name).g[0, 0, SHOW]) for name in ("bear", "tree", "squirrel")}
    assert {name: round(value, 2) for name, value in written.items()} == {
        "bear": 0.76,
        "tree": 0.10,
        "squirrel": -0.60,
    }


def test_a_bear_is_kept_over_a_hundred_trees():
    c = cell("bear", *["tree"] * 100).c[:, 0, SHOW]
    assert c[-1] == pytest.approx(c[0], rel=0.01)
    assert p_wolf("bear", *["tree"] * 100, "?") == pytest.approx(ideal_wolf("bear", "?"), abs=0.02)


def test_squirrels_change_nothing_although_the_candidate_would_write_them():
    run = cell("bear", *["squirrel"] * 20)
    assert np.all(run.g[1:, 0, SHOW] < -0.5)
    assert np.abs(run.c[1:, 0, SHOW] - run.c[0, 0, SHOW]).max() < 0.005


def test_after_a_title_card_it_answers_as_if_nothing_had_been():
    for w in (0.3, 0.5, 0.8):
        before = p_wolf("bear", "fox", "bear", "title card", "?", w=w)
        assert before == pytest.approx(p_wolf("?", w=w), abs=1e-3)
    assert p_wolf("bear", "title card", "goldfish", "?") == pytest.approx(p_wolf("goldfish", "?"), abs=1e-3)


def test_two_bears_count_more_than_one_and_a_goldfish_takes_one_back():
    one, two = p_wolf("bear", "?"), p_wolf("bear", "bear", "?")
    assert 0.8 < one < two < 0.95
    assert p_wolf("bear", "bear", "goldfish", "?") == pytest.approx(one, abs=1e-3)
    assert p_wolf("goldfish", "?") == pytest.approx(1 - one, abs=1e-3)


def test_h_is_0_where_nobody_asks():
    run = told("bear", "tree", "?", "title card", "squirrel", "goldfish", "tree", "?", w=0.8)
    asked = np.array([False, False, True, False, False, False, False, True])
    assert np.abs(run.trace.h[~asked]).max() < 1e-3
    assert np.abs(run.trace.h[asked][:, 0, SHOW]).min() > 0.5
    assert (run.probabilities.argmax(axis=-1)[:, 0] == NO_QUESTION).tolist() == (~asked).tolist()


@pytest.mark.parametrize("w", [0.05, 0.3, 0.5, 0.9])
def test_a_face_alone_is_believed_as_far_as_its_wolfness(w):
    assert p_wolf("?", w=w) == pytest.approx(w, abs=0.02)


def test_a_face_is_not_counted_twice():
    run = cell("bear", "?", "tree")
    assert run.c[1, 0, SHOW] == pytest.approx(run.c[0, 0, SHOW], abs=0.005)
    kept = cell("?", "tree", w=0.9).c[:, 0, 1:]
    assert np.abs(kept[0]).min() > 0.2
    assert np.abs(kept[1]).max() < 1e-3


def test_no_gate_reads_h():
    assert not hand_wired().cell.W_h.any()


def test_it_is_an_ordinary_lstm():
    params = hand_wired().cell
    assert isinstance(params, LSTMParams)
    xs = one_hot_batch(show_of(["bear", "tree", "?", "title card", "?"], 0.4)).xs
    np.testing.assert_allclose(unroll(params, xs).h, trace(params, xs).h, atol=1e-12)


def test_the_table_holds_every_weight_that_is_not_0():
    model = hand_wired()
    lines = weight_table().by_gate()
    count = sum(np.count_nonzero(part) for part in (*model.cell, *model.readout))
    assert sum(map(len, lines.values())) == count
    for unit, gates in WIRING.items():
        for gate, row in gates.items():
            assert lines[unit, gate] == row
    for answer in ANSWERS:
        wired = {unit: row[answer] for unit, row in READOUT.items() if answer in row}
        shown = {reads.removeprefix("h of "): value for reads, value in lines["answer", answer].items()}
        assert shown == wired


def test_the_table_can_be_read():
    assert "show    f            always +10, title card −20" in repr(weight_table()).splitlines()
    page = weight_table()._repr_html_()
    assert "always <b>+10</b> · title card <b>−20</b>" in page
    assert page.count("<tr>") == 1 + len(weight_table().by_gate())


def test_there_is_no_table_of_another_cell():
    other = RNNParams(np.zeros((8, 3)), np.zeros((3, 3)), np.zeros(3))
    with pytest.raises(ValueError, match=r"^the table is one of an LSTM's weights, got RNNParams$"):
        weight_table(hand_wired()._replace(cell=other))


def test_the_units_of_a_network_that_was_trained_are_not_given_the_names_of_the_hand_wired_ones():
    with pytest.raises(ValueError) as caught:
        weight_table(load("lstm_channels"))
    assert str(caught.value) == (
        "the table names 8, 3, 3 inputs, units and answers, lstm_channels has 8, 16, 3"
    )


def test_the_table_names_weights_that_a_reader_changed():
    model = hand_wired()
    W_h = model.cell.W_h.copy()
    W_h[0, 2, 0] = 3
    changed = weight_table(model._replace(cell=model.cell._replace(W_h=W_h)))
    assert changed.by_gate()["show", "i"]["h of asked"] == 3


def test_the_wiring_reads_only_columns_that_there_are():
    for gates in WIRING.values():
        for row in gates.values():
            assert set(row) <= {"always", *ONE_HOT_COLUMNS}

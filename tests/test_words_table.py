"""The table and the networks of lesson 12 say what the lesson says of them."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import models
from lstm_lab.drawing.words import language_by_gap
from lstm_lab.files import data_folder
from lstm_lab.interventions import swap
from lstm_lab.language.judging import GAPS, gap_in_words, judge
from lstm_lab.language.reading import fit_reader, with_other_countries, words_in
from lstm_lab.language.texts import draw_texts, one_hot
from lstm_lab.results import CALLED
from lstm_lab.sweeps import read_table

APART, PLAIN = "languages apart", "plain mean"
SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def table():
    return read_table(data_folder() / "words.csv")


def test_every_start_seed_and_gap_stands_in_the_table_once(table):
    keys = [(row["loss"], row["start"], row["seed"], row["gap"]) for row in table.rows]
    starts = tuple(table.about["rates"])
    assert set(starts) <= set(CALLED)
    wanted = [(APART, start, seed, low) for start in starts for seed in SEEDS for low, _ in GAPS]
    wanted += [(PLAIN, "LSTM forget bias 1", seed, low) for seed in SEEDS for low, _ in GAPS]
    assert sorted(keys) == sorted(wanted)


def test_all_starts_of_a_seed_were_asked_the_same_questions(table):
    for seed in SEEDS:
        for low, _ in GAPS:
            rows = table.where(seed=seed, gap=low)
            for name in ("asked", "ideal", "last_country", "ideal_per_word"):
                assert len(set(rows.column(name))) == 1
            assert min(rows.column("asked")) > 200


def test_nobody_is_better_than_the_ideal_observer(table):
    for row in table.rows:
        margin = 3 * (0.95 * 0.05 / row["asked"]) ** 0.5
        assert row["right"] <= row["ideal"] + margin and row["nats_per_word"] > row["ideal_per_word"]
        assert row["ideal"] == pytest.approx(0.95, abs=0.04)


def test_the_default_lstm_is_at_the_ceiling_over_60_words_and_no_rnn_is_over_40(table):
    for row in table.where(loss=APART, start="LSTM forget bias 0").rows:
        assert row["right"] > row["ideal"] - 0.04
    for start in ("RNN tanh", "RNN orthogonal"):
        for row in table.where(loss=APART, start=start).rows:
            assert row["gap"] < 40 or 1 / 12 < row["right"] < 0.5
            assert row["gap"] > 4 or row["right"] > 0.93


def test_with_the_plain_mean_no_seed_has_found_the_country(table):
    assert max(table.where(loss=PLAIN).column("right")) < 0.12


def test_no_single_unit_of_any_network_holds_what_all_of_an_lstm_hold(table):
    for start in ("LSTM forget bias 0", "LSTM forget bias 1"):
        rows = table.where(loss=APART, start=start, gap=4)
        for whole, one in zip(rows.column("read_off_all"), rows.column("read_off_one"), strict=True):
            assert whole > 0.8 and one < whole - 0.2


def test_the_figure_shows_every_seed_at_its_height_and_says_the_medians(table):
    rows = table.where(loss=APART).rows
    starts = tuple(dict.fromkeys(row["start"] for row in rows))
    still = language_by_gap(rows, starts, {gap: gap_in_words(gap) for gap, _ in GAPS})
    (axes,) = still.figure.axes
    lines: dict[str, Any] = {str(line.get_label()): line for line in axes.get_lines()}
    for start in starts:
        mine = [row["right"] for row in rows if row["start"] == start]
        np.testing.assert_array_equal(lines[CALLED[start]].get_ydata(), mine)
        medians = [
            np.median([r["right"] for r in rows if (r["start"], r["gap"]) == (start, g)]) for g, _ in GAPS
        ]
        assert f"{CALLED[start]} {', '.join(f'{each:.2f}' for each in medians)}" in repr(still)
    last = lines["last country named"].get_ydata()
    assert (
        list(last) == sorted(last, reverse=True) and len({line.get_marker() for line in lines.values()}) > 4
    )


@pytest.mark.parametrize("name", ["words_rnn", "words_lstm"])
def test_a_stored_network_does_on_fresh_texts_what_its_file_says(name):
    model = models.load(name)
    told = model.about["result"]
    found = judge(model, draw_texts(np.random.default_rng(987_654), 120, 120))
    assert found.nats == pytest.approx(told["nats per word"], abs=0.03)
    for row in found.by_gap[:3]:
        margin = 3.5 * (0.25 / row.asked) ** 0.5
        assert row.right == pytest.approx(told["right by gap"][str(row.gap)], abs=margin)


def test_the_best_reader_changes_no_answer_eight_change_all_and_the_others_none():
    model = models.load("words_lstm")
    best = np.argsort(-fit_reader(model, np.random.default_rng(0)).alone)
    words = words_in("I am from France. my friend visited Spain last week. I speak fluent").words
    versions = one_hot(with_other_countries(words, 3))
    one, other = np.array([(a, (a + 5) % 12) for a in range(12)]).T

    def taken(units) -> float:
        said, _ = swap(model, versions[:, one], versions[:, other], len(words) - 3, [int(u) for u in units])
        return float(np.mean(said.probabilities[-1].argmax(axis=1) == 12 + other))

    assert taken(best[:1]) == 0 == taken(best[8:])
    assert taken(best[:8]) > 0.95

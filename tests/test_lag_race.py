"""Lag race counts what is in the table, draws every run of it, and says no more than it counted."""

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import traitlets

from lstm_lab.drawing.race import AGAIN, Racer, marks, place
from lstm_lab.drawing.staircase import staircase
from lstm_lab.drawing.svg import LECTURE, NORMAL
from lstm_lab.explorers import lag_race
from lstm_lab.explorers.lag_race import (
    GAPS,
    NOISE,
    SEEDS,
    LagRace,
    Pair,
    race,
    standing,
    upset,
    winner,
)
from lstm_lab.files import data_folder
from lstm_lab.notation import SOLVED
from lstm_lab.results import CALLED, Tally
from lstm_lab.sweeps import read_table
from lstm_lab.world.shows import FACE_ALONE

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
RNN, LSTM = "RNN tanh", "LSTM forget bias 0"
PAIR = (RNN, LSTM)


def rows(**by_start):
    """Return a race without noise in which each start solves each gap with the first few of five seeds."""
    return [
        {
            "start": start,
            "gap": gap,
            "noise_columns": 0,
            "seed": seed,
            "network": 0.86 - 0.17 * (seed > most) + seed / 1000,
            "ideal": 0.86 + seed / 1000,
            "difference": -0.17 * (seed > most),
            "seconds": float(gap),
        }
        for start, by_gap in by_start.items()
        for gap, most in zip(GAPS, by_gap, strict=False)
        for seed in range(1, 6)
    ]


@pytest.fixture
def small(monkeypatch):
    """A race in which the RNN reaches 5 and one seed more, and the LSTM 20; nothing else was run."""
    made = rows(**{RNN: (5, 5, 1, 0, 0, 0), LSTM: (5, 5, 5, 4, 0)})
    monkeypatch.setattr(lag_race, "race", lambda: tuple(made))
    return made


def group(explorer, name, canvas=None):
    root = ElementTree.fromstring(explorer.svg(canvas))
    (found,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == name]
    return found


def words(element):
    return [each.text or "" for each in element.iter(f"{SVG}text")]


# --- how a race stands -----------------------------------------------------------------------------


def test_only_the_first_seeds_are_counted_and_the_whole_race_is_kept_beside_them():
    run = standing(rows(a=(5, 3)), 5, ("a", "a"), 0, 2)
    assert (run.counted["a", 5].runs, run.counted["a", 5].solved) == (2, 2)
    assert (run.whole["a", 5].runs, run.whole["a", 5].solved) == (5, 3)
    assert run.reached == {"a": 5}
    assert standing(rows(a=(5, 3)), 5, ("a", "a"), 0, 5).reached == {"a": 1}


def test_runs_with_and_without_noise_are_never_counted_together():
    clean = rows(a=(5,))
    noisy = [row | {"noise_columns": 8, "difference": -0.2} for row in clean]
    for noise, count in ((0, 5), (8, 0)):
        assert standing(clean + noisy, 1, ("a", "a"), noise, 5).counted["a", 1].solved == count


def test_who_solves_a_gap_with_more_seeds_wins_it(small):
    assert [winner(standing(small, gap, PAIR, 0, 5)) for gap in (5, 10, 50)] == [
        "a draw",
        "LSTM default",
        "a draw",
    ]
    assert winner(standing(small, 10, (LSTM, RNN), 0, 5)) == "LSTM default"
    assert winner(standing(small, 10, PAIR, 0, 1)) == "a draw"


def test_an_upset_is_an_rnn_ahead_of_an_lstm_whichever_is_named_first():
    race = rows(**{RNN: (4,), LSTM: (1,), "GRU": (0,)})
    pairs: list[tuple[str, str]] = [PAIR, (LSTM, RNN), (RNN, "GRU"), (RNN, RNN)]
    scores = [upset(standing(race, 1, pair, 0, 5)) for pair in pairs]
    assert scores == pytest.approx([0.6, 0.6, 0, 0])
    behind = rows(**{RNN: (1,), LSTM: (4,)})
    assert upset(standing(behind, 1, PAIR, 0, 5)) == 0


def test_a_contest_moves_both_lists_and_either_list_moves_the_contest():
    pair = Pair("contest", ("a", "c"), {"a": "one", "b": "two", "c": "three"})
    seen = []
    pair.observe(lambda change: seen.append(change["new"]), "value")
    pair.value = ("b", "a")
    assert (pair.first.value, pair.second.value) == ("b", "a")
    pair.second.value = "c"
    assert seen == [("b", "a"), ("b", "c")]
    with pytest.raises(traitlets.TraitError, match=r"^contest must hold two of a, b, c, got 'd'$"):
        pair.value = ("a", "d")


# --- picture and sentence --------------------------------------------------------------------------


def test_every_run_is_a_mark_at_its_height_filled_if_it_solved_the_gap(small):
    explorer = LagRace()
    area = place(explorer.canvas(False), len(GAPS), len(CALLED)).marks
    drawn = list(group(explorer, "marks").iter(f"{SVG}circle"))[: 5 * len(GAPS)]
    expected = [row for row in small if row["start"] == RNN]
    np.testing.assert_allclose(
        [float(each.attrib["cy"]) for each in drawn], [area.y(row["network"]) for row in expected], atol=0.06
    )
    assert [" ".join(each.attrib["class"].split()) == "q-rnn" for each in drawn] == [
        row["difference"] > -0.02 for row in expected
    ]
    columns = np.array([float(each.attrib["cx"]) for each in drawn]).reshape(len(GAPS), 5)
    assert np.all(np.diff(columns.ravel()) > 0)
    half = (area.x(1) - area.x(0)) / 2
    for k in range(len(GAPS)):
        assert np.all(np.abs(columns[k] - area.x(k)) < half)


def test_a_seed_keeps_its_place_when_others_are_shown(small):
    def places(seeds):
        drawn = group(LagRace(seeds=seeds), "marks").iter(f"{SVG}circle")
        return {each.attrib["cx"] for each in drawn}

    assert places(2) < places(5)


def test_two_starts_of_one_kind_are_told_apart_by_their_marks(monkeypatch):
    made = rows(**{LSTM: (5, 3), "LSTM chrono": (5, 5)})
    monkeypatch.setattr(lag_race, "race", lambda: tuple(made))
    drawn = group(LagRace(gap=1, pair=(LSTM, "LSTM chrono")), "marks")
    discs = [each for each in drawn.iter(f"{SVG}circle") if each.attrib["class"] == "q-lstm"]
    diamonds = [each for each in drawn.iter(f"{SVG}path") if each.attrib["class"] == "q-lstm"]
    assert (len(discs), len(diamonds)) == (8 + 1, 10 + 1)  # solved runs, and the mark beside the name


def test_of_two_starts_of_one_kind_the_second_line_is_dashed_otherwise():
    def dashes(*pair: str) -> list[bool]:
        lines = group(LagRace(pair=pair), "marks").iter(f"{SVG}polyline")
        return [AGAIN in (line.get("style") or "") for line in lines if "ideal" not in line.attrib["class"]]

    assert dashes(LSTM, "LSTM chrono") == dashes(RNN, "RNN orthogonal") == [False, True]
    assert dashes(RNN, LSTM) == [False, False]


def test_the_still_staircase_calls_the_starts_as_the_explorer_does(small):
    still = staircase([row for row in small if row["noise_columns"] == 0], "A race")
    assert ": RNN default 5; LSTM default 20." in repr(still) and "forget bias" not in repr(still)


def test_lines_go_through_the_medians(small):
    explorer = LagRace()
    area = place(explorer.canvas(False), len(GAPS), len(CALLED)).marks
    ideal, first, second = (
        [[float(n) for n in pair.split(",")] for pair in line.attrib["points"].split()]
        for line in sorted(
            group(explorer, "marks").iter(f"{SVG}polyline"),
            key=lambda line: "ideal" not in line.attrib["class"],
        )
    )
    for line, start in ((first, RNN), (second, LSTM)):
        medians = [
            np.median([row["network"] for row in small if (row["start"], row["gap"]) == (start, gap)])
            for gap in GAPS[: len(line)]
        ]
        np.testing.assert_allclose([y for _, y in line], [area.y(m) for m in medians], atol=0.06)
    assert (len(first), len(second)) == (6, 5)
    np.testing.assert_allclose([y for _, y in ideal], area.y(0.863), atol=0.06)


def test_what_lies_beyond_the_limits_stands_at_the_edge():
    area = place(NORMAL, 6, 9).marks
    racer = Racer("low", "rnn", (Tally((1,), (0.31,), (False,), 1.0),))
    drawn = marks(area, NORMAL, [racer], (1,), 0, [0.86], FACE_ALONE, 5)
    assert f'cy="{area.top + area.height:.1f}"'.replace('.0"', '"') in drawn


def test_the_staircase_prints_how_many_seeds_solve_each_gap_and_a_dash_where_none_was_run(small):
    explorer = LagRace(seeds=4)
    texts = words(group(explorer, "stairs"))
    assert texts[0] == "Seeds that solve it, of 4"
    assert [name for name in texts if name in CALLED.values()] == list(CALLED.values())
    first = texts.index(list(CALLED.values())[-1]) + 1
    counts = np.array(texts[first : first + len(CALLED) * len(GAPS)]).reshape(len(CALLED), len(GAPS))
    table = dict(zip(CALLED, counts.tolist(), strict=True))
    assert table[RNN] == ["4", "4", "1", "0", "0", "0"]
    assert table[LSTM] == ["4", "4", "4", "4", "0", "–"]
    assert table["GRU"] == ["–"] * 6
    columns = words(group(explorer, "columns"))
    assert columns[:4] == ["reaches", "seconds", "5", "20.0"]


def test_a_cell_is_the_fuller_of_colour_the_more_seeds_solve_it(small):
    cells = [
        float(each.get("opacity", 1))
        for each in group(LagRace(), "stairs").iter(f"{SVG}rect")
        if SOLVED in each.get("style", "")
    ]
    assert cells == [1, 1, 0.2, 1, 1, 1, 0.8]


@pytest.mark.parametrize("gap", [1, 20, 100])
def test_what_is_chosen_is_marked_in_both_panels_and_counted_beside_the_lines(small, gap):
    explorer, chosen = LagRace(gap=gap), GAPS.index(gap)
    where = place(explorer.canvas(False), len(GAPS), len(CALLED))
    stairs = group(explorer, "stairs")
    frames = [each for each in stairs.iter(f"{SVG}rect") if each.get("class") == "s ink"]
    rows_ = [list(CALLED).index(start) for start in PAIR]
    np.testing.assert_allclose(
        [(float(each.attrib["x"]), float(each.attrib["y"])) for each in frames],
        [(where.stairs.x(chosen - 0.5), where.stairs.y(row - 0.5)) for row in rows_],
        atol=0.06,
    )
    bold = [each.text for each in stairs.iter(f"{SVG}text") if each.get("font-weight") == "600"]
    assert str(gap) in bold and {CALLED[start] for start in PAIR} <= set(bold)
    drawn = group(explorer, "marks")
    (band,) = drawn.iter(f"{SVG}rect")
    assert float(band.attrib["x"]) == pytest.approx(where.marks.x(chosen - 0.5), abs=0.06)
    counts = {1: ["5 of 5", "5 of 5"], 20: ["0 of 5", "4 of 5"], 100: ["0 of 5", "no run"]}[gap]
    texts = words(drawn)
    assert [texts[texts.index(CALLED[start]) + 1] for start in PAIR] == counts


def test_the_line_of_the_face_alone_is_at_eleven_in_sixteen(small):
    explorer = LagRace()
    area = place(explorer.canvas(False), len(GAPS), len(CALLED)).marks
    (line,) = [
        each for each in group(explorer, "marks").iter(f"{SVG}line") if each.attrib["class"] == "s grey"
    ]
    assert float(line.attrib["y1"]) == pytest.approx(area.y(11 / 16), abs=0.06)


def test_within_a_gap_the_first_start_stands_left_of_the_second(small):
    drawn = group(LagRace(pair=(LSTM, RNN)), "marks")
    discs = [float(each.attrib["cx"]) for each in drawn.iter(f"{SVG}circle")][:5]
    diamonds = [
        float(each.attrib["d"][1:].split()[0])
        for each in drawn.iter(f"{SVG}path")
        if each.attrib["class"] == "q-rnn"
    ][:5]
    assert max(discs) < min(diamonds)


def test_the_sentence_says_what_was_counted(small):
    explorer = LagRace(gap=10)
    assert explorer.describe(explorer.record) == (
        "Gap 10: RNN default solves it in 1 of 5 seeds (right 0.69 to 0.86), LSTM default in 5 of 5 seeds "
        "(right 0.86). Solved is within 2 points of the ideal observer, 0.86. "
        "RNN default reaches 5, LSTM default 20 (4 of 5 seeds)."
    )


def test_with_fewer_seeds_the_sentence_also_gives_all(small):
    explorer = LagRace(gap=10, seeds=1)
    assert explorer.describe(explorer.record) == (
        "Gap 10: RNN default solves it in 1 of 1 seed (right 0.86), LSTM default in 1 of 1 seed (right 0.86). "
        "Solved is within 2 points of the ideal observer, 0.86. All seeds: 1 of 5 and 5 of 5. "
        "RNN default reaches 10, LSTM default 20 (1 of 1 seed)."
    )


def test_a_start_against_itself_is_told_once_and_one_that_was_not_run_is_said_to_be_missing(small):
    explorer = LagRace(gap=1, pair=(RNN, RNN))
    assert explorer.describe(explorer.record).count("RNN default") == 2
    explorer.set(pair=(RNN, "GRU"))
    said = explorer.describe(explorer.record)
    assert "GRU default has no run" in said and said.endswith(
        "RNN default reaches 5, GRU default no gap (4 of 5 seeds)."
    )
    assert words(group(explorer, "marks")).count("no run") == 1


@pytest.mark.parametrize("canvas", [NORMAL._replace(height=280), LECTURE._replace(height=193)])
def test_names_and_numbers_never_stand_on_each_other(canvas):
    for pair in (PAIR, (LSTM, "LSTM chrono"), ("RNN orthogonal", "RNN relu identity")):
        explorer = LagRace(pair=pair, noise=8)
        boxes = []
        for each in ElementTree.fromstring(explorer.svg(canvas)).iter(f"{SVG}text"):
            size = float(each.get("font-size") or canvas.text)
            wide = 0.5 * size * len(each.text or "")
            x, anchor = float(each.attrib["x"]), each.get("text-anchor", "start")
            left = x - wide * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            y = float(each.attrib["y"])
            assert left >= 0 and left + wide <= canvas.width and y <= canvas.height
            boxes.append((left, left + wide, y - 0.72 * size, y))
        for k, (left, right, top, foot) in enumerate(boxes):
            for other in boxes[:k]:
                assert right <= other[0] or left >= other[1] or foot <= other[2] or top >= other[3]


# --- the still staircase ---------------------------------------------------------------------------


def test_the_still_staircase_has_a_panel_for_each_noise_and_the_least_able_start_on_top():
    clean = rows(b=(5, 5, 4), a=(5, 2, 0))
    noisy = [row | {"noise_columns": 8} for row in rows(b=(5, 3, 0), a=(3, 0, 0))]
    still = staircase(clean + noisy, "A race", {"a": "the first"})
    axes: Any = still.figure.axes
    left, right = axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["the first", "b"]
    counts = [[int(text.get_text()) for text in each.texts] for each in (left, right)]
    assert sorted(counts[0]) == sorted([5, 5, 4, 5, 2, 0]) and sorted(counts[1]) == sorted([5, 3, 0, 3, 0, 0])
    np.testing.assert_allclose(left.images[0].get_array(), [[1, 0.4, 0], [1, 1, 0.8]])
    for each in (left, right):
        shares = each.images[0].get_array()
        for text in each.texts:
            column, row = text.get_position()
            assert shares[row, column] == int(text.get_text()) / 5
    assert repr(still) == (
        "A race. The longest gap that, like every shorter one, at least 4 of 5 seeds solve to within 2 points of the "
        "ideal observer, without noise and with 8 columns of noise: the first 1 and none; b 10 and 1."
    )
    assert still._repr_mimebundle_()[0]["image/png"].startswith(b"\x89PNG")


# --- the stored race -------------------------------------------------------------------------------


def test_the_stored_race_holds_every_start_gap_noise_and_seed_once():
    keys = [(row["start"], row["gap"], row["noise_columns"], row["seed"]) for row in race()]
    assert sorted(keys) == sorted(
        (start, gap, noise, seed)
        for start in CALLED
        for gap in GAPS
        for noise in NOISE
        for seed in range(1, SEEDS + 1)
    )


def test_the_budget_the_page_states_is_that_of_the_table():
    about = read_table(data_folder() / "race.csv").about
    assert f"{about['units']} units, {about['updates']:,} updates each" in LagRace.not_shown


def test_the_ideal_observer_of_one_seed_and_gap_is_the_same_for_every_start():
    ideals = {}
    for row in race():
        ideals.setdefault((row["gap"], row["seed"]), set()).add(row["ideal"])
    assert {len(each) for each in ideals.values()} == {1}


def test_the_prediction_is_not_given_away_by_the_first_picture():
    values = LagRace.prediction.values if LagRace.prediction else {}
    assert values["noise"] != LagRace().values()["noise"]
    assert winner(standing(race(), values["gap"], values["pair"], 0, SEEDS)) == "a draw"
    assert winner(LagRace(**values).record) == "LSTM default"


def test_the_challenge_can_be_met_and_not_at_the_first_values():
    assert upset(LagRace().record) == 0
    best = LagRace(gap=50, pair=("RNN relu identity", "LSTM forget bias 0"))
    assert upset(best.record) == 1
    assert "Now 5 to 0." in best._parts.frame.value


def test_a_forget_bias_of_3_reaches_100_pictures_with_and_without_noise():
    for noise in NOISE:
        run = standing(race(), 100, PAIR, noise, SEEDS)
        assert run.reached["LSTM forget bias 3"] == 100
        assert run.whole["LSTM forget bias 3", 100].seconds < 60

"""What does this pixel see? counts exactly what can reach a place, and draws the gradient that is there."""

import base64
import re
import zlib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import scan as tool

from lstm_lab.drawing import field as drawn
from lstm_lab.drawing.svg import LECTURE, NORMAL
from lstm_lab.explorers.what_it_sees import (
    BLIND,
    GOAL,
    PICTURES,
    SIDE,
    STARTS,
    TRAINED,
    WhatItSees,
    looks_there,
    network_of,
    other_mark,
    picture_of,
    widened,
)
from lstm_lab.files import data_folder
from lstm_lab.gradients import central_difference
from lstm_lab.scanning import marks
from lstm_lab.scanning.field import Span, effective
from lstm_lab.scanning.network import READERS, load_networks, scan
from lstm_lab.sweeps import read_table

pytestmark = pytest.mark.usefixtures("errors_are_raised")

ROOT = Path(__file__).resolve().parents[1]

SVG = "{http://www.w3.org/2000/svg}"


def run(**values):
    explorer = WhatItSees()
    return explorer.compute({**explorer.defaults, **values})


def drawing(record, lecture: bool = False):
    explorer = WhatItSees()
    return ElementTree.fromstring(explorer.picture(record, explorer.canvas(lecture)))


def words(root) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("weights", [*STARTS, TRAINED])
def test_the_gradient_is_0_outside_the_field_and_nowhere_in_it(reader: str, weights: str) -> None:
    for row, column, depth in ((1, 1, 1), (8, 9, 2), (16, 4, 3)):
        record = run(row=row, column=column, depth=depth, reader=reader, weights=weights)
        for seen in (record.without, record.seen):
            inside = Span(*seen.span).mask((SIDE, SIDE))
            np.testing.assert_array_equal(seen.gradient != 0, inside)
            assert seen.pixels == inside.sum()
            assert seen.holding == effective(seen.gradient) <= seen.pixels


def test_the_slope_of_a_trained_network_is_that_of_its_log_odds_of_alike() -> None:
    record = run(reader="+ rows, columns", weights=TRAINED, row=4, column=3)
    network = network_of(TRAINED, "+ rows, columns", 2, 0)

    def log_odds(pixels: np.ndarray) -> float:
        picture = record.pixels.copy()
        picture[12, 12], picture[3, 2] = pixels
        p = marks.chance_alike(scan(network, picture[None]).logits[0, 3, 2])
        return float(np.log(p) - np.log(1 - p))

    measured = central_difference(log_odds, record.pixels[[12, 3], [12, 2]], 1e-5)
    np.testing.assert_allclose(record.seen.gradient[[12, 3], [12, 2]], measured, rtol=1e-3, atol=1e-6)


def test_the_pictures_hold_two_marks_or_a_digit() -> None:
    for name in PICTURES[:2]:
        pixels, places, alike = picture_of(name)
        assert places is not None
        assert (pixels > 0.5).sum() == 10
        for r, c in places:
            assert pixels[r, c] > 0.5 or pixels[r, c + 1] > 0.5
        assert alike is (name == "two marks, in one row")
    digit, places, alike = picture_of("a digit")
    assert places is alike is None
    np.testing.assert_array_equal(digit[::2, ::2], digit[1::2, 1::2])


def test_what_a_network_says_is_told_only_at_a_mark_and_only_of_a_trained_one() -> None:
    assert run(weights=TRAINED).said is not None
    assert run(weights=TRAINED, row=5).said is None
    assert run(weights=TRAINED, picture="a digit").said is None
    assert run().said is None


def test_only_a_field_that_covers_all_of_the_other_mark_covers_it() -> None:
    assert other_mark(run(reader="+ rows, columns"))
    assert not other_mark(run(reader="+ rows"))
    assert other_mark(run(reader="+ rows", picture="two marks, in one row", row=8))
    assert not other_mark(run(reader="+ rows, columns", column=5))


def test_the_trained_network_of_the_preset_looks_at_the_other_mark_and_an_untrained_one_does_not() -> None:
    trained, untrained = (
        run(weights=weights, reader="+ rows, columns") for weights in (TRAINED, "LSTM bias 3, untrained")
    )
    assert looks_there(trained) > 2 > 1 > looks_there(untrained)


def test_a_network_can_know_the_other_mark_and_have_hardly_a_gradient_there() -> None:
    record = run(weights=TRAINED, reader="+ rows, columns", depth=1)
    assert record.said is not None
    assert record.said[1] < 0.1 and not record.alike
    assert looks_there(record) < 0.1


def test_without_the_sweeps_the_trained_network_says_the_same_whatever_the_other_mark_is() -> None:
    record = run(weights=TRAINED, reader="+ rows, columns")
    assert record.said is not None
    told = record.said[0]
    network = network_of(TRAINED, BLIND, 2, 0)
    other = record.pixels.copy()
    other[11:14, 11:14] = 0.9
    assert float(marks.chance_alike(scan(network, other[None]).logits[0, 3, 2])) == told


# --- the picture ----------------------------------------------------------------------------------


def test_the_numbers_on_the_picture_are_those_of_the_record_and_of_the_sentence() -> None:
    for reader in READERS:
        for lecture in (False, True):
            record = run(row=8, column=8, reader=reader)
            said = WhatItSees().describe(record)
            written = words(drawing(record, lecture))
            for seen in (record.without, record.seen):
                assert f"can see {seen.pixels} of 256" in written
                assert f"90 % lies in {seen.holding}" in written
                assert f"{seen.pixels} of 256" in said


def test_a_map_is_drawn_over_the_field_and_nowhere_else() -> None:
    canvas = WhatItSees().canvas(False)
    record = run(row=8, column=8, reader="+ rows, one way")
    area = drawn.place(canvas, (SIDE, SIDE)).reading
    drawing_ = drawn.gradient_map(area, canvas, record.pixels, record.seen, (7, 7), False)
    root = ElementTree.fromstring(f'<g xmlns="{SVG[1:-1]}">{drawing_}</g>')
    (image,) = root.iter(f"{SVG}image")
    x, y, wide, tall = (float(image.get(key, 0)) for key in ("x", "y", "width", "height"))
    cell = area.width / SIDE
    assert (x - area.left, y - area.top) == pytest.approx((0, 5 * cell), abs=0.2)
    assert (wide, tall) == pytest.approx((10 * cell, 5 * cell), abs=0.2)
    data = base64.b64decode(image.get("href", "").split(",")[1])
    assert data[16:24] == (10).to_bytes(4, "big") + (5).to_bytes(4, "big")
    rows = zlib.decompress(data[data.index(b"IDAT") + 4 : data.index(b"IEND") - 8])
    shades = np.frombuffer(rows, np.uint8).reshape(5, 11)[:, 1:]
    logs = np.log10(np.abs(record.seen.gradient[5:10, :10])) - np.log10(np.abs(record.seen.gradient).max())
    np.testing.assert_array_equal(shades, np.rint(254 * np.clip((logs + 6) / 6, 0, 1)))


def test_the_picture_has_three_squares_and_the_lines_and_a_lecture_two_squares() -> None:
    for canvas, panels in ((NORMAL._replace(height=268), 4), (LECTURE._replace(height=210), 2)):
        where = drawn.place(canvas, (SIDE, SIDE))
        areas = [each for each in (where.picture, where.without, where.reading, where.lines) if each]
        assert len(areas) == panels
        assert all(b.left > a.left + a.width for a, b in pairwise(areas))
        assert areas[-1].left + areas[-1].width < canvas.width


def test_where_nothing_is_left_the_line_ends_below_the_axis() -> None:
    root = drawing(run(row=8, column=8, reader="+ rows, columns"))
    (lines,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "lines"]
    assert len([g for g in lines.iter(f"{SVG}g") if g.get("class") == "beyond"]) == 1


# --- what it asks ---------------------------------------------------------------------------------


def test_the_prediction_holds_for_other_draws_too() -> None:
    asked = WhatItSees.prediction
    assert asked is not None
    for seed in range(10):
        assert asked.outcome(run(**asked.values, seed=seed)) == "fewer than 50"


def test_an_open_gate_widens_the_effective_field_in_every_one_of_ten_draws() -> None:
    for seed in range(10):
        values = {"row": 8, "column": 8, "reader": "+ rows, columns", "seed": seed}
        shut, wide = (run(**values, weights=name) for name in ("RNN, untrained", "LSTM bias 3, untrained"))
        assert wide.seen.pixels == shut.seen.pixels == 256
        assert wide.seen.holding > 1.5 * shut.seen.holding


def test_the_challenge_can_be_met_and_not_at_the_first_values() -> None:
    assert widened(run()) == 0
    assert widened(run(reader="+ rows, columns", weights=TRAINED)) == 0
    best = run(reader="+ rows, columns")
    assert best.seen.holding >= GOAL and widened(best) == 1


# --- the stored networks and tables ---------------------------------------------------------------


def test_the_stored_networks_keep_what_their_file_promises() -> None:
    stored = load_networks("scan_marks")
    assert list(stored) == [f"{reader}, {depth}" for depth in (1, 2, 3) for reader in READERS]
    for name, network in stored.items():
        assert network.about["command"] == "python tools/scan.py weights"
        for arrangement, told in network.about["result"].items():
            drawn_ = marks.draw_marks(np.random.default_rng(77), 80, arrangement)
            found = marks.named_right(network, drawn_).mean()
            assert found == pytest.approx(told, abs=4 * (0.25 / 80) ** 0.5), (name, arrangement)
            if "columns" in name or (name[:-3] == "+ rows" and arrangement == "one row"):
                assert told > 0.95
    assert (data_folder() / "weights" / "scan_marks.npz").stat().st_size < 500_000


@pytest.mark.parametrize("name", ["digits", "marks", "fields"])
def test_a_table_says_how_to_make_it_again_and_holds_every_run_once(name: str) -> None:
    table = read_table(data_folder() / f"scan_{name}.csv")
    assert table.about["command"] == f"python tools/scan.py {name}"
    wanted = tool.settings(name)
    keys = list(wanted[0])
    held = dict.fromkeys(tuple(row[key] for key in keys) for row in table.rows)
    within = [*keys, *(each for each in ("arrangement", "distance", "updates") if each in table.rows[0])]
    assert len({tuple(row[key] for key in within) for row in table.rows}) == len(table.rows)
    assert sorted(map(str, held)) == sorted(str(tuple(each.values())) for each in wanted)


def test_the_fields_of_the_table_are_measured_again() -> None:
    table = read_table(data_folder() / "scan_fields.csv")
    for start in tool.STARTS:
        again = list(tool.fields(start, 2))
        rows = table.where(start=start, seed=2).rows
        np.testing.assert_allclose([row["left"] for row in rows], [row["left"] for row in again], rtol=1e-4)


def test_the_page_says_the_readers_by_the_names_of_the_explorer() -> None:
    source = (ROOT / "notebooks" / "source" / "14_scan_a_picture.md").read_text(encoding="utf-8")
    assert set(re.findall(r'"(\+ rows[^"]*|convolution only)"', source)) <= set(READERS)

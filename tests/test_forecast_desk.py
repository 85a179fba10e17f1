"""The desk shows the truth, what was said of it without seeing it, and how far off everyone was."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.drawing.forecast import BACK, ON, Look, bars, place, series
from lstm_lab.drawing.svg import LECTURE, NORMAL
from lstm_lab.explorers import ForecastDesk, forecast_desk
from lstm_lab.explorers.forecast_desk import ALONE, CYCLE, LAST, LINEAR, MONTH, YEAR, best, forecast, nearness
from lstm_lab.series import forecasting as f
from lstm_lab.series import sunspots as sun

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"


def words(element) -> list[str]:
    return [each.text or "" for each in element.iter(f"{SVG}text")]


def group(explorer: ForecastDesk, name: str, canvas=None):
    root = ElementTree.fromstring(explorer.svg(canvas))
    (found,) = [each for each in root.iter(f"{SVG}g") if each.get("class") == name]
    return found


@pytest.mark.parametrize("sees", [MONTH, YEAR, ALONE])
@pytest.mark.parametrize("network", ["LSTM", "GRU", "RNN"])
def test_a_desk_shows_the_truth_and_errors_that_are_those_of_what_was_said(sees: str, network: str) -> None:
    run = forecast(1954.25, 9, sees, network)
    at, truth = sun.month_at(1954.25), sun.sunspots()
    np.testing.assert_array_equal(run.before, truth[at - BACK : at])
    np.testing.assert_array_equal(run.after, truth[at : at + 108])
    assert list(run.said) == [network, LINEAR, CYCLE, LAST]
    for name, said in run.said.items():
        assert len(said) == 108 and said.min() >= 0
        assert run.off[name] == pytest.approx(np.sqrt(np.mean((said - run.after) ** 2)))


def test_what_is_said_alone_does_not_depend_on_what_came(monkeypatch) -> None:
    at, truth = sun.month_at(1954.25), sun.sunspots()
    seen = forecast(1954.25, 11, ALONE, "LSTM").said
    blind = np.concatenate([truth[:at], np.zeros(len(truth) - at)])
    forecast_desk.network_memory.cache_clear()
    forecast_desk.linear_memory.cache_clear()
    monkeypatch.setattr(sun, "sunspots", lambda: blind)
    try:
        for name, said in forecast(1954.25, 11, ALONE, "LSTM").said.items():
            np.testing.assert_allclose(said, seen[name], atol=1e-9)
    finally:
        forecast_desk.network_memory.cache_clear()
        forecast_desk.linear_memory.cache_clear()


def test_the_naive_rules_of_the_desk_are_the_last_month_and_the_last_cycle() -> None:
    truth, at = sun.sunspots(), sun.month_at(1944)
    assert forecast(1944, 1, MONTH, "RNN").said[LAST].tolist() == truth[at - 1 : at + 11].tolist()
    assert forecast(1944, 1, YEAR, "RNN").said[LAST].tolist() == truth[at - 12 : at].tolist()
    assert set(forecast(1944, 2, ALONE, "RNN").said[LAST]) == {truth[at - 1]}
    copied = forecast(1944, 11, ALONE, "RNN").said[CYCLE]
    np.testing.assert_array_equal(copied[:127], truth[at - 127 : at])
    np.testing.assert_array_equal(copied[127:], truth[at - 127 : at - 122])


def test_the_first_month_alone_is_the_first_month_that_is_seen_before() -> None:
    alone, month = (forecast(1961.5, 1, sees, "GRU").said for sees in (ALONE, MONTH))
    assert alone["GRU"][0] == pytest.approx(month["GRU"][0])
    assert alone["GRU"][5] != pytest.approx(month["GRU"][5])


def test_every_start_of_the_slider_has_eleven_years_of_truth() -> None:
    start = ForecastDesk().inputs["start"]
    assert sun.month_at(start.ends()[0]) == sun.month_at(sun.TESTING)
    assert sun.month_at(start.ends()[1]) + ON <= len(sun.sunspots())


def test_lines_go_through_what_was_said_and_through_the_truth() -> None:
    explorer = ForecastDesk(start=1954.25, sees=MONTH)
    run, area = explorer.record, place(explorer.canvas(False)).series
    lines = {}
    for line in group(explorer, "series").iter(f"{SVG}polyline"):
        points = [[float(n) for n in pair.split(",")] for pair in line.attrib["points"].split()]
        lines[len(points), line.attrib["class"]] = points
    whole = np.concatenate([run.before, run.after])
    np.testing.assert_allclose([y for _, y in lines[264, "s ink"]], [area.y(v) for v in whole], atol=0.06)
    network = lines[132, "s q-lstm"]
    np.testing.assert_allclose([y for _, y in network], [area.y(v) for v in run.said["LSTM"]], atol=0.06)
    assert network[0][0] == pytest.approx(area.x(0), abs=0.06)
    assert network[-1][0] == pytest.approx(area.x(131), abs=0.06)


def test_the_shade_begins_at_the_start_and_covers_what_is_forecast() -> None:
    explorer = ForecastDesk(years=3)
    area = place(explorer.canvas(False)).series
    (shade,) = group(explorer, "series").iter(f"{SVG}rect")
    assert float(shade.attrib["x"]) == pytest.approx(area.x(0), abs=0.06)
    assert float(shade.attrib["width"]) == pytest.approx(area.x(35) - area.x(0), abs=0.06)


@pytest.mark.parametrize("canvas", [NORMAL._replace(height=254), LECTURE._replace(height=175)])
def test_the_bars_are_as_long_as_the_errors_and_the_least_is_bold(canvas) -> None:
    off = {"LSTM": 20.0, "linear": 10.0, "last cycle": 300.0}
    area = place(canvas).bars
    drawn = ElementTree.fromstring(bars(area, canvas, off, {"LSTM": Look("lstm", "none", 3)}))
    lengths = [float(each.attrib["width"]) for each in drawn.iter("rect")]
    unit = area.width / (area.x_limits[1] - area.x_limits[0])
    np.testing.assert_allclose(lengths, [20 * unit, 10 * unit, area.width], atol=0.06)
    bold = [each.text for each in drawn.iter("text") if each.get("font-weight") == "600"]
    assert bold[1:] == ["linear", "10.0"]
    assert len(list(drawn.iter("line"))) == 2  # the line of the network, and that of the truth


def test_years_are_written_where_they_begin() -> None:
    area = place(NORMAL).series
    drawn = ElementTree.fromstring(
        series(area, NORMAL, np.zeros(BACK), np.zeros(12), [], 1954.25, "never seen")
    )
    years = {each.text: float(each.attrib["x"]) for each in drawn.iter("text") if (each.text or "").isdigit()}
    assert years["1955"] == pytest.approx(area.x(9), abs=0.06)
    assert years["1945"] == pytest.approx(area.x(-111), abs=0.06)
    assert {"1945", "1950", "1955", "1960", "1965"} <= set(years) and "1940" not in years


def test_the_sentence_and_the_bars_give_the_same_errors() -> None:
    explorer = ForecastDesk(start=1964.75, sees=YEAR, network="GRU", years=1)
    said, drawn = explorer.describe(explorer.record), words(group(explorer, "bars"))
    assert said.startswith("1 year from October 1964 on, 1 year ahead: the GRU is off by ")
    for name, off in explorer.record.off.items():
        assert f"{off:.1f}" in said and drawn[drawn.index(name) + 1] == f"{off:.1f}"


def test_in_large_print_the_line_of_the_last_month_gives_way() -> None:
    explorer = ForecastDesk()
    dotted = [
        [
            line
            for line in group(explorer, "series", explorer.canvas(large)).iter(f"{SVG}polyline")
            if "1 3" in (line.get("style") or "")
        ]
        for large in (False, True)
    ]
    assert [len(each) for each in dotted] == [1, 0]


def test_the_challenge_is_met_by_some_start_only_alone_and_for_eleven_years() -> None:
    met = forecast(1967.75, 11, ALONE, "LSTM")
    assert nearness(met) == 1 and met.off["LSTM"] <= forecast_desk.NEAR
    assert (
        nearness(forecast(1967.75, 10, ALONE, "LSTM")) == nearness(forecast(1967.75, 11, MONTH, "LSTM")) == 0
    )
    assert 0 < nearness(forecast(1944.25, 11, ALONE, "LSTM")) < 0.5
    explorer = ForecastDesk(years=5)
    assert "It must be alone, for 11 years." in explorer._parts.frame.value


def test_the_first_picture_does_not_give_the_prediction_away() -> None:
    asked = ForecastDesk.prediction
    assert asked is not None and ForecastDesk().values()["sees"] != asked.values["sees"]
    run = ForecastDesk().compute(dict(asked.values))
    assert best(run) == LINEAR and asked.outcome(run) == "a linear rule"
    for name, choice in (("LSTM", "the LSTM"), (LAST, "last month again")):
        assert asked.outcome(run._replace(off={**run.off, name: 0.0})) == choice


def test_the_years_the_page_states_are_those_of_the_weights() -> None:
    about = forecast_desk.models.load("series_lstm").about
    assert about["learned from"] == [1749, 1899] and "from 1749 to 1899" in ForecastDesk.not_shown
    assert f.AHEAD == (1, 12)

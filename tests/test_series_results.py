"""What lesson 13 claims, from the stored runs, and that the stored networks are those of the runs."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lstm_lab import descent, models, starts
from lstm_lab.drawing import series as drawn
from lstm_lab.files import data_folder
from lstm_lab.notation import NETWORKS
from lstm_lab.readout import squared_error
from lstm_lab.series import adding, echoes
from lstm_lab.series import forecasting as f
from lstm_lab.series import sunspots as sun
from lstm_lab.sweeps import Table, read_table

ROOT = Path(__file__).resolve().parents[1]
LEARNED, CHOOSING = sun.part(sun.FIRST, sun.CHOOSING), sun.part(sun.CHOOSING, sun.TESTING)
TEST = sun.part(sun.TESTING, sun.END)
ORDERS = {1: 36, 12: 132}


@cache
def table(name: str) -> Table:
    return read_table(data_folder() / f"series_{name}.csv")


@cache
def tool():
    pytest.importorskip("torch")
    import series

    return series


def linear_error(ahead: int) -> float:
    truth = sun.sunspots()
    rule = f.fit_linear(truth[LEARNED], ORDERS[ahead], ahead)
    return f.rmse(f.linear_forecast(rule, truth)[TEST], truth[TEST])


def naive_error(ahead: int) -> float:
    truth = sun.sunspots()
    return f.rmse(f.persistence(truth, ahead)[TEST], truth[TEST])


# --- the tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adding", "echoes", "sunspots"])
def test_a_table_holds_every_run_of_its_tool_once_and_says_its_plan(name: str) -> None:
    stored, plan = table(name), tool().settings(name)
    keys = list(plan[0])
    assert sorted(tuple(row[key] for key in keys) for row in stored.rows) == sorted(
        tuple(setting.values()) for setting in plan
    )
    assert stored.about["command"] == f"python tools/series.py {name}"
    assert {"task", "units", "updates", "rate", "clip", "torch", "numpy"} <= set(stored.about)
    assert all(row["seconds"] > 0 for row in stored.rows)


def test_an_error_of_the_adding_problem_is_the_lowest_of_its_curve_and_ends_it_once_solved() -> None:
    for row in table("adding").rows:
        losses = [float(each) for each in row["curve"].split()]
        assert row["error"] == pytest.approx(min(losses), abs=1e-4)
        assert row["updates"] == 50 * (len(losses) - 1) <= 1000
        assert all(loss >= adding.SOLVED for loss in losses[:-1])
        assert (losses[-1] < adding.SOLVED) == (row["error"] < adding.SOLVED)


def test_no_rnn_solves_50_numbers_and_every_gated_start_does_in_four_seeds_of_five() -> None:
    rows = table("adding").where(steps=50).rows
    for start in {row["start"] for row in rows}:
        errors = [row["error"] for row in rows if row["start"] == start and row["rate"] == 0.01]
        solved = sum(error < adding.SOLVED for error in errors)
        assert len(errors) == 5
        assert solved == 0 if start.startswith("RNN") else solved >= 4
    assert min(row["error"] for row in rows if row["start"].startswith("RNN")) > 0.1


def test_a_run_that_is_solved_was_flat_before_for_at_least_half_of_its_updates() -> None:
    for row in table("adding").rows:
        losses = np.array([float(each) for each in row["curve"].split()])
        if losses[-1] < adding.SOLVED:
            assert (losses > 0.1).mean() > 0.5


def test_who_has_gates_measures_the_delay_and_no_rnn_does() -> None:
    fresh = echoes.draw_echoes(np.random.default_rng(5), 4000)
    best = echoes.nats_per_call(echoes.ideal_next(fresh), fresh)
    nothing = echoes.nats_per_call(echoes.forgetful_next(fresh), fresh)
    for row in table("echoes").where(asked="next").rows:
        assert row["nats"] > best - 0.05
        if row["start"].startswith("RNN"):
            assert row["third"] < 0.01 and row["nats"] > nothing - 0.1
        else:
            assert row["third"] > 0.5 and row["nats"] < nothing - 0.3


def test_asked_for_the_delay_alone_at_the_end_a_start_that_measures_it_in_every_seed_learns_it_in_some() -> (
    None
):
    rows = table("echoes").where(start="LSTM forget bias 1")
    named = rows.where(asked="label").column("named")
    assert min(rows.where(asked="next").column("third")) > 0.9
    assert len(named) == 5 and 1 <= sum(share > 0.8 for share in named) <= 3 and min(named) < 0.2


def test_one_month_ahead_the_linear_rule_beats_every_network_and_one_year_ahead_it_is_a_draw() -> None:
    runs = table("sunspots")
    assert min(runs.column("test_1")) > linear_error(1) + 1
    assert abs(np.median(runs.column("test_12")) - linear_error(12)) < 1
    assert max(runs.column("test_12")) < naive_error(12) - 8
    assert np.median(runs.column("test_1")) == pytest.approx(naive_error(1), abs=0.5)


def test_the_orders_and_the_period_of_the_desk_are_those_that_are_chosen_without_the_test() -> None:
    from lstm_lab.explorers import forecast_desk as desk

    truth, orders = sun.sunspots(), (1, 12, 24, 36, 60, 132)
    blind = np.concatenate([truth[: TEST.start], np.zeros(len(truth) - TEST.start)])
    assert f.best_period(blind[LEARNED], 96, 180) == desk.PERIOD
    for sees, ahead in ((desk.MONTH, 1), (desk.YEAR, 12)):
        assert len(f.best_linear(blind, LEARNED, CHOOSING, orders, ahead).weights) == desk.ORDERS[sees]
    assert len(f.best_linear_runner(blind, LEARNED, CHOOSING, (36, 60, 132), 132).weights) == 132


# --- the weights -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_stored_forecaster_is_the_one_that_did_best_where_it_is_chosen_and_does_what_its_row_says(
    kind: str,
) -> None:
    model = models.load(f"series_{kind}")
    row = min(table("sunspots").where(kind=kind).rows, key=lambda run: run["chosen_by"])
    assert model.about["seed"] == row["seed"]
    assert model.about["scale"] == pytest.approx(sun.training_scale()._asdict())
    found = tool().off(model)
    assert found == pytest.approx({name: row[name] for name in found}, abs=0.6)


def test_a_stored_forecaster_never_names_the_heights_the_sun_went_to() -> None:
    truth = sun.sunspots()
    assert truth[TEST].max() > 250
    for kind in ("rnn", "lstm", "gru"):
        said = f.network_forecasts(models.load(f"series_{kind}"), truth, sun.training_scale())
        assert said[1][TEST].max() < 170


def test_the_stored_listener_is_the_least_surprised_and_measures_the_delay_of_series_it_never_heard() -> None:
    model = models.load("series_echo")
    row = min(table("echoes").where(asked="next").rows, key=lambda run: run["nats"])
    assert (model.about["start"], model.about["seed"]) == (row["start"], row["seed"])
    fresh = echoes.draw_echoes(np.random.default_rng(99), 1500)
    chances = models.answers(model, fresh.xs).probabilities[..., echoes.ECHO]
    shares = [echoes.expected_in_time(chances, fresh, call).mean() for call in range(3)]
    assert shares[0] < 0.05 and shares[1] > 0.75 and shares[2] > 0.85


def test_no_readout_of_the_stored_lstm_could_name_the_highest_month() -> None:
    W, b = models.load("series_lstm").readout
    ceiling = sun.training_scale().up(np.abs(W[:, 0]).sum() + b[0])
    said = f.network_forecasts(models.load("series_lstm"), sun.sunspots(), sun.training_scale())[1]
    assert said[TEST].max() < ceiling < sun.sunspots()[TEST].max()


def test_a_start_has_the_same_colour_in_every_picture_of_the_runs() -> None:
    falling = drawn.curves(table("adding").where(rate=0.01).rows, adding.ALWAYS_ONE, adding.SOLVED).figure
    measuring = drawn.in_time(table("echoes").where(asked="next").rows, [0.0, 0.9, 1.0]).figure
    first, second = (
        {line.get_label(): line.get_color() for line in figure.axes[0].lines}
        for figure in (falling, measuring)
    )
    shared = {name for name in {*first} & {*second} if not str(name).startswith("_")}
    assert shared == {"RNN tanh", "RNN orthogonal", "LSTM forget bias 1", "GRU"}
    assert all(first[name] == second[name] for name in shared)
    assert first["GRU"] != first["LSTM forget bias 1"] == NETWORKS["lstm"].colour


# --- training on numbers ---------------------------------------------------------------------------


def test_torch_and_numpy_grade_numbers_alike_and_descend_alike() -> None:
    torch = pytest.importorskip("torch")
    from lstm_lab import training

    rng = np.random.default_rng(0)
    model = models.new_model("sum", starts.lstm_default(rng, 2, 5), rng, 1)
    batch = adding.adding_batch(rng, 8, 6)
    ours = models.loss_and_gradients(model, *batch, graded_by=squared_error)
    network = training.to_torch(model)
    loss = training.squared_error(
        network(torch.from_numpy(batch.xs)), torch.from_numpy(batch.targets), torch.from_numpy(batch.weights)
    )
    loss.backward()
    assert ours.loss == pytest.approx(loss.item(), rel=1e-10)
    theirs = network.readout.weight.grad
    assert theirs is not None
    np.testing.assert_allclose(ours.d_weights["readout.W"], theirs.numpy().T, rtol=1e-9)
    history = descent.descend(model, lambda rng: batch, rng, 30, 0.02, graded_by=squared_error)
    assert history.losses[-1] < history.losses[0]


def test_a_run_that_is_good_enough_ends_early_and_says_so() -> None:
    pytest.importorskip("torch")
    from lstm_lab import training

    rng = np.random.default_rng(0)
    model = models.new_model("sum", starts.gru_default(rng, 2, 8), rng, 1)
    history = training.train(
        model,
        adding.adding_batches(2),
        rng,
        500,
        1e-2,
        graded_by=training.squared_error,
        enough=0.1,
        look=adding.adding_batch(rng, 2, 200),
    )
    assert history.best_loss < 0.1 and history.steps[-1] < 500
    assert history.stopped.startswith(f"stopped at update {history.steps[-1]}: a loss of 0.0")

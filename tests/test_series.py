"""The series keep their rules, the ideal observer is exact, and no forecast has seen what it forecasts."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_lab import models, starts
from lstm_lab.cells import step
from lstm_lab.readout import dense, squared_error
from lstm_lab.series import adding, echoes
from lstm_lab.series import forecasting as f
from lstm_lab.series import sunspots as sun

CLOCK = 20 + 10 * np.sin(2 * np.pi * np.arange(400) / 40)


@pytest.fixture(scope="module")
def drawn() -> echoes.Echoes:
    return echoes.draw_echoes(np.random.default_rng(3), 4000)


def a_forecaster(seed: int = 1) -> models.Model:
    rng = np.random.default_rng(seed)
    return models.new_model("small", starts.lstm_forget_bias(rng, 1, 6, 1.0), rng, 2)


# --- adding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [2, 7, 50])
def test_one_number_is_marked_in_each_half_and_their_sum_is_wanted_at_the_end(steps: int) -> None:
    batch = adding.adding_batch(np.random.default_rng(1), steps, 300)
    numbers, marks = batch.xs[..., 0], batch.xs[..., 1]
    assert set(np.unique(marks)) <= {0, 1}
    assert np.all(marks[: steps // 2].sum(0) == 1) and np.all(marks[steps // 2 :].sum(0) == 1)
    np.testing.assert_allclose(batch.targets[-1, :, 0], (numbers * marks).sum(0), atol=1e-12)
    assert not batch.weights[:-1].any() and batch.weights.sum() == pytest.approx(1)
    assert numbers.min() >= 0 and numbers.max() <= 1


def test_who_always_says_1_has_an_error_of_a_sixth() -> None:
    batch = adding.adding_batch(np.random.default_rng(2), 6, 60_000)
    always = squared_error(np.ones_like(batch.targets), batch.targets, batch.weights).value
    assert always == pytest.approx(adding.ALWAYS_ONE, abs=0.003)
    assert f"{adding.ALWAYS_ONE:.4f}" == "0.1667"


def test_one_number_has_no_two_halves() -> None:
    with pytest.raises(ValueError, match=r"^steps must be at least 2, got 1$"):
        adding.adding_batch(np.random.default_rng(0), 1, 3)


def test_a_fresh_batch_is_drawn_each_time() -> None:
    draw, rng = adding.adding_batches(10, 4), np.random.default_rng(0)
    one, two = draw(rng), draw(rng)
    assert one.xs.shape == (10, 4, 2) and not np.array_equal(one.xs, two.xs)


# --- echoes ----------------------------------------------------------------------------------------


def test_each_series_has_a_delay_of_its_own_and_every_echo_that_is_heard_comes_after_it(drawn) -> None:
    counts = np.bincount(drawn.delays)[echoes.SHORTEST :]
    assert len(counts) == echoes.DELAYS and counts.min() > 0.7 * len(drawn.delays) / echoes.DELAYS
    assert drawn.heard.mean() == pytest.approx(echoes.HEARD, abs=0.01)
    each = np.arange(len(drawn.delays))
    for call, heard in zip(drawn.calls, drawn.heard, strict=True):
        assert drawn.xs[call, each, 0].mean() == pytest.approx(1, abs=0.01)
        at_echo = drawn.xs[call + drawn.delays, each, 0]
        assert at_echo[heard].mean() == pytest.approx(0.5, abs=0.01)
        assert at_echo[~heard].mean() == pytest.approx(0, abs=0.02)


def test_no_call_sounds_while_an_echo_is_due_and_every_echo_lies_within_the_series(drawn) -> None:
    assert np.diff(drawn.calls, axis=0).min() > echoes.LONGEST
    assert drawn.calls.min() >= 1 and drawn.calls.max() + echoes.LONGEST < echoes.STEPS


def test_the_answer_is_given_one_step_before_the_echo(drawn) -> None:
    wanted = echoes.comes_next(drawn)
    assert np.array_equal(wanted.sum(axis=0), drawn.heard.sum(axis=0))
    k = int(np.flatnonzero(drawn.heard.all(axis=0))[0])
    assert set(np.flatnonzero(wanted[:, k])) == set(drawn.calls[:, k] + drawn.delays[k] - 1)


def test_at_the_first_call_the_ideal_observer_spreads_his_expectation_and_after_an_echo_he_knows(
    drawn,
) -> None:
    ideal = echoes.ideal_next(drawn)
    each = np.arange(len(drawn.delays))
    first = ideal[drawn.calls[0] + echoes.SHORTEST - 1, each]
    np.testing.assert_allclose(first, echoes.HEARD / echoes.DELAYS)
    known = drawn.heard[0]
    at, never = drawn.calls[1] + drawn.delays - 1, drawn.calls[1] + drawn.delays
    np.testing.assert_allclose(ideal[at, each][known], echoes.HEARD)
    np.testing.assert_allclose(ideal[never, each][known], 0, atol=1e-12)


def test_the_longer_the_first_call_stays_unanswered_the_likelier_the_echo_comes_next(drawn) -> None:
    ideal = echoes.ideal_next(drawn)
    k = int(np.flatnonzero(drawn.delays == echoes.LONGEST)[0])
    at = drawn.calls[0, k] + np.arange(echoes.SHORTEST - 1, echoes.LONGEST)
    silent = np.arange(echoes.DELAYS)
    share = echoes.HEARD / echoes.DELAYS
    np.testing.assert_allclose(ideal[at, k], share / (1 - share * silent))


def test_the_ideal_observer_is_calibrated_and_nobody_who_forgets_is_less_surprised(drawn) -> None:
    ideal, forgetful = echoes.ideal_next(drawn), echoes.forgetful_next(drawn)
    wanted = echoes.comes_next(drawn)
    for chances in (ideal, forgetful):
        for low, high in ((0.05, 0.09), (0.09, 0.2), (0.2, 0.5), (0.8, 1.0)):
            here = (chances > low) & (chances <= high)
            if here.sum() > 500:
                assert wanted[here].mean() == pytest.approx(chances[here].mean(), abs=0.02)
    assert echoes.nats_per_call(ideal, drawn) < 0.5 * echoes.nats_per_call(forgetful, drawn)


def test_only_who_has_measured_expects_an_echo_in_time(drawn) -> None:
    ideal, forgetful = echoes.ideal_next(drawn), echoes.forgetful_next(drawn)
    shares = [echoes.expected_in_time(ideal, drawn, call).mean() for call in range(3)]
    heard = drawn.heard
    assert shares == [0, heard[0].mean(), (heard[0] | heard[1]).mean()]
    assert not any(echoes.expected_in_time(forgetful, drawn, call).any() for call in range(3))


def test_an_echo_that_is_also_expected_before_its_step_is_not_in_time(drawn) -> None:
    chances = echoes.ideal_next(drawn)
    each = np.arange(len(drawn.delays))
    early = chances.copy()
    early[drawn.calls[2] + echoes.SHORTEST - 1, each] = 0.6
    late = drawn.delays > echoes.SHORTEST
    assert not echoes.expected_in_time(early, drawn, 2)[late].any()
    assert echoes.expected_in_time(early, drawn, 2)[~late].all()


def test_the_label_is_asked_once_at_the_end_and_the_next_step_always() -> None:
    few = echoes.draw_echoes(np.random.default_rng(0), 5)
    label, after = echoes.label_batch(few), echoes.next_batch(few)
    assert not label.weights[:-1].any() and label.weights[-1].sum() == pytest.approx(1)
    assert np.array_equal(label.targets[-1], few.delays - echoes.SHORTEST)
    assert after.weights.sum() == pytest.approx(echoes.STEPS / echoes.CALLS)
    drawn = echoes.echo_batches(echoes.label_batch, 7)(np.random.default_rng(0))
    assert drawn.xs.shape == (echoes.STEPS, 7, 1)


# --- the sunspots ----------------------------------------------------------------------------------


def test_the_sunspots_are_those_of_the_book() -> None:
    numbers = sun.sunspots()
    assert numbers.shape == (2820,)
    assert list(numbers[:4]) == [58, 62.6, 70, 55.7] and list(numbers[-3:]) == [55.8, 33.3, 33.4]
    assert numbers.max() == 253.8 and sun.date_of(int(numbers.argmax())) == "October 1957"
    assert numbers.min() == 0 and numbers.sum() == pytest.approx(144570.0, abs=0.05)
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 1


def test_the_three_parts_follow_each_other_and_hold_every_month() -> None:
    years = (sun.FIRST, sun.CHOOSING, sun.TESTING, sun.END)
    pieces = [sun.part(a, b) for a, b in pairwise(years)]
    assert pieces[0].start == 0 and pieces[-1].stop == len(sun.sunspots())
    assert pieces[0].stop == pieces[1].start and pieces[1].stop == pieces[2].start


def test_the_scale_knows_the_learned_part_alone() -> None:
    learned, scale = sun.sunspots()[sun.part(sun.FIRST, sun.CHOOSING)], sun.training_scale()
    assert scale.mean == learned.mean() and scale.deviation == learned.std()
    np.testing.assert_allclose(scale.up(scale.down(learned)), learned, atol=1e-9)


# --- forecasts -------------------------------------------------------------------------------------


def every_forecast(series: np.ndarray, ahead: int) -> dict[str, np.ndarray]:
    scale = sun.Scale(20.0, 7.0)
    return {
        "persistence": f.persistence(series, ahead),
        "seasonal": f.seasonal(series, ahead, 40),
        "linear": f.linear_forecast(f.fit_linear(CLOCK, 5, ahead), series),
        "network": f.network_forecasts(a_forecaster(), series, scale)[ahead],
    }


@pytest.mark.parametrize("ahead", f.AHEAD)
@pytest.mark.parametrize("name", ["persistence", "seasonal", "linear", "network"])
def test_a_forecast_of_a_month_depends_on_no_month_less_than_so_many_before_it(name, ahead) -> None:
    t, changed = 200, CLOCK.copy()
    changed[t - ahead + 1 :] += 1000
    before, after = every_forecast(CLOCK, ahead)[name], every_forecast(changed, ahead)[name]
    np.testing.assert_array_equal(before[: t + 1], after[: t + 1])
    changed[t - ahead] += 5
    if name != "seasonal":
        assert every_forecast(changed, ahead)[name][t] != before[t]


def test_the_naive_rules_say_the_last_month_and_the_month_one_period_before() -> None:
    assert f.persistence(CLOCK, 12)[100] == CLOCK[88]
    np.testing.assert_allclose(f.seasonal(CLOCK, 12, 40)[40:], CLOCK[40:], atol=1e-9)
    assert np.isnan(f.seasonal(CLOCK, 12, 40)[:40]).all() and np.isnan(f.persistence(CLOCK, 1)[0])
    with pytest.raises(ValueError, match=r"^period must be at least ahead=12, got 11$"):
        f.seasonal(CLOCK, 12, 11)


def test_the_period_of_a_clock_is_found() -> None:
    assert f.best_period(CLOCK, 25, 60) == 40


@pytest.mark.parametrize("ahead", [1, 12])
def test_a_linear_rule_of_two_months_forecasts_a_pure_wave_exactly(ahead: int) -> None:
    rule = f.fit_linear(CLOCK[:200], 2, ahead)
    said = f.linear_forecast(rule, CLOCK)
    assert np.isnan(said[: 1 + ahead]).all() and rule.ahead == ahead
    np.testing.assert_allclose(said[1 + ahead :], CLOCK[1 + ahead :], atol=1e-6)
    if ahead == 1:
        runs = f.linear_runs(rule, CLOCK, np.array([50, 101]), 80)
        np.testing.assert_allclose(runs, CLOCK[np.array([[50], [101]]) + np.arange(80)], atol=1e-4)


def test_only_a_rule_for_the_next_month_can_run_on() -> None:
    with pytest.raises(ValueError, match=r"^rule must look 1 month ahead, it looks 12$"):
        f.linear_runs(f.fit_linear(CLOCK, 2, 12), CLOCK, np.array([50]), 3)


def test_the_order_is_chosen_where_it_was_not_learned() -> None:
    rng = np.random.default_rng(0)
    noisy = CLOCK + rng.normal(0, 3, len(CLOCK))
    learned, choosing = slice(0, 200), slice(200, 400)
    orders = (1, 2, 10, 90)
    rule = f.best_linear(noisy, learned, choosing, orders, 1)
    errors = {
        order: f.rmse(
            f.linear_forecast(f.fit_linear(noisy[learned], order, 1), noisy)[choosing], noisy[choosing]
        )
        for order in orders
    }
    assert len(rule.weights) == min(errors, key=errors.__getitem__) == 10
    runner = f.best_linear_runner(noisy, learned, choosing, orders, 60)
    assert len(runner.weights) in orders and runner.ahead == 1


def test_a_copied_cycle_goes_round_again() -> None:
    run = f.seasonal_runs(np.arange(100.0), np.array([50]), 7, 3)
    assert run.tolist() == [[47, 48, 49, 47, 48, 49, 47]]


def test_a_network_on_its_own_reads_what_it_said() -> None:
    model, scale, start, months = a_forecaster(), sun.Scale(20.0, 7.0), 120, 6
    run = f.network_runs(model, CLOCK, scale, np.array([90, start]), months)[1]
    trace = models.answers(model, scale.down(CLOCK[:start])[:, None, None])
    cell: Any = model.cell
    state: Any = type(trace.trace.state)(*(each[-1] for each in trace.trace.state))
    x, wanted = trace.logits[-1, :, :1], []
    for _ in range(months):
        wanted.append(max(0.0, float(scale.up(x)[0, 0])))
        one = step(cell, x, state)
        state, x = one.state, dense(model.readout, one.h)[:, :1]
    np.testing.assert_allclose(run, wanted, rtol=1e-12)
    assert run[0] == f.network_forecasts(model, CLOCK, scale)[1][start]
    blind = CLOCK.copy()
    blind[start:] = 0
    np.testing.assert_array_equal(f.network_runs(model, blind, scale, np.array([start]), months)[0], run)


def test_no_forecast_is_below_zero() -> None:
    low = CLOCK - 15
    for said in every_forecast(np.maximum(low, 0), 1).values():
        assert np.nanmin(said) >= 0
    assert f.linear_runs(f.fit_linear(low, 2, 1), low, np.array([50]), 80).min() == 0


def test_windows_are_graded_by_the_month_after_and_the_month_a_year_after_once_they_have_warmed_up() -> None:
    values = np.arange(500.0)
    batch = f.window_batches(values, 100, 3)(np.random.default_rng(0))
    np.testing.assert_array_equal(batch.targets[..., 0], batch.xs[..., 0] + 1)
    np.testing.assert_array_equal(batch.targets[..., 1], batch.xs[..., 0] + 12)
    assert not batch.weights[: f.WARM_UP].any() and batch.weights.sum() == pytest.approx(1)


def test_the_batch_that_chooses_is_graded_within_its_part_alone() -> None:
    values = np.arange(300.0)
    batch = f.judging_batch(values, 200, 260)
    graded = batch.weights[:, 0] > 0
    assert batch.targets[graded].min() == 200 and batch.targets[graded].max() == 259
    assert batch.xs.max() < 260 - 1 and batch.weights.sum() == pytest.approx(1)


def test_skill_is_one_without_error_zero_if_no_better_and_negative_if_worse() -> None:
    truth, naive = np.array([1.0, 2.0, 4.0]), np.array([0.0, 2.0, 2.0])
    assert f.skill(truth, naive, truth) == 1
    assert f.skill(naive, naive, truth) == 0
    assert f.skill(2 * naive - truth, naive, truth) == pytest.approx(-3)


def test_the_interval_of_a_difference_holds_it_and_is_nothing_for_a_forecast_against_itself() -> None:
    rng = np.random.default_rng(0)
    truth = CLOCK
    one, other = truth + rng.normal(0, 5, 400), truth + rng.normal(0, 3, 400)
    gap, low, high = f.difference_interval(one, other, truth, rng)
    assert low < gap < high and low > 0
    assert gap == f.rmse(one, truth) - f.rmse(other, truth)
    assert f.difference_interval(one, one, truth, rng) == (0, 0, 0)


def test_the_table_of_sunspots_holds_a_row_a_year() -> None:
    lines = (
        (Path(__file__).resolve().parents[1] / "data" / "sunspots.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    assert len(lines) == 2 + sun.END - sun.FIRST
    assert all(line.count(",") == 12 for line in lines[1:])

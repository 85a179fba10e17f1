"""Measures have the values that can be worked out by hand."""

from typing import Any

import numpy as np
import pytest
import torch
from messages import says
from random_cells import STARTS, draw

from lstm_lab import cells, measures, starts
from lstm_lab.checks import ShapeError
from lstm_lab.gradients import backward, step_jacobians
from lstm_lab.measures import (
    cell_paths,
    direct_path,
    gradient_norm_by_lag,
    half_life,
    log_shares,
    reach,
    saturation,
    state_gradients,
)


def test_after_one_half_life_half_is_left():
    m = np.array([0.01, 0.3, 0.5, 0.9, 0.99])
    np.testing.assert_allclose(m ** half_life(m), 0.5)
    assert half_life(0.5) == 1
    assert round(float(half_life(0.99))) == 69


def test_nothing_lasts_at_zero_and_everything_at_one():
    np.testing.assert_array_equal(half_life(np.array([0.0, 1.0])), [0, np.inf])


def test_a_multiplier_that_is_no_share_is_named():
    for wrong in (1.5, -0.1, float("nan")):
        with says(f"multiplier must be from 0 to 1, got {wrong:g}", ValueError):
            half_life(np.array([0.5, wrong]))


def test_saturation_counts_the_steps_near_each_end():
    f = np.array([0.05, 0.5, 0.95, 0.99])[:, None, None] * np.ones((4, 3, 2))
    shares = saturation(f)
    np.testing.assert_allclose(shares.low, [0.25, 0.25])
    np.testing.assert_allclose(shares.high, [0.5, 0.5])


def test_the_ends_of_a_tanh_are_minus_one_and_one():
    h = np.array([-0.9, 0, 0.5, 0.7])[:, None, None]
    shares = saturation(h, low=-1)
    np.testing.assert_allclose([shares.low[0], shares.high[0]], [0.25, 0])


def test_a_range_without_room_between_its_ends_is_named():
    with says("low must be below high and edge in (0, 0.5], got low=1, high=0, edge=0.1", ValueError):
        saturation(np.zeros((1, 1, 1)), 1, 0)
    with says("low must be below high and edge in (0, 0.5], got low=0.0, high=1.0, edge=0.6", ValueError):
        saturation(np.zeros((1, 1, 1)), edge=0.6)


def test_a_cell_given_large_inputs_is_saturated_at_every_step():
    params, _, start = draw("lstm")
    shares = saturation(cells.trace(params, np.full((5, 2, 3), 3e4), start).f)
    np.testing.assert_array_equal(shares.low + shares.high, 1)


def test_the_direct_path_is_the_product_of_the_forget_gates_that_follow():
    np.testing.assert_allclose(direct_path(np.array([0.1, 0.5, 0.4, 0.2])), [0.04, 0.08, 0.2, 1])
    np.testing.assert_allclose(direct_path(np.full((33, 2, 3), 0.5))[0], 0.5**32)
    np.testing.assert_array_equal(direct_path(np.array([0.3])), [1])
    f = np.random.default_rng(0).random((6, 2, 3))
    np.testing.assert_allclose(direct_path(f)[2], f[3] * f[4] * f[5])


def test_a_direct_path_needs_a_time_axis():
    with says("f must have a time axis with at least one step, got shape ()"):
        direct_path(np.array(0.5))
    with says("f must have a time axis with at least one step, got shape (0, 2)"):
        direct_path(np.zeros((0, 2)))
    with says("f must hold finite numbers, got nan at index (0,)", ValueError):
        direct_path(np.array([np.nan, 1]))


def test_where_h_does_not_feed_back_the_direct_path_is_the_whole_gradient():
    params, xs, start = draw("lstm", T=9)
    trace = cells.trace(params._replace(W_h=params.W_h * 0), xs, start)
    d_last = cells.LSTMState(np.zeros((2, 4)), np.ones((2, 4)))
    back = backward(params._replace(W_h=params.W_h * 0), trace, np.zeros_like(trace.h), d_last)
    assert back.d_cs is not None
    np.testing.assert_allclose(back.d_cs, direct_path(trace.f), atol=1e-15)


@pytest.mark.parametrize("kind", STARTS)
def test_gradient_norms_count_back_from_the_last_step(kind):
    params, xs, start = draw(kind)
    trace = cells.trace(params, xs, start)
    d_hs = np.zeros_like(trace.h)
    d_hs[-1] = np.random.default_rng(1).normal(size=(2, 4))
    norms = gradient_norm_by_lag(backward(params, trace, d_hs))
    assert norms.h.shape == (5,)
    np.testing.assert_allclose(norms.h[0], np.linalg.norm(d_hs[-1]))
    assert (norms.c is None) == (not hasattr(trace, "c"))


def test_an_orthogonal_linear_cell_has_the_same_gradient_at_every_lag():
    params = starts.rnn_orthogonal(np.random.default_rng(0), 2, 6, "linear")
    trace = cells.trace(params, np.zeros((40, 3, 2)))
    d_hs = np.zeros_like(trace.h)
    d_hs[-1] = 1
    norms = gradient_norm_by_lag(backward(params, trace, d_hs))
    np.testing.assert_allclose(norms.h, np.sqrt(18), rtol=1e-12)
    halved = params._replace(W_h=params.W_h / 2)
    norms = gradient_norm_by_lag(backward(halved, cells.trace(halved, np.zeros((40, 3, 2))), d_hs))
    np.testing.assert_allclose(norms.h, np.sqrt(18) * 0.5 ** np.arange(40), rtol=1e-12)


def test_a_diagonal_linear_cell_reaches_back_by_powers_of_its_largest_entry():
    J = np.tile(np.diag([0.9, -0.5, 0.2]), (40, 1, 1))
    factors, products = reach(J)
    np.testing.assert_allclose(factors, np.log10(0.9))
    np.testing.assert_allclose(products, np.arange(1, 41) * np.log10(0.9), rtol=1e-12)


def test_an_orthogonal_linear_cell_reaches_back_for_ever():
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    np.testing.assert_allclose(reach(np.tile(Q, (500, 1, 1))).products, 0, atol=1e-10)


def test_what_is_too_small_for_a_number_is_still_told_apart():
    products = reach(np.tile(1e-5 * np.eye(3), (200, 1, 1))).products
    np.testing.assert_allclose(products[[0, 99, 199]], [-5, -500, -1000], rtol=1e-12)
    assert reach(np.tile(1e9 * np.eye(2), (100, 1, 1))).products[-1] == pytest.approx(900)


def test_a_cell_that_passes_nothing_on_reaches_nowhere():
    J = np.tile(np.eye(3), (4, 1, 1))
    J[1] = 0
    np.testing.assert_array_equal(reach(J).products, [0, 0, -np.inf, -np.inf])


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "story"])
def test_a_product_stretches_at_most_as_its_factors_do(kind):
    params, xs, start = draw(kind, 12, 1, 3, 4)
    J = step_jacobians(params, cells.trace(params, xs, start))[:, 0]
    factors, products = reach(J)
    assert np.all(products <= np.cumsum(factors) + 1e-9)
    plain = np.linalg.multi_dot(J[::-1]) if len(J) > 1 else J[0]
    assert products[-1] == pytest.approx(np.log10(np.linalg.norm(plain, 2)), abs=1e-9)


def test_a_largest_singular_value_below_one_over_gamma_must_vanish_and_above_only_may_explode():
    rng, gamma = np.random.default_rng(1), 1.0
    below, above = [], []
    for _ in range(30):
        W_h = rng.normal(size=(8, 8))
        for scale, found in ((0.95, below), (1.05, above)):
            params = cells.RNNParams(
                rng.normal(size=(2, 8)), W_h * scale / np.linalg.norm(W_h, 2) / gamma, np.zeros(8)
            )
            run = cells.trace(params, rng.normal(size=(60, 1, 2)))
            found.append(reach(step_jacobians(params, run)[:, 0]).products[-1])
    assert max(below) <= 60 * np.log10(0.95)
    assert min(above) < 0 and max(above) < 60 * np.log10(1.05)


def test_jacobians_that_are_not_square_are_named():
    with pytest.raises(ShapeError, match=r"^jacobians must have shape \(T, S, S\), got \(5, 2, 3\)$"):
        reach(np.ones((5, 2, 3)))
    with pytest.raises(ShapeError, match=r"^jacobians must have shape \(T, S, S\), got \(\)$"):
        reach(np.array(1.0))


def test_a_linear_orthogonal_cell_has_the_whole_gradient_left_at_every_lag():
    params = starts.rnn_orthogonal(np.random.default_rng(0), 2, 5, "linear")
    left = measures.gradient_left(params, np.random.default_rng(1).normal(size=(30, 3, 2)))
    np.testing.assert_allclose(left, 1, atol=1e-12)


def test_inputs_that_drive_tanh_to_its_flat_end_leave_less_of_the_gradient():
    params = starts.rnn_default(np.random.default_rng(0), 3, 8)
    xs = np.random.default_rng(1).normal(size=(20, 4, 3))
    small, large = (measures.gradient_left(params, factor * xs)[-1] for factor in (1, 30))
    assert large < small / 1000


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_gradient_norms_by_lag_are_those_of_autograd(kind):
    params, xs, start = draw(kind, 12, 3, 3, 5)
    back = backward(params, cells.trace(params, xs, start), np.ones((12, 3, 5)))
    found = gradient_norm_by_lag(back)
    W_x, W_h = torch.tensor(params.W_x), torch.tensor(params.W_h)
    state: Any = [torch.tensor(part, requires_grad=True) for part in start]
    kept: list[Any] = []
    for x in torch.tensor(xs):
        h = state[0]
        if kind == "rnn":
            state = [torch.tanh(x @ W_x + h @ W_h + torch.tensor(params.b))]
        elif kind == "lstm":
            i, f, g, o = x @ W_x + h @ W_h + torch.tensor(params.b)[:, None]
            c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
            state = [torch.sigmoid(o) * torch.tanh(c), c]
        else:
            from_x, from_h = (
                x @ W_x + torch.tensor(params.b_x)[:, None],
                h @ W_h + torch.tensor(params.b_h)[:, None],
            )
            r, z = (torch.sigmoid(from_x[k] + from_h[k]) for k in (0, 1))
            state = [(1 - z) * torch.tanh(from_x[2] + r * from_h[2]) + z * h]
        for part in state:
            part.retain_grad()
        kept.append(state)
    total: Any = sum(each[0].sum() for each in kept)
    total.backward()
    h_norms = [float(each[0].grad.norm()) for each in kept][::-1]
    np.testing.assert_allclose(found.h, h_norms, rtol=1e-10)
    if kind == "lstm":
        assert found.c is not None
        np.testing.assert_allclose(found.c, [float(each[1].grad.norm()) for each in kept][::-1], rtol=1e-10)


# --- from every loss step to every step before it ---------------------------------------------------


def alone(params: Any, xs: Any, start: Any, t: int) -> Any:
    """Return backward of a loss that is the sum of h at one step."""
    run = cells.trace(params, xs, start)
    d_hs = np.zeros_like(run.h)
    d_hs[t] = 1
    return backward(params, run, d_hs)


def lstm_in_torch(params: Any, xs: Any, start: Any, *, detached: bool) -> tuple[list[Any], list[Any]]:
    """Return every h and c of an LSTM written out in torch, h_prev cut off from what made it if ``detached``."""
    W_x, W_h, b = (torch.tensor(part) for part in params)
    h, c = torch.tensor(start.h), torch.tensor(start.c, requires_grad=True)
    hs, cs = [], []
    for x in torch.tensor(xs):
        i, f, g, o = x @ W_x + (h.detach() if detached else h) @ W_h + b[:, None]
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return hs, cs


@pytest.mark.parametrize("kind", STARTS)
def test_the_gradient_of_every_loss_step_is_what_backward_finds_for_that_step_alone(kind):
    params, xs, start = draw(kind, T=7, B=1, D=3, H=4)
    found = state_gradients(params, cells.trace(params, xs, start))
    assert found.shape == (7, 7, 4 * len(start))
    for t in range(7):
        np.testing.assert_allclose(
            found[:, t, :4], alone(params, xs, start, t).d_hs[:, 0], rtol=0, atol=1e-14
        )
    source_after_loss = np.tril_indices(7, -1)
    assert not found[source_after_loss].any() and found[0].any()


@pytest.mark.parametrize("kind", ["rnn", "gru"])
def test_state_gradients_are_those_of_autograd(kind):
    params, xs, start = draw(kind, 6, 1, 3, 5)
    found = state_gradients(params, cells.trace(params, xs, start))
    W_x, W_h = torch.tensor(params.W_x), torch.tensor(params.W_h)
    h: Any = torch.tensor(start.h, requires_grad=True)
    hs: list[Any] = []
    for x in torch.tensor(xs):
        if kind == "rnn":
            h = torch.tanh(x @ W_x + h @ W_h + torch.tensor(params.b))
        else:
            from_x = x @ W_x + torch.tensor(params.b_x)[:, None]
            from_h = h @ W_h + torch.tensor(params.b_h)[:, None]
            r, z = (torch.sigmoid(from_x[k] + from_h[k]) for k in (0, 1))
            h = (1 - z) * torch.tanh(from_x[2] + r * from_h[2]) + z * h
        hs.append(h)
    for t in range(6):
        for k in range(t + 1):
            (d_h,) = torch.autograd.grad(hs[t].sum(), hs[k], retain_graph=True)
            np.testing.assert_allclose(found[k, t], d_h[0].numpy(), rtol=1e-10, atol=1e-14)


def test_what_reaches_each_cell_state_is_what_autograd_finds_with_and_without_the_way_through_h():
    params, xs, start = draw("lstm", 8, 1, 3, 5)
    total, direct, through_h = cell_paths(params, cells.trace(params, xs, start))
    for detached, found in ((False, total), (True, direct)):
        hs, cs = lstm_in_torch(params, xs, start, detached=detached)
        for t in range(8):
            for k in range(t + 1):
                (d_c,) = torch.autograd.grad(hs[t].sum(), cs[k], retain_graph=True)
                np.testing.assert_allclose(found[k, t], d_c[0].numpy(), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(total - direct, through_h, rtol=0, atol=1e-15)
    assert np.abs(through_h[0, 5]).min() > 1e-6


def test_the_product_of_forget_gates_is_autograd_of_each_unit_with_h_cut_off():
    params, xs, start = draw("lstm", 9, 1, 3, 4)
    run = cells.trace(params, xs, start)
    _, cs = lstm_in_torch(params, xs, start, detached=True)
    for unit in range(4):
        for k in range(9):
            (d_c,) = torch.autograd.grad(cs[-1][0, unit], cs[k], retain_graph=True)
            assert d_c[0, unit].item() == pytest.approx(direct_path(run.f)[k, 0, unit], rel=1e-10)
            assert np.count_nonzero(d_c) == 1
    direct, slope = cell_paths(params, run).direct, run.o[-1, 0] * (1 - np.tanh(run.c[-1, 0]) ** 2)
    np.testing.assert_allclose(direct[:, -1], slope * direct_path(run.f)[:, 0], rtol=1e-12)


def test_the_total_of_a_cells_paths_is_what_backward_calls_d_cs():
    params, xs, start = draw("lstm", 6, 1, 2, 3)
    total = cell_paths(params, cells.trace(params, xs, start)).total
    for t in range(6):
        np.testing.assert_allclose(total[:, t], alone(params, xs, start, t).d_cs[:, 0], rtol=0, atol=1e-14)


def test_without_recurrent_weights_nothing_goes_through_h_not_even_a_rounding_error():
    params, xs, start = draw("lstm", 40, 1, 3, 4)
    params = params._replace(W_h=params.W_h * 0)
    total, direct, through_h = cell_paths(params, cells.trace(params, xs, start))
    assert not through_h.any()
    np.testing.assert_array_equal(total, direct)


def test_log_shares_are_powers_of_ten_of_the_length_at_the_loss_step():
    whole = np.zeros((3, 3, 2))
    whole[0, 0], whole[0, 1], whole[1, 1], whole[2, 2] = (3, 4), (0.03, 0.04), (6, 8), (1, 0)
    shares = log_shares(whole, whole, floor=-20)
    np.testing.assert_allclose(shares, [[0, np.log10(0.005), -20], [-20, 0, -20], [-20, -20, 0]])
    np.testing.assert_allclose(log_shares(whole / 10, whole, -20)[0, :2], shares[0, :2] - 1)


@pytest.mark.parametrize("exponent", [-300, -200, 200, 300])
def test_log_shares_tell_apart_what_a_square_could_not_hold(exponent):
    whole = np.ones((1, 1, 3))
    tiny = np.full((1, 1, 3), 10.0**exponent)
    np.testing.assert_allclose(log_shares(tiny, whole, -np.inf), exponent, rtol=1e-12)
    np.testing.assert_allclose(log_shares(whole, tiny), -exponent, rtol=1e-12)


def test_log_shares_are_taken_of_squares_of_steps_alone():
    whole = np.ones((3, 3, 2))
    with says("whole must have shape (T, T, H), got ()"):
        log_shares(whole, np.array(1.0))
    with says("whole must have shape (T, T, H), got (3, 4, 2)"):
        log_shares(whole, np.ones((3, 4, 2)))
    with says("gradients must have shape (T=3, T=3, H=2), got (3, 3, 1)"):
        log_shares(whole[..., :1], whole)


def test_a_loss_step_that_the_memory_does_not_reach_is_named():
    params, xs, start = draw("story", 4, 1, 2, 3)
    of_c = state_gradients(params, cells.trace(params, xs, start))[..., 3:]
    with says("the gradient at loss step 0 itself is 0: there is nothing to take shares of", ValueError):
        log_shares(of_c, of_c)


def test_several_sequences_at_once_are_refused():
    params, xs, start = draw("rnn")
    with says("run.h must have shape (T, B=1, H), got (5, 2, 4)"):
        state_gradients(params, cells.trace(params, xs, start))
    with says("run must be of type LSTMStep, got GRUStep", ValueError):
        gru, inputs, state = draw("gru", 5, 1, 3, 4)
        cell_paths(draw("lstm", 5, 1, 3, 4)[0], cells.trace(gru, inputs, state))  # type: ignore[arg-type]
    with says("params must be of type LSTMParams, got GRUParams", ValueError):
        cell_paths(gru, cells.trace(gru, inputs, state))  # type: ignore[arg-type]

"""Each start has the property it is named for."""

from typing import Any

import numpy as np
import pytest
import torch
from messages import says

from lstm_lab import cells, models, starts
from lstm_lab.cells import COUPLED_GATES, GATES, GRU_GATES, STORY_GATES, gate_index, sigmoid

D, H = 3, 400
ALL: dict[str, Any] = {
    "rnn_default": starts.rnn_default,
    "rnn_orthogonal": starts.rnn_orthogonal,
    "rnn_identity": starts.rnn_identity,
    "lstm_default": starts.lstm_default,
    "lstm_forget_bias": lambda rng, D, H: starts.lstm_forget_bias(rng, D, H, 1),
    "lstm_chrono": lambda rng, D, H: starts.lstm_chrono(rng, D, H, 20),
    "gru_default": starts.gru_default,
    "gru_chrono": lambda rng, D, H: starts.gru_chrono(rng, D, H, 20),
    "story_default": starts.story_default,
    "story_forget_bias": lambda rng, D, H: starts.story_forget_bias(rng, D, H, 1),
    "peephole_default": starts.peephole_default,
    "peephole_forget_bias": lambda rng, D, H: starts.peephole_forget_bias(rng, D, H, 1),
    "coupled_default": starts.coupled_default,
    "coupled_forget_bias": lambda rng, D, H: starts.coupled_forget_bias(rng, D, H, 1),
}


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def at_nothing(params: Any) -> Any:
    """Return the step of a cell that remembers nothing and is given nothing."""
    return cells.step(params, np.zeros((1, cells.input_size(params))), cells.zero_state(params, 1))


def test_these_are_all_the_starts_there_are():
    there = {name for name in vars(starts) if name.startswith(tuple(f"{cell}_" for cell in models.CELLS))}
    assert set(ALL) == there


@pytest.mark.parametrize("name", ALL)
def test_every_start_fits_its_cell_and_depends_on_nothing_but_the_rng(name):
    params = ALL[name](rng(), 2, 5)
    cells.checked(params)
    assert (cells.input_size(params), cells.hidden_size(params)) == (2, 5)
    for a, b in zip(params, ALL[name](rng(), 2, 5), strict=True):
        np.testing.assert_array_equal(a, b)
    assert np.isfinite(cells.trace(params, np.ones((4, 1, 2))).h).all()


@pytest.mark.parametrize("name", ALL)
def test_sizes_below_one_are_named(name):
    with says("D must be at least 1, got 0", ValueError):
        ALL[name](rng(), 0, 5)
    with says("H must be at least 1, got -2", ValueError):
        ALL[name](rng(), 2, -2)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (starts.rnn_default, torch.nn.RNN),
        (starts.lstm_default, torch.nn.LSTM),
        (starts.gru_default, torch.nn.GRU),
    ],
)
def test_default_starts_have_the_distribution_of_torchs(ours, theirs):
    params = ours(rng(), D, H)
    torch.manual_seed(0)
    module = theirs(D, H).double()
    pairs = [(params.W_x, module.weight_ih_l0), (params.W_h, module.weight_hh_l0)]
    if theirs is torch.nn.GRU:
        pairs += [(params.b_x, module.bias_ih_l0), (params.b_h, module.bias_hh_l0)]
    else:
        pairs += [(params.b, module.bias_ih_l0 + module.bias_hh_l0)]
    for a, b in pairs:
        a, b = np.sort(a.ravel()), np.sort(b.detach().numpy().ravel())
        assert a.size == b.size
        steps = np.arange(1, a.size + 1) / a.size
        furthest = np.abs(np.searchsorted(b, a, side="right") / b.size - steps).max()
        assert furthest < 1.95 * np.sqrt(2 / a.size), "a two-sample Kolmogorov–Smirnov test at p = 0.001"
    bound = 1 / np.sqrt(H)
    assert 0.99 * bound < np.abs(params.W_h).max() <= bound


def test_the_two_biases_of_an_lstm_are_added_so_their_sum_is_wider():
    b = starts.lstm_default(rng(), D, H).b
    assert 1.5 / np.sqrt(H) < np.abs(b).max() <= 2 / np.sqrt(H)
    np.testing.assert_allclose(b.std(), np.sqrt(2 / 3 / H), rtol=0.05)


def test_an_orthogonal_start_turns_h_without_changing_its_length():
    params = starts.rnn_orthogonal(rng(), D, 50)
    np.testing.assert_allclose(params.W_h.T @ params.W_h, np.eye(50), rtol=0, atol=1e-12)
    h = rng().normal(size=(1, 50))
    linear = params._replace(activation="linear", b=np.zeros(50))
    trace = cells.trace(linear, np.zeros((100, 1, D)), cells.RNNState(h))
    np.testing.assert_allclose(np.linalg.norm(trace.h, axis=2), np.linalg.norm(h), rtol=1e-10)


def test_an_orthogonal_start_is_drawn_evenly():
    generator = np.random.default_rng(0)
    traces = [np.trace(starts.rnn_orthogonal(generator, 1, 4).W_h) for _ in range(2000)]
    assert abs(np.mean(traces)) < 0.1, "an even draw has a mean trace of 0; raw QR has not"
    np.testing.assert_allclose(np.var(traces), 1, atol=0.12)


def test_an_identity_start_keeps_a_positive_memory_as_it_is():
    params = starts.rnn_identity(rng(), D, 5)
    assert params.activation == "relu"
    h = np.abs(rng().normal(size=(1, 5)))
    trace = cells.trace(params, np.zeros((100, 1, D)), cells.RNNState(h))
    np.testing.assert_array_equal(trace.h[-1], h)
    assert 0.0008 < starts.rnn_identity(rng(), 30, 50).W_x.std() < 0.0012


def test_a_forget_bias_is_the_forget_gate_when_nothing_comes_in():
    for bias, f in [(0, 0.5), (1, 0.731), (2, 0.881), (3, 0.953)]:
        for start in (
            starts.lstm_forget_bias,
            starts.story_forget_bias,
            starts.peephole_forget_bias,
            starts.coupled_forget_bias,
        ):
            step = at_nothing(start(rng(), D, 6, bias))
            np.testing.assert_allclose(step.f, sigmoid(np.array(bias)), atol=1e-15)
            np.testing.assert_allclose(step.f.mean(), f, atol=5e-4)


@pytest.mark.parametrize(
    ("start", "default", "gates"),
    [
        (starts.lstm_forget_bias, starts.lstm_default, GATES),
        (starts.story_forget_bias, starts.story_default, STORY_GATES),
        (starts.peephole_forget_bias, starts.peephole_default, GATES),
        (starts.coupled_forget_bias, starts.coupled_default, COUPLED_GATES),
    ],
)
def test_a_forget_bias_changes_nothing_but_the_forget_gate(start, default, gates):
    params, plain = start(rng(), D, 6, 3), default(rng(), D, 6)
    others = [k for k in range(len(gates)) if k != gate_index("f", gates)]
    np.testing.assert_array_equal(params.b[others], plain.b[others])
    for name in plain._fields:
        if name != "b":
            np.testing.assert_array_equal(getattr(params, name), getattr(plain, name))


def test_a_default_lstm_halves_its_cell_at_every_step_so_that_nothing_is_left_after_32():
    f = at_nothing(starts.lstm_default(rng(), D, H)).f
    np.testing.assert_allclose(f.mean(), 0.5, atol=0.01)
    assert f.mean() ** 32 < 1e-9
    assert at_nothing(starts.lstm_forget_bias(rng(), D, H, 2)).f.mean() ** 32 > 0.01


def test_a_chrono_lstm_spreads_its_time_scales_evenly_up_to_T_max():
    T_max = 100
    params = starts.lstm_chrono(rng(), D, 1000, T_max)
    b_f, b_i = params.b[gate_index("f")], params.b[gate_index("i")]
    np.testing.assert_array_equal(b_i, -b_f)
    scale = 1 / (1 - sigmoid(b_f))
    np.testing.assert_allclose([scale.min(), scale.mean(), scale.max()], [2, 51, 99], rtol=0.03)
    quarters = np.histogram(np.exp(b_f), bins=4, range=(1, T_max - 1))[0]
    assert quarters.sum() == 1000
    np.testing.assert_allclose(quarters, 250, atol=60)


def test_a_chrono_gru_keeps_with_z_and_has_one_bias_for_it():
    T_max = 100
    params = starts.gru_chrono(rng(), D, 1000, T_max)
    z = gate_index("z", GRU_GATES)
    assert not params.b_h[z].any()
    kept = at_nothing(params).z
    np.testing.assert_allclose(np.mean(1 / (1 - kept)), 51, rtol=0.03)
    assert np.abs(params.b_h[gate_index("n", GRU_GATES)]).min() > 0


@pytest.mark.parametrize("start", [starts.lstm_chrono, starts.gru_chrono])
def test_a_chrono_start_needs_a_time_to_bridge(start):
    assert np.isfinite(start(rng(), D, 4, 2).W_x).all()
    for wrong in (1, float("nan"), float("inf")):
        with says(f"T_max must be finite and at least 2 time steps, got {wrong}", ValueError):
            start(rng(), D, 4, wrong)


@pytest.mark.parametrize("start", [getattr(starts, name) for name in ALL if name.endswith("_forget_bias")])
def test_a_forget_bias_is_one_finite_number(start):
    with says("bias must hold finite numbers, got inf at index ()", ValueError):
        start(rng(), D, 4, float("inf"))
    with says("bias must have shape (), got (2,)"):
        start(rng(), D, 4, [1, 2])

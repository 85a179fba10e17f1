"""How long the NumPy cells take, beside torch and beside an LSTM as a learner would first write it.

One thread, float64, forward and backward. The three are run in turn, so that a busy machine slows all alike;
every figure is a median. Run with ``python benchmarks/cells.py``; it takes about half a minute.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from statistics import median  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from line import Line, show  # noqa: E402

from lstm_lab import cells, starts  # noqa: E402
from lstm_lab.checks import Array  # noqa: E402
from lstm_lab.gradients import backward  # noqa: E402

SIZES = [((20, 1, 4, 4), 400), ((50, 32, 16, 32), 100), ((100, 64, 32, 64), 25)]
LENGTHS = [(100, 60), (1_000, 10), (10_000, 3)]


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def plain_forward_and_backward(params: cells.LSTMParams, xs: Array, d_hs: Array) -> tuple[Array, ...]:
    """Run an LSTM gate by gate and step by step, nothing done at once and nothing reused."""
    T, B, _ = xs.shape
    H = d_hs.shape[2]
    h, c = np.zeros((B, H)), np.zeros((B, H))
    W_i, W_f, W_g, W_o = params.W_x
    U_i, U_f, U_g, U_o = params.W_h
    b_i, b_f, b_g, b_o = params.b
    steps = []
    for x in xs:
        i = sigmoid(x @ W_i + h @ U_i + b_i)
        f = sigmoid(x @ W_f + h @ U_f + b_f)
        g = np.tanh(x @ W_g + h @ U_g + b_g)
        o = sigmoid(x @ W_o + h @ U_o + b_o)
        steps.append((x, h, c, i, f, g, o))
        c = f * c + i * g
        h = o * np.tanh(c)

    d_W, d_U, d_b = np.zeros_like(params.W_x), np.zeros_like(params.W_h), np.zeros_like(params.b)
    d_xs = np.zeros_like(xs)
    d_h_after, d_c_after = np.zeros((B, H)), np.zeros((B, H))
    for t in reversed(range(T)):
        x, h_prev, c_prev, i, f, g, o = steps[t]
        tanh_c = np.tanh(f * c_prev + i * g)
        d_h = d_hs[t] + d_h_after
        d_c = d_c_after + d_h * o * (1 - tanh_c**2)
        d_a = (
            d_c * g * i * (1 - i),
            d_c * c_prev * f * (1 - f),
            d_c * i * (1 - g**2),
            d_h * tanh_c * o * (1 - o),
        )
        d_h_after, d_c_after = np.zeros((B, H)), d_c * f
        for k in range(4):
            d_W[k] += x.T @ d_a[k]
            d_U[k] += h_prev.T @ d_a[k]
            d_b[k] += d_a[k].sum(0)
            d_xs[t] += d_a[k] @ params.W_x[k].T
            d_h_after += d_a[k] @ params.W_h[k].T
    return d_xs, d_W, d_U, d_b


def fast_forward_and_backward(params: cells.LSTMParams, xs: Array, d_hs: Array) -> tuple[Array, ...]:
    back = backward(params, cells.trace(params, xs), d_hs)
    return back.d_xs, *back.d_params


def torch_forward_and_backward(
    module: torch.nn.LSTM, xs: torch.Tensor, d_hs: torch.Tensor
) -> torch.Tensor | None:
    module.zero_grad()
    xs.grad = None
    module(xs)[0].backward(d_hs)
    return xs.grad


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def in_turn(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the times of every run, made one after the other in every round, a first round left out."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            taken = seconds(run)
            if number > 0:
                times[name].append(taken)
    return times


def beside_torch(size: tuple[int, int, int, int], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of torch, of the plain way and of the package at (T, B, D, H).

    Raises:
        AssertionError: the plain way and the package differ.
    """
    T, B, D, H = size
    rng = np.random.default_rng(0)
    params = starts.lstm_default(rng, D, H)
    xs, d_hs = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
    for plain, fast in zip(
        plain_forward_and_backward(params, xs, d_hs),
        fast_forward_and_backward(params, xs, d_hs),
        strict=True,
    ):
        np.testing.assert_allclose(plain, fast, rtol=0, atol=1e-8)

    module = torch.nn.LSTM(D, H).double()
    t_xs, t_d_hs = torch.tensor(xs, requires_grad=True), torch.tensor(d_hs)
    runs: dict[str, Callable[[], object]] = {
        "torch": lambda: torch_forward_and_backward(module, t_xs, t_d_hs),
        "plain": lambda: plain_forward_and_backward(params, xs, d_hs),
        "ours": lambda: fast_forward_and_backward(params, xs, d_hs),
    }
    return {name: 1000 * median(taken) for name, taken in in_turn(runs, rounds).items()}


def lines() -> Iterator[Line]:
    """Yield what an LSTM takes forward and backward at each size, beside torch and the plain way."""
    torch.set_num_threads(1)
    for size, rounds in SIZES:
        times = beside_torch(size, rounds)
        said = ", ".join(f"{name} {times[name]:.2f} ms" for name in ("torch", "plain"))
        slower = times["ours"] > times["torch"]
        yield Line(
            f"LSTM forward + backward, T, B, D, H = {', '.join(map(str, size))}",
            f"{times['ours']:.2f} ms",
            f"{said}: {times['ours'] / times['torch']:.2f} and {times['ours'] / times['plain']:.2f} of them",
            "torch's time",
            "slower than torch" if slower else "",
        )


def grow_in_time() -> None:
    print("\nForward and backward by length, B = 8, D = 2, H = 16: microseconds per step")
    print(f"{'T':>8} " + " ".join(f"{name:>8}" for name in ("rnn", "lstm", "gru", "story")))
    rng = np.random.default_rng(0)
    kinds = [
        f(rng, 2, 16)
        for f in (starts.rnn_default, starts.lstm_default, starts.gru_default, starts.story_default)
    ]
    for T, rounds in LENGTHS:
        xs, d_hs = rng.normal(size=(T, 8, 2)), rng.normal(size=(T, 8, 16))
        runs: dict[str, Callable[[], object]] = {
            type(params).__name__: lambda params=params, xs=xs, d=d_hs: backward(
                params, cells.trace(params, xs), d
            )
            for params in kinds
        }
        per_step = [1e6 * median(taken) / T for taken in in_turn(runs, rounds).values()]
        print(f"{T:8,} " + " ".join(f"{value:8.1f}" for value in per_step))


if __name__ == "__main__":
    show(lines())
    grow_in_time()

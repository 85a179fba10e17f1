"""Where training starts: initial weights, each chosen for what it lets a cell remember at first.

Every function draws from the ``rng`` it is given and returns parameters for D inputs and H hidden units, shaped as
``cells`` says. All refuse a D or H below 1 with a ValueError.
"""

from collections.abc import Callable

import numpy as np

from lstm_lab.cells import (
    COUPLED_GATES,
    GRU_GATES,
    STORY_GATES,
    CoupledParams,
    GRUParams,
    LSTMParams,
    PeepholeParams,
    RNNParams,
    StoryParams,
    gate_index,
)
from lstm_lab.checks import Array, expect


def rnn_default(rng: np.random.Generator, D: int, H: int, activation: str = "tanh") -> RNNParams:
    """Return what torch.nn.RNN starts with: short-lived memory, whatever the task.

    every weight, and each of torch's two biases (added here) ~ U[−1/√H, 1/√H]
    """
    draw = _uniform(rng, D, H)
    return RNNParams(draw(D, H), draw(H, H), draw(H) + draw(H), activation)


def rnn_orthogonal(rng: np.random.Generator, D: int, H: int, activation: str = "tanh") -> RNNParams:
    """Return a default start whose W_h turns h without stretching or shrinking it.

        W_hᵀ W_h = I                      drawn evenly from all such matrices

    Small signals then neither grow nor fade along W_h; only the slope of the activation shrinks them.

    Source: Saxe, McClelland & Ganguli 2014; even draw by QR from Mezzadri 2007.
    """
    params = rnn_default(rng, D, H, activation)
    Q, R = np.linalg.qr(rng.standard_normal((H, H)))
    return params._replace(W_h=Q * np.sign(np.diag(R)))


def rnn_identity(rng: np.random.Generator, D: int, H: int) -> RNNParams:
    """Return a relu cell that starts by copying its memory (IRNN).

        W_h = I, b = 0, W_x ~ N(0, 0.001²)

    Source: Le, Jaitly & Hinton 2015.
    """
    _expect_sizes(D, H)
    return RNNParams(rng.normal(0, 0.001, (D, H)), np.eye(H), np.zeros(H), "relu")


def lstm_default(rng: np.random.Generator, D: int, H: int) -> LSTMParams:
    """Return what torch.nn.LSTM starts with: forget gates near one half, so memory halves at every step.

    every weight, and each of torch's two biases (added here) ~ U[−1/√H, 1/√H]
    """
    draw = _uniform(rng, D, H)
    return LSTMParams(draw(4, D, H), draw(4, H, H), draw(4, H) + draw(4, H))


def lstm_forget_bias(rng: np.random.Generator, D: int, H: int, bias: float) -> LSTMParams:
    """Return a default start with the forget gates set open.

        b_f = bias                        with nothing coming in, f = σ(bias): 0.73 at 1, 0.88 at 2, 0.95 at 3

    Raises:
        ValueError: bias is not one finite number, or D or H below 1.

    Source: Gers et al. 2000; Jozefowicz et al. 2015.
    """
    params = lstm_default(rng, D, H)
    return params._replace(b=_with_row(params.b, gate_index("f"), expect("bias", bias, "")))


def lstm_chrono(rng: np.random.Generator, D: int, H: int, T_max: float) -> LSTMParams:
    """Return a default start whose units forget over times spread from 1 to T_max steps.

        b_f ~ log U[1, T_max − 1]         with nothing coming in, c lasts about 1/(1 − f) = 1 + e^b_f steps
        b_i = −b_f                        what lasts long is written slowly

    Args:
        rng: where the weights come from.
        D: number of inputs.
        H: number of hidden units.
        T_max: the longest time to be bridged, in time steps, at least 2.

    Raises:
        ValueError: T_max below 2 or infinite, or D or H below 1.

    Source: Tallec & Ollivier 2018.
    """
    params = lstm_default(rng, D, H)
    b_f = _chrono(rng, H, T_max)
    b = _with_row(_with_row(params.b, gate_index("f"), b_f), gate_index("i"), -b_f)
    return params._replace(b=b)


def gru_default(rng: np.random.Generator, D: int, H: int) -> GRUParams:
    """Return what torch.nn.GRU starts with: z near one half, so half the memory is replaced at every step.

    every weight and both biases ~ U[−1/√H, 1/√H]
    """
    draw = _uniform(rng, D, H)
    return GRUParams(draw(3, D, H), draw(3, H, H), draw(3, H), draw(3, H))


def gru_chrono(rng: np.random.Generator, D: int, H: int, T_max: float) -> GRUParams:
    """Return a default start whose units forget over times spread from 1 to T_max steps.

        b_z ~ log U[1, T_max − 1]         z is what keeps; the whole bias is put in b_x

    Raises:
        ValueError: T_max, in time steps, below 2 or infinite, or D or H below 1.

    Source: Tallec & Ollivier 2018.
    """
    params = gru_default(rng, D, H)
    z = gate_index("z", GRU_GATES)
    b_x = _with_row(params.b_x, z, _chrono(rng, H, T_max))
    return params._replace(b_x=b_x, b_h=_with_row(params.b_h, z, 0.0))


def story_default(rng: np.random.Generator, D: int, H: int) -> StoryParams:
    """Return the start of ``lstm_default`` for the story LSTM, with W_u and b_u from the same range."""
    draw = _uniform(rng, D, H)
    return StoryParams(draw(4, D, H), draw(4, H, H), draw(4, H) + draw(4, H), draw(H, H), draw(H))


def story_forget_bias(rng: np.random.Generator, D: int, H: int, bias: float) -> StoryParams:
    """Return a default start of the story LSTM with the forget gates set open: b_f = bias.

    Raises:
        ValueError: bias is not one finite number, or D or H below 1.
    """
    params = story_default(rng, D, H)
    return params._replace(b=_with_row(params.b, gate_index("f", STORY_GATES), expect("bias", bias, "")))


def peephole_default(rng: np.random.Generator, D: int, H: int) -> PeepholeParams:
    """Return the start of ``lstm_default``, then peepholes from the same range, drawn after all else."""
    draw = _uniform(rng, D, H)
    return PeepholeParams(*lstm_default(rng, D, H), draw(H), draw(H), draw(H))


def peephole_forget_bias(rng: np.random.Generator, D: int, H: int, bias: float) -> PeepholeParams:
    """Return a default start of the peephole LSTM with the forget gates set open: b_f = bias.

    Raises:
        ValueError: bias is not one finite number, or D or H below 1.
    """
    params = peephole_default(rng, D, H)
    return params._replace(b=_with_row(params.b, gate_index("f"), expect("bias", bias, "")))


def coupled_default(rng: np.random.Generator, D: int, H: int) -> CoupledParams:
    """Return the coupled LSTM as torch would start it, with one gate less: every weight ~ U[−1/√H, 1/√H]."""
    draw = _uniform(rng, D, H)
    return CoupledParams(draw(3, D, H), draw(3, H, H), draw(3, H) + draw(3, H))


def coupled_forget_bias(rng: np.random.Generator, D: int, H: int, bias: float) -> CoupledParams:
    """Return a default start of the coupled LSTM with b_f = bias: it keeps σ(bias) and writes 1 − σ(bias).

    Raises:
        ValueError: bias is not one finite number, or D or H below 1.
    """
    params = coupled_default(rng, D, H)
    return params._replace(b=_with_row(params.b, gate_index("f", COUPLED_GATES), expect("bias", bias, "")))


def _expect_sizes(D: int, H: int) -> None:
    for name, size in (("D", D), ("H", H)):
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")


def _uniform(rng: np.random.Generator, D: int, H: int) -> Callable[..., Array]:
    _expect_sizes(D, H)
    bound = 1 / np.sqrt(H)
    return lambda *shape: rng.uniform(-bound, bound, shape)


def _chrono(rng: np.random.Generator, H: int, T_max: float) -> Array:
    if not 2 <= T_max < np.inf:
        raise ValueError(f"T_max must be finite and at least 2 time steps, got {T_max}")
    return np.log(rng.uniform(1, T_max - 1, H))


def _with_row(b: Array, row: int, value: float | Array) -> Array:
    changed = b.copy()
    changed[row] = value
    return changed

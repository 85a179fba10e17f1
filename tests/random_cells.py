"""Every cell with weights, inputs and a start drawn at random, and torch's own cell with the same weights."""

from typing import Any

import numpy as np
import torch

from lstm_lab import cells, starts
from lstm_lab.cells import GRUParams, RNNParams

STARTS: dict[str, Any] = {
    "rnn": starts.rnn_default,
    "rnn sigmoid": lambda rng, D, H: starts.rnn_default(rng, D, H, "sigmoid"),
    "rnn relu": lambda rng, D, H: starts.rnn_default(rng, D, H, "relu"),
    "rnn linear": lambda rng, D, H: starts.rnn_default(rng, D, H, "linear"),
    "lstm": starts.lstm_default,
    "gru": starts.gru_default,
    "story": starts.story_default,
    "peephole": starts.peephole_default,
    "coupled": starts.coupled_default,
}
SIZES = [(1, 1, 1, 1), (1, 3, 2, 4), (6, 1, 3, 2), (7, 2, 1, 1), (50, 3, 5, 8)]


def random_state(rng: np.random.Generator, params: cells.Params, B: int) -> Any:
    zeros = cells.zero_state(params, B)
    return type(zeros)(*(rng.normal(size=part.shape) for part in zeros))


def draw(kind: str, T: int = 5, B: int = 2, D: int = 3, H: int = 4, seed: int = 0) -> tuple[Any, Any, Any]:
    """Return weights, inputs and a start state that is not zero."""
    rng = np.random.default_rng(seed)
    params = STARTS[kind](rng, D, H)
    return params, rng.normal(size=(T, B, D)), random_state(rng, params, B)


def to_torch(params: Any) -> Any:
    """Return torch's own cell with the same weights; our one bias goes to its first."""
    D, H = cells.input_size(params), cells.hidden_size(params)
    if isinstance(params, RNNParams):
        module: Any = torch.nn.RNN(D, H, nonlinearity=params.activation)
        slabs = (params.W_x[None], params.W_h[None], params.b[None], np.zeros((1, H)))
    elif isinstance(params, GRUParams):
        module, slabs = torch.nn.GRU(D, H), params
    else:
        module, slabs = torch.nn.LSTM(D, H), (*params, np.zeros((4, H)))
    module = module.double()
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    with torch.no_grad():
        for name, slab in zip(names, slabs, strict=True):
            rows = slab if slab.ndim == 2 else slab.swapaxes(1, 2).reshape(-1, slab.shape[1])
            getattr(module, name).copy_(torch.tensor(rows.reshape(getattr(module, name).shape)))
    return module


def with_bias(params: Any, gates: tuple[str, ...], **biases: float) -> Any:
    b = params.b.copy()
    for name, bias in biases.items():
        b[cells.gate_index(name, gates)] = bias
    return params._replace(b=b)

"""Training with torch: weights to torch and back, and the loop.

This is the only room that needs torch, and no other imports it.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array
from lstm_lab.descent import DrawBatch, Watch, expect_plan, interrupted, not_a_number
from lstm_lab.models import History, Model, PictureNetwork
from lstm_lab.readout import Dense
from lstm_lab.tasks import Batch

try:
    import torch
    from torch import nn
    from tqdm.auto import tqdm
except ImportError as error:
    raise ImportError(
        f"training needs torch and tqdm ({error.name} is missing): pip install torch==2.13.0 tqdm. "
        "Without them every lesson still runs from stored weights, and lstm_lab.descent trains small networks in NumPy"
    ) from None

LOOK_EVERY = 50
TorchLoss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""What grades outputs (T, B, K) against targets with weights (T, B): ``cross_entropy`` or ``squared_error``."""
_RNN_ACTIVATIONS = ("tanh", "relu")


class Network(nn.Module):
    """One recurrent layer of torch's own and a linear readout of its h at every step."""

    def __init__(self, recurrent: nn.RNNBase, readout: nn.Linear) -> None:
        super().__init__()
        self.recurrent, self.readout = recurrent, readout

    def forward(self, xs: torch.Tensor) -> torch.Tensor:
        """Return logits (T, B, K) for inputs (T, B, D)."""
        return self.readout(self.recurrent(xs)[0])


def to_torch(model: Model, dtype: torch.dtype = torch.float64) -> Network:
    """Return a model as a torch module with the same weights.

    Raises:
        ValueError: as ``recurrent_to_torch``.
    """
    recurrent = recurrent_to_torch(model.cell, dtype)
    H, K = model.readout.W.shape
    readout = nn.Linear(H, K, dtype=dtype)
    _fill(readout, {"weight": model.readout.W.T, "bias": model.readout.b})
    return Network(recurrent, readout)


def recurrent_to_torch(cell: cells.Params, dtype: torch.dtype = torch.float64) -> nn.RNNBase:
    """Return a cell as ``torch.nn.RNN``, ``LSTM`` or ``GRU``; torch's second bias gets zeros where we have one.

    Raises:
        ValueError: torch has no such cell (the story LSTM, or an RNN with sigmoid or linear activation).
    """
    D, H = cells.input_size(cell), cells.hidden_size(cell)
    match cell:
        case cells.RNNParams(activation=activation) if activation in _RNN_ACTIVATIONS:
            module: nn.RNNBase = nn.RNN(D, H, nonlinearity=activation, dtype=dtype)
            slabs = (cell.W_x[None], cell.W_h[None], cell.b, np.zeros(H))
        case cells.LSTMParams():
            module = nn.LSTM(D, H, dtype=dtype)
            slabs = (cell.W_x, cell.W_h, cell.b, np.zeros(4 * H))
        case cells.GRUParams():
            module = nn.GRU(D, H, dtype=dtype)
            slabs = (cell.W_x, cell.W_h, cell.b_x, cell.b_h)
        case cells.RNNParams(activation=activation):
            raise ValueError(f"torch.nn.RNN knows tanh and relu, this RNN's activation is {activation}")
        case _:
            raise ValueError("torch has no story LSTM; train it with lstm_lab.descent")
    W_x, W_h, b_x, b_h = slabs
    _fill(
        module,
        {
            "weight_ih_l0": _rows(W_x),
            "weight_hh_l0": _rows(W_h),
            "bias_ih_l0": b_x.reshape(-1),
            "bias_hh_l0": b_h.reshape(-1),
        },
    )
    return module


def from_torch(module: nn.RNNBase) -> cells.Params:
    """Return the weights of a ``torch.nn.RNN``, ``LSTM`` or ``GRU`` as our parameters, in float64.

    An RNN's and an LSTM's two biases come back as their sum; a GRU's are kept apart.

    Raises:
        ValueError: not one of the three, or one with several layers, two directions, a projection or no bias.
    """
    if not isinstance(module, nn.RNN | nn.LSTM | nn.GRU):
        raise ValueError(f"from_torch takes torch.nn.RNN, LSTM or GRU, got {type(module).__name__}")
    for wrong, what in (
        (module.num_layers != 1, f"{module.num_layers} layers"),
        (module.bidirectional, "two directions"),
        (module.proj_size != 0, f"a projection to {module.proj_size}"),
        (not module.bias, "no bias"),
    ):
        if wrong:
            raise ValueError(f"from_torch takes one layer in one direction with bias, this one has {what}")
    p = {name: value.detach().cpu().double().numpy() for name, value in module.named_parameters()}
    W_x, W_h = (_slabs(p[f"weight_{k}_l0"], module.hidden_size) for k in ("ih", "hh"))
    b_x, b_h = (p[f"bias_{k}_l0"].reshape(-1, module.hidden_size) for k in ("ih", "hh"))
    if isinstance(module, nn.LSTM):
        return cells.LSTMParams(W_x, W_h, b_x + b_h)
    if isinstance(module, nn.GRU):
        return cells.GRUParams(W_x, W_h, b_x.copy(), b_h.copy())
    return cells.RNNParams(W_x[0], W_h[0], (b_x + b_h)[0], module.nonlinearity)


def to_numpy(network: Network, like: Model) -> Model:
    """Return a torch network's weights as a model with the name of another."""
    W, b = network.readout.weight, network.readout.bias
    readout = Dense(*(v.detach().cpu().double().numpy().T.copy() for v in (W, b)))
    return like._replace(cell=from_torch(network.recurrent), readout=readout)


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return the loss of ``readout.cross_entropy`` for logits (T, B, K) and classes (T, B), in torch."""
    each = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten().long(), reduction="none")
    return (each * weights.flatten()).sum()


def squared_error(outputs: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return the loss of ``readout.squared_error`` for outputs and targets (T, B, K), in torch."""
    return (weights[..., None] * (outputs - targets.to(outputs.dtype)) ** 2).sum()


def train(
    model: Model,
    draw_batch: DrawBatch,
    rng: np.random.Generator,
    steps: int,
    rate: float = 3e-3,
    clip: float = 1.0,
    device: str = "cpu",
    watch: Watch | None = None,
    look: Batch | None = None,
    graded_by: TorchLoss = cross_entropy,
    enough: float = 0.0,
) -> History:
    """Train a model with torch's Adam, in float32.

    Arguments and result as ``descent.descend``, and ``device``: where torch computes, as ``"cuda"``; ``graded_by``:
    the loss, ``squared_error`` where the targets are numbers; ``enough``: a loss below which the run ends early.
    A progress bar shows the loss; ■ or Ctrl-C ends the run and keeps the best weights so far.

    Raises:
        ValueError: torch has no such cell (see ``recurrent_to_torch``), or as ``descent.descend``.
    """
    expect_plan(steps, rate, clip)
    network = to_torch(model, torch.float32).to(device)
    adam = torch.optim.Adam(network.parameters(), lr=rate)
    history = History((), (), model)
    k = 0
    try:
        seen = draw_batch(rng) if look is None else look
        with tqdm(range(steps + 1), desc=model.name, leave=False) as bar:
            for k in bar:
                if k % LOOK_EVERY == 0 or k == steps:
                    with torch.no_grad():
                        loss = float(_loss(network, seen, device, graded_by))
                    if not np.isfinite(loss):
                        return history._replace(stopped=not_a_number(k, rate, clip))
                    history = history.look(k, loss, to_numpy(network, model))
                    bar.set_postfix(loss=f"{loss:.3f}")
                    if watch:
                        watch(history)
                    if loss < enough:
                        return history._replace(
                            stopped=f"stopped at update {k}: a loss of {loss:.3g} is enough"
                        )
                if k < steps:
                    adam.zero_grad()
                    _loss(network, draw_batch(rng), device, graded_by).backward()
                    nn.utils.clip_grad_norm_(network.parameters(), clip)
                    adam.step()
    except KeyboardInterrupt:
        return history._replace(stopped=interrupted(k))
    return history._replace(stopped=f"all {steps} updates done")


def _loss(network: Network, batch: Batch, device: str, graded_by: TorchLoss) -> torch.Tensor:
    xs, targets, weights = (torch.from_numpy(np.array(part)).to(device) for part in batch)
    return graded_by(network(xs.float()), targets, weights.float())


def train_pictures(
    pictures: Array,
    targets: Array,
    hidden: tuple[int, ...],
    rng: np.random.Generator,
    epochs: int,
    rate: float = 1e-3,
    decay: float = 1e-4,
    batch: int = 128,
    name: str = "picture network",
) -> PictureNetwork:
    """Train a feed-forward network to name pictures.

    Args:
        pictures: bytes, shape (N, S, S, 3).
        targets: what each may be, probabilities over K kinds, shape (N, K).
        hidden: units in each hidden layer.
        rng: where the first weights and the order come from.
        epochs: how often every picture is seen; the rate falls to zero along a half cosine.
        rate: AdamW's first step size, and ``decay`` its weight decay.
        batch: pictures in one update.

    Returns:
        The network after the last update.

    Raises:
        ValueError: fewer pictures than one update takes, or another number of targets.
    """
    if not len(pictures) == len(targets) >= batch:
        raise ValueError(
            f"pictures and targets must be as many, at least batch={batch}, got {len(pictures)} and {len(targets)}"
        )
    with _seeded(rng):
        x = torch.from_numpy(pictures.reshape(len(pictures), -1))
        y = torch.from_numpy(targets).float()
        sizes = (x.shape[1], *hidden, y.shape[1])
        linear = [nn.Linear(*pair) for pair in itertools.pairwise(sizes)]
        chain: list[nn.Module] = [linear[0]]
        for layer in linear[1:]:
            chain += [nn.ReLU(), layer]
        network = nn.Sequential(*chain)
        adam = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
        per_epoch = len(x) // batch
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs * per_epoch)
        for _ in tqdm(range(epochs), desc=name, leave=False):
            order = torch.from_numpy(rng.permutation(len(x)))
            for rows in order[: per_epoch * batch].split(batch):
                adam.zero_grad()
                nn.functional.cross_entropy(network(x[rows].float() / 255), y[rows]).backward()
                adam.step()
                schedule.step()
    return PictureNetwork(
        name,
        tuple(Dense(*(v.detach().double().numpy().T.copy() for v in (m.weight, m.bias))) for m in linear),
    )


@contextmanager
def _seeded(rng: np.random.Generator) -> Iterator[None]:
    """Let torch's own draws follow from ``rng``, and leave its generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        yield


def _rows(slabs: Array) -> Array:
    """Turn (gates, D, H) into torch's (gates · H, D)."""
    return slabs.transpose(0, 2, 1).reshape(-1, slabs.shape[1])


def _slabs(rows: Array, H: int) -> Array:
    """Turn torch's (gates · H, D) into (gates, D, H)."""
    return np.ascontiguousarray(rows.reshape(-1, H, rows.shape[1]).transpose(0, 2, 1))


def _fill(module: nn.Module, values: dict[str, Array]) -> None:
    with torch.no_grad():
        for name, value in values.items():
            getattr(module, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))

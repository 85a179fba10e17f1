"""A cell with its readout under one name: its answers, its loss and gradients, its file.

trace  = the cell over the sequence           every value it computed
logits = h_t W + b                            at every step
p      = softmax(logits)
loss   = Σ_tb weight_tb · (−log p_tb[target_tb])
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array, expect
from lstm_lab.files import DamagedFileError, data_folder, read_arrays, way_back, write_arrays
from lstm_lab.gradients import Backward, backward
from lstm_lab.readout import (
    Dense,
    Layers,
    Loss,
    cross_entropy,
    dense,
    dense_backward,
    feed_forward,
    log_softmax,
    softmax,
)

CELLS: dict[str, type] = {
    "rnn": cells.RNNParams,
    "lstm": cells.LSTMParams,
    "gru": cells.GRUParams,
    "story": cells.StoryParams,
    "peephole": cells.PeepholeParams,
    "coupled": cells.CoupledParams,
}


NOTHING: Mapping[str, Any] = MappingProxyType({})
GradedBy = Callable[[Array, Array, Array], Loss]
"""What grades outputs against targets with weights: ``readout.cross_entropy`` or ``readout.squared_error``."""


class Model(NamedTuple):
    """A recurrent network: a cell, a dense layer that reads its h, and what is known of how it was made."""

    name: str
    cell: cells.Params
    readout: Dense
    about: Mapping[str, Any] = NOTHING


class PictureNetwork(NamedTuple):
    """A feed-forward network: 32 × 32 × 3 numbers in [0, 1] in, one log-probability per kind of picture out."""

    name: str
    layers: Layers
    about: Mapping[str, Any] = NOTHING


class Answers(NamedTuple):
    """What a model computed over a batch of sequences: its trace, and logits and probabilities (T, B, K)."""

    trace: Any
    logits: Array
    probabilities: Array


class Gradients(NamedTuple):
    """Loss (nats), its gradients by the weights (keys as in ``weights``), and the backward record of the cell."""

    loss: float
    d_weights: dict[str, Array]
    back: Backward


class History(NamedTuple):
    """A training run, told in NumPy: what it was measured to be at each look, and the best weights it had.

    ``steps`` counts updates; ``losses`` are nats on the same unseen batch at each look; ``best`` is the network
    with the lowest of them; ``stopped`` says in words why the run ended.
    """

    steps: tuple[int, ...]
    losses: tuple[float, ...]
    best: Model
    stopped: str = ""

    @property
    def best_loss(self) -> float:
        """The lowest loss seen, in nats; infinity before the first look."""
        return min(self.losses, default=float("inf"))

    def look(self, step: int, loss: float, model: Model) -> "History":
        """Return the history with one more look at a model, which becomes the best if its loss is the lowest."""
        best = model if loss < self.best_loss else self.best
        return History((*self.steps, step), (*self.losses, loss), best, self.stopped)


def new_model(name: str, cell: cells.Params, rng: np.random.Generator, classes: int = 3) -> Model:
    """Return a cell with a readout that has learned nothing yet: all numbers U(−1/√H, 1/√H), as torch starts.

    Args:
        name: what the network is called in pictures and files.
        cell: weights of any cell, as ``starts`` makes them.
        rng: where the readout's weights come from.
        classes: K, how many answers there are.

    Raises:
        ValueError: classes below 1.
    """
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}")
    H = cells.hidden_size(cell)
    bound = H**-0.5
    readout = Dense(rng.uniform(-bound, bound, (H, classes)), rng.uniform(-bound, bound, classes))
    return Model(name, cell, readout)


def answers(model: Model, xs: Array, start: Any = None) -> Answers:
    """Run a model over sequences.

    Args:
        model: a cell for D inputs with its readout.
        xs: the inputs, shape (T, B, D).
        start: the state before the first step; zeros if not given.

    Raises:
        ShapeError: xs or the start does not fit the weights.
    """
    trace = cells.trace(model.cell, xs, start)
    logits = dense(model.readout, trace.h)
    return Answers(trace, logits, softmax(logits))


def loss_and_gradients(
    model: Model, xs: Array, targets: Array, weights: Array, graded_by: GradedBy = cross_entropy
) -> Gradients:
    """Return the weighted loss of a batch and its gradients.

    Args:
        model: a cell for D inputs with a readout of K classes, or of K numbers.
        xs: the inputs, shape (T, B, D).
        targets: the right class at each step, shape (T, B), each in 0..K−1; or numbers, shape (T, B, K).
        weights: how much each step counts, shape (T, B).
        graded_by: the loss; ``readout.squared_error`` where the targets are numbers.

    Returns:
        The loss (in nats, if it is the cross-entropy), its gradients by every weight, and the cell's ``Backward``.

    Raises:
        ShapeError: xs, targets or weights do not fit the model or one another.
        ValueError: a target that is no class, or a number that is not finite.
    """
    run = answers(model, xs)
    loss = graded_by(run.logits, targets, weights)
    d_h, d_readout = dense_backward(model.readout, run.trace.h, loss.d_logits)
    back = backward(model.cell, run.trace, d_h)
    return Gradients(loss.value, weights_of(Model(model.name, back.d_params, d_readout)), back)


def log_probabilities(network: PictureNetwork, pictures: Array) -> Array:
    """Return what a picture network says of pictures.

    Args:
        network: weights for pictures of S × S pixels.
        pictures: bytes in 0..255, shape (N, S, S, 3).

    Returns:
        Log-probabilities in nats, shape (N, K).

    Raises:
        ShapeError: no pictures, or pictures of another size.
    """
    side = math.isqrt(len(network.layers[0].W) // 3)
    numbers = expect("pictures", pictures, "N S S C", S=side, C=3) / 255
    return log_softmax(feed_forward(network.layers, numbers.reshape(len(numbers), -1)).logits)


def weights_of(model: Model | PictureNetwork) -> dict[str, Array]:
    """Return every array of weights under its name, as ``cell.W_x`` or ``layer0.b``."""
    if isinstance(model, PictureNetwork):
        parts: dict[str, Any] = {f"layer{k}": layer for k, layer in enumerate(model.layers)}
    else:
        parts = {"cell": model.cell, "readout": model.readout}
    return {
        f"{part}.{field}": value
        for part, values in parts.items()
        for field, value in values._asdict().items()
        if isinstance(value, np.ndarray)
    }


def with_weights(model: Model, arrays: Mapping[str, Array]) -> Model:
    """Return the same model with other weights, named as in ``weights_of``; what is not named stays.

    Raises:
        ValueError: the model has no weights of that name.
    """
    known = weights_of(model)
    for name in arrays:
        if name not in known:
            raise ValueError(f"there are no weights {name!r}; there are: {', '.join(known)}")
    parts: dict[str, dict[str, Array]] = {"cell": {}, "readout": {}}
    for name, value in arrays.items():
        part, field = name.split(".")
        parts[part][field] = value
    return model._replace(
        cell=model.cell._replace(**parts["cell"]), readout=model.readout._replace(**parts["readout"])
    )


def save(model: Model | PictureNetwork, path: Path, about: Mapping[str, Any]) -> None:
    """Write a model to an ``.npz`` file as float32, with what is to be known of it.

    Args:
        model: what to write.
        path: where; folders are made, an older file is replaced only when the new one is whole.
        about: anything JSON can hold: the task, the seed, the versions, the result.
    """
    if isinstance(model, PictureNetwork):
        kind, extra = "picture", {}
    else:
        kind = next(name for name, params in CELLS.items() if isinstance(model.cell, params))
        extra = {"activation": model.cell.activation} if isinstance(model.cell, cells.RNNParams) else {}
    arrays = {name: value.astype(np.float32) for name, value in weights_of(model).items()}
    write_arrays(path, arrays, {"holds": kind, "name": model.name, **extra, **about})


def load(name: str | Path, inputs: int | None = None, classes: int | None = None) -> Model:
    """Read a recurrent model.

    Args:
        name: a name in ``data/weights``, as ``"lstm_long"``, or an ``.npz`` file anywhere, as ``Path("mine.npz")``.
        inputs: D, how many inputs it must have; any number if not given.
        classes: K, how many answers, likewise.

    Raises:
        FileNotFoundError: no such file; the message names those there are.
        ValueError: the file is damaged, or holds something else.
    """
    arrays, about, path = _stored(name)
    kind = str(about.get("holds"))
    if kind not in CELLS:
        raise DamagedFileError(
            f"{path.name} must hold a recurrent model ({', '.join(CELLS)}), it holds: {kind}{way_back(path)}"
        )
    params = CELLS[kind]
    fields = [field for field in params._fields if field != "activation"]
    _expect_names(path, arrays, [f"cell.{field}" for field in fields] + ["readout.W", "readout.b"])
    parts: dict[str, Any] = {field: arrays[f"cell.{field}"] for field in fields}
    if "activation" in params._fields:
        parts["activation"] = str(about.get("activation", "tanh"))
    try:
        cell = cells.checked(params(**parts))
        size = {} if classes is None else {"K": classes}
        W = expect("readout.W", arrays["readout.W"], "H K", H=cells.hidden_size(cell), **size)
        if inputs not in (None, cells.input_size(cell)):
            raise ValueError(f"it must have {inputs} inputs, it has {cells.input_size(cell)}")
        b = expect("readout.b", arrays["readout.b"], "K", K=W.shape[1])
    except ValueError as error:
        raise _unfitting(path, error) from None
    return Model(str(about.get("name", path.name)), cell, Dense(W, b), about)


def load_pictures(name: str | Path, classes: int | None = None) -> PictureNetwork:
    """Read a picture network.

    Args:
        name, classes: as in ``load``.

    Raises:
        FileNotFoundError, ValueError: as ``load``.
    """
    arrays, about, path = _stored(name)
    if about.get("holds") != "picture":
        raise DamagedFileError(
            f"{path.name} must hold a picture network, it holds: {about.get('holds')}{way_back(path)}"
        )
    count = len(arrays) // 2
    _expect_names(path, arrays, [f"layer{k}.{field}" for k in range(count) for field in ("W", "b")])
    layers: list[Dense] = []
    try:
        for k in range(count):
            size = {"D": layers[-1].W.shape[1]} if layers else {}
            W = expect(f"layer{k}.W", arrays[f"layer{k}.W"], "D H", **size)
            layers.append(Dense(W, expect(f"layer{k}.b", arrays[f"layer{k}.b"], "H", H=W.shape[1])))
        if classes not in (None, layers[-1].W.shape[1]):
            raise ValueError(f"it must have {classes} answers, it has {layers[-1].W.shape[1]}")
    except ValueError as error:
        raise _unfitting(path, error) from None
    return PictureNetwork(str(about.get("name", path.name)), tuple(layers), about)


def _stored(name: str | Path) -> tuple[dict[str, Array], dict[str, Any], Path]:
    path = name if isinstance(name, Path) else data_folder() / "weights" / f"{name}.npz"
    arrays, about = read_arrays(path)
    if not isinstance(name, Path) and about.get("name", name) != name:
        raise DamagedFileError(f"{path.name} holds another network, {about['name']}{way_back(path)}")
    return arrays, about, path


def _expect_names(path: Path, arrays: Mapping[str, Array], names: list[str]) -> None:
    if not names or set(arrays) != set(names):
        held = ", ".join(arrays)
        raise DamagedFileError(
            f"{path.name} must hold the arrays {', '.join(names)}, it holds: {held}{way_back(path)}"
        )


def _unfitting(path: Path, error: ValueError) -> DamagedFileError:
    return DamagedFileError(f"{path.name} does not fit together: {error}{way_back(path)}")

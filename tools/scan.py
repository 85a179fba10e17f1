"""Make again everything that lesson 14 says of networks that read pictures.

    python tools/scan.py digits            reads digits pixel by pixel and in other orders: data/scan_digits.csv
    python tools/scan.py marks             asks if two far marks are alike: data/scan_marks.csv
    python tools/scan.py fields            what a place sees before any training: data/scan_fields.csv
    python tools/scan.py weights           trains the networks of the explorer: data/weights/scan_marks.npz
    python tools/scan.py store FILE        turns scikit-learn's digits.csv.gz into data/digits.npz

The first three go on where they stopped and say how far they are; together they take about a quarter of an hour of
one core. Training is torch's; whatever is measured is measured by the package's own NumPy.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from train_weights import forget_bias, versions

from lstm_lab import models, starts, training
from lstm_lab.files import data_folder, write_arrays
from lstm_lab.readout import Dense
from lstm_lab.scanning import digits, field, marks
from lstm_lab.scanning.convolution import Convolution
from lstm_lab.scanning.network import (
    READERS,
    ScanNetwork,
    new_network,
    save_networks,
    scan,
)
from lstm_lab.sweeps import sweep
from lstm_lab.tasks import Batch

SEEDS = (1, 2, 3, 4, 5)
STARTS: Mapping[str, Callable[..., Any]] = {
    "RNN tanh": starts.rnn_default,
    "RNN orthogonal": starts.rnn_orthogonal,
    "LSTM forget bias 0": starts.lstm_default,
    "LSTM forget bias 1": forget_bias(1),
    "LSTM forget bias 3": forget_bias(3),
}
OVER_BOTH = ("RNN tanh", "RNN orthogonal", "LSTM forget bias 1")
DIGITS = {"units": 32, "updates": 1200, "rate": 3e-3, "batch": 64, "clip": 1.0}
LOOKS = (400, 800, 1200)
MARKS = {"width": 8, "updates": 700, "rate": 1e-2, "batch": 24, "clip": 1.0}
ORDERS = {
    "pixel by pixel": digits.pixel_by_pixel,
    "row by row": digits.row_by_row,
    "all at once": digits.at_once,
}
STRIP = (5, 64)
"""The picture on which fields are measured before training: long enough to see them fall off."""


# --- digits ---------------------------------------------------------------------------------------


def read_digits(order: str, start: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how often a network is right on digits of other writers, after each of the budgets."""
    torch.set_num_threads(1)
    since = time.perf_counter()
    learned, judged = digits.load_digits()
    ordered, rng = ORDERS[order], np.random.default_rng(seed)
    D = ordered(learned.pictures[:1]).shape[2]
    if start == "softmax regression":
        yield {"updates": 0} | softmax_regression(since)
        return
    model = models.new_model(start, STARTS[start](rng, D, DIGITS["units"]), rng, digits.CLASSES)
    whole = digits.asked_last(ordered(learned.pictures), learned.answers)

    def draw(rng: np.random.Generator) -> Batch:
        chosen = rng.integers(len(learned.answers), size=DIGITS["batch"])
        return digits.asked_last(ordered(learned.pictures[chosen]), learned.answers[chosen])

    seen: dict[int, models.Model] = {}

    def watch(history: models.History) -> None:
        seen[history.steps[-1]] = history.best

    history = training.train(
        model, draw, rng, DIGITS["updates"], DIGITS["rate"], DIGITS["clip"], watch=watch, look=whole
    )
    for updates in LOOKS:
        yield {
            "updates": updates,
            "right": round(right(seen[updates], ordered(judged.pictures), judged.answers), 5),
            "right in training": round(right(seen[updates], ordered(learned.pictures), learned.answers), 5),
            "loss": round(history.losses[history.steps.index(updates)], 5),
            "seconds": round((time.perf_counter() - since) * updates / LOOKS[-1], 1),
        }


def right(model: models.Model, xs: Any, answers: Any) -> float:
    """Return the share of digits a network names rightly after the last step."""
    return float((models.answers(model, xs).logits[-1].argmax(axis=1) == answers).mean())


def softmax_regression(since: float) -> dict[str, Any]:
    """Return how often the best softmax of a weighted sum of all pixels is right: no memory, no hidden layer."""
    learned, judged = digits.load_digits()
    layer = nn.Linear(digits.SIDE**2, digits.CLASSES, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    x, y = (
        torch.from_numpy(learned.pictures.reshape(len(learned.answers), -1)),
        torch.from_numpy(learned.answers),
    )
    bfgs = torch.optim.LBFGS(layer.parameters(), max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> Any:
        bfgs.zero_grad()
        value = nn.functional.cross_entropy(layer(x), y) + 1e-3 * (layer.weight**2).sum()
        value.backward()
        return value

    bfgs.step(loss)  # pyright: ignore[reportArgumentType]
    final = nn.functional.cross_entropy(layer(x), y).item()
    W, b = (each.detach().numpy().T for each in (layer.weight, layer.bias))

    def share(part: digits.Digits) -> float:
        named = (part.pictures.reshape(len(part.answers), -1) @ W + b).argmax(axis=1)
        return round(float((named == part.answers).mean()), 5)

    seconds = round(time.perf_counter() - since, 1)
    return {
        "right": share(judged),
        "right in training": share(learned),
        "loss": round(final, 5),
        "seconds": seconds,
    }


# --- marks ----------------------------------------------------------------------------------------


class TorchScan(nn.Module):
    """A ``ScanNetwork`` as torch's own layers, with the same weights."""

    def __init__(self, network: ScanNetwork, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList()
        for W, b in network.convolutions:
            layer = nn.Conv2d(W.shape[2], W.shape[3], 3, padding=1, dtype=dtype)
            fill(layer, {"weight": W.transpose(3, 2, 0, 1), "bias": b})
            self.convolutions.append(layer)
        self.along = [each.along for each in network.sweeps]
        self.there, self.back = (
            nn.ModuleList(
                nn.Identity() if cell is None else training.recurrent_to_torch(cell, dtype) for cell in cells
            )
            for cells in ([each.there for each in network.sweeps], [each.back for each in network.sweeps])
        )
        self.readout = nn.Linear(*network.readout.W.shape, dtype=dtype)
        fill(self.readout, {"weight": network.readout.W.T, "bias": network.readout.b})

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return logits (B, R, S, K) for pictures (B, R, S)."""
        x = pictures[:, None]
        for layer in self.convolutions:
            x = torch.tanh(layer(x))
        x = x.permute(0, 2, 3, 1)
        for along, there, back in zip(self.along, self.there, self.back, strict=True):
            x = x if along == "rows" else x.transpose(1, 2)
            xs = x.flatten(0, 1).transpose(0, 1)
            h = there(xs)[0]
            if not isinstance(back, nn.Identity):
                h = torch.cat([h, back(xs.flip(0))[0].flip(0)], 2)
            x = h.transpose(0, 1).unflatten(0, x.shape[:2])
            x = x if along == "rows" else x.transpose(1, 2)
        return self.readout(x)


def fill(layer: nn.Module, values: Mapping[str, Any]) -> None:
    """Give a layer's parameters these values."""
    with torch.no_grad():
        for name, value in values.items():
            getattr(layer, name).copy_(torch.from_numpy(np.ascontiguousarray(value)))


def from_torch(module: Any, like: ScanNetwork) -> ScanNetwork:
    """Return the weights of a ``TorchScan`` as a network with the name and plan of another."""
    convolutions = tuple(
        Convolution(numpy_of(layer.weight).transpose(2, 3, 1, 0), numpy_of(layer.bias))
        for layer in module.convolutions
    )
    sweeps = tuple(
        each._replace(
            there=training.from_torch(there), back=None if each.back is None else training.from_torch(back)
        )
        for each, there, back in zip(like.sweeps, module.there, module.back, strict=True)
    )
    readout = Dense(numpy_of(module.readout.weight).T.copy(), numpy_of(module.readout.bias))
    return like._replace(convolutions=convolutions, sweeps=sweeps, readout=readout)


def numpy_of(value: Any) -> Any:
    """Return a tensor as a float64 array."""
    return value.detach().double().numpy()


def trained(reader: str, start: str, depth: int, seed: int) -> ScanNetwork:
    """Return a network trained on marks in one row, in one column and anywhere, as many of each."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    start_of = STARTS.get(start, starts.rnn_default)
    network = new_network(f"{reader}, {start}, {depth}", rng, depth, reader, start_of, MARKS["width"])
    module = TorchScan(network)
    adam = torch.optim.Adam(module.parameters(), lr=MARKS["rate"])
    for _ in range(MARKS["updates"]):
        pictures, targets, weights = map(torch.from_numpy, marks.asked_everywhere(rng, MARKS["batch"] // 3))
        asked = weights > 0
        loss = nn.functional.cross_entropy(module(pictures.float())[asked], targets[asked])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), MARKS["clip"])
        adam.step()
    return from_torch(module, network)


def alike(reader: str, start: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how often a network says rightly if two marks are alike, by where they are and how far apart."""
    since = time.perf_counter()
    network = trained(reader, start, 2, seed)
    seconds = round(time.perf_counter() - since, 1)
    for arrangement in marks.ARRANGEMENTS:
        drawn = marks.draw_marks(np.random.default_rng(1000 + seed), 1000, arrangement)
        answered = marks.named_right(network, drawn)
        for distance in range(marks.NEAR, marks.SIDE - 2):
            chosen = answered[drawn.distances == distance]
            yield {
                "arrangement": arrangement,
                "distance": distance,
                "asked": chosen.size,
                "right": round(float(chosen.mean()), 5),
                "seconds": seconds,
            }


def make_weights() -> None:
    """Train the networks of the explorer, each from the first seed that solves what it can see, into one file."""
    since = time.perf_counter()
    made = {}
    for depth in (1, 2, 3):
        for reader in READERS:
            name = f"{reader}, {depth}"
            made[name] = first_solved(reader, depth)._replace(name=name)
            print(name, dict(made[name].about), flush=True)
    about = {
        "task": "two marks far apart: which is here, and which is there",
        **MARKS,
        "seconds": round(time.perf_counter() - since),
        "command": "python tools/scan.py weights",
        **versions(),
    }
    save_networks(made, data_folder() / "weights" / "scan_marks.npz", about)


def first_solved(reader: str, depth: int, start: str = "LSTM forget bias 1") -> ScanNetwork:
    """Return the network of the lowest seed that is right 95 times in 100 where it can see the other mark."""
    must = {"+ rows": marks.ARRANGEMENTS[:1], "+ rows, columns": marks.ARRANGEMENTS}.get(reader, ())
    for seed in itertools.count(1):
        network = trained(reader, start, depth, seed)
        tested = {}
        for arrangement in marks.ARRANGEMENTS:
            drawn = marks.draw_marks(np.random.default_rng(2000), 500, arrangement)
            tested[arrangement] = round(float(marks.named_right(network, drawn).mean()), 4)
        if all(tested[arrangement] > 0.95 for arrangement in must):
            return network._replace(about={"seed": seed, "start": start, "result": tested})
        print(reader, depth, "seed", seed, tested, flush=True)
    raise AssertionError("unreachable: there is always another seed")


# --- fields ---------------------------------------------------------------------------------------


def fields(start: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how much of the gradient is left so many columns away, before any training, in the middle of a strip."""
    rng = np.random.default_rng(seed)
    network = new_network(start, rng, 2, "+ rows", STARTS[start], MARKS["width"])
    run = scan(network, rng.random((1, *STRIP)))
    row, column = STRIP[0] // 2, STRIP[1] // 2
    slope = np.where(marks.ALIKE, 1.0, -1.0)
    gradient = np.abs(field.sensitivity(network, run, row, column, slope))
    by_column = gradient.sum(axis=0)
    for distance in range(column):
        left = (by_column[column - distance] + by_column[column + distance]) / (2 * by_column[column])
        yield {
            "distance": distance,
            "left": float(f"{left:.6g}"),
            "pixels for 90 %": field.effective(gradient),
        }


# --- what is run ----------------------------------------------------------------------------------


def settings(kind: str) -> list[dict[str, Any]]:
    """Return every setting of a sweep."""
    if kind == "digits":
        one = [("all at once", "softmax regression", 1)]
        rows = [("row by row", start, seed) for start in ("RNN tanh", "LSTM forget bias 1") for seed in SEEDS]
        by_pixel = [("pixel by pixel", start, seed) for seed in SEEDS for start in STARTS]
        return [dict(zip(("order", "start", "seed"), each, strict=True)) for each in one + rows + by_pixel]
    if kind == "marks":
        blind = [("convolution only", "no cell", seed) for seed in SEEDS]
        one_way = [("+ rows, one way", "LSTM forget bias 1", seed) for seed in SEEDS]
        rows = [("+ rows", start, seed) for seed in SEEDS for start in STARTS]
        whole = [("+ rows, columns", start, seed) for seed in SEEDS for start in OVER_BOTH]
        return [
            dict(zip(("reader", "start", "seed"), each, strict=True))
            for each in blind + one_way + rows + whole
        ]
    return [{"start": start, "seed": seed} for start in STARTS for seed in SEEDS]


def store(source: Path) -> None:
    """Write the digits of scikit-learn's file as bytes, unchanged and in its order."""
    table = np.loadtxt(source, delimiter=",").astype(np.uint8)
    about = {
        "holds": "digits",
        "source": "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, "
        "UCI Machine Learning Repository, 1998, doi:10.24432/C50P49, CC BY 4.0",
        "copied from": "digits.csv.gz of scikit-learn, which is the test part of the UCI set",
        "changed": "stored as bytes; nothing else",
        "command": "python tools/scan.py store digits.csv.gz",
    }
    arrays = {"pictures": table[:, :64].reshape(-1, 8, 8), "answers": table[:, 64]}
    write_arrays(data_folder() / "digits.npz", arrays, about)


def main() -> None:
    """Run what is named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("digits", "marks", "fields", "weights", "store"))
    parser.add_argument("file", nargs="?", type=Path, help="for store: scikit-learn's digits.csv.gz")
    parser.add_argument(
        "--jobs", type=int, default=-1, help="how many runs side by side; one per core by default"
    )
    chosen = parser.parse_args()
    if chosen.what == "store":
        return store(chosen.file)
    if chosen.what == "weights":
        return make_weights()
    experiment, plan, task = {
        "digits": (
            read_digits,
            DIGITS,
            "digits of other writers, read in order and named after the last pixel",
        ),
        "marks": (alike, MARKS, "are two far marks alike? asked at both; 2 convolutions"),
        "fields": (
            fields,
            {"width": MARKS["width"], "picture": STRIP},
            "gradient by distance, before training",
        ),
    }[chosen.what]
    about = {"task": task, **plan, "command": f"python tools/scan.py {chosen.what}", **versions()}

    def watch(done: int, total: int) -> None:
        print(
            f"\r{done} of {total} settings done",
            end="" if done < total else "\n",
            file=sys.stderr,
            flush=True,
        )

    sweep(
        experiment,
        settings(chosen.what),
        data_folder() / f"scan_{chosen.what}.csv",
        about,
        chosen.jobs,
        watch,
    )


if __name__ == "__main__":
    main()

"""Race networks that start differently over ever longer gaps, and follow their gradients back through time.

    python tools/race.py accuracy     trains every start at every gap, with and without noise: data/race.csv
    python tools/race.py mixed        trains every start on all gaps mixed: data/race_mixed.csv
    python tools/race.py gradients    gradient norms by steps back, before and after training: data/gradients.csv

All go on where they stopped, on all cores, and say how far they are. On a cluster they run unchanged inside
``joblib.parallel_config(backend="dask")``.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from train_weights import forget_bias, versions

from lstm_lab import descent, measures, models, starts, tasks, training
from lstm_lab.evaluation import on_fresh_shows
from lstm_lab.files import data_folder
from lstm_lab.models import History, Model
from lstm_lab.sweeps import sweep
from lstm_lab.world.pictures import KINDS

HIDDEN, UPDATES, RATE, BATCH, CLIP = 32, 1200, 3e-3, 32, 1.0
GAPS = (1, 5, 10, 20, 50, 100)
SEEDS = (1, 2, 3, 4, 5)
NOISE = (0, 8)
FAR = 50
"""Steps back that gradients are followed."""

Start = Callable[..., Any]


def sigmoid_rnn(rng: np.random.Generator, D: int, H: int) -> Any:
    """Return torch's default start with a sigmoid in place of tanh."""
    return starts.rnn_default(rng, D, H, "sigmoid")


STARTS: Mapping[str, Start] = {
    "RNN sigmoid": sigmoid_rnn,
    "RNN tanh": starts.rnn_default,
    "RNN orthogonal": starts.rnn_orthogonal,
    "RNN relu identity": starts.rnn_identity,
    "LSTM forget bias 0": starts.lstm_default,
    "LSTM forget bias 1": forget_bias(1),
    "LSTM forget bias 3": forget_bias(3),
    "GRU": starts.gru_default,
}
CHRONO: Mapping[str, Start] = {"LSTM chrono": starts.lstm_chrono, "GRU chrono": starts.gru_chrono}
"""Starts that are told the time scale: the longest gap and two pictures more."""
RACERS = tuple(name for name in (*STARTS, *CHRONO) if name != "RNN sigmoid")
FOLLOWED = tuple(name for name in (*STARTS, *CHRONO) if name != "RNN relu identity")


def begun(start: str, rng: np.random.Generator, D: int, longest: int) -> Any:
    """Return the starting weights of a cell; those that are told a time scale are told the longest gap."""
    if start in CHRONO:
        return CHRONO[start](rng, D, HIDDEN, longest + 2)
    return STARTS[start](rng, D, HIDDEN)


def trained(start: str, gaps: tuple[int, int], noise_columns: int, seed: int) -> tuple[Model, History]:
    """Return a network as it starts, and its training on shows with one clue and a gap in this range."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    model = models.new_model(start, begun(start, rng, len(KINDS) + noise_columns, gaps[1]), rng)
    draw = tasks.story_batches(gaps, noise_columns=noise_columns, count=BATCH)
    look = tasks.story_batches(gaps, noise_columns=noise_columns, count=500)(rng)
    train = descent.descend if start == "RNN sigmoid" else training.train
    return model, train(model, draw, rng, UPDATES, RATE, CLIP, look=look)


def accuracy(start: str, gap: int, noise_columns: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how one network does after training, next to the ideal observer, on 5,000 fresh shows."""
    since = time.perf_counter()
    _, history = trained(start, (gap, gap), noise_columns, seed)
    seconds = time.perf_counter() - since
    result = on_fresh_shows(history.best, np.random.default_rng(1000 + seed), (gap, gap))
    yield {name: round(float(value), 5) for name, value in result._asdict().items()} | {
        "loss": round(history.best_loss, 5),
        "seconds": round(seconds, 1),
    }


def mixed(start: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how one network does at every gap that was trained on all of them mixed."""
    _, history = trained(start, (0, max(GAPS)), 0, seed)
    for gap in GAPS:
        result = on_fresh_shows(history.best, np.random.default_rng(1000 + seed), (gap, gap))
        yield {"gap": gap} | {name: round(float(value), 5) for name, value in result._asdict().items()}


def gradients(start: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield gradient norms by steps back, relative to the last step, of a network before and after training."""
    before, history = trained(start, (FAR, FAR), 0, seed)
    batch = tasks.story_batches((FAR, FAR))(np.random.default_rng(2000 + seed))
    last = np.zeros_like(batch.weights)
    last[-1] = 1 / batch.weights.shape[1]
    for when, model in (("start", before), ("trained", history.best)):
        back = models.loss_and_gradients(model, batch.xs, batch.targets, last).back
        h, c = measures.gradient_norm_by_lag(back)
        for lag in range(FAR + 1):
            yield {
                "when": when,
                "lag": lag,
                "h": float(h[lag] / h[0]),
                "c": float(c[lag] / c[0]) if c is not None else "",
                "loss": round(history.best_loss, 5),
            }


def settings(kind: str) -> list[dict[str, Any]]:
    """Return every setting of a sweep, short gaps first."""
    if kind == "gradients":
        return [{"start": start, "seed": seed} for seed in SEEDS for start in FOLLOWED]
    if kind == "mixed":
        return [{"start": start, "seed": seed} for seed in SEEDS for start in RACERS]
    return [
        {"start": start, "gap": gap, "noise_columns": noise, "seed": seed}
        for gap in GAPS
        for noise in NOISE
        for start in RACERS
        for seed in SEEDS
    ]


def main() -> None:
    """Run the sweep named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sweep", choices=("accuracy", "gradients", "mixed"))
    parser.add_argument(
        "--jobs", type=int, default=-1, help="how many runs side by side; one per core by default"
    )
    chosen = parser.parse_args()
    kinds = {
        "accuracy": (accuracy, "race", "one clue, a gap, a face"),
        "mixed": (mixed, "race_mixed", f"one clue, a gap, a face; gaps 0 to {max(GAPS)} mixed"),
        "gradients": (gradients, "gradients", f"one clue, a gap, a face; gap {FAR}"),
    }
    experiment, name, shows = kinds[chosen.sweep]
    about = {
        "task": f"wolf or dog: {shows}",
        "units": HIDDEN,
        "updates": UPDATES,
        "rate": RATE,
        "batch": BATCH,
        "clip": CLIP,
        "command": f"python tools/race.py {chosen.sweep}",
        **versions(),
    }
    path = data_folder() / f"{name}.csv"

    def watch(done: int, total: int) -> None:
        print(
            f"\r{done} of {total} settings done",
            end="" if done < total else "\n",
            file=sys.stderr,
            flush=True,
        )

    sweep(experiment, settings(chosen.sweep), path, about, chosen.jobs, watch)


if __name__ == "__main__":
    main()

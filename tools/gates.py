"""Take the gates of an LSTM away, one at a time, and count what it still gets right: data/gates.csv

    python tools/gates.py [--jobs 2]

Each gate is held open in two ways. *Retrained*: open from the first update on, so that training can find a way
around it. *Clamped*: trained with all gates, then opened. Both answer the same 5,000 fresh channels of several shows.
Goes on where it stopped, on all cores, and says how far it is.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from train_weights import versions

from lstm_lab import models, starts, tasks, training
from lstm_lab.checks import Array
from lstm_lab.evaluation import accuracy_by
from lstm_lab.files import data_folder
from lstm_lab.interventions import clamp
from lstm_lab.models import Model
from lstm_lab.sweeps import sweep
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import draw_channels, ideal_observer, show_numbers

HIDDEN, FORGET_BIAS, UPDATES, RATE, BATCH, CLIP = 16, 3.0, 1500, 3e-3, 32, 1.0
GATES = ("i", "f", "o")
SEEDS = (1, 2, 3, 4, 5)
CHANNELS: dict[str, dict[str, Any]] = {
    "gap 8": {"shows": (3, 3), "gaps": (8, 8), "asked": 1.0, "noise_columns": 0},
    "gap 8, cut short": {"shows": (3, 3), "gaps": (8, 8), "asked": 0.5, "noise_columns": 0},
    "gap 20": {"shows": (3, 3), "gaps": (20, 20), "asked": 1.0, "noise_columns": 0},
    "gap 20, noise": {"shows": (3, 3), "gaps": (20, 20), "asked": 1.0, "noise_columns": 8},
    "six shows": {"shows": (6, 6), "gaps": (8, 8), "asked": 1.0, "noise_columns": 0},
}
"""What is asked of the network: all shows have one telling picture each."""


def judged(model: Model, channels: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the accuracy of a network in each show of fresh channels."""
    plan = CHANNELS[channels]
    rng = np.random.default_rng(1000 + seed)
    drawn = draw_channels(rng, 5000, plan["shows"], plan["gaps"], asked=plan["asked"])
    told = tasks.story_batch(rng, drawn, tasks.load_bank("frames_test"), plan["noise_columns"])
    said: Array = models.answers(model, told.batch.xs).probabilities
    belief = ideal_observer(told.shows)
    by_show = accuracy_by(show_numbers(told.shows), said, told.batch.targets, belief)
    for show, result in by_show.items():
        rounded = {name: round(float(value), 5) for name, value in result._asdict().items()}
        yield {"show": show + 1, **rounded}


def operated(channels: str, held: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how a network does that is trained with one gate held open; with none held, how clamping hurts it."""
    torch.set_num_threads(1)
    plan = CHANNELS[channels]
    rng = np.random.default_rng(seed)
    cell = starts.lstm_forget_bias(rng, len(KINDS) + plan["noise_columns"], HIDDEN, FORGET_BIAS)
    model = models.new_model("operated", clamp(cell, held, 1.0) if held in GATES else cell, rng)
    shows = plan["gaps"], plan["shows"], (1, 1), plan["asked"], plan["noise_columns"]
    look = tasks.story_batches(*shows, count=300)(rng)
    draw = tasks.story_batches(*shows, count=BATCH)
    history = training.train(model, draw, rng, UPDATES, RATE, CLIP, look=look)
    how = "all gates" if held == "none" else "retrained"
    for row in judged(history.best, channels, seed):
        yield {"how": how, "gate": held, **row, "loss": round(history.best_loss, 5)}
    if held == "none":
        trained: Any = history.best.cell
        for gate in GATES:
            without = history.best._replace(cell=clamp(trained, gate, 1.0))
            for row in judged(without, channels, seed):
                yield {"how": "clamped", "gate": gate, **row, "loss": round(history.best_loss, 5)}


def main() -> None:
    """Run every setting that is not in the table yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--jobs", type=int, default=-1, help="how many runs side by side; one per core by default"
    )
    jobs = parser.parse_args().jobs
    about = {
        "task": "wolf or dog in channels of shows, one clue each",
        "channels": CHANNELS,
        "units": HIDDEN,
        "forget bias": FORGET_BIAS,
        "updates": UPDATES,
        "rate": RATE,
        "batch": BATCH,
        "clip": CLIP,
        "command": "python tools/gates.py",
        **versions(),
    }
    settings = [
        {"channels": channels, "held": held, "seed": seed}
        for channels in CHANNELS
        for seed in SEEDS
        for held in ("none", *GATES)
    ]

    def watch(done: int, total: int) -> None:
        print(f"{done} of {total} settings done", file=sys.stderr, flush=True)

    sweep(operated, settings, data_folder() / "gates.csv", about, jobs, watch)


if __name__ == "__main__":
    main()

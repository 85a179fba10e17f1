"""Change one thing in an LSTM and see what it costs or brings, on three tasks: data/variants.csv

    python tools/variants.py [--jobs 2]

The LSTM, one with peepholes and one with coupled gates learn with the same updates from the same forget bias: to name
the face after a long gap (the race of lesson 11), to answer a fixed time after a pulse, and to count up and down
again. Runs in NumPy, goes on where it stopped, on all cores, and says how far it is.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from train_weights import versions

from lstm_lab import descent, models, starts, tasks
from lstm_lab.evaluation import on_fresh_shows
from lstm_lab.files import data_folder
from lstm_lab.models import Model
from lstm_lab.series import pulses
from lstm_lab.sweeps import sweep
from lstm_lab.tasks import Batch
from lstm_lab.world.pictures import KINDS

FORGET_BIAS = 1.0
CELLS = {
    "LSTM": starts.lstm_forget_bias,
    "peephole": starts.peephole_forget_bias,
    "coupled": starts.coupled_forget_bias,
}
SEEDS = (1, 2, 3, 4, 5)
STORY: dict[str, Any] = {"units": 32, "updates": 1200, "rate": 3e-3, "batch": 32}
TIMING: dict[str, Any] = {"units": 4, "updates": 1500, "rate": 1e-2, "batch": 16, "pulses": 2}
COUNTING: dict[str, Any] = {"units": 2, "updates": 1500, "rate": 1e-2, "batch": 32, "tried to": 200}
SIZES = {"timing": (20,), "counting": (20,), "story": (20, 100)}
"""How many steps to wait, how far to count in training, how many pictures between clue and face."""


def begun(cell: str, rng: np.random.Generator, D: int, H: int, classes: int) -> Model:
    """Return a network as it starts: a cell with its forget gates set open, and a readout."""
    return models.new_model(cell, CELLS[cell](rng, D, H, FORGET_BIAS), rng, classes)


def timing(cell: str, wait: int, seed: int) -> dict[str, Any]:
    """Return in what share of unseen sequences a network answers at the right steps and at no other."""
    rng, plan = np.random.default_rng(seed), TIMING
    model = begun(cell, rng, 1, plan["units"], 2)
    look = pulses.timing_batch(rng, wait, 50, plan["pulses"])

    def draw(rng: np.random.Generator) -> Batch:
        return pulses.timing_batch(rng, wait, plan["batch"], plan["pulses"])

    best = descent.descend(model, draw, rng, plan["updates"], plan["rate"], look=look)
    fresh = pulses.timing_batch(np.random.default_rng(1000 + seed), wait, 1000, plan["pulses"])
    return {"result": pulses.hits(best.best, fresh).whole, "loss": best.best_loss}


def counting(cell: str, most: int, seed: int) -> dict[str, Any]:
    """Return how far a network counts that learned to count to ``most``, and the largest |c| on the way there."""
    rng, plan = np.random.default_rng(seed), COUNTING
    model = begun(cell, rng, 2, plan["units"], 2)

    def draw(rng: np.random.Generator) -> Batch:
        return pulses.counting_batch(rng.integers(1, most + 1, plan["batch"]))

    look = pulses.counting_batch(np.arange(1, most + 1))
    best = descent.descend(model, draw, rng, plan["updates"], plan["rate"], look=look)
    c = models.answers(best.best, look.xs).trace.c
    return {
        "result": pulses.counts_to(best.best, plan["tried to"]),
        "loss": best.best_loss,
        "largest_c": float(np.abs(c).max()),
    }


def story(cell: str, gap: int, seed: int) -> dict[str, Any]:
    """Return how far a network is from the ideal observer on 5,000 fresh shows of one clue, a gap and a face."""
    rng, plan = np.random.default_rng(seed), STORY
    model = begun(cell, rng, len(KINDS), plan["units"], 3)
    draw = tasks.story_batches((gap, gap), count=plan["batch"])
    look = tasks.story_batches((gap, gap), count=100)(rng)
    best = descent.descend(model, draw, rng, plan["updates"], plan["rate"], look=look)
    result = on_fresh_shows(best.best, np.random.default_rng(1000 + seed), (gap, gap))
    return {"result": result.difference, "loss": best.best_loss}


def one_run(task: str, size: int, cell: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield what one network came to: the ``result`` of its task."""
    since = time.perf_counter()
    found = {"timing": timing, "counting": counting, "story": story}[task](cell, size, seed)
    found = {"largest_c": "", **found, "seconds": time.perf_counter() - since}
    yield {name: value if isinstance(value, str) else round(float(value), 5) for name, value in found.items()}


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
        "task": "three cells, three tasks: after so many steps, up and down again, wolf or dog",
        "forget bias": FORGET_BIAS,
        "timing": TIMING,
        "counting": COUNTING,
        "story": STORY,
        "command": "python tools/variants.py",
        **versions(),
    }
    settings = [
        {"task": task, "size": size, "cell": cell, "seed": seed}
        for task, sizes in SIZES.items()
        for size in sizes
        for seed in SEEDS
        for cell in CELLS
    ]

    def watch(done: int, total: int) -> None:
        print(f"{done} of {total} settings done", file=sys.stderr, flush=True)

    sweep(one_run, settings, data_folder() / "variants.csv", about, jobs, watch)


if __name__ == "__main__":
    main()

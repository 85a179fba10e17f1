"""Operate on five trained LSTMs, and count what each operation costs them: data/surgery.csv

    python tools/operate.py [--jobs 2]

The first is the stored ``lstm_channels``; the others are trained as it was, from other seeds. Each is operated on in
every way the explorer Surgery knows, on five draws of 500 channels of three shows. The memory unit is the one whose c
follows the ideal observer's log odds best; every unit is silenced, so its controls are in the table too.
Goes on where it stopped, on all cores, and says how far it is.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from train_weights import CONTESTANTS, versions

from lstm_lab import models, tasks, training
from lstm_lab.cells import LSTMParams, checked_lstm
from lstm_lab.files import data_folder
from lstm_lab.interventions import Effect, clamp, couple, effect, effect_of_swap, silence, trial
from lstm_lab.models import Model
from lstm_lab.sweeps import sweep
from lstm_lab.world.pictures import KINDS
from lstm_lab.xray import holds_wild, look_inside

NAME, STORED = "lstm_channels", 1
NETWORKS = (1, 2, 3, 4, 5)
DRAWS, COUNT, SHOWS, GAP, AFTER = 5, 500, 3, 5, 4


def trained(seed: int) -> Model:
    """Return the stored network, or one trained as it was from another seed."""
    if seed == STORED:
        return models.load(NAME)
    torch.set_num_threads(1)
    plan, rng = CONTESTANTS[NAME], np.random.default_rng(seed)
    cell = plan.start(rng, len(KINDS) + plan.noise_columns, plan.hidden)
    model = models.new_model(f"{NAME} {seed}", cell, rng)
    shows = plan.gaps, plan.shows, plan.telling, plan.asked
    look = tasks.story_batches(*shows, plan.noise_columns, count=1000)(rng)
    draw = tasks.story_batches(*shows, plan.noise_columns)
    return training.train(model, draw, rng, plan.steps, plan.rate, look=look).best


def operated(network: int) -> Iterator[dict[str, Any]]:
    """Yield what every operation costs one network, draw by draw."""
    model = trained(network)
    cell = checked_lstm(model.cell)
    follows = np.abs(holds_wild(look_inside(model, np.random.default_rng(0), (GAP, GAP), (SHOWS, SHOWS))))
    memory, H = int(follows.argmax()), len(follows)
    others = [unit for unit in range(H) if unit != memory]
    weights: dict[tuple[str, str], LSTMParams] = {
        (f"{gate} = {level}", "all"): clamp(cell, gate, level) for gate in "fio" for level in (0, 1)
    }
    weights["i = 1 − f", "all"] = couple(cell)
    weights |= {("silence", f"unit {unit}"): silence(cell, [unit]) for unit in range(H)}
    weights |= {("f = 1", f"unit {memory}"): clamp(cell, "f", 1, [memory])}
    swaps = {"all": None, f"unit {memory}": [memory], f"all but unit {memory}": others}
    for draw in range(DRAWS):
        tried = trial(model, np.random.default_rng(1000 + draw), COUNT, SHOWS, GAP)
        rows = {key: effect(tried, model._replace(cell=changed)) for key, changed in weights.items()}
        rows |= {("swap", units): effect_of_swap(tried, AFTER, chosen) for units, chosen in swaps.items()}
        for (operation, units), found in rows.items():
            one = int(units.removeprefix("unit ")) if units.startswith("unit") else -1
            alone = {
                "memory unit": one == memory,
                "mean |h|": round(float(tried.sizes[one]), 4) if one >= 0 else "",
                "follows": round(float(follows[one]), 4) if one >= 0 else "",
            }
            yield {"draw": draw, "operation": operation, "units": units, **alone, **told(found)}


def told(found: Effect) -> dict[str, float]:
    """Return an effect in columns."""
    difference, low, high = found.total
    by_show = dict(zip(("first", "second", "third"), found.difference, strict=True))
    numbers = {
        "intact": found.intact.mean(),
        "operated": found.operated.mean(),
        "difference": difference,
        "interval_low": low,
        "interval_high": high,
        **by_show,
        "distance": found.distance.mean(),
    }
    return {name: round(float(value), 5) for name, value in numbers.items()}


def main() -> None:
    """Operate on every network that is not in the table yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--jobs", type=int, default=-1, help="how many networks side by side; one per core by default"
    )
    plan = CONTESTANTS[NAME]
    about = {
        "task": "wolf or dog in channels of shows, one clue each, in trained networks that are operated on",
        "networks": f"{NAME}, and others trained as it was; the number is the seed",
        "updates": plan.steps,
        "channels": COUNT,
        "shows": SHOWS,
        "gap": GAP,
        "swap after picture": AFTER,
        "command": "python tools/operate.py",
        **versions(),
    }

    def watch(done: int, total: int) -> None:
        print(f"{done} of {total} networks done", file=sys.stderr, flush=True)

    settings = [{"network": seed} for seed in NETWORKS]
    sweep(operated, settings, data_folder() / "surgery.csv", about, parser.parse_args().jobs, watch)


if __name__ == "__main__":
    main()

"""Train networks on series: the adding problem, echoes after an unknown delay, and the sunspots.

    python tools/series.py adding      every start at every length: data/series_adding.csv
    python tools/series.py echoes      what each start learns of the delay: data/series_echoes.csv
    python tools/series.py sunspots    forecasts by kind of network and seed: data/series_sunspots.csv
    python tools/series.py series_lstm the weights that the pages show, by name: data/weights/series_*.npz
    python tools/series.py             all of it

The tables go on where they stopped and say how far they are; of the weights on the sunspots those of the seed are
kept that does best on the years that choose. The runs in the tables took 100 minutes
together on a very busy machine; one that has nothing else to do needs a fraction of that.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from train_weights import WEIGHTS, forget_bias, versions

from lstm_lab import models, starts, training
from lstm_lab.files import data_folder
from lstm_lab.models import History, Model
from lstm_lab.series import adding, echoes
from lstm_lab.series import forecasting as f
from lstm_lab.series import sunspots as sun
from lstm_lab.sweeps import read_table, sweep

SEEDS, FEW = (1, 2, 3, 4, 5), (1, 2, 3)
BATCH, CLIP = 32, 1.0
Start = Callable[[np.random.Generator, int, int], Any]
STARTS: Mapping[str, Start] = {
    "RNN tanh": starts.rnn_default,
    "RNN orthogonal": starts.rnn_orthogonal,
    "LSTM forget bias 0": starts.lstm_default,
    "LSTM forget bias 1": forget_bias(1),
    "LSTM forget bias 3": forget_bias(3),
    "GRU": starts.gru_default,
}

ADDING = {"units": 32, "updates": 1000, "rate": 1e-2, "batch": BATCH, "clip": CLIP, "solved": adding.SOLVED}
LENGTHS = (50, 100, 200)
"""Three seeds at the longest; an RNN, which solves not even the shortest, is not run beyond it."""
GENTLE = (("RNN tanh", 1e-3), ("RNN orthogonal", 1e-3))
"""Starts that are given a smaller rate as well, at the shortest length."""

ECHOES = {"units": 32, "updates": 2000, "rate": 1e-2, "batch": BATCH, "clip": CLIP}
LISTENERS = ("RNN tanh", "RNN orthogonal", "LSTM forget bias 1", "GRU")
LABELLED = ("LSTM forget bias 1",)
"""The start that is also asked for the delay alone, at the end."""

SUNSPOTS = {"units": 16, "updates": 600, "rate": 3e-3, "batch": 16, "clip": CLIP, "window": 300}
FORECASTERS: Mapping[str, str] = {"rnn": "RNN tanh", "lstm": "LSTM forget bias 1", "gru": "GRU"}
RUN_ON = 132
"""Months that a network runs on its own where that is judged: eleven years."""


def begun(start: str, seed: int, inputs: int, units: int, outputs: int) -> tuple[Model, np.random.Generator]:
    """Return a network as it starts, and the generator that goes on."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    return models.new_model(start, STARTS[start](rng, inputs, units), rng, outputs), rng


def add(start: str, steps: int, rate: float, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how the error of one network fell on the adding problem, looked at every 50 updates."""
    since = time.perf_counter()
    model, rng = begun(start, seed, 2, ADDING["units"], 1)
    history = training.train(
        model,
        adding.adding_batches(steps),
        rng,
        ADDING["updates"],
        rate,
        look=adding.adding_batch(rng, steps, 1000),
        graded_by=training.squared_error,
        enough=adding.SOLVED,
    )
    yield {
        "error": round(history.best_loss, 5),
        "updates": history.steps[-1],
        "seconds": round(time.perf_counter() - since, 1),
        "curve": " ".join(f"{loss:.4f}" for loss in history.losses),
    }


def listened(start: str, asked: str, seed: int) -> History:
    """Return the training of a network on echoes, asked at every step what comes next or once which delay it was."""
    question = echoes.next_batch if asked == "next" else echoes.label_batch
    model, rng = begun(start, seed, 1, ECHOES["units"], 2 if asked == "next" else echoes.DELAYS)
    look = question(echoes.draw_echoes(rng, 500))
    draw = echoes.echo_batches(question)
    return training.train(model, draw, rng, ECHOES["updates"], ECHOES["rate"], look=look)


def listen(start: str, asked: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield what one network knows of the delay on 2,000 fresh series."""
    since = time.perf_counter()
    history = listened(start, asked, seed)
    yield heard(history.best, asked, 1000 + seed) | {"seconds": round(time.perf_counter() - since, 1)}


def heard(model: Model, asked: str, seed: int) -> dict[str, Any]:
    """Return how a network does on 2,000 fresh series; where a number makes no sense it is an empty text."""
    fresh = echoes.draw_echoes(np.random.default_rng(seed), 2000)
    said = models.answers(model, fresh.xs).probabilities
    if asked == "label":
        named = float((said[-1].argmax(-1) == fresh.delays - echoes.SHORTEST).mean())
        return {"nats": "", "first": "", "second": "", "third": "", "named": named}
    chances = said[..., echoes.ECHO]
    in_time = [float(echoes.expected_in_time(chances, fresh, k).mean()) for k in range(echoes.CALLS)]
    names = dict(zip(("first", "second", "third"), in_time, strict=True))
    return {"nats": round(echoes.nats_per_call(chances, fresh), 4), **names, "named": ""}


def watched(kind: str, seed: int) -> History:
    """Return the training of a network on the first part of the sunspots, its best chosen on the second."""
    model, rng = begun(FORECASTERS[kind], seed, 1, SUNSPOTS["units"], len(f.AHEAD))
    values = sun.training_scale().down(sun.sunspots())
    first, end = sun.month_at(sun.CHOOSING), sun.month_at(sun.TESTING)
    draw = f.window_batches(values[:first], SUNSPOTS["window"], SUNSPOTS["batch"])
    return training.train(
        model,
        draw,
        rng,
        SUNSPOTS["updates"],
        SUNSPOTS["rate"],
        look=f.judging_batch(values[:end], first, end),
        graded_by=training.squared_error,
    )


def forecast(kind: str, seed: int) -> Iterator[dict[str, Any]]:
    """Yield how far off the forecasts of one network are, in sunspots."""
    since = time.perf_counter()
    history = watched(kind, seed)
    seconds = round(time.perf_counter() - since, 1)
    yield {"chosen_by": round(history.best_loss, 5), **off(history.best), "seconds": seconds}


def off(model: Model) -> dict[str, float]:
    """Return a network's errors, root mean square in sunspots: in the years that choose, in the test, on its own."""
    truth, scale = sun.sunspots(), sun.training_scale()
    said = f.network_forecasts(model, truth, scale)
    choosing, testing = sun.part(sun.CHOOSING, sun.TESTING), sun.part(sun.TESTING, sun.END)
    errors = {}
    for name, where in (("choosing", choosing), ("test", testing)):
        for ahead in f.AHEAD:
            errors[f"{name}_{ahead}"] = f.rmse(said[ahead][where], truth[where])
    first = np.arange(testing.start, len(truth) - RUN_ON + 1)
    alone = f.network_runs(model, truth, scale, first, RUN_ON)
    after = truth[first[:, None] + np.arange(RUN_ON)]
    errors |= {"alone_12": f.rmse(alone[:, 11], after[:, 11]), "alone_132": f.rmse(alone, after)}
    return {name: round(error, 4) for name, error in errors.items()}


def make_weights(name: str) -> None:
    """Train one of the networks that the pages show again, and keep it."""
    since, kind = time.perf_counter(), name.removeprefix("series_")
    command = f"python tools/series.py {name}"
    if kind == "echo":
        table = read_table(data_folder() / "series_echoes.csv").where(asked="next")
        best = min(table.rows, key=lambda row: row["nats"])
        history = listened(best["start"], "next", best["seed"])
        about = {"task": "does the echo come next", "start": best["start"], "seed": best["seed"], **ECHOES}
        result: dict[str, Any] = heard(history.best, "next", 1000 + best["seed"])
    else:
        table = read_table(data_folder() / "series_sunspots.csv").where(kind=kind)
        best = min(table.rows, key=lambda row: row["chosen_by"])
        history = watched(kind, best["seed"])
        scale = sun.training_scale()._asdict()
        about = {"task": "sunspots 1 and 12 months ahead", "start": FORECASTERS[kind], "seed": best["seed"]}
        about |= {"scale": scale, "learned from": [sun.FIRST, sun.CHOOSING - 1], **SUNSPOTS}
        result = off(history.best)
    made = {"result": result, "seconds": round(time.perf_counter() - since), "command": command}
    model = history.best._replace(name=name)
    models.save(model, WEIGHTS / f"{name}.npz", {**about, **made, "stopped": history.stopped, **versions()})
    print(name, made["seconds"], "s", result, flush=True)


def settings(kind: str) -> list[dict[str, Any]]:
    """Return every setting of a table, short ones first."""
    if kind == "adding":
        able = tuple(start for start in STARTS if not start.startswith("RNN"))
        plan = [(start, LENGTHS[0], ADDING["rate"], SEEDS) for start in STARTS]
        plan += [(start, LENGTHS[0], rate, FEW) for start, rate in GENTLE]
        plan += [(start, LENGTHS[1], ADDING["rate"], SEEDS) for start in able]
        plan += [(start, LENGTHS[2], ADDING["rate"], FEW) for start in able]
        return [
            {"start": start, "steps": steps, "rate": rate, "seed": seed}
            for start, steps, rate, seeds in plan
            for seed in seeds
        ]
    if kind == "echoes":
        asked = [(start, "label", SEEDS) for start in LABELLED]
        asked += [(start, "next", SEEDS) for start in LISTENERS]
        return [
            {"start": start, "asked": what, "seed": seed} for start, what, seeds in asked for seed in seeds
        ]
    return [{"kind": kind, "seed": seed} for kind in FORECASTERS for seed in SEEDS]


def make_table(kind: str, jobs: int) -> None:
    """Run one sweep, or what is left of it."""
    experiment, plan, task = {
        "adding": (add, ADDING, "the sum of two marked numbers of many"),
        "echoes": (listen, ECHOES, "echoes after a delay of 3 to 14 steps, another in each series"),
        "sunspots": (forecast, SUNSPOTS, "monthly sunspot numbers, 1 and 12 months ahead"),
    }[kind]
    about = {"task": task, **plan, "command": f"python tools/series.py {kind}", **versions()}
    watch = lambda done, total: print(f"{kind}: {done} of {total}", file=sys.stderr, flush=True)  # noqa: E731
    sweep(experiment, settings(kind), data_folder() / f"series_{kind}.csv", about, jobs, watch)


def main() -> None:
    """Make what is named on the command line, or everything."""
    tables = ("adding", "echoes", "sunspots")
    weights = (*(f"series_{kind}" for kind in FORECASTERS), "series_echo")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", default=(*tables, *weights), metavar="what")
    parser.add_argument("--jobs", type=int, default=-1, help="how many runs side by side")
    chosen = parser.parse_args()
    for name in chosen.what:
        if name in tables:
            make_table(name, chosen.jobs)
        elif name in weights:
            make_weights(name)
        else:
            parser.error(f"there is no {name!r}; there are {', '.join((*tables, *weights))}")


if __name__ == "__main__":
    main()

"""Train networks to finish sentences, and count how often they know the language.

    python tools/words.py accuracy              every start and seed: data/words.csv
    python tools/words.py words_rnn words_lstm  the two networks of lesson 12: data/weights

The table goes on where it stopped, on all cores, and says how far it is.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from race import STARTS
from train_weights import WEIGHTS, versions

from lstm_lab import models, training
from lstm_lab.files import data_folder
from lstm_lab.language import texts
from lstm_lab.language.grammar import VOCABULARY
from lstm_lab.language.judging import Judged, judge
from lstm_lab.language.reading import fit_reader
from lstm_lab.models import History
from lstm_lab.sweeps import sweep

HIDDEN, UPDATES, BATCH, LENGTH, CLIP = 32, 1600, 32, 64, 1.0
SEEDS = (1, 2, 3, 4, 5)
RATES = {"RNN tanh": 5e-3, "RNN orthogonal": 5e-3, "LSTM forget bias 0": 1e-2, "LSTM forget bias 1": 1e-2}
"""For each start the better of 0.005 and 0.01, tried with seed 1."""
LOSSES = {"languages apart": texts.next_word_batch, "plain mean": texts.even_batch}
"""What training makes small."""
TESTED, TEST_LENGTH = 2000, 160
STORED = {"words_rnn": "RNN tanh", "words_lstm": "LSTM forget bias 1"}
"""The networks of the lesson, all of seed 1, and how they start."""


class Trained(NamedTuple):
    """A training run, how the network does on fresh texts, and the seconds of training."""

    history: History
    judged: Judged
    seconds: float


def trained(name: str, start: str, loss: str, seed: int) -> Trained:
    """Train one network on texts of the grammar, and judge it on fresh and longer ones."""
    torch.set_num_threads(1)
    rng, since = np.random.default_rng(seed), time.perf_counter()
    words = len(VOCABULARY)
    model = models.new_model(name, STARTS[start](rng, words, HIDDEN), rng, words)
    look = LOSSES[loss](texts.draw_texts(rng, 200, LENGTH))
    draw = texts.text_batches(BATCH, LENGTH, LOSSES[loss])
    history = training.train(model, draw, rng, UPDATES, RATES[start], CLIP, look=look)
    seconds = time.perf_counter() - since
    fresh = texts.draw_texts(np.random.default_rng(1000 + seed), TESTED, TEST_LENGTH)
    return Trained(history, judge(history.best, fresh), seconds)


def accuracy(loss: str, seed: int, start: str) -> Iterator[dict[str, Any]]:
    """Yield how often one network knows the language, by gap, and how much of the country its memory holds."""
    done = trained(start, start, loss, seed)
    reader = fit_reader(done.history.best, np.random.default_rng(2000 + seed))
    for row in done.judged.by_gap:
        rounded = {name: round(value, 5) for name, value in row._asdict().items()}
        yield {
            **rounded,
            "nats_per_word": round(done.judged.nats, 5),
            "ideal_per_word": round(done.judged.ideal_nats, 5),
            "read_off_all": round(reader.right, 5),
            "read_off_one": round(float(reader.alone.max()), 5),
            "seconds": round(done.seconds, 1),
        }


def settings() -> list[dict[str, Any]]:
    """Return every setting of the table."""
    apart = [{"loss": "languages apart", "seed": seed, "start": start} for seed in SEEDS for start in RATES]
    plain = [{"loss": "plain mean", "seed": seed, "start": "LSTM forget bias 1"} for seed in SEEDS]
    return apart + plain


def about() -> dict[str, Any]:
    """Return what is common to all runs."""
    return {
        "task": "the next word of texts of the grammar",
        "words": len(VOCABULARY),
        "units": HIDDEN,
        "updates": UPDATES,
        "batch": BATCH,
        "length": LENGTH,
        "rates": RATES,
        "clip": CLIP,
        "texts judged": TESTED,
        "their length": TEST_LENGTH,
    }


def make_table(jobs: int) -> None:
    """Run every setting that is not in the table yet."""

    def watch(done: int, total: int) -> None:
        print(f"{done} of {total} settings done", file=sys.stderr, flush=True)

    told = {**about(), "command": "python tools/words.py accuracy", **versions()}
    sweep(accuracy, settings(), data_folder() / "words.csv", told, jobs, watch)


def store(name: str) -> None:
    """Train one of the networks of the lesson and write its weights."""
    done = trained(name, STORED[name], "languages apart", SEEDS[0])
    result = {
        "nats per word": done.judged.nats,
        "nats per word of the ideal observer": done.judged.ideal_nats,
        "right by gap": {str(row.gap): row.right for row in done.judged.by_gap},
    }
    made = {
        **about(),
        "start": STORED[name],
        "seed": SEEDS[0],
        "stopped": done.history.stopped,
        "result": result,
        "seconds": round(done.seconds),
        "command": f"python tools/words.py {name}",
        **versions(),
    }
    models.save(done.history.best, WEIGHTS / f"{name}.npz", made)
    print(name, made["seconds"], "s", result, flush=True)


def main() -> None:
    """Make what is named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", choices=("accuracy", *STORED))
    parser.add_argument(
        "--jobs", type=int, default=-1, help="how many runs side by side; one per core by default"
    )
    chosen = parser.parse_args()
    for name in chosen.what:
        if name == "accuracy":
            make_table(chosen.jobs)
        else:
            store(name)


if __name__ == "__main__":
    main()

"""Train everything in ``data`` again: the picture network, the bank of frames, the recurrent networks.

    python tools/train_weights.py              all of it, in order
    python tools/train_weights.py lstm_long    only what is named

Pictures of your own, in ``data/own_pictures`` with a folder per kind, stand in for the drawn ones of that kind;
faces are always drawn, since the ideal observer must know their wolfness.

Each file says how it was made: the task, the seed, the updates, the versions, and the result on 10,000 fresh shows
whose pictures were in no training.
"""

import platform
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from lstm_lab import evaluation, models, stage, starts, tasks, training
from lstm_lab.checks import Array
from lstm_lab.files import data_folder, write_arrays
from lstm_lab.interventions import clamp
from lstm_lab.world.pictures import FACES, KINDS, draw_picture, pixels, shapes

WEIGHTS = data_folder() / "weights"
ANSWERS = 3
COMMAND = "python tools/train_weights.py"


class Contestant(NamedTuple):
    """A recurrent network to train: how it starts and on which shows."""

    start: Callable[[np.random.Generator, int, int], Any]
    start_in_words: str
    hidden: int
    steps: int
    noise_columns: int = 0
    shows: tuple[int, int] = (1, 1)
    gaps: tuple[int, int] = (0, 5)
    telling: tuple[int, int] = (1, 1)
    asked: float = 1.0
    seed: int = 1
    rate: float = 3e-3
    held: str = ""
    """A gate that is held open from the first update on."""


def forget_bias(bias: float) -> Callable[[np.random.Generator, int, int], Any]:
    """Return the start of an LSTM whose forget gates have this bias."""
    return lambda rng, D, H: starts.lstm_forget_bias(rng, D, H, bias)


def chrono(T_max: int) -> Callable[[np.random.Generator, int, int], Any]:
    """Return the start of an LSTM that is told the longest time scale."""
    return lambda rng, D, H: starts.lstm_chrono(rng, D, H, T_max)


TOUR = {"hidden": 32, "steps": 1500, "noise_columns": 32, "gaps": (0, 50)}
SMALL = {
    "hidden": 16,
    "steps": 8000,
    "shows": (1, 3),
    "gaps": (0, 5),
    "telling": (0, 2),
    "asked": 0.5,
}
THREE = {"hidden": 16, "steps": 1500, "shows": (3, 3)}
CHANNELS = {**SMALL, "gaps": (0, 20), "steps": 4000}
CONTESTANTS = {
    "rnn_small": Contestant(starts.rnn_default, "torch's default", **SMALL),
    "lstm_small": Contestant(forget_bias(1), "forget bias 1", **SMALL),
    "lstm_channels": Contestant(forget_bias(3), "forget bias 3", **CHANNELS),
    "lstm_without_i": Contestant(forget_bias(3), "forget bias 3", gaps=(20, 20), held="i", **THREE),
    "lstm_without_f": Contestant(forget_bias(3), "forget bias 3", gaps=(8, 8), held="f", **THREE),
    "rnn_tour": Contestant(starts.rnn_default, "torch's default", **TOUR),
    "lstm_tour": Contestant(starts.lstm_default, "torch's default, forget bias 0", **TOUR),
    "lstm_long": Contestant(chrono(52), "chrono, T_max 52", hidden=32, steps=1200, gaps=(50, 50)),
}


def drawn(seed: int, each: int, faces_each: int) -> tuple[Array, Array, Array]:
    """Draw pictures of every kind, or take the reader's own.

    Returns:
        Their pixels (N, 32, 32, 3), their kinds (N,), and their wolfness (N,), NaN where there is no face.
    """
    rng = np.random.default_rng(seed)
    names = [kind for kind in KINDS for _ in range(faces_each if kind in FACES else each)]
    pictures = [draw_picture(rng, name) for name in names]
    w = [picture.w if picture.kind in FACES else np.nan for picture in pictures]
    own = [kind for kind in stage.own_pictures(32) if kind not in FACES]
    seen = [
        stage.pixels_of(stage.Frame(p.kind, seed=p.seed)) if p.kind in own else pixels(shapes(p))
        for p in pictures
    ]
    return np.stack(seen), np.array([KINDS.index(n) for n in names]), np.array(w)


def beliefs(kinds: Array, w: Array) -> Array:
    """Return the exact probabilities of each picture's kind, (N, 8): a face is a wolf's with chance w."""
    exact = np.eye(len(KINDS))[kinds]
    faces = ~np.isnan(w)
    exact[faces] = 0
    exact[faces, KINDS.index("wolf")] = w[faces]
    exact[faces, KINDS.index("dog")] = 1 - w[faces]
    return exact


def train_picture_network() -> None:
    """Train the network that names single pictures."""
    begun = time.perf_counter()
    pictures, kinds, w = drawn(seed=1, each=2500, faces_each=14000)
    rng = np.random.default_rng(2)
    network = training.train_pictures(pictures, beliefs(kinds, w), (32,), rng, epochs=20, name="pictures")
    result = judged(network, *drawn(seed=3, each=500, faces_each=2000))
    save(
        "pictures",
        network,
        {"task": "name one drawn picture", "pictures": len(pictures), "seed": 2},
        result,
        begun,
    )


def judged(network: models.PictureNetwork, pictures: Array, kinds: Array, w: Array) -> dict[str, float]:
    """Return how a picture network does on pictures it has not seen."""
    chances = np.exp(models.log_probabilities(network, pictures))
    faces = ~np.isnan(w)
    wolf = chances[faces, KINDS.index("wolf")]
    p_wolf = wolf / (wolf + chances[faces, KINDS.index("dog")])
    is_wolf = kinds[faces] == KINDS.index("wolf")
    named = chances.argmax(axis=1)
    return {
        "other kinds named right": float((named == kinds)[~faces].mean()),
        "faces taken for another kind": float(np.isin(named[faces], [0, 3], invert=True).mean()),
        "dog or wolf named right": float(((p_wolf > 0.5) == is_wolf).mean()),
        "ideal observer, dog or wolf named right": float(((w[faces] > 0.5) == is_wolf).mean()),
        "mean distance from the ideal probability": float(np.abs(p_wolf - w[faces]).mean()),
    }


def make_banks() -> None:
    """Let the picture network read two sets of drawn pictures: one to train on, one never trained on."""
    network = models.load_pictures("pictures")
    for name, seed in (("frames_train", 11), ("frames_test", 12)):
        pictures, kinds, w = drawn(seed, each=400, faces_each=2000)
        features = tasks.features_of(models.log_probabilities(network, pictures))
        about = {"pictures": len(kinds), "seed": seed, "command": COMMAND, **versions()}
        tasks.save_bank(tasks.FeatureBank(features, kinds, w), data_folder() / f"{name}.npz", about)
        print(name, features.shape)


def train_contestant(name: str) -> None:
    """Train one recurrent network and judge it on fresh shows."""
    plan, begun = CONTESTANTS[name], time.perf_counter()
    rng = np.random.default_rng(plan.seed)
    cell = plan.start(rng, len(KINDS) + plan.noise_columns, plan.hidden)
    cell = clamp(cell, plan.held, 1.0) if plan.held else cell
    model = models.new_model(name, cell, rng, ANSWERS)
    shows = plan.gaps, plan.shows, plan.telling, plan.asked
    look = tasks.story_batches(*shows, plan.noise_columns, count=1000)(rng)
    draw_batch = tasks.story_batches(*shows, plan.noise_columns)
    history = training.train(model, draw_batch, rng, plan.steps, plan.rate, look=look)
    result = evaluation.on_fresh_shows(history.best, np.random.default_rng(1000 + plan.seed), *shows, 10_000)
    about = {
        "task": "wolf or dog, in shows of the story",
        "start": plan.start_in_words,
        "updates": plan.steps,
        "seed": plan.seed,
        "rate": plan.rate,
        "shows": plan.shows,
        "gaps": plan.gaps,
        "telling frames": plan.telling,
        "asked": plan.asked,
        "noise columns": plan.noise_columns,
        "held open": plan.held,
        "stopped": history.stopped,
    }
    save(name, history.best, about, {k: float(v) for k, v in result._asdict().items()}, begun)


def ask_torch_for_gradients() -> None:
    """Let torch work out the gradient of lesson 03, for pages on machines without torch to compare with."""
    rng = np.random.default_rng(1)
    model = models.new_model("lesson 03", starts.rnn_default(rng, len(KINDS), 16), rng, ANSWERS)
    trees = (stage.Frame("tree", seed=k) for k in range(10))
    show = (stage.Frame("bear", seed=2), *trees, stage.Frame("face", w=0.5, seed=7))
    xs, targets, weights = stage.asked_at_the_end(show)
    network = training.to_torch(model)
    logits = network(torch.from_numpy(xs))
    each = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.from_numpy(targets).flatten(), reduction="none"
    )
    loss = (each * torch.from_numpy(weights).flatten()).sum()
    loss.backward()
    found = network.recurrent.named_parameters()
    rows = {name: value.grad.numpy() for name, value in found if value.grad is not None}
    arrays = {"W_x": rows["weight_ih_l0"].T, "W_h": rows["weight_hh_l0"].T, "b": rows["bias_ih_l0"]}
    about = {"holds": "gradients", "loss": loss.item(), "seed": 1, "command": f"{COMMAND} torch_gradients"}
    write_arrays(data_folder() / "torch_gradients.npz", arrays, {**about, **versions()})
    print("torch_gradients: loss", loss.item())


def ask_torch_for_a_show() -> None:
    """Let torch run its own LSTM over a show, picture by picture, for learners to compare their cell with."""
    kinds = ("bear", "tree", "squirrel", "tree", "title card", "goldfish", "squirrel", "tree", "tree", "face")
    show = tuple(stage.Frame(kind, seed=k) for k, kind in enumerate(kinds))
    xs = stage.asked_at_the_end(show).xs
    module = training.recurrent_to_torch(models.load("lstm_channels").cell)
    state, arrays = None, {"xs": xs[:, 0], "h": [], "c": []}
    with torch.no_grad():
        for x in torch.from_numpy(xs):
            _, state = module(x[None], state)
            for name, part in zip("hc", state, strict=True):
                arrays[name].append(part.numpy()[0, 0])
    stacked = {name: np.stack(part) for name, part in arrays.items()}
    about = {"holds": "a show", "show": ", ".join(kinds), "weights": "lstm_channels"}
    write_arrays(
        data_folder() / "torch_lstm.npz", stacked, {**about, "command": f"{COMMAND} torch_lstm", **versions()}
    )
    print("torch_lstm:", len(xs), "pictures")


def save(name: str, model: Any, about: dict[str, Any], result: dict[str, float], begun: float) -> None:
    """Write a trained network with its provenance, and print the result."""
    made = {"result": result, "seconds": round(time.perf_counter() - begun), "command": f"{COMMAND} {name}"}
    models.save(model, WEIGHTS / f"{name}.npz", {**about, **made, **versions()})
    print(name, made["seconds"], "s", {k: round(v, 4) for k, v in result.items()}, flush=True)


def versions() -> dict[str, str]:
    """Return the versions that the numbers may depend on."""
    return {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}


def main() -> None:
    """Train what is named on the command line, or everything."""
    torch.set_num_threads(1)
    makers: dict[str, Callable[[], None]] = {"pictures": train_picture_network, "frames": make_banks}
    makers["torch_gradients"] = ask_torch_for_gradients
    makers |= {name: (lambda name=name: train_contestant(name)) for name in CONTESTANTS}
    makers["torch_lstm"] = ask_torch_for_a_show
    names = sys.argv[1:] or list(makers)
    unknown = [name for name in names if name not in makers]
    if unknown:
        sys.exit(f"there is nothing named {', '.join(unknown)}; choose from: {', '.join(makers)}")
    for name in names:
        makers[name]()


if __name__ == "__main__":
    main()

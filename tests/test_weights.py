"""The stored networks, replayed in NumPy on 10,000 fresh shows, keep what their files and the lessons promise."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lstm_lab import models, tasks
from lstm_lab.evaluation import Comparison, on_fresh_shows
from lstm_lab.files import data_folder
from lstm_lab.world.pictures import FACES, KINDS, draw_picture, pixels, shapes

RECURRENT = ("rnn_small", "lstm_small", "rnn_tour", "lstm_tour", "lstm_long")
FRESH = 987_654_321
ROOT = Path(__file__).resolve().parents[1]
ONE_EACH = [p for p in sorted((data_folder() / "weights").glob("*.npz")) if not p.stem.startswith("scan_")]
"""Files of one network each; test_what_it_sees.py has the other."""


@cache
def judged(name: str, count: int = 10_000, gaps: tuple[int, int] | None = None) -> Comparison:
    """Return how a stored network does on shows of one clue and one question, drawn for this test alone."""
    model = models.load(name)
    return on_fresh_shows(
        model, np.random.default_rng(FRESH), gaps or tuple(model.about["gaps"]), count=count
    )


@cache
def as_trained(name: str) -> Comparison:
    """Return how a stored network does on fresh shows of the kind it was trained on."""
    model = models.load(name)
    gaps, shows, telling = (tuple(model.about[key]) for key in ("gaps", "shows", "telling frames"))
    rng = np.random.default_rng(FRESH)
    return on_fresh_shows(model, rng, gaps, shows, telling, model.about["asked"], count=4000)


def fresh_pictures(kinds: tuple[str, ...], each: int):
    rng = np.random.default_rng(FRESH)
    drawn = [draw_picture(rng, kind) for kind in kinds for _ in range(each)]
    network = models.load_pictures("pictures")
    chances = np.exp(models.log_probabilities(network, np.stack([pixels(shapes(p)) for p in drawn])))
    return drawn, chances


def test_the_picture_network_names_all_other_kinds() -> None:
    others = tuple(kind for kind in KINDS if kind not in FACES)
    drawn, chances = fresh_pictures(others, 60)
    named = [KINDS[k] for k in chances.argmax(axis=1)]
    assert np.mean([n == p.kind for n, p in zip(named, drawn, strict=True)]) >= 0.98


def test_of_dogs_and_wolves_the_picture_network_knows_nearly_all_there_is_to_know() -> None:
    drawn, chances = fresh_pictures(FACES, 400)
    wolf, dog = (chances[:, KINDS.index(kind)] for kind in ("wolf", "dog"))
    p, w = wolf / (wolf + dog), np.array([picture.w for picture in drawn])
    is_wolf = np.array([picture.kind == "wolf" for picture in drawn])
    assert abs(p - w).mean() < 0.05
    assert (wolf + dog).min() > 0.9
    right, best = ((p > 0.5) == is_wolf).mean(), ((w > 0.5) == is_wolf).mean()
    assert abs(right - best) < 0.01


@pytest.mark.parametrize("name", ["rnn_small", "lstm_small"])
def test_with_gaps_up_to_5_rnn_and_lstm_are_within_2_points_of_the_ideal_observer(name: str) -> None:
    assert models.load(name).about["gaps"] == [0, 5]
    assert judged(name).difference > -0.02


def test_an_lstm_with_chrono_start_is_within_2_points_over_50_pictures() -> None:
    assert models.load("lstm_long").about["gaps"] == [50, 50]
    assert judged("lstm_long", 4000).difference > -0.02


def test_on_the_shows_of_the_tour_the_lstm_remembers_and_the_rnn_goes_by_the_face() -> None:
    rnn, lstm = models.load("rnn_tour").about, models.load("lstm_tour").about
    same = ("shows", "gaps", "telling frames", "noise columns", "updates", "rate", "seed")
    assert [rnn[key] for key in same] == [lstm[key] for key in same]
    assert judged("lstm_tour", 4000).difference > -0.02
    assert judged("rnn_tour", 4000, (10, 50)).network < 11 / 16 + 0.03


@pytest.mark.parametrize("name", RECURRENT)
def test_a_file_says_the_truth_about_its_network(name: str) -> None:
    told, found = models.load(name).about["result"], as_trained(name)
    spread = 3 * (0.25 / found.questions) ** 0.5
    assert found.network == pytest.approx(told["network"], abs=spread)
    assert found.ideal == pytest.approx(told["ideal"], abs=spread)


@pytest.mark.parametrize("path", ONE_EACH, ids=lambda p: p.stem)
def test_every_file_says_how_to_make_it_again(path) -> None:
    about = models.load_pictures(path).about if path.stem == "pictures" else models.load(path).about
    _, tool, what = about["command"].split()
    assert (ROOT / tool).is_file() and (what == path.stem or tool != "tools/train_weights.py")
    assert {"task", "seed", "result", "seconds", "python", "numpy", "torch"} <= set(about)
    assert path.stat().st_size < 500_000


def test_the_two_banks_of_frames_share_no_face() -> None:
    train, test = (tasks.load_bank(name).w for name in ("frames_train", "frames_test"))
    assert not set(train[~np.isnan(train)]) & set(test[~np.isnan(test)])

"""Sequence tasks as batches: what a network reads, what it should answer, and how much each answer counts.

The task of the story: at every face say wolf or dog, at every other frame say that there is no question. A
picture reaches the network as what the picture network says of it, eight numbers drawn from a bank.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, ShapeError, expect
from lstm_lab.files import DamagedFileError, data_folder, read_arrays, way_back, write_arrays
from lstm_lab.world import shows as world
from lstm_lab.world.pictures import KINDS
from lstm_lab.world.shows import ANSWERS, PADDING, Shows, is_face

WOLF, DOG, NO_QUESTION = range(len(ANSWERS))
"""The places of the three answers in the output of every network of the story."""

ONE_HOT_COLUMNS = (
    *("face" if name == "wolf" else name for name in KINDS if name != "dog"),
    "log odds of w",
)
"""What the columns of ``one_hot_batch`` mean."""

LEAST_W = 0.001
"""``one_hot_batch`` keeps w within [LEAST_W, 1 - LEAST_W], so that its log odds stay within 6.91."""


class Batch(NamedTuple):
    """Sequences with their answers; the loss is sum(weights * cross-entropy), or squared error where they are numbers.

    ``xs`` (T, B, D) inputs, 0 in padding.
    ``targets`` (T, B) whole numbers: WOLF, DOG or NO_QUESTION in the story; or any numbers, (T, B, K).
    ``weights`` (T, B) how much each answer counts, 0 in padding.
    """

    xs: Array
    targets: Array
    weights: Array


class FeatureBank(NamedTuple):
    """What the picture network says of M drawn pictures.

    ``features`` (M, 8) what recurrent networks read, each in [−1, 1]: see ``features_of``.
    ``kinds`` (M,) whole numbers, places in ``KINDS``; wolf and dog both mean a face: see ``draw_pictures``.
    ``w`` (M,) the wolfness a face was drawn with, in [0, 1]; not read where there is no face.
    """

    features: Array
    kinds: Array
    w: Array


class StoryBatch(NamedTuple):
    """A batch of the story with the shows it stands for.

    ``batch`` what the network gets.
    ``shows`` the shows given, with the w of the faces chosen: what the ideal observer must see.
    ``pictures`` (T, B) the place of each frame in the bank, -1 in padding.
    """

    batch: Batch
    shows: Shows
    pictures: Array


def features_of(log_probabilities: Array) -> Array:
    """Return what recurrent networks read of a picture: its log-probabilities on a scale from −1 to 1.

        x = 1 + log₁₀ max(p, 0.01)          1 at p = 1, 0 at 0.1, −1 at 0.01 and below

    Raw log-probabilities of a sure picture network lie at −15 and below. Inputs of that size drive every tanh to
    its flat end, and a network that starts so cannot learn, whatever its cell.

    Args:
        log_probabilities: nats, as ``models.log_probabilities`` returns them, any shape.
    """
    return 1 + np.maximum(log_probabilities / np.log(10), -2)


def save_bank(bank: FeatureBank, path: Path, about: Mapping[str, object]) -> None:
    """Write a bank to an ``.npz`` file as float32, with what is to be known of it."""
    arrays = {
        "features": bank.features.astype(np.float32),
        "kinds": bank.kinds.astype(np.int8),
        "w": bank.w.astype(np.float32),
    }
    write_arrays(path, arrays, {"holds": "frames", **about})


def load_bank(name: str | Path) -> FeatureBank:
    """Read a bank of frames.

    Args:
        name: ``"frames_train"`` or ``"frames_test"``, or an ``.npz`` file anywhere, as ``Path("mine.npz")``.

    Raises:
        FileNotFoundError: no such file; the message names those there are.
        ValueError: the file is damaged, or holds something else.
    """
    path = name if isinstance(name, Path) else data_folder() / f"{name}.npz"
    arrays, about = read_arrays(path)
    if about.get("holds") != "frames" or set(arrays) != {"features", "kinds", "w"}:
        held = ", ".join(arrays) or "nothing"
        raise DamagedFileError(
            f"{path.name} must hold frames (features, kinds, w), it holds: {held}{way_back(path)}"
        )
    try:
        features = expect("features", arrays["features"], "M D", D=len(KINDS))
        kinds = expect("kinds", arrays["kinds"], "M", M=len(features)).astype(np.int64)
        w = arrays["w"].astype(np.float64)
        expect("w", np.nan_to_num(w), "M", M=len(features))  # NaN where there is no face
    except ValueError as error:
        raise DamagedFileError(f"{path.name} does not fit together: {error}{way_back(path)}") from None
    return FeatureBank(features, kinds, w)


def story_batch(
    rng: np.random.Generator, shows: Shows, bank: FeatureBank, noise_columns: int = 0
) -> StoryBatch:
    """Return the shows as a network of the story reads them, each frame a picture from the bank.

    Args:
        rng: chooses the pictures and the noise.
        shows: columns of frames; their w is replaced by that of the faces chosen.
        bank: pictures to choose from, as in ``draw_pictures``.
        noise_columns: how many columns of N(0, 1) background noise to put after the eight features.

    Returns:
        The batch with D = 8 + noise_columns, the shows as drawn, and which pictures they are.

    Raises:
        ShapeError: the arrays of the bank do not fit one another.
        ValueError: the bank lacks a kind the shows need, or noise_columns is negative.
    """
    if noise_columns < 0:
        raise ValueError(f"noise_columns must be at least 0, got {noise_columns}")
    features = expect("bank.features", bank.features, "M D", D=len(KINDS))
    pictures = draw_pictures(rng, shows, bank)
    xs = np.empty((*shows.kinds.shape, len(KINDS) + noise_columns))
    xs[..., : len(KINDS)] = features[pictures]
    if noise_columns:
        xs[..., len(KINDS) :] = rng.standard_normal((*shows.kinds.shape, noise_columns))
    xs[shows.kinds == PADDING] = 0.0
    seen = shows._replace(w=np.where(is_face(shows.kinds), np.asarray(bank.w)[pictures], np.nan))
    return StoryBatch(Batch(xs, *answers_wanted(seen)), seen, pictures)


def story_batches(
    gaps: tuple[int, int],
    shows: tuple[int, int] = (1, 1),
    telling: tuple[int, int] = (1, 1),
    asked: float = 1.0,
    noise_columns: int = 0,
    count: int = 32,
    bank: str = "frames_train",
) -> Callable[[np.random.Generator], Batch]:
    """Return a function that draws a fresh batch of the story from a generator, to train on.

    Args:
        gaps, shows, telling, asked: as in ``draw_channels``.
        noise_columns: as in ``story_batch``.
        count: B, columns in a batch.
        bank: the name of a stored bank of frames.
    """
    frames = load_bank(bank)

    def draw(rng: np.random.Generator) -> Batch:
        return story_batch(
            rng, world.draw_channels(rng, count, shows, gaps, telling, asked), frames, noise_columns
        ).batch

    return draw


def draw_pictures(rng: np.random.Generator, shows: Shows, bank: FeatureBank) -> Array:
    """Return a place in the bank for every frame: any picture of its kind, each as likely.

    Faces are one pool, whatever the bank calls them: the same picture is a wolf's in one show and a dog's in
    another, so a network cannot learn by heart whose it is. Face j is drawn with

        P(j | wolf) ∝ a_j w_j        P(j | dog) ∝ a_j (1 - w_j)
        a_j = 1 / Σ |2 w_k - 1|      over the faces k on the same side of w = 1/2 as j

    Both then have the same sum, so P(j | wolf) / P(j | dog) = w_j / (1 - w_j) exactly, as for the Beta
    chances of the shows, whatever faces the bank holds. A pool of w ~ Beta(2, 2), which is what wolves from
    Beta(3, 2) and as many dogs from Beta(2, 3) make, gives both their Beta chances back.

    Args:
        rng: where the chances come from.
        shows: columns of frames; only the kinds are read.
        bank: pictures to choose from.

    Returns:
        Whole numbers, shape (T, B), -1 in padding.

    Raises:
        ShapeError: the arrays of the bank do not fit one another.
        ValueError: the bank lacks a kind the shows need, or faces on both sides of w = 1/2.
    """
    size, kinds, w = len(bank.features), np.shape(bank.kinds), np.shape(bank.w)
    if not kinds == w == (size,):
        raise ShapeError(f"bank.kinds and bank.w must have shape (M={size},), got {kinds} and {w}")
    pictures = np.full(shows.kinds.shape, -1)
    for kind, name in enumerate(KINDS):
        if kind in (world.WOLF, world.DOG):
            continue
        here = np.nonzero(shows.kinds == kind)
        members = np.flatnonzero(bank.kinds == kind)
        if here[0].size and not members.size:
            raise ValueError(f"the bank must hold a picture of every kind in the shows, it has no {name}")
        if here[0].size:
            pictures[here] = members[rng.integers(members.size, size=here[0].size)]
    faces = is_face(shows.kinds)
    if faces.any():
        pictures[faces] = _draw_bank_faces(rng, shows.kinds[faces], bank)
    return pictures


def one_hot_batch(shows: Shows) -> Batch:
    """Return the shows as a hand-wired cell reads them: clean symbols and the wolfness in log odds.

        columns 0..6    1 for: face (wolf and dog alike), bear, fox, goldfish, tree, squirrel, title card
        column 7        log(w / (1 - w)) at a face, w kept within [0.001, 0.999]; 0 elsewhere

    Column 7 is what the face alone says for wolf against dog, in nats; 0 for the face between the two.

    Args:
        shows: columns of frames with a w at every face.

    Returns:
        The batch with D = 8, columns named in ``ONE_HOT_COLUMNS``.

    Raises:
        ValueError: a face without a w.
    """
    kinds = np.where(shows.kinds == world.DOG, world.WOLF, shows.kinds)
    places = [kind for kind in range(len(KINDS)) if kind != world.DOG]
    xs = np.zeros((*kinds.shape, len(ONE_HOT_COLUMNS)))
    for column, kind in enumerate(places):
        xs[..., column] = kinds == kind
    faces = is_face(kinds)
    w = np.clip(shows.w[faces], LEAST_W, 1 - LEAST_W)
    if np.isnan(w).any():
        raise ValueError(f"w must be given at every face, {np.isnan(w).sum()} of {w.size} faces have none")
    xs[faces, -1] = np.log(w) - np.log(1 - w)
    return Batch(xs, *answers_wanted(shows))


def answers_wanted(shows: Shows) -> tuple[Array, Array]:
    """Return the answer to every frame and how much it counts.

        1 / (number of faces in the batch)                  at a face: wolf or dog
        1 / (number of other frames in the batch)           elsewhere: no question
        0                                                   after the end of a column

    So the loss is the mean at the questions plus the mean of the others; neither drowns the other, however
    long the gaps are.

    Returns:
        targets and weights, each of shape (T, B).
    """
    faces = is_face(shows.kinds)
    others = ~faces & (shows.kinds != PADDING)
    targets = np.full(shows.kinds.shape, NO_QUESTION)
    targets[shows.kinds == world.WOLF] = WOLF
    targets[shows.kinds == world.DOG] = DOG
    weights = faces / max(1, faces.sum()) + others / max(1, others.sum())
    return targets, weights


def _draw_bank_faces(rng: np.random.Generator, kinds: Array, bank: FeatureBank) -> Array:
    members = np.flatnonzero(is_face(np.asarray(bank.kinds)))
    w = expect("bank.w at the faces", np.asarray(bank.w)[members], "M") if members.size else np.empty(0)
    lean = 2 * w - 1
    to_wolf, to_dog = lean[lean > 0].sum(), -lean[lean < 0].sum()
    if w.size and (w.min() < 0 or w.max() > 1):
        raise ValueError(f"bank.w must lie in [0, 1] at the faces, got {w.min()} to {w.max()}")
    if to_wolf == 0 or to_dog == 0:
        raise ValueError("the bank must hold faces on both sides of w = 0.5")
    # the face between wolf and dog says nothing, so any a_j will do: the smaller keeps it rare
    a = np.where(lean > 0, 1 / to_wolf, np.where(lean < 0, 1 / to_dog, min(1 / to_wolf, 1 / to_dog)))
    chosen = np.empty(kinds.size, dtype=np.intp)
    for kind, share in ((world.WOLF, w), (world.DOG, 1 - w)):
        mine = kinds == kind
        ladder = np.cumsum(a * share)
        # side="right" steps over faces of weight 0
        rungs = np.searchsorted(ladder, rng.random(mine.sum()) * ladder[-1], side="right")
        chosen[mine] = members[np.minimum(rungs, w.size - 1)]
    return chosen

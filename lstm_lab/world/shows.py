"""Shows and channels of the story, and the ideal observer who knows every chance by which they are drawn.

A show is about wild nature or about home; nobody is told which. Its frames are telling (bear, fox and
goldfish favour one genre), neutral (tree and squirrel favour none) or a face that may be a wolf's or a dog's.
Every face is a question. Several shows in a row, with a title card between them, are a channel.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_lab.checks import Array, ShapeError
from lstm_lab.world.pictures import KINDS

TELLING = 0.9
"""Chance that a telling frame favours the genre of its show: bear or fox in the wild, goldfish at home."""
WOLF_IN_WILD = 0.95
"""Chance that a face in a wild show is a wolf's, and that a face in a show about home is a dog's."""
WOLF_BETA = (3, 2)
"""Wolfness of a wolf, w ~ Beta(3, 2)."""
DOG_BETA = (2, 3)
"""Wolfness of a dog, w ~ Beta(2, 3); so p(w | wolf) / p(w | dog) = w / (1 - w)."""
FACE_ALONE = 11 / 16
"""How often dog or wolf is named right by who sees the face and remembers nothing: ``best_accuracy(0.5)``."""
ANSWERS = ("wolf", "dog", "no question")
"""What can be said of a picture, in the order of every network's outputs."""
PADDING = -1
"""The kind written where a column has ended."""

WOLF, BEAR, FOX, DOG, GOLDFISH, TREE, SQUIRREL, TITLE_CARD = (
    KINDS.index(name) for name in ("wolf", "bear", "fox", "dog", "goldfish", "tree", "squirrel", "title card")
)


class Shows(NamedTuple):
    """N columns of T frames, each column one show or one channel.

    ``kinds`` (T, N) whole numbers, places in ``KINDS``, -1 after the end of a column.
    ``w`` (T, N) the wolfness of a face in [0, 1], NaN where there is no face.
    ``wild`` (T, N) the hidden genre at that frame, a title card's that of the show it opens; False after the end.
    """

    kinds: Array
    w: Array
    wild: Array


class Belief(NamedTuple):
    """What the ideal observer believes after each frame.

    ``wild`` (T, N) P(the show now on is wild | frames up to and including this one), NaN after the end.
    ``wolf`` (T, N) P(this face is a wolf's | the same frames), NaN where there is no face.
    """

    wild: Array
    wolf: Array


def draw_shows(
    rng: np.random.Generator, count: int, gaps: tuple[int, int], telling: tuple[int, int] = (1, 1)
) -> Shows:
    """Draw shows of telling frames, then neutral frames, then one face.

    The genre is wild with chance 1/2. The numbers of frames do not depend on it: they give nothing away.

    Args:
        rng: where the chances come from.
        count: N, how many shows.
        gaps: least and most neutral frames between the last telling frame and the face, each as likely.
        telling: least and most telling frames, each as likely.

    Returns:
        N columns, T the length of the longest.

    Raises:
        ValueError: count is below 1, or a pair is not two whole numbers in order.
    """
    return draw_channels(rng, count, (1, 1), gaps, telling)


def draw_channels(
    rng: np.random.Generator,
    count: int,
    shows: tuple[int, int],
    gaps: tuple[int, int],
    telling: tuple[int, int] = (1, 1),
    asked: float = 1.0,
) -> Shows:
    """Draw channels: shows in a row, each after the first opened by a title card and with a genre drawn anew.

        P(bear | wild) = P(fox | wild) = 0.45    P(goldfish | wild) = 0.1     a telling frame
        P(bear | home) = P(fox | home) = 0.05    P(goldfish | home) = 0.9
        P(tree) = P(squirrel) = 1/2                                           a neutral frame
        P(wolf | wild) = P(dog | home) = 0.95                                 a face
        w | wolf ~ Beta(3, 2)                    w | dog ~ Beta(2, 3)

    Args:
        rng: where the chances come from.
        count: N, how many channels.
        shows: least and most shows in a channel, each as likely.
        gaps: least and most neutral frames in a show, as in ``draw_shows``.
        telling: least and most telling frames in a show.
        asked: chance that a show which is not the last of its channel ends with a face; else the next one cuts in.

    Returns:
        N columns, T the length of the longest.

    Raises:
        ValueError: count is below 1, asked is outside [0, 1], or a pair is not two whole numbers in order.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    if not 0 <= asked <= 1:
        raise ValueError(f"asked must lie in [0, 1], got {asked}")
    per_channel = _draw_between(rng, "shows", shows, 1, (count,))
    most = int(per_channel.max())
    tells = _draw_between(rng, "telling", telling, 0, (most, count))
    neutrals = _draw_between(rng, "gaps", gaps, 0, (most, count))
    genres = rng.random((most, count)) < 0.5

    title = (np.arange(most) > 0)[:, None]
    on_air = np.arange(most)[:, None] < per_channel
    is_last = np.arange(most)[:, None] == per_channel - 1
    is_empty = title + tells + neutrals == 0  # a show of no frames at all would be none
    ends_with_face = is_last | is_empty | (rng.random((most, count)) < asked)
    lengths = (title + tells + neutrals + ends_with_face) * on_air
    ends = lengths.cumsum(axis=0)
    starts = ends - lengths
    column = np.arange(count)
    length = int(ends[-1].max())

    opens = np.zeros((length + 1, count), dtype=bool)
    opens[starts[on_air], np.broadcast_to(column, starts.shape)[on_air]] = True
    show = opens[:length].cumsum(axis=0) - 1
    time = np.arange(length)[:, None]
    # the place of a frame in its show: -1 the title card, then telling, neutral, and the face last
    place = time - (starts + title)[show, column]
    is_over = time >= ends[-1]
    is_telling = (place >= 0) & (place < tells[show, column]) & ~is_over
    is_face = (place == (tells + neutrals)[show, column]) & ~is_over

    wild = genres[show, column] & ~is_over
    kinds = rng.integers(0, 2, (length, count), dtype=np.int8)
    kinds = np.where(kinds == 0, np.int8(TREE), np.int8(SQUIRREL))
    kinds[place < 0] = TITLE_CARD
    kinds[is_telling] = _draw_telling(rng, wild[is_telling])
    faces = _draw_faces(rng, wild[is_face])
    kinds[is_face] = faces
    kinds[is_over] = PADDING
    w = np.full((length, count), np.nan)
    w[is_face] = np.where(
        faces == WOLF, rng.beta(*WOLF_BETA, size=faces.size), rng.beta(*DOG_BETA, size=faces.size)
    )
    return Shows(kinds, w, wild)


def show_of(names: Sequence[str], w: float | Sequence[float] = 0.5) -> Shows:
    """Return a reader's own list of frames as one column.

    >>> show_of(["bear", "tree", "?"], w=0.4).kinds[:, 0]
    array([1, 5, 0], dtype=int8)

    Nobody has said what such a show is about, nor whose an unnamed face is. So ``wild`` is False throughout
    and means nothing, and ``"face"`` or ``"?"`` is written down as a wolf's. The ideal observer reads neither.

    Args:
        names: kinds of frames in order, from ``KINDS``; ``"face"`` and ``"?"`` are a face.
        w: the wolfness of every face, or one number per face; in [0, 1].

    Raises:
        ValueError: no names, an unknown name, a w outside [0, 1], or another number of w than of faces.
    """
    if isinstance(names, str):
        raise ValueError(f"names must be a list of names, got the single text {names!r}")
    if len(names) == 0:
        raise ValueError("names must hold at least one frame, got an empty list")
    known = {name: number for number, name in enumerate(KINDS)} | {"face": WOLF, "?": WOLF}
    for place, name in enumerate(names):
        if name not in known:
            raise ValueError(f"names must be among {', '.join(known)}; got {name!r} at place {place}")
    kinds = np.array([[known[name]] for name in names], dtype=np.int8)
    faces = is_face(kinds)
    wolfness = np.atleast_1d(np.asarray(w, dtype=np.float64))
    if np.ndim(w) > 0 and wolfness.shape != (faces.sum(),):
        got = f"shape {wolfness.shape}" if wolfness.ndim > 1 else f"{wolfness.size} numbers"
        raise ValueError(f"w must be one number per face: {faces.sum()} faces, got {got}")
    if not np.all((wolfness >= 0) & (wolfness <= 1)):
        raise ValueError(f"w must lie in [0, 1], got {w}")
    column = np.full(kinds.shape, np.nan)
    column[faces] = wolfness
    return Shows(kinds, column, np.zeros(kinds.shape, dtype=bool))


def is_face(kinds: Array) -> Array:
    """Return True where the frame is a face, that is a question; the shape of ``kinds``."""
    return (kinds == WOLF) | (kinds == DOG)


def show_numbers(shows: Shows) -> Array:
    """Return which show of its channel each frame belongs to, counted from 0 by title cards; shape (T, N)."""
    return (shows.kinds == TITLE_CARD).cumsum(axis=0)


def question_gaps(shows: Shows) -> Array:
    """Return, at each face, the number of neutral frames since the last telling frame of the same show.

    Returns:
        Shape (T, N); -1 where there is no face, or no telling frame before it in its show.
    """
    gaps = np.full(shows.kinds.shape, -1)
    neutral = np.full(shows.kinds.shape[1], -1)
    for t, kind in enumerate(shows.kinds):
        tells = (kind == BEAR) | (kind == FOX) | (kind == GOLDFISH)
        counts = (neutral >= 0) & ((kind == TREE) | (kind == SQUIRREL))
        neutral = np.where(tells, 0, np.where(kind == TITLE_CARD, -1, neutral + counts))
        gaps[t] = np.where(is_face(kind), neutral, -1)
    return gaps


def evidence(shows: Shows) -> Array:
    """Return what each frame alone says for wild, in nats of log odds.

        e = log P(frame | wild) - log P(frame | home)
          = log(0.9 / 0.1)     bear, fox
          = log(0.1 / 0.9)     goldfish
          = 0                  tree, squirrel, title card, after the end
          = log((0.95 w + 0.05 (1 - w)) / (0.05 w + 0.95 (1 - w)))     a face: whose it is, is never told

    Returns:
        Shape (T, N).

    Raises:
        ShapeError: kinds and w are not of one shape (T, N).
        ValueError: a kind outside -1..7, or a face without a w in [0, 1].
    """
    kinds, faces = shows.kinds, is_face(shows.kinds)
    if np.ndim(kinds) != 2 or np.shape(kinds) != np.shape(shows.w):
        got = f"{np.shape(kinds)} and {np.shape(shows.w)}"
        raise ShapeError(f"kinds and w must have the same shape (T, N), got {got}")
    if kinds.dtype.kind not in "iu":
        raise ValueError(f"kinds must be whole numbers, got type {kinds.dtype}")
    if np.any((kinds < PADDING) | (kinds >= len(KINDS))):
        values = f"{kinds.min()} to {kinds.max()}"
        raise ValueError(f"kinds must be from -1 to {len(KINDS) - 1}, got values from {values}")
    bad = faces & ~((shows.w >= 0) & (shows.w <= 1))
    if bad.any():
        at = tuple(int(k) for k in np.argwhere(bad)[0])
        raise ValueError(f"w must lie in [0, 1] at every face, got {shows.w[at]} at index {at}")
    tells = math.log(TELLING / (1 - TELLING))
    # one row more than there are kinds: padding, -1, reads the last
    per_kind = np.zeros(len(KINDS) + 1)
    per_kind[[BEAR, FOX, GOLDFISH]] = tells, tells, -tells
    nats = per_kind[kinds]
    w = shows.w[faces]
    in_wild = WOLF_IN_WILD * w + (1 - WOLF_IN_WILD) * (1 - w)
    at_home = (1 - WOLF_IN_WILD) * w + WOLF_IN_WILD * (1 - w)
    nats[faces] = np.log(in_wild / at_home)
    return nats


def ideal_observer(shows: Shows) -> Belief:
    """Return what can be known at best: exact filtering over the hidden genre, in log odds L.

        L_0 = 0,  and L_t = 0 at a title card        P(wild) = 1/2, drawn anew
        L_t = L_{t-1} + e_t                          e_t from ``evidence``
        P(wild | frames 1..t) = 1 / (1 + exp(-L_t))
        P(wolf | frames 1..t) = ``chance_of_wolf``(P(wild | frames 1..t-1), w_t)     at a face

    The genre is the only thing hidden from frame to frame, so L_t sums up all that was seen. Only kinds (a
    wolf and a dog being the same kind, a face) and w are read.

    Args:
        shows: columns of frames.

    Returns:
        Belief after each frame.

    Raises:
        ShapeError: kinds and w are not of one shape (T, N).
        ValueError: a kind outside -1..7, or a face without a w in [0, 1].

    Source: Bayes' rule, applied frame by frame (the forward recursion of hidden Markov models: Rabiner 1989).
    """
    nats = evidence(shows)
    before, after = np.zeros_like(nats), np.zeros_like(nats)
    log_odds = np.zeros(nats.shape[1])
    for t, kind in enumerate(shows.kinds):
        log_odds = np.where(kind == TITLE_CARD, 0.0, log_odds)
        before[t] = log_odds
        log_odds = log_odds + nats[t]
        after[t] = log_odds
    faces = is_face(shows.kinds)
    wild = np.where(shows.kinds == PADDING, np.nan, _sigmoid(after))
    wolf = np.full(nats.shape, np.nan)
    wolf[faces] = chance_of_wolf(_sigmoid(before[faces]), shows.w[faces])
    return Belief(wild, wolf)


def chance_of_wolf(p_wild: float | Array, w: float | Array) -> Array:
    """Return P(wolf) if a face of wolfness w came now.

        q = 0.95 p_wild + 0.05 (1 - p_wild)                before looking at the face
        P(wolf | w) = q w / (q w + (1 - q) (1 - w))

    >>> float(chance_of_wolf(0.5, 0.3))
    0.3

    Args:
        p_wild: belief in wild before the face, in [0, 1]; any shape.
        w: wolfness in [0, 1]; any shape that goes with it.

    Returns:
        Probabilities; NaN where either is NaN.

    Raises:
        ValueError: p_wild or w outside [0, 1].
    """
    chance = _before_looking(_within("p_wild", p_wild))
    wolfness = _within("w", w)
    return chance * wolfness / (chance * wolfness + (1 - chance) * (1 - wolfness))


def best_accuracy(p_wild: float | Array) -> Array:
    """Return how often the ideal observer names a face right, given its belief before the face.

    It says wolf when w > 1 - q, with q as in ``chance_of_wolf``:

        P(right) = q P(w > 1 - q | wolf) + (1 - q) P(w < 1 - q | dog)
        P(w < x | wolf) = 4x³ - 3x⁴          P(w < x | dog) = 6x² - 8x³ + 3x⁴

    >>> float(best_accuracy(0.5))        # the picture alone: 11 times in 16
    0.6875

    Args:
        p_wild: belief in wild before the face, in [0, 1]; any shape.

    Returns:
        The mean over all faces that may come, in [0, 1].

    Raises:
        ValueError: p_wild outside [0, 1].
    """
    q = _before_looking(_within("p_wild", p_wild))
    x = 1 - q
    return q * (1 - 4 * x**3 + 3 * x**4) + x * (6 * x**2 - 8 * x**3 + 3 * x**4)


def _before_looking(p_wild: Array) -> Array:
    return WOLF_IN_WILD * p_wild + (1 - WOLF_IN_WILD) * (1 - p_wild)


def _sigmoid(a: Array) -> Array:
    return 0.5 + 0.5 * np.tanh(0.5 * a)


def _within(name: str, value: float | Array) -> Array:
    array = np.asarray(value, dtype=np.float64)
    outside = array[(array < 0) | (array > 1)]
    if outside.size:
        raise ValueError(f"{name} must lie in [0, 1], got {outside.flat[0]}")
    return array


def _draw_between(
    rng: np.random.Generator, name: str, pair: tuple[int, int], floor: int, shape: tuple[int, ...]
) -> Array:
    try:
        least, most = pair
        fits = floor <= least <= most and int(least) == least and int(most) == most
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise ValueError(f"{name} must be whole numbers (least, most), {floor} <= least <= most, got {pair}")
    return rng.integers(pair[0], pair[1], size=shape, endpoint=True)


def _draw_telling(rng: np.random.Generator, wild: Array) -> Array:
    forest = (rng.random(wild.size) < TELLING) == wild
    animal = np.where(rng.random(wild.size) < 0.5, BEAR, FOX)
    return np.where(forest, animal, GOLDFISH)


def _draw_faces(rng: np.random.Generator, wild: Array) -> Array:
    return np.where((rng.random(wild.size) < WOLF_IN_WILD) == wild, WOLF, DOG)

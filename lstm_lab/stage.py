"""A reader's own show on stage: its pictures, what the picture network says of them, what the networks remember.

frame → picture → 32 × 32 pixels → eight features → recurrent network
P(wolf, asked at t): the chance of a wolf if a given face were the next picture after frame t
"""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from lstm_lab import cells
from lstm_lab.checks import Array
from lstm_lab.evaluation import noise_columns, wolf_share
from lstm_lab.files import DamagedFileError, data_folder
from lstm_lab.models import Answers, Model, PictureNetwork, answers, load, load_pictures, log_probabilities
from lstm_lab.readout import dense, softmax
from lstm_lab.tasks import NO_QUESTION, WOLF, Batch, features_of
from lstm_lab.world.folders import picture_folder
from lstm_lab.world.pictures import FACES, KINDS, Picture, draw_picture, pixels, shapes
from lstm_lab.world.shapes import Shape
from lstm_lab.world.shows import Belief, Shows, chance_of_wolf, ideal_observer, show_of


class Frame(NamedTuple):
    """One picture of a reader's show.

    ``kind`` is one of ``KINDS``, or ``"face"``; ``w`` is the wolfness of a face, in [0, 1]; ``seed`` settles
    pose, size, colour and background.
    """

    kind: str
    w: float = 0.5
    seed: int = 0


class Heard(NamedTuple):
    """What one network made of a show, over N draws of background noise.

    ``answers`` at every frame, arrays (T, N, ·); ``asked`` P(wolf) if the question came next, (T, N).
    """

    model: Model
    answers: Answers
    asked: Array


class Performance(NamedTuple):
    """A show, what the networks read of it, what the ideal observer believes, and what each network heard.

    ``features`` (T, 8) as in ``tasks.features_of``; ``belief`` arrays (T, 1);
    ``ideal_asked`` (T,) the ideal observer's P(wolf) if the question came next.
    """

    frames: tuple[Frame, ...]
    shows: Shows
    features: Array
    belief: Belief
    ideal_asked: Array
    heard: tuple[Heard, ...]


def perform(
    frames: tuple[Frame, ...], networks: tuple[Model, ...], question: Frame, seed: int = 0, draws: int = 1
) -> Performance:
    """Show frames to networks, and ask all of them, after every frame, what a given face would be.

    Args:
        frames: the show, T of them.
        networks: models of the story; those with more than 8 inputs get background noise in the others.
        question: the face that is asked about after each frame.
        seed: settles the background noise.
        draws: N, how often the show is repeated with fresh noise.

    Raises:
        ValueError: an unknown kind, no frames, a w outside [0, 1], a question that is no face, or a network that
            is none of the story.
    """
    if not is_face(question):
        raise ValueError(f"question must be a face, got {question.kind!r}")
    shows = show_of([frame.kind for frame in frames], [frame.w for frame in frames if is_face(frame)] or 0.5)
    features = _features(frames)
    belief = ideal_observer(shows)
    heard = []
    for model in networks:
        rng = np.random.default_rng(seed)
        run = answers(model, with_noise(features, noise_columns(model), draws, rng))
        heard.append(Heard(model, run, asked_after(model, run, question, rng)))
    asked = chance_of_wolf(belief.wild[:, 0], question.w)
    return Performance(frames, shows, features, belief, asked, tuple(heard))


def asked_at_the_end(frames: tuple[Frame, ...], answer: int = WOLF) -> Batch:
    """Return a show as a batch of one: what networks without background noise read, asked at the last frame alone.

    Args:
        frames: the show, T of them.
        answer: what is right at the last frame; WOLF, DOG or NO_QUESTION.

    Returns:
        xs (T, 1, 8), targets and weights (T, 1).
    """
    xs = _features(frames)[:, None]
    targets, weights = np.full((len(frames), 1), NO_QUESTION), np.zeros((len(frames), 1))
    targets[-1], weights[-1] = answer, 1
    return Batch(xs, targets, weights)


def asked_after(model: Model, run: Answers, question: Frame, rng: np.random.Generator) -> Array:
    """Return P(wolf) if a face were the next picture, with fresh background noise, asked after every step.

    Args:
        model: the network that ran.
        run: its answers over T steps and B sequences.
        question: the face.
        rng: where the noise beside the face comes from.

    Returns:
        As ``wolf_if_asked``, shape (T, B).
    """
    T, B, _ = run.trace.h.shape
    faces = with_noise(_features((question,) * T), noise_columns(model), B, rng)
    return wolf_if_asked(model, run, faces)


def wolf_if_asked(model: Model, run: Answers, faces: Array) -> Array:
    """Return P(wolf) if the next picture were a face, asked after every step.

    Args:
        model: the network that ran.
        run: its answers over T steps and B sequences.
        faces: the input of the face for each step and sequence, shape (T, B, D).

    Returns:
        p_wolf / (p_wolf + p_dog), shape (T, B).
    """
    T, B, D = faces.shape
    state = run.trace.state
    flat = type(state)(*(part.reshape(T * B, -1) for part in state))
    h = cells.step(model.cell, faces.reshape(T * B, D), flat).h
    return wolf_share(softmax(dense(model.readout, h))).reshape(T, B)


def with_noise(features: Array, columns: int, draws: int, rng: np.random.Generator) -> Array:
    """Return features (T, 8) as inputs (T, draws, 8 + columns), the added columns N(0, 1)."""
    T, D = features.shape
    xs = np.empty((T, draws, D + columns))
    xs[..., :D] = features[:, None]
    xs[..., D:] = rng.standard_normal((T, draws, columns))
    return xs


def is_face(frame: Frame) -> bool:
    """Return whether a frame is a question."""
    return frame.kind in (*FACES, "face", "?")


def picture(frame: Frame) -> Picture:
    """Return the picture of a frame: kind, w and seed settle everything about it."""
    rng = np.random.default_rng(frame.seed)
    return draw_picture(rng, FACES[0], frame.w) if is_face(frame) else draw_picture(rng, frame.kind)


@lru_cache(maxsize=512)
def drawn(frame: Frame) -> tuple[Shape, ...]:
    """Return the marks of a frame's picture."""
    return tuple(shapes(picture(frame)))


def pixels_of(frame: Frame) -> Array:
    """Return what the picture network reads of a frame: bytes, shape (32, 32, 3)."""
    own = own_picture(frame, 32)
    return pixels(list(drawn(frame))) if own is None else own


def own_picture(frame: Frame, size: int) -> Array | None:
    """Return the reader's own picture of a frame, bytes (size, size, 3); None where the drawn one stands.

    Faces are always drawn: without their wolfness nobody could say what there is to know of them.
    """
    pictures = None if is_face(frame) else own_pictures(size).get(frame.kind)
    return None if pictures is None else pictures[frame.seed % len(pictures)]


@cache
def own_pictures(size: int) -> dict[str, Array]:
    """Return the reader's own pictures by kind, from ``data/own_pictures`` if there is such a folder; read once.

    Raises:
        DamagedFileError: the folder is there but cannot be read as pictures by kind.
    """
    folder = data_folder() / "own_pictures"
    try:
        return picture_folder(folder, size) if folder.is_dir() else {}
    except ValueError as error:
        raise DamagedFileError(
            f"in data/own_pictures, {error}; mend it or take it away (without that folder, pictures are drawn)"
        ) from None


def _features(frames: tuple[Frame, ...]) -> Array:
    return np.stack([features_of(seen(frame)) for frame in frames])


@lru_cache(maxsize=4096)
def seen(frame: Frame) -> Array:
    """Return what the picture network says of a frame: log-probabilities over ``KINDS``, shape (8,)."""
    said = log_probabilities(picture_network(), pixels_of(frame)[None])[0]
    said.flags.writeable = False
    return said


@cache
def picture_network() -> PictureNetwork:
    """Return the stored picture network, read once."""
    return load_pictures("pictures", len(KINDS))


@cache
def network(name: str) -> Model:
    """Return a stored recurrent network, read once."""
    return load(name)

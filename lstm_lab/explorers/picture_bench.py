"""Picture bench: what a feed-forward network says of one picture, and what the ideal observer says."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lstm_lab.checks import Array
from lstm_lab.drawing import bench, panels, svg
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.scene import scene_symbol
from lstm_lab.drawing.svg import Canvas, spoken
from lstm_lab.explorers.base import Challenge, Explorer, Prediction, Preset, Values
from lstm_lab.explorers.controls import Choice, Slider
from lstm_lab.explorers.frames import symbol
from lstm_lab.models import log_probabilities
from lstm_lab.stage import Frame, own_picture, picture_network
from lstm_lab.world.pictures import FACES, KINDS, Picture, draw_picture, pixels, shapes
from lstm_lab.world.shows import chance_of_wolf

FACE = "a face"
OPTIONS = (FACE, *(kind for kind in KINDS if kind not in FACES))
WS = np.linspace(0, 1, 11)
WOLF, DOG = KINDS.index("wolf"), KINDS.index("dog")
FIRST_W = 0.9
SURE, WRONG = 0.60, 0.50
REACH = 0.15
"""How far to both sides of a face's own w its curve is drawn: the face half dog, half wolf is asked about."""
WORTH_SAYING = 0.05


class Sight(NamedTuple):
    """One picture, as it is drawn, as the network reads it, and what is said of it.

    ``clean`` and ``seen`` are pixels, uint8 (32, 32, 3), before and after the noise. ``network`` and ``ideal``
    are probabilities over ``KINDS``, (8,). ``curve`` is what the network gives the wolf if the same face had
    each wolfness in ``ws``, (11,); None where there is no face. ``pattern`` numbers the noise.
    """

    picture: Picture
    noise: float
    pattern: int
    clean: Array
    seen: Array
    network: Array
    ideal: Array
    ws: Array
    curve: Array | None

    @property
    def face(self) -> bool:
        """Whether there is a question: dog or wolf."""
        return self.picture.kind in FACES

    @property
    def named(self) -> str:
        """The kind the network holds most likely."""
        return KINDS[int(np.argmax(self.network))]


def described(kind: str, w: float, turn: float, look: int) -> Picture:
    """Return the picture of a kind; ``look`` settles coat, size, lean and background."""
    rng = np.random.default_rng(look)
    picture = draw_picture(rng, FACES[0], w) if kind == FACE else draw_picture(rng, kind)
    return picture._replace(turn=turn)


@lru_cache(maxsize=512)
def _clean(picture: Picture) -> Array:
    own = own_picture(_frame(picture), 32)
    clean = pixels(shapes(picture)) if own is None else own
    clean.flags.writeable = False
    return clean


def _frame(picture: Picture) -> Frame:
    return Frame(picture.kind, seed=picture.seed)


def with_noise(clean: Array, noise: float, pattern: int) -> Array:
    """Return pixels with normal noise added to every colour of every pixel, cut off at black and white.

    Args:
        clean: uint8, shape (..., 32, 32, 3).
        noise: standard deviation, as a share of full brightness.
        pattern: seed of the noise; the same pattern grows and shrinks with ``noise``.
    """
    rng = np.random.default_rng(pattern)
    share = clean / 255 + noise * rng.standard_normal(clean.shape[-3:])
    return np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)


def look_at(picture: Picture, noise: float, pattern: int) -> Sight:
    """Show one picture to the network and to the ideal observer."""
    network = picture_network()
    clean = _clean(picture)
    seen = with_noise(clean, noise, pattern)
    said = np.exp(log_probabilities(network, seen[None])[0])
    ideal, curve = np.zeros(len(KINDS)), None
    if picture.kind in FACES:
        ideal[WOLF] = chance_of_wolf(0.5, picture.w)
        ideal[DOG] = 1 - ideal[WOLF]
        faces = np.stack([_clean(picture._replace(w=float(w))) for w in WS])
        curve = np.exp(log_probabilities(network, with_noise(faces, noise, pattern))[:, WOLF])
    else:
        ideal[KINDS.index(picture.kind)] = 1
    return Sight(picture, noise, pattern, clean, seen, said, ideal, WS, curve)


def answer(sight: Sight) -> tuple[str, float, float]:
    """Return the ideal observer's answer to a face, its probability there and the network's."""
    k = WOLF if sight.ideal[WOLF] >= sight.ideal[DOG] else DOG
    return KINDS[k], float(sight.ideal[k]), float(sight.network[k])


def wrongness(sight: Sight) -> float:
    """Return how far the network is on the way from the ideal observer's answer to the other one, in 0..1.

    1 takes an ideal observer at least 0.60 sure and a network at 0.50 or less; 0 is agreement.
    """
    if not sight.face:
        return 0.0
    _, ideal, network = answer(sight)
    clear = min(round((ideal - 0.5) / (SURE - 0.5), 6), 1.0)
    if clear == 0:
        return 0.0
    way = (ideal - network) / (ideal - WRONG)
    return float(clear * np.clip(way, 0, 1))


def _score(sight: Sight) -> str:
    if not sight.face:
        return "There is no face here."
    kind, ideal, network = answer(sight)
    return f"{kind.capitalize()}: ideal {spoken(ideal)}, network {spoken(network)}."


def _outcome(sight: Sight) -> str:
    faces = float(sight.network[WOLF] + sight.network[DOG])
    if faces < 0.5:
        return "something else"
    return "sure of one animal" if sight.network.max() >= 0.75 else "half and half"


def _near(sight: Sight, kind: str, low: float, high: float) -> bool:
    return low <= sight.network[KINDS.index(kind)] <= high


class PictureBench(Explorer):
    """One picture goes into a feed-forward network: what it says, and what can be known."""

    question = "What does a network say of one picture?"
    misconception = "The network knows what it sees."
    not_shown = (
        "how well noisy pixels could be read at best. The ideal observer reads w itself, "
        "and the network was trained without noise."
    )
    height = 264.0
    hidden: ClassVar[Mapping[str, Any]] = {"seed": 0}
    again = ("New noise", "Another pattern of noise over the same picture")
    more = ("turn", "look")
    lecture = ("w", "noise")
    presets: ClassVar[Mapping[str, Preset]] = {
        "Surely a dog?": Preset(
            {"w": 0.0, "noise": 0.0},
            "The network says dog, a little less surely than the ideal observer.",
            lambda sight: _near(sight, "dog", 0.85, 0.994) and sight.ideal[DOG] == 1,
        ),
        "Surely a wolf?": Preset(
            {"w": 1.0, "noise": 0.0},
            "The network says wolf, a little less surely than the ideal observer.",
            lambda sight: _near(sight, "wolf", 0.85, 0.994) and sight.ideal[WOLF] == 1,
        ),
        "Which is a coin flip?": Preset(
            {"w": 0.5, "noise": 0.0},
            "The network is unsure where the ideal observer is unsure too: no more can be known.",
            lambda sight: _near(sight, "wolf", 0.42, 0.58) and sight.ideal[WOLF] == 0.5,
        ),
        "Does it say when it sees nothing?": Preset(
            {"w": 0.9, "noise": 0.8},
            "The pixels it reads are snow to you. It still shares almost everything out between wolf and dog.",
            lambda sight: sight.network[WOLF] + sight.network[DOG] > 0.9 and sight.noise == 0.8,
        ),
        "What if it is neither?": Preset(
            {"kind": "goldfish", "noise": 0.0},
            "The network is sure of the goldfish: it hesitates only where its pictures were ambiguous.",
            lambda sight: sight.named == "goldfish" and sight.network.max() > 0.99 and sight.curve is None,
        ),
    }
    prediction = Prediction(
        "a face half dog, half wolf; the network is…",
        ("sure of one animal", "half and half", "something else"),
        {"kind": FACE, "w": 0.5, "noise": 0.0},
        _outcome,
        "At w = 0.50",
    )
    challenge = Challenge(
        f"Find a face it gets wrong: ideal observer at least {SURE:.2f} sure, network at most {WRONG:.2f}. "
        "New noise may help.",
        wrongness,
        _score,
    )

    def controls(self) -> dict[str, Any]:
        """Return what is drawn, its wolfness and the noise; folded away, its turn, coat and background."""
        return {
            "kind": Choice("picture", FACE, OPTIONS, listed=True),
            "w": Slider("wolfness w", FIRST_W, 0, 1, 0.01),
            "noise": Slider("noise", 0.1, 0, 0.8, 0.05),
            "turn": Slider("turn", 0.2, -1, 1, 0.1),
            "look": Slider("coat and background", 7, 0, 99, 1),
        }

    def settle(self) -> None:
        """Only a face has wolfness."""
        self.inputs["w"].enable(self.inputs["kind"].value == FACE)

    def compute(self, values: Values) -> Sight:
        """Return the picture at these values, and what is said of it."""
        picture = described(values["kind"], values["w"], values["turn"], values["look"])
        return look_at(picture, values["noise"], values["seed"])

    def picture(self, record: Sight, canvas: Canvas) -> str:
        """Return the picture twice, the probabilities, and P(wolf) along w; in lecture mode the middle two."""
        network = {kind: float(p) for kind, p in zip(KINDS, record.network, strict=True)}
        ringed = FACES if record.face else (record.picture.kind,)
        ideal = {kind: float(record.ideal[KINDS.index(kind)]) for kind in ringed}
        top = 2.4 * canvas.text
        side = canvas.height - top - 2 * canvas.small
        unit = ((0.0, 1.0), (0.0, 1.0))
        people = Area(8, top, side, side, *unit)
        pixel = Area(8 if canvas.narrow else side + 22, top, side, side, *unit)
        left = pixel.left + side + 6.8 * canvas.text
        width = canvas.width - left - 3.4 * canvas.text if canvas.narrow else 205
        tall = canvas.height - top - 4 if canvas.narrow else side
        bars = Area(left, top, width, tall, (-0.03, 1.04), unit[1])
        noise = f"noise {spoken(record.noise)}"
        reading = [
            panels.title(pixel, canvas, "what it reads" if canvas.narrow else "what the network reads"),
            bench.pixel_picture(pixel, canvas, record.seen),
            bench.caption(pixel, canvas, noise if canvas.narrow else f"{noise}, pattern {record.pattern}"),
            panels.title(bars._replace(left=bars.x(0)), canvas, "what it says"),
            bench.probabilities(bars, canvas, network, ideal),
        ]
        if not canvas.narrow:
            wolf = Area(canvas.width - 232, top, 220, side - canvas.small - 8, *unit)
            drawn = f"w = {spoken(record.picture.w)}" if record.face else record.picture.kind
            reading += [
                panels.title(people, canvas, "what you see"),
                _sharp(people, canvas, record.picture),
                bench.caption(people, canvas, drawn),
                panels.title(wolf, canvas, "P(wolf)"),
                bench.no_question(wolf._replace(height=side), canvas)
                if record.curve is None
                else _near_its_w(record, wolf, canvas),
            ]
        return svg.document(canvas, "A picture and what is said of it", self.describe(record), *reading)

    def describe(self, record: Sight) -> str:
        """Return what the network and the ideal observer say, with their numbers."""
        noise = f", noise {spoken(record.noise)}" if record.noise else ""
        said = ", ".join(
            f"{kind} {spoken(float(p))}"
            for kind, p in zip(KINDS, record.network, strict=True)
            if p >= WORTH_SAYING or (record.face and kind in FACES)
        )
        if not record.face:
            kind = record.picture.kind
            verdict = "" if record.named == kind else f" It takes the {kind} for a {record.named}."
            return f"A {kind}{noise}: the network says {said}.{verdict} Dog or wolf is no question here."
        kind, ideal, _ = answer(record)
        verdict = " They disagree." if record.named != kind and ideal > 0.5 else ""
        return (
            f"A face, w = {spoken(record.picture.w)}{noise}: the network says {said}; the ideal observer, "
            f"who knows w, says wolf {spoken(float(record.ideal[WOLF]))}.{verdict}"
        )


def _near_its_w(record: Sight, area: Area, canvas: Canvas) -> str:
    """Return P(wolf) of this face and of those with a little less and more of the wolf."""
    near = np.abs(record.ws - record.picture.w) <= REACH
    curve = np.zeros(0) if record.curve is None else record.curve[near]
    network, ideal = float(record.network[WOLF]), float(record.ideal[WOLF])
    return bench.wolf_curve(area, canvas, record.picture.w, network, ideal, record.ws[near], curve)


def _sharp(area: Area, canvas: Canvas, picture: Picture) -> str:
    if own_picture(_frame(picture), 32) is None:
        name, shown = scene_symbol(shapes(picture), "face" if picture.kind in FACES else picture.kind)
    else:
        name, shown = symbol(_frame(picture))
    return panels.film_strip(area._replace(width=area.width + 4), canvas, [name], {name: shown})

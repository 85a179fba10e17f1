"""The drawn pictures: deterministic, told apart by what is drawn, and a face that is nothing but its w."""

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest

from lstm_lab.drawing.scene import scene_svg, scene_symbol
from lstm_lab.world import face as faces
from lstm_lab.world import shapes as marks
from lstm_lab.world.pictures import FACES, KINDS, Picture, draw_picture, pixels, shapes
from lstm_lab.world.scenery import BACKDROPS
from lstm_lab.world.shapes import Curve, Ellipse, Polygon, Shape, Stroke

STEPS = np.linspace(0, 1, 41)
UNKNOWN = "kind must be one of wolf, bear, fox, dog, goldfish, tree, squirrel, title card, got 'cat'"


def drawn(seed: int, kind: str, w: float | None = None) -> Picture:
    """Return the picture of that kind that a seed gives."""
    return draw_picture(np.random.default_rng(seed), kind, w)


def rises(values: list[float]) -> bool:
    """Return whether each number is larger than the one before."""
    return all(a < b for a, b in pairwise(values))


def lightness(colour: str) -> float:
    """Return the mean of a colour's three channels, in [0, 255]."""
    return sum(int(colour[k : k + 2], 16) for k in (1, 3, 5)) / 3


def test_a_seed_gives_the_same_picture_every_time() -> None:
    for kind in KINDS:
        assert repr(drawn(3, kind)) == repr(drawn(3, kind))
        assert repr(drawn(3, kind)) != repr(drawn(4, kind))
        assert np.array_equal(pixels(shapes(drawn(3, kind))), pixels(shapes(drawn(3, kind))))


def test_a_dog_and_a_wolf_from_the_same_stream_differ_in_nothing_but_w() -> None:
    for seed in range(20):
        dog, wolf = drawn(seed, "dog"), drawn(seed, "wolf")
        assert dog.w < wolf.w
        assert dog[2:] == wolf[2:]
        assert dog[2:] == drawn(seed, "wolf", w=0.3)[2:]


def test_every_kind_takes_as_many_numbers_from_the_stream() -> None:
    left = set()
    for kind in KINDS:
        rng = np.random.default_rng(8)
        draw_picture(rng, kind)
        left.add(rng.random())
    assert len(left) == 1


def test_a_face_is_drawn_from_its_w_whatever_it_is_called() -> None:
    wolf = drawn(5, "wolf")
    assert shapes(wolf) == shapes(wolf._replace(kind="dog"))


def test_at_equal_chances_the_share_of_wolves_among_faces_of_wolfness_w_is_w() -> None:
    rng = np.random.default_rng(11)
    n = 15_000
    dogs = np.array([draw_picture(rng, "dog").w for _ in range(n)])
    wolves = np.array([draw_picture(rng, "wolf").w for _ in range(n)])
    edges = np.linspace(0, 1, 11)
    wolf_count, dog_count = np.histogram(wolves, edges)[0], np.histogram(dogs, edges)[0]
    total = wolf_count + dog_count
    middle = (edges[:-1] + edges[1:]) / 2
    share = wolf_count / total
    assert np.all(np.abs(share - middle) < 0.01 + 4 * np.sqrt(middle * (1 - middle) / total))
    right = ((wolves > 0.5).sum() + (dogs < 0.5).sum()) / (2 * n)
    assert abs(right - 11 / 16) < 0.012


def test_pose_size_colour_and_ground_keep_to_their_ranges_and_reach_their_ends() -> None:
    rng = np.random.default_rng(2)
    drawn_many = [draw_picture(rng, "dog") for _ in range(2000)]
    limits = {"turn": 1, "lean": 1, "x": 0.05, "y": 0.05, "hue": 1, "shade": 1, "light": 1}
    for name, limit in limits.items():
        values = np.array([getattr(picture, name) for picture in drawn_many])
        assert np.abs(values).max() <= limit
        assert values.min() < -0.98 * limit and values.max() > 0.98 * limit
    assert {picture.backdrop for picture in drawn_many} == set(range(BACKDROPS))
    sizes = [picture.size for picture in drawn_many]
    assert 0.85 <= min(sizes) < 0.86 and 1.09 < max(sizes) <= 1.1
    numbers = np.array(
        [[p.w, p.turn, p.lean, p.size, p.x, p.y, p.hue, p.shade, p.sky, p.light] for p in drawn_many]
    )
    related = np.corrcoef(numbers.T) - np.eye(numbers.shape[1])
    assert np.abs(related).max() < 0.1


@pytest.mark.parametrize("turn", [-1.0, 0.0, 1.0])
def test_the_tip_of_an_ear_rises_with_w_all_the_way_from_hanging_to_upright(turn: float) -> None:
    for side in (-1, 1):
        outlines = [faces.ear(float(w), side, turn, 1.0) for w in STEPS]
        heights = [-outline[3][1] for outline in outlines]
        assert rises(heights)
        assert heights[0] < -10 and heights[-1] > 45
        blunt = [math.dist(outline[2], outline[4]) for outline in outlines]
        assert rises([-width for width in blunt])


def test_muzzle_mask_eyes_and_tongue_move_one_way_with_w() -> None:
    parts = [faces.face(float(w), 0.0, 0.0, 0.0) for w in STEPS]
    assert len({len(part) for part in parts}) == 1
    body, bib, ears, head, mask = 0, 1, 2, 6, 7
    rim, iris, pupil = 8, 9, 10
    muzzle, blaze, tongue, nose = 18, 19, 20, 21

    def points(part: list[Shape], place: int) -> np.ndarray:
        shape = part[place]
        assert isinstance(shape, Curve)
        return np.array(shape.points)

    def width(place: int) -> list[float]:
        return [float(np.ptp(points(part, place)[:, 0])) for part in parts]

    def depth(place: int) -> list[float]:
        return [float(points(part, place)[:, 1].max()) for part in parts]

    def colour(place: int) -> list[float]:
        return [lightness(part[place].fill) for part in parts]

    def down(values: list[float]) -> list[float]:
        return [-value for value in values]

    def eyes(place: int, name: str) -> list[float]:
        return [getattr(part[place], name) for part in parts]

    assert rises(width(head)) and rises(depth(head)), "the head grows a ruff and a longer chin"
    assert rises(width(mask)), "the pale mask spreads over the cheeks"
    assert rises(down(width(muzzle))) and rises(depth(muzzle)), "the muzzle narrows and lengthens"
    assert rises(depth(nose)) and rises(down(width(nose))), "the nose moves down and shrinks"
    assert rises(down(width(tongue))), "the tongue goes in"
    assert rises(down(eyes(iris, "ry"))) and rises(down(eyes(pupil, "ry"))), "the eyes narrow"
    assert rises(eyes(rim, "angle")), "the eyes slant: the left one's outer corner goes up"
    assert rises(colour(iris)), "the iris pales"
    assert all(rises(down(colour(place))) for place in (body, head, blaze)), "coat and blaze darken"
    assert rises(colour(bib)[::4]), "the bib pales"
    assert colour(ears)[0] < colour(head)[0] and colour(ears)[-1] == colour(head)[-1]


def test_w_is_seen_in_the_whole_picture_and_seen_more_the_further_it_moves() -> None:
    for seed in range(5):
        frames = [pixels(shapes(drawn(seed, "dog", w=w))).astype(float) for w in (0.0, 0.25, 0.5, 0.75, 1.0)]
        far = [float(np.abs(frame - frames[0]).mean()) for frame in frames]
        assert rises(far)
        changed = np.abs(frames[-1] - frames[0]).max(axis=2) > 20
        assert changed.mean() > 0.4


def test_pictures_of_different_kinds_have_different_pixels() -> None:
    seen = {
        kind: pixels(shapes(drawn(1, kind, w=float(kind == "wolf") if kind in FACES else None)))
        for kind in KINDS
    }
    for a in KINDS:
        for b in KINDS:
            if a != b:
                assert (np.abs(seen[a].astype(float) - seen[b]).max(axis=2) > 20).mean() > 0.3, (a, b)


def test_pixels_are_bytes_of_the_size_asked_for() -> None:
    for size in (16, 32, 48, 256):
        picture = pixels(shapes(drawn(0, "fox")), size)
        assert picture.shape == (size, size, 3) and picture.dtype == np.uint8


def test_pillow_paints_every_mark_where_it_is_and_later_marks_over_earlier_ones() -> None:
    scene: list[Shape] = [
        marks.polygon("#101010", "0 0, 1 0, 1 1, 0 1"),
        Ellipse(0.25, 0.25, 0.2, 0.1, 90, "#ff0000"),
        marks.polygon("#00ff00", "0.5 0, 1 0, 1 0.5, 0.5 0.5"),
        marks.curve("#0000ff", "0.05 0.55, 0.45 0.55, 0.45 0.95, 0.05 0.95"),
        marks.stroke("#ffff00", 0.1, "0.6 0.75, 0.9 0.75"),
        Ellipse(0.75, 0.25, 0.1, 0.1, 0, "#ffffff"),
    ]
    picture = pixels(scene, 100)
    expected = {
        (25, 25): (255, 0, 0),
        (25, 42): (255, 0, 0),
        (42, 25): (16, 16, 16),
        (55, 5): (0, 255, 0),
        (75, 25): (255, 255, 255),
        (25, 75): (0, 0, 255),
        (25, 53): (0, 0, 255),
        (75, 75): (255, 255, 0),
        (57, 75): (255, 255, 0),
        (75, 67): (16, 16, 16),
        (75, 83): (16, 16, 16),
    }
    for (x, y), colour in expected.items():
        assert tuple(picture[y, x]) == colour, (x, y)
    for edge, hue in (
        ((30, 25), (255, 0, 0)),
        ((50, 25), (0, 255, 0)),
        ((97, 25), (0, 255, 0)),
        ((75, 71), (255, 255, 0)),
    ):
        assert tuple(picture[edge[1], edge[0]]) == hue, edge
    red = np.argwhere((picture == (255, 0, 0)).all(axis=2)).mean(axis=0)
    white = np.argwhere((picture == (255, 255, 255)).all(axis=2)).mean(axis=0)
    assert np.allclose(red, (24.5, 24.5), atol=0.3) and np.allclose(white, (24.5, 74.5), atol=0.3)


def test_a_point_given_twice_is_a_corner_and_any_other_is_passed_smoothly() -> None:
    smooth = marks.bends(marks.outline("0 0, 1 0, 1 1, 0 1"), closed=True)
    assert len(smooth) == 4
    for (_, _, reach, q), (p, leave, _, _) in pairwise(smooth):
        assert p == q
        assert np.allclose(np.subtract(q, reach), np.subtract(leave, p))
    cornered = marks.bends(marks.outline("0 0, 0 0, 1 0, 1 0, 1 1, 1 1, 0 1, 0 1"), closed=True)
    assert len(cornered) == 4, "the empty piece within a corner is left out"
    for p, leave, reach, q in cornered:
        across = [
            np.cross([*np.subtract(q, p), 0], [*np.subtract(handle, p), 0])[2] for handle in (leave, reach)
        ]
        assert np.allclose(across, 0), "sides between corners are straight"


def test_placing_mirrors_turns_scales_and_moves_in_that_order() -> None:
    (dot,) = marks.place([Ellipse(1, 0, 0.5, 0.2, 30, "#000000")], 10, 20, 2, angle=90, mirror=True)
    assert isinstance(dot, Ellipse)
    assert np.allclose(dot[:5], (10, 18, 1.0, 0.4, 60)) and dot.fill == "#000000"
    (line,) = marks.place([Stroke(((1, 0), (0, 1)), 0.3, "#000000")], 0, 0, 2, mirror=True)
    assert isinstance(line, Stroke)
    assert np.allclose(line.points, [(-2, 0), (0, 2)]) and line.width == pytest.approx(0.6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_svg_holds_every_mark_with_its_colour_in_the_order_it_is_painted(kind: str) -> None:
    scene = shapes(drawn(6, kind))
    text = scene_svg(scene, 256, f"a <{kind}> & co", 'it says "hello"')
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    title, told, *drawn_marks = root
    assert (title.tag, title.text) == (f"{space}title", f"a <{kind}> & co")
    assert (told.tag, told.text) == (f"{space}desc", 'it says "hello"')
    assert len(drawn_marks) == len(scene)
    for mark, shape in zip(drawn_marks, scene, strict=True):
        painted = mark.get("stroke") if isinstance(shape, Stroke) else mark.get("fill")
        assert painted is not None
        assert (painted if len(painted) == 7 else "#" + "".join(2 * c for c in painted[1:])) == shape.fill
        if isinstance(shape, Ellipse):
            assert abs(float(mark.get("cx", "nan")) - 1000 * shape.x) <= 0.5
            assert abs(float(mark.get("cy", "nan")) - 1000 * shape.y) <= 0.5
        elif isinstance(shape, Polygon):
            numbers = [float(n) for n in re.findall(r"-?\d+", mark.get("d", ""))]
            assert np.allclose(np.reshape(numbers, (-1, 2)), 1000 * np.array(shape.points), atol=0.51)
        else:
            ends = knots(mark.get("d", ""))
            wanted = [p for k, p in enumerate(shape.points) if k == 0 or p != shape.points[k - 1]]
            if isinstance(shape, Curve):
                ends = ends[:-1] if len(ends) > len(wanted) else ends
            for end in wanted:
                assert min(math.dist(end, (x / 1000, y / 1000)) for x, y in ends) < 0.0011
    assert len(text.encode()) < 4000


def knots(path: str) -> list[tuple[float, float]]:
    """Return the points a path of relative cubics passes, in the units it is written in."""
    x = y = 0.0
    passed = []
    for letter, body in re.findall(r"([Mcs])([^McsZ]*)", path):
        numbers = [float(n) for n in re.findall(r"-?\d+", body)]
        x, y = (numbers[-2], numbers[-1]) if letter == "M" else (x + numbers[-2], y + numbers[-1])
        passed.append((x, y))
    return passed


def test_a_symbols_id_is_the_same_for_equal_pictures_and_differs_for_others() -> None:
    names = {scene_symbol(shapes(drawn(seed, kind)), kind)[0] for seed in range(10) for kind in KINDS}
    assert len(names) == 80
    name, text = scene_symbol(shapes(drawn(0, "title card")), "title card")
    assert (name, text) == scene_symbol(shapes(drawn(0, "title card")), "title card")
    assert re.fullmatch(r"title-card-[0-9a-f]{10}", name)
    symbol = ET.fromstring(text)
    assert symbol.tag == "symbol" and symbol.get("id") == name and symbol[0].text == "title card"


def test_an_unknown_kind_and_an_impossible_w_are_refused_in_a_sentence() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=f"^{UNKNOWN}$"):
        draw_picture(rng, "cat")
    with pytest.raises(ValueError, match=f"^{UNKNOWN}$"):
        shapes(Picture("cat", 0.5))
    with pytest.raises(ValueError, match=r"^w is for a wolf or a dog, got w=0\.5 for 'tree'$"):
        draw_picture(rng, "tree", w=0.5)
    with pytest.raises(ValueError, match=r"^w must be between 0 and 1, got 1\.5$"):
        draw_picture(rng, "dog", w=1.5)
    with pytest.raises(ValueError, match=r"^w must be between 0 and 1, got nan$"):
        draw_picture(rng, "dog", w=math.nan)
    with pytest.raises(ValueError, match=r"^w must be between 0 and 1, got nan$"):
        shapes(Picture("wolf", math.nan))

"""The picture bench says what the network says, and its presets, prediction and challenge are true."""

import io
import re
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lstm_lab.drawing import svg
from lstm_lab.explorers.picture_bench import (
    DOG,
    FACE,
    OPTIONS,
    REACH,
    WOLF,
    PictureBench,
    Sight,
    described,
    look_at,
    with_noise,
    wrongness,
)
from lstm_lab.models import log_probabilities
from lstm_lab.stage import picture_network
from lstm_lab.world.pictures import KINDS, pixels, shapes

pytestmark = pytest.mark.usefixtures("errors_are_raised")

PRESSES = 20


def sight(**values: Any) -> Sight:
    return PictureBench(**values).record


def part(picture: str, name: str) -> str:
    """Return the text of the group of that name, up to the next panel's heading."""
    return picture.split(f'class="{name}"')[1].split('font-weight="600">what')[0]


def texts(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("canvas", [svg.NORMAL, svg.LECTURE], ids=["normal", "lecture"])
def test_every_kind_has_its_bar_and_the_number_beside_it(kind: str, canvas: svg.Canvas) -> None:
    bench = PictureBench(kind=kind, noise=0.6)
    run = bench.record
    drawn = part(bench.svg(canvas), "probabilities")
    bars = re.findall(r'width="([\d.]+)" height="[\d.]+" rx="2" class="q-picture"/>', drawn)
    words = texts(drawn)
    names = [word for word in words if word in KINDS]
    numbers = [word for word in words if re.fullmatch(r"\d\.\d\d", word)]
    assert names == list(KINDS)
    assert numbers[: len(KINDS)] == [f"{p:.2f}" for p in run.network]
    lengths = np.array(bars, float)
    full = lengths[int(np.argmax(run.network))] / run.network.max()
    np.testing.assert_allclose(lengths, full * run.network, atol=0.12)


@pytest.mark.parametrize("canvas", [svg.NORMAL, svg.LECTURE], ids=["normal", "lecture"])
def test_the_picture_of_the_pixels_is_what_the_network_read(canvas: svg.Canvas) -> None:
    bench = PictureBench(noise=0.3)
    data = re.search(r'class="pixels".*?base64,([^"]+)"', bench.svg(canvas))
    assert data is not None
    shown = np.asarray(Image.open(io.BytesIO(b64decode(data[1]))))
    assert (shown == bench.record.seen).all()
    said = np.exp(log_probabilities(picture_network(), shown[None])[0])
    np.testing.assert_allclose(bench.record.network, said, atol=1e-12)


def test_p_wolf_is_written_and_drawn_for_network_and_ideal_observer() -> None:
    bench = PictureBench(w=0.7, noise=0.2)
    run, picture = bench.record, bench.svg()
    wolf = part(picture, "wolf")
    assert f"network {run.network[WOLF]:.2f}" in texts(wolf) and "ideal 0.70" in texts(wolf)
    window = re.search(r'<svg x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', wolf)
    assert window is not None
    left, top, width, height = map(float, window.groups())
    (curve,) = re.findall(r'<polyline points="([^"]+)" class="s q-picture"', wolf)
    points = np.array([pair.split(",") for pair in curve.split()], float)
    assert run.curve is not None
    near = abs(run.ws - 0.7) <= REACH
    assert run.ws[near] == pytest.approx([0.6, 0.7, 0.8])
    np.testing.assert_allclose((points[:, 0] - left) / width, run.ws[near], atol=0.001)
    np.testing.assert_allclose(1 - (points[:, 1] - top) / height, run.curve[near], atol=0.001)
    x, y = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5" class="q-picture"/>', wolf)[0]
    assert float(x) == pytest.approx(left + 0.7 * width, abs=0.1)
    assert float(y) == pytest.approx(top + (1 - run.network[WOLF]) * height, abs=0.1)


def test_the_sentence_names_what_network_and_ideal_observer_say() -> None:
    bench = PictureBench(w=0.6, noise=0.0)
    p = bench.record.network
    assert bench.describe(bench.record) == (
        f"A face, w = 0.60: the network says wolf {p[WOLF]:.2f}, dog {p[DOG]:.2f}; "
        "the ideal observer, who knows w, says wolf 0.60."
    )


@pytest.mark.parametrize("kind", [kind for kind in OPTIONS if kind != FACE])
def test_without_a_face_there_is_no_question_of_dog_or_wolf(kind: str) -> None:
    bench = PictureBench(kind=kind, noise=0.0)
    run = bench.record
    assert run.named == kind and run.curve is None and run.ideal[KINDS.index(kind)] == run.ideal.sum() == 1
    assert "ideal observer" not in bench.describe(run) and "no question" in bench.describe(run)
    assert "no face, no question" in texts(bench.svg())
    assert wrongness(run) == 0


def test_a_picture_taken_for_another_is_owned_up_to() -> None:
    run = sight(kind="goldfish", noise=0.0)
    wrong = run._replace(network=np.roll(run.network, 1))
    assert "It takes the goldfish for a tree." in PictureBench().describe(wrong)


@pytest.mark.parametrize("question", PictureBench.presets)
def test_a_preset_shows_what_it_says(question: str) -> None:
    bench = PictureBench()
    bench.visit(question)
    assert PictureBench.presets[question].check(bench.record)


@pytest.mark.parametrize("look", [7, 20, 33])
def test_at_the_halfway_face_the_network_is_half_and_half(look: int) -> None:
    prediction = PictureBench.prediction
    assert prediction is not None
    assert prediction.outcome(sight(w=0.5, noise=0.0, look=look)) == "half and half"
    assert prediction.outcome(sight(w=0.0, noise=0.0, look=look)) == "sure of one animal"
    assert prediction.outcome(sight(kind="fox", noise=0.0, look=look)) == "something else"


def solved(w: float) -> PictureBench:
    """Return a bench on which New noise was pressed until the challenge was solved."""
    bench = PictureBench(w=w, noise=0.6)
    for _ in range(PRESSES):
        if wrongness(bench.record) == 1:
            return bench
        bench.draw_again()
    raise AssertionError(f"not solved at w = {w} in {PRESSES} presses")


def test_the_challenge_can_be_solved_by_pressing_new_noise() -> None:
    bench = solved(0.62)
    run = bench.record
    assert run.ideal[WOLF] >= 0.6 and run.network[WOLF] <= 0.5 and run.named != "wolf"
    assert bench.describe(run).endswith("They disagree.")


def test_the_challenge_can_be_solved_for_a_dog_taken_for_a_wolf_too() -> None:
    run = solved(0.38).record
    assert run.ideal[DOG] >= 0.6 and run.network[DOG] <= 0.5


def test_the_score_rises_on_the_way_from_agreement_to_the_wrong_answer() -> None:
    run = sight(w=0.7, noise=0.0)

    def score(ideal: float, network: float) -> float:
        said = np.eye(8)[WOLF] * network + np.eye(8)[DOG] * (1 - network)
        best = np.eye(8)[WOLF] * ideal + np.eye(8)[DOG] * (1 - ideal)
        return wrongness(run._replace(network=said, ideal=best))

    assert score(0.7, 0.8) == score(0.7, 0.7) == score(0.5, 0.2) == 0
    assert score(0.7, 0.6) == pytest.approx(0.5)
    assert score(0.7, 0.5) == score(0.6, 0.5) == score(0.4, 0.5) == pytest.approx(1)
    assert score(0.55, 0.5) == pytest.approx(0.5)
    assert score(0.6, 0.51) < 1 and score(0.59, 0.3) < 1


def test_the_wolfness_of_what_has_no_face_cannot_be_moved() -> None:
    bench = PictureBench()
    slider: Any = bench.inputs["w"]
    for kind, off in ((OPTIONS[-1], True), (FACE, False)):
        bench.inputs["kind"].value = kind
        assert slider.slider.disabled is slider.box.disabled is off


def test_the_first_picture_does_not_answer_the_question_about_the_halfway_face() -> None:
    bench = PictureBench()
    assert abs(bench.values()["w"] - 0.5) > REACH
    assert PictureBench.prediction is not None
    assert PictureBench.prediction.outcome(bench.record) == "sure of one animal"


def test_without_noise_the_network_reads_the_picture_itself() -> None:
    picture = described(FACE, 0.3, -0.4, 12)
    run = look_at(picture, 0.0, 5)
    assert (run.seen == pixels(shapes(picture))).all() and (run.seen == run.clean).all()


def test_new_noise_changes_the_noise_and_nothing_else() -> None:
    bench = PictureBench(noise=0.4)
    before = bench.record
    bench.draw_again()
    after = bench.record
    assert after.picture == before.picture and (after.clean == before.clean).all()
    assert (after.seen != before.seen).mean() > 0.9


def test_noise_has_the_spread_the_slider_says() -> None:
    grey = np.full((32, 32, 3), 128, np.uint8)
    assert np.std(with_noise(grey, 0.1, 0) / 255) == pytest.approx(0.1, rel=0.05)


def test_the_network_gives_the_wolf_more_the_more_wolf_there_is_in_a_face() -> None:
    faces = [described(FACE, 0.5, turn, look) for look in range(6) for turn in (-1, 0, 1)]
    curves = [curve for face in faces if (curve := look_at(face, 0.0, 0).curve) is not None]
    assert len(curves) == 18
    mean = np.mean(curves, axis=0)
    assert (np.diff(mean) > 0).all()
    np.testing.assert_allclose(mean[1:-1], np.linspace(0, 1, 11)[1:-1], atol=0.05)


def test_every_control_can_go_to_its_ends() -> None:
    bench = PictureBench()
    for name, control in bench.inputs.items():
        bench.reset()
        for end in control.ends():
            control.value = end
            assert bench.describe(bench.record) in bench.svg()
            assert len(bench.svg()) < 80_000, name

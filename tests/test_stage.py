import numpy as np
import pytest
from PIL import Image

from lstm_lab import models, stage, starts
from lstm_lab.cells import input_size
from lstm_lab.evaluation import wolf_share
from lstm_lab.explorers.frames import Film, symbol
from lstm_lab.models import answers
from lstm_lab.stage import Frame, network, perform
from lstm_lab.world.pictures import KINDS

FACE = Frame("face", w=0.5, seed=7)
SHOW = (Frame("bear", seed=2), Frame("tree", seed=1), Frame("squirrel", seed=3))


def test_asking_after_a_picture_is_showing_the_face_next() -> None:
    for name in ("rnn_small", "lstm_small"):
        run = perform(SHOW, (network(name),), FACE).heard[0]
        for t in range(1, len(SHOW) + 1):
            longer = perform((*SHOW[:t], FACE), (network(name),), FACE).heard[0]
            shown = wolf_share(longer.answers.probabilities[-1])
            np.testing.assert_allclose(run.asked[t - 1], shown, atol=1e-12)


def test_the_ideal_observer_of_a_performance_is_the_exact_one() -> None:
    told = perform(SHOW, (), FACE)
    np.testing.assert_allclose(told.ideal_asked, 0.95 * 0.9 + 0.05 * 0.1, atol=1e-12)


def test_noise_comes_only_into_the_columns_that_are_for_it() -> None:
    model = network("lstm_tour")
    told = perform(SHOW, (model,), FACE, seed=3, draws=4)
    x = told.heard[0].answers.trace.x
    assert x.shape == (3, 4, input_size(model.cell)) == (3, 4, 40)
    np.testing.assert_array_equal(x[..., :8], np.broadcast_to(told.features[:, None], (3, 4, 8)))
    assert np.unique(x[..., 8:]).size == 3 * 4 * 32


def test_the_same_seed_is_the_same_noise_and_another_is_another() -> None:
    heard = [perform(SHOW, (network("rnn_tour"),), FACE, seed).heard[0].asked for seed in (1, 1, 2)]
    np.testing.assert_array_equal(heard[0], heard[1])
    assert not np.array_equal(heard[0], heard[2])


def test_the_networks_answer_as_models_do() -> None:
    told = perform(SHOW, (network("rnn_small"),), FACE)
    run = answers(network("rnn_small"), told.features[:, None])
    np.testing.assert_array_equal(told.heard[0].answers.probabilities, run.probabilities)


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_network_knows_every_drawn_frame(kind: str) -> None:
    if kind in ("wolf", "dog"):
        return
    said = stage.seen(Frame(kind, seed=1))
    assert KINDS[said.argmax()] == kind and np.exp(said.max()) > 0.9


def test_a_question_that_is_no_face_and_a_network_of_another_task_are_named() -> None:
    with pytest.raises(ValueError, match=r"^question must be a face, got 'tree'$"):
        perform((Frame("bear"),), (), Frame("tree"))
    rng = np.random.default_rng(0)
    for D, K in ((5, 3), (8, 2)):
        other = models.new_model("other", starts.rnn_default(rng, D, 4), rng, K)
        with pytest.raises(
            ValueError,
            match=rf"^a network of the story has at least 8 inputs and 3 answers, other has {D} and {K}$",
        ):
            perform((Frame("bear"),), (other,), FACE)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match=r"^names must be among .*; got 'cat' at place 1$"):
        perform((Frame("bear"), Frame("cat")), (), FACE)


@pytest.fixture
def own_tree(tmp_path, monkeypatch):
    """Put one reddish picture of a tree where readers put their own."""
    folder = tmp_path / "own_pictures" / "tree"
    folder.mkdir(parents=True)
    Image.new("RGB", (90, 60), (200, 30, 30)).save(folder / "mine.png")
    monkeypatch.setattr(stage, "data_folder", lambda: tmp_path)
    for cached in (stage.own_pictures, symbol):
        cached.cache_clear()
    yield
    for cached in (stage.own_pictures, symbol):
        cached.cache_clear()


def test_a_readers_own_picture_takes_the_place_of_the_drawn_one(own_tree) -> None:
    pixels = stage.pixels_of(Frame("tree", seed=77))
    assert pixels.shape == (32, 32, 3)
    np.testing.assert_array_equal(np.unique(pixels.reshape(-1, 3), axis=0), [[200, 30, 30]])
    assert "data:image/jpeg;base64," in symbol(Frame("tree", seed=77))[1]


def test_other_kinds_and_faces_stay_drawn(own_tree) -> None:
    assert stage.own_picture(Frame("bear", seed=2), 32) is None
    assert stage.own_picture(FACE, 32) is None
    assert "<image" not in symbol(Frame("bear", seed=2))[1]


def test_a_show_asked_at_the_end_counts_its_last_frame_alone() -> None:
    xs, targets, weights = stage.asked_at_the_end((*SHOW, FACE), answer=1)
    np.testing.assert_array_equal(weights[:, 0], [0, 0, 0, 1])
    np.testing.assert_array_equal(targets[:, 0], [2, 2, 2, 1])
    np.testing.assert_array_equal(xs[:, 0], perform((*SHOW, FACE), (), FACE).features)


def test_a_film_shows_every_picture_with_its_name() -> None:
    bundle = Film((*SHOW, FACE))._repr_mimebundle_()
    assert bundle["image/svg+xml"].count("<use ") == 4
    assert bundle["text/plain"] == "A show of 4 pictures: bear, tree, squirrel, face."

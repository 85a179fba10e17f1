import json
import re
from pathlib import Path

import numpy as np
import pytest

from lstm_lab import cells, models, starts
from lstm_lab.files import data_folder, read_arrays, write_arrays
from lstm_lab.models import Model, PictureNetwork
from lstm_lab.readout import Dense

MAKERS = {kind: getattr(starts, f"{kind}_default") for kind in models.CELLS}


def a_model(kind: str, D: int = 3, H: int = 4, K: int = 3) -> Model:
    rng = np.random.default_rng(5)
    return Model(kind, MAKERS[kind](rng, D, H), Dense(rng.normal(size=(H, K)), rng.normal(size=K)))


def a_task(T: int = 6, B: int = 2, D: int = 3, K: int = 3):
    rng = np.random.default_rng(6)
    return rng.normal(size=(T, B, D)), rng.integers(K, size=(T, B)), rng.random((T, B))


@pytest.mark.parametrize("kind", MAKERS)
def test_the_gradient_of_every_weight_is_the_slope_of_the_loss(kind: str) -> None:
    model, task, eps = a_model(kind), a_task(), 1e-6
    gradients = models.loss_and_gradients(model, *task)
    for name, weights in models.weights_of(model).items():
        for at in list(np.ndindex(weights.shape))[:: max(1, weights.size // 5)]:
            ends = []
            for sign in (1, -1):
                moved = weights.copy()
                moved[at] += sign * eps
                ends.append(models.loss_and_gradients(models.with_weights(model, {name: moved}), *task).loss)
            assert gradients.d_weights[name][at] == pytest.approx((ends[0] - ends[1]) / (2 * eps), abs=1e-7)


def test_other_weights_than_a_model_has_and_no_answers_at_all_are_named() -> None:
    model = a_model("rnn")
    with pytest.raises(ValueError) as raised:
        models.with_weights(model, {"head.W": np.zeros(3)})
    assert str(raised.value) == (
        "there are no weights 'head.W'; there are: cell.W_x, cell.W_h, cell.b, readout.W, readout.b"
    )
    with pytest.raises(ValueError, match=r"^classes must be at least 1, got 0$"):
        models.new_model("m", model.cell, np.random.default_rng(0), 0)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_saved_model_comes_back_as_it_was(kind: str, tmp_path: Path) -> None:
    model = a_model(kind)
    rounded = models.with_weights(
        model, {n: w.astype(np.float32) for n, w in models.weights_of(model).items()}
    )
    models.save(model, tmp_path / "m.npz", {"seed": 5})
    back = models.load(tmp_path / "m.npz")
    assert type(back.cell) is type(model.cell) and back.about["seed"] == 5 and back.name == kind
    for name, weights in models.weights_of(rounded).items():
        np.testing.assert_array_equal(models.weights_of(back)[name], weights)


def test_an_rnn_keeps_its_activation_in_the_file(tmp_path: Path) -> None:
    model = a_model("rnn")
    relu = model._replace(cell=model.cell._replace(activation="relu"))  # type: ignore[call-arg]
    models.save(relu, tmp_path / "m.npz", {})
    back = models.load(tmp_path / "m.npz").cell
    assert isinstance(back, cells.RNNParams) and back.activation == "relu"


def test_a_picture_network_comes_back_and_gives_probabilities(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    network = PictureNetwork(
        "p", (Dense(rng.normal(size=(12, 5)), np.zeros(5)), Dense(rng.normal(size=(5, 8)), np.zeros(8)))
    )
    models.save(network, tmp_path / "p.npz", {})
    back = models.load_pictures(tmp_path / "p.npz")
    said = models.log_probabilities(back, rng.integers(0, 256, (3, 2, 2, 3), dtype=np.uint8))
    assert said.shape == (3, 8)
    np.testing.assert_allclose(np.exp(said).sum(axis=1), 1, atol=1e-12)


def broken(tmp_path: Path, **changes: object) -> Path:
    """Write a model file with some entries changed or, where None, left out."""
    path = tmp_path / "m.npz"
    models.save(a_model("lstm"), path, {})
    arrays, about = read_arrays(path)
    for name, value in changes.items():
        key = name.replace("__", ".")
        if value is None:
            arrays.pop(key)
        elif key == "about":
            about |= value  # type: ignore[operator]
        else:
            arrays[key] = np.asarray(value)
    write_arrays(path, arrays, about)
    return path


def test_a_missing_file_names_those_there_are() -> None:
    there = ", ".join(sorted(p.stem for p in (data_folder() / "weights").glob("*.npz")))
    with pytest.raises(
        FileNotFoundError, match=re.escape(f"there is no bear.npz in weights; there are: {there}")
    ):
        models.load("bear")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = broken(tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match=r"^m\.npz is damaged \(.+\)$"):
        models.load(path)


def test_bytes_flipped_inside_a_file_are_noticed(tmp_path: Path) -> None:
    path = broken(tmp_path)
    content = bytearray(path.read_bytes())
    for k in range(len(content) // 3, len(content) // 3 + 40):
        content[k] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(ValueError, match=r"^m\.npz is damaged"):
        models.load(path)


def test_a_foreign_file_is_named_as_such(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", a=np.zeros(3))
    with pytest.raises(
        ValueError, match=r"^m\.npz was not written by lstm_lab: it does not say what it holds$"
    ):
        models.load(tmp_path / "m.npz")


@pytest.mark.parametrize("about", ["[1]", "null", "7", "[" * 100_000], ids=["list", "null", "number", "deep"])
def test_a_file_whose_word_of_itself_is_no_table_is_foreign(tmp_path: Path, about: str) -> None:
    np.savez(tmp_path / "m.npz", about=np.array(about))
    with pytest.raises(
        ValueError, match=r"^m\.npz was not written by lstm_lab: it does not say what it holds$"
    ):
        models.load(tmp_path / "m.npz")


def test_a_single_array_under_the_name_of_a_model_is_no_model(tmp_path: Path) -> None:
    with open(tmp_path / "m.npz", "wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match=r"^m\.npz is damaged \(File is not a zip file\)"):
        models.load(tmp_path / "m.npz")


def test_a_file_with_any_one_byte_wrong_is_read_as_it_was_or_refused_with_a_sentence(tmp_path: Path) -> None:
    path = broken(tmp_path)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for at in [
        *range(0, 60),
        *range(len(content) - 300, len(content)),
        *rng.integers(len(content), size=150),
    ]:
        changed = bytearray(content)
        changed[at] = int(rng.integers(256))
        path.write_bytes(bytes(changed))
        try:
            models.load(path)
        except ValueError:
            refused += 1
    assert refused > 200


def test_pictures_of_another_size_are_named() -> None:
    network = models.load_pictures("pictures")
    for shape in ((0, 32, 32, 3), (2, 16, 16, 3), (32, 32, 3)):
        wanted = r"at least one entry on every axis" if 0 in shape else r"shape \(N, S=32, S=32, C=3\)"
        with pytest.raises(ValueError, match=rf"^pictures must have {wanted}, got (shape )?\({shape[0]}, "):
            models.log_probabilities(network, np.zeros(shape, np.uint8))


def test_pickled_objects_are_never_opened(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "m.npz", about=np.array(json.dumps({"holds": "lstm"})), a=np.array([{}], dtype=object)
    )
    with pytest.raises(
        ValueError, match=r"^m\.npz is damaged \(Object arrays cannot be loaded when allow_pickle=False\)"
    ):
        models.load(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"cell__b": None},
            "m.npz must hold the arrays cell.W_x, cell.W_h, cell.b, readout.W, readout.b, "
            "it holds: cell.W_x, cell.W_h, readout.W, readout.b",
        ),
        (
            {"about": {"holds": "picture"}},
            f"m.npz must hold a recurrent model ({', '.join(models.CELLS)}), it holds: picture",
        ),
        (
            {"cell__b": np.full(1, "a")},
            "m.npz does not fit together: b must hold numbers, got array(['a'], dtype='<U1')",
        ),
        (
            {"about": {"holds": ["lstm"]}},
            f"m.npz must hold a recurrent model ({', '.join(models.CELLS)}), it holds: ['lstm']",
        ),
        (
            {"readout__W": np.zeros((5, 3))},
            "m.npz does not fit together: readout.W must have shape (H=4, K), got (5, 3)",
        ),
        (
            {"readout__b": np.array([0.0, np.nan, 0.0])},
            "m.npz does not fit together: readout.b must hold finite numbers, got nan at index (1,)",
        ),
        (
            {"cell__W_h": np.zeros((4, 4, 5))},
            "m.npz does not fit together: W_h must have shape (G=4, H=4, H=4), got (4, 4, 5)",
        ),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(tmp_path: Path, changes: dict, message: str) -> None:
    with pytest.raises(ValueError) as raised:
        models.load(broken(tmp_path, **changes))
    assert str(raised.value) == message


def test_a_model_is_no_picture_network(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^m\.npz must hold a picture network, it holds: lstm$"):
        models.load_pictures(broken(tmp_path))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = broken(tmp_path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"^m\.npz can hold numbers and text only, a holds objects$"):
        write_arrays(path, {"a": np.array([{}], dtype=object)}, {})
    assert path.read_bytes() == before

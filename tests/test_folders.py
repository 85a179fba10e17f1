"""Pictures of one's own: what is read, and the sentence for everything that cannot be."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lstm_lab.world.folders import picture_folder, read_picture

ALL = "wolf, bear, fox, dog, goldfish, tree, squirrel, title card"


def save(path: Path, colour: object, size: tuple[int, int] = (40, 40), mode: str = "RGB") -> Path:
    """Save a picture of one colour, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)  # type: ignore[arg-type]
    return path


def refused(path: Path) -> str:
    """Return the sentence with which a folder is refused."""
    with pytest.raises(ValueError) as caught:
        picture_folder(path)
    return str(caught.value)


def test_a_folder_per_kind_is_read_in_the_order_of_kinds_and_of_names(tmp_path: Path) -> None:
    save(tmp_path / "tree" / "b.png", (0, 200, 0))
    save(tmp_path / "tree" / "a.png", (0, 100, 0))
    save(tmp_path / "Bear" / "one.bmp", (90, 60, 30), size=(7, 300))
    save(tmp_path / "title_card" / "x.png", (1, 2, 3))
    (tmp_path / "tree" / ".DS_Store").write_text("not a picture", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("beside the folders", encoding="utf-8")
    found = picture_folder(tmp_path)
    assert list(found) == ["bear", "tree", "title card"]
    assert found["tree"].shape == (2, 32, 32, 3) and found["tree"].dtype == np.uint8
    assert found["tree"][:, 0, 0].tolist() == [[0, 100, 0], [0, 200, 0]]
    assert np.all(found["bear"] == (90, 60, 30))


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("L", 77, (77, 77, 77)),
        ("1", 1, (255, 255, 255)),
        ("RGBA", (200, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (200, 0, 0, 255), (200, 0, 0)),
        ("P", 0, (0, 0, 0)),
    ],
)
def test_a_picture_of_any_mode_is_read_and_laid_on_white(
    tmp_path: Path, mode: str, colour: object, seen: tuple
) -> None:
    file = save(tmp_path / "dog" / "a.png", colour, mode=mode)
    assert np.all(read_picture(file) == seen)


def test_the_square_in_the_middle_is_kept_and_made_smaller(tmp_path: Path) -> None:
    picture = Image.new("RGB", (300, 100), (255, 0, 0))
    picture.paste((0, 0, 255), (100, 0, 200, 100))
    (tmp_path / "fox").mkdir()
    picture.save(tmp_path / "fox" / "wide.png")
    (found,) = picture_folder(tmp_path, size=16)["fox"]
    assert found.shape == (16, 16, 3)
    assert np.all(found == (0, 0, 255))


def test_a_photograph_is_turned_upright_as_its_camera_noted(tmp_path: Path) -> None:
    picture = Image.new("RGB", (64, 64), (255, 255, 255))
    picture.paste((0, 0, 0), (0, 0, 64, 32))
    notes = Image.Exif()
    notes[0x0112] = 3
    (tmp_path / "wolf").mkdir()
    picture.save(tmp_path / "wolf" / "upside_down.png", exif=notes)
    (found,) = picture_folder(tmp_path)["wolf"]
    assert found[2, 16].mean() > 250 and found[-3, 16].mean() < 5


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere"
    assert refused(path) == f"there is no folder {str(path)!r}"


def test_a_folder_without_any_kind_says_which_kinds_there_are(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"folder {str(tmp_path)!r} must hold a folder for a kind: {ALL}"


def test_a_folder_of_an_unknown_kind_is_named(tmp_path: Path) -> None:
    save(tmp_path / "cat" / "a.png", (0, 0, 0))
    assert refused(tmp_path) == f"folder 'cat' is none of the kinds {ALL}"


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "fox").mkdir()
    assert refused(tmp_path) == "folder 'fox' holds no pictures"


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    save(tmp_path / "fox" / "a.png", (0, 0, 0))
    (tmp_path / "fox" / "b.png").write_text("a letter", encoding="utf-8")
    assert refused(tmp_path) == "file 'fox/b.png' cannot be read as a picture"


def test_a_picture_cut_off_in_the_middle_is_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for name in ("whole.png", "whole.jpg"):
        (tmp_path / "dog").mkdir(exist_ok=True)
        file = tmp_path / "dog" / name
        Image.fromarray(noise).save(file)
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2])
        assert re.fullmatch(f"file 'dog/{name}' cannot be read as a picture", refused(tmp_path))
        file.unlink()

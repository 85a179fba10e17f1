"""Pictures of one's own: a folder for every kind, read as the network reads the drawn ones."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from lstm_lab.checks import Array
from lstm_lab.world.pictures import KINDS

MOST = 50_000_000
"""Pixels a picture may have; at four bytes each and a few copies that is about half a gigabyte."""


class LargePictureError(ValueError):
    """A picture has more pixels than memory should hold."""


def picture_folder(path: str | Path, size: int = 32) -> dict[str, Array]:
    """Return the pictures found in a folder that holds a folder for every kind.

    A picture of any size is turned upright as its camera noted, laid on white where it is transparent, cut to the
    square in its middle and made smaller or larger. Hidden files are left alone; files are read in the order of
    their names. Kinds without a folder are not in the answer: whether to draw those is for the caller to decide.

    Args:
        path: the folder; the folders in it are named as in ``KINDS``, "title card" with a space or "title_card".
        size: pixels a side.

    Returns:
        For each kind found, in the order of ``KINDS``: uint8, shape (pictures, size, size, 3).

    Raises:
        ValueError: no such folder, no kind in it, a folder of an unknown kind, a kind without pictures, or a file
            that cannot be read as a picture.
    """
    root = Path(path)
    if not root.is_dir():
        raise ValueError(f"there is no folder {str(root)!r}")
    folders: dict[str, list[Path]] = {}
    for folder in _seen(root):
        if not folder.is_dir():
            continue
        kind = folder.name.lower().replace("_", " ")
        if kind not in KINDS:
            raise ValueError(f"folder {folder.name!r} is none of the kinds {', '.join(KINDS)}")
        files = [file for file in _seen(folder) if file.is_file()]
        if not files:
            raise ValueError(f"folder {folder.name!r} holds no pictures")
        folders.setdefault(kind, []).extend(files)
    if not folders:
        raise ValueError(f"folder {str(root)!r} must hold a folder for a kind: {', '.join(KINDS)}")
    return {
        kind: np.stack([read_picture(f, size) for f in folders[kind]]) for kind in KINDS if kind in folders
    }


def read_picture(file: str | Path, size: int = 32) -> Array:
    """Return the square in the middle of a picture file, uint8, shape (size, size, 3).

    Raises:
        ValueError: the file cannot be read as a picture, or has more pixels than memory should hold.
    """
    file = Path(file)
    name = f"{file.parent.name}/{file.name}"
    try:
        with Image.open(file) as opened:
            width, height = opened.size
            if width * height > MOST:
                raise LargePictureError(
                    f"file {name!r} has {width} x {height} pixels, more than {MOST // 10**6} million"
                )
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except LargePictureError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"file {name!r} cannot be read as a picture") from None
    on_white = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    side = min(on_white.size)
    left, top = ((length - side) // 2 for length in on_white.size)
    square = on_white.crop((left, top, left + side, top + side))
    return np.array(square.resize((size, size), Image.Resampling.LANCZOS))


def jpeg(picture: Array) -> bytes:
    """Return a picture, uint8 of shape (size, size, 3), as a small JPEG file, for pages that show it."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=82)
    return file.getvalue()


def _seen(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "__")))

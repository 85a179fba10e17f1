"""Write a sheet of drawn pictures to look at: ``python tools/contact_sheet.py FOLDER`` makes HTML and PNG.

The HTML shows the SVG people see, at 256 and 48 pixels, beside the 32×32 pixels networks see, enlarged; the PNG is
the same sheet as Pillow paints it. With ``--quiz`` it makes sixty pictures at 48 pixels without labels, and the
answers in a file of their own: a fresh pair of eyes should name at least 57.
"""

import argparse
import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from lstm_lab.checks import Array
from lstm_lab.drawing.scene import scene_svg
from lstm_lab.world.pictures import FACES, KINDS, Picture, draw_picture, pixels, shapes

Row = tuple[str, list[Picture]]


def sheet_rows() -> list[Row]:
    """Return every kind from eight seeds, then the face from dog to wolf, straight and turned."""
    rows: list[Row] = []
    for kind in KINDS:
        rows.append((kind, [draw_picture(np.random.default_rng(seed), kind) for seed in range(8)]))
    steps = np.linspace(0, 1, 11)
    rows.append(("w from 0 to 1", [Picture("dog", float(w)) for w in steps]))
    rows.append(("w from 0 to 1, turning", [Picture("dog", float(w), turn=float(2 * w - 1)) for w in steps]))
    return rows


def html_sheet(rows: list[Row]) -> str:
    """Return the sheet as a page of its own."""
    parts = ["<!doctype html><meta charset='utf-8'><title>Contact sheet</title>"]
    parts.append("<style>body{font:16px sans-serif;white-space:nowrap}img{image-rendering:pixelated}</style>")
    for name, pictures in rows:
        parts.append(f"<h2>{name}</h2>")
        for size in (256, 48):
            parts.append("<p>" + " ".join(scene_svg(shapes(p), size, _said(p)) for p in pictures))
        parts.append("<p>" + " ".join(_enlarged(pixels(shapes(p))) for p in pictures))
    return "\n".join(parts)


def png_sheet(rows: list[Row]) -> Image.Image:
    """Return the sheet as Pillow paints it: for each row 256, 48 and the network's 32 pixels, enlarged to 128."""
    width = 256 * max(len(pictures) for _, pictures in rows)
    strips = []
    for _, pictures in rows:
        for size, times in ((256, 1), (48, 1), (32, 4)):
            strip = np.concatenate([pixels(shapes(p), size) for p in pictures], axis=1)
            strip = strip.repeat(times, axis=0).repeat(times, axis=1)
            strips.append(np.pad(strip, ((0, 8), (0, width - strip.shape[1]), (0, 0)), constant_values=255))
    return Image.fromarray(np.concatenate(strips))


def quiz(rng: np.random.Generator) -> tuple[Image.Image, list[str]]:
    """Return sixty pictures at 48 pixels in rows of ten, and what they show; faces with w under 0.15 or over 0.85."""
    names = [KINDS[k] for k in rng.permutation(np.arange(60) % len(KINDS))]
    tiles = []
    for name in names:
        w = None
        if name in FACES:
            w = float(rng.uniform(0, 0.15)) if name == "dog" else float(rng.uniform(0.85, 1))
        tiles.append(
            np.pad(
                pixels(shapes(draw_picture(rng, name, w)), 48), ((4, 4), (4, 4), (0, 0)), constant_values=255
            )
        )
    return Image.fromarray(
        np.concatenate([np.concatenate(tiles[k : k + 10], axis=1) for k in range(0, 60, 10)])
    ), names


def _said(picture: Picture) -> str:
    return f"{picture.kind}, w {picture.w:.2f}" if picture.kind in FACES else picture.kind


def _enlarged(picture: Array) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    coded = base64.b64encode(file.getvalue()).decode()
    return f'<img width="128" height="128" alt="" src="data:image/png;base64,{coded}">'


def main() -> None:
    """Write the sheet, or the quiz and its answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quiz", type=int, metavar="SEED", help="sixty pictures without labels instead")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.quiz is not None:
        picture, names = quiz(np.random.default_rng(asked.quiz))
        picture.save(asked.folder / "quiz.png")
        (asked.folder / "answers.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
        return
    rows = sheet_rows()
    (asked.folder / "contact_sheet.html").write_text(html_sheet(rows), encoding="utf-8")
    png_sheet(rows).save(asked.folder / "contact_sheet.png")


if __name__ == "__main__":
    main()

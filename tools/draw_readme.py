"""Draw the pictures of the README from the explorers themselves: ``docs/*.svg``."""

from pathlib import Path

from lstm_lab.drawing.svg import captioned
from lstm_lab.explorers import Tour

DOCS = Path(__file__).resolve().parents[1] / "docs"


def pictures() -> dict[str, str]:
    """Return the SVG of each picture by its file name."""
    tour = Tour(trees=40)
    canvas = tour.canvas(False)
    return {"tour.svg": captioned(canvas, tour.question, tour.svg(canvas), tour.describe(tour.record))}


def main() -> None:
    """Write every picture."""
    DOCS.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        (DOCS / name).write_text(picture, encoding="utf-8")
        print(f"{name}: {len(picture) // 1024} KB")


if __name__ == "__main__":
    main()

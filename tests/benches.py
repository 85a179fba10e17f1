"""What tests of the gate benches share: the benches, records at the ends of their controls, and their words."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab.explorers import Forget, Learn, Remember, Use

SVG = "{http://www.w3.org/2000/svg}"
BENCHES = (Learn, Forget, Remember, Use)

every_bench = pytest.mark.parametrize("kind", BENCHES, ids=lambda kind: kind.__name__)


def sigma(a):
    return 1 / (1 + np.exp(-a))


def words_of(picture: str, name: str = "") -> list[str]:
    """Return every text of a picture, or of its group of that class, subscripts included."""
    root = ElementTree.fromstring(picture)
    parts = [each for each in root.iter(f"{SVG}g") if each.get("class") == name] if name else [root]
    return ["".join(text.itertext()) for part in parts for text in part.iter(f"{SVG}text")]


def records(kind, count: int = 12):
    """Return an explorer with records at the ends of every control and at random settings."""
    rng, explorer = np.random.default_rng(3), kind()
    values = [{name: end} for name, control in explorer.inputs.items() for end in control.ends()]
    values += [{name: control.draw(rng) for name, control in explorer.inputs.items()} for _ in range(count)]
    return explorer, [explorer.compute({**explorer.defaults, **each}) for each in values]


def drawn(explorer, record, large: bool = False) -> str:
    """Return the picture of a record."""
    return explorer.picture(record, explorer.canvas(large))

"""What is measured covers every explorer, and the usual way that each is measured against draws the same."""

from typing import Any

import ipywidgets
import pytest
from kernel import DRAGGED
from line import Line, markdown
from usual import USUAL

from lstm_lab.explorers import ALL

NAMES = [kind.__name__ for kind in ALL]


def test_every_explorer_has_a_slider_that_is_dragged_and_a_usual_way_to_beat() -> None:
    assert sorted(DRAGGED) == sorted(NAMES) == sorted(USUAL)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_the_usual_way_draws_at_both_ends_of_its_slider(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    asked: list[tuple[Any, dict[str, Any]]] = []
    monkeypatch.setattr(ipywidgets, "interact", lambda draw, **controls: asked.append((draw, controls)))
    exec(USUAL[name], {})
    (draw, controls) = asked[0]
    values = {label: getattr(control, "value", control) for label, control in controls.items()}
    slider = next(label for label, control in controls.items() if hasattr(control, "min"))
    for end in (controls[slider].min, controls[slider].max):
        draw(**values | {slider: end})
        plt.close("all")


def test_a_line_becomes_a_row_and_an_empty_budget_stays_empty() -> None:
    assert markdown([Line("a slider", "44 ms", "interact 300 ms", "100 ms")]).splitlines() == [
        "| what | measured | beside | budget | missed |",
        "|---|---|---|---|---|",
        "| a slider | 44 ms | interact 300 ms | 100 ms |  |",
    ]


def test_what_is_not_measured_again_stays_in_the_table(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    import table

    found = {
        "cells": [Line("LSTM", "1 ms", "torch 2 ms", "torch's time")],
        "lessons": [Line("00", "1 s", "", "60 s", "late")],
    }
    monkeypatch.setattr(table, "TABLE", tmp_path / "bench.md")
    assert table.kept("cells") == []
    (tmp_path / "bench.md").write_text(table.page(found), encoding="utf-8")
    assert {part: table.kept(part) for part in ("cells", "lessons", "hall")} == {**found, "hall": []}
    assert "1 of 2 budgets are missed." in (tmp_path / "bench.md").read_text(encoding="utf-8")

"""The table of lesson 15 holds every run that its tool makes, and says how."""

from typing import Any

import numpy as np
import pytest

from lstm_lab import cells, models
from lstm_lab.files import data_folder
from lstm_lab.sweeps import read_table


@pytest.fixture(scope="module")
def tool() -> Any:
    pytest.importorskip("torch")
    import variants

    return variants


@pytest.fixture(scope="module")
def table() -> Any:
    return read_table(data_folder() / "variants.csv")


def test_the_table_has_every_run_once_and_was_made_as_the_tool_stands(tool, table):
    made = [(row["task"], row["size"], row["cell"], row["seed"]) for row in table.rows]
    wanted = [
        (task, size, cell, seed)
        for task, sizes in tool.SIZES.items()
        for size in sizes
        for cell in tool.CELLS
        for seed in tool.SEEDS
    ]
    assert sorted(made) == sorted(wanted)
    told = table.about
    assert (told["timing"], told["counting"], told["story"]) == (tool.TIMING, tool.COUNTING, tool.STORY)
    assert told["forget bias"] == tool.FORGET_BIAS


def test_the_figure_of_the_three_tasks_shows_every_run_and_the_median_of_each_five(table):
    figure = pytest.importorskip("lstm_lab.drawing.variant_runs")
    names, panels = ("LSTM", "peephole", "coupled"), {("counting", 20): "counts to", ("story", 100): "behind"}
    shown = figure.three_tasks(table.rows, names, panels)
    for axes, (task, size) in zip(shown.figure.axes, panels, strict=True):
        for k, name in enumerate(names):
            results = table.where(task=task, size=size, cell=name).column("result")
            dots, bar = axes.lines[2 * k : 2 * k + 2]
            assert list(dots.get_xdata()) == results
            assert list(bar.get_xdata()) == [np.median(results)] * 2
            assert abs(dots.get_ydata() - k).max() < 0.3, "the runs of a cell stand beside its name"
    assert "counts to, coupled 19 to 23" in shown.sentence


def test_all_three_cells_start_from_the_same_forget_bias(tool):
    for name in tool.CELLS:
        model = tool.begun(name, np.random.default_rng(0), 2, 3, 2)
        assert isinstance(model, models.Model)
        cell: Any = model.cell
        step = cells.step(cell, np.zeros((1, 2)), cells.zero_state(cell, 1))
        np.testing.assert_allclose(step.f, cells.sigmoid(np.array(tool.FORGET_BIAS)), atol=1e-12)


@pytest.mark.parametrize("task", ["timing", "counting", "story"])
def test_a_short_run_of_each_task_gives_one_row_of_the_table(tool, table, task, monkeypatch):
    for name in ("TIMING", "COUNTING", "STORY"):
        monkeypatch.setitem(getattr(tool, name), "updates", 1)
    monkeypatch.setitem(tool.COUNTING, "tried to", 5)
    monkeypatch.setattr(
        tool, "on_fresh_shows", lambda model, rng, gaps: type("Found", (), {"difference": -0.1})
    )
    (row,) = tool.one_run(task, 3, "coupled", 1)
    assert {"task", "size", "cell", "seed", *row} == set(table.rows[0])

"""The cell diagram is run as a computation: it is the cell, it grows, and its values are the record's."""

import itertools
from typing import Any

import numpy as np
import pytest
from diagram_stages import AREAS, drawn_step, every_area, every_stage

from lstm_lab.cells import GATES, STORY_GATES
from lstm_lab.drawing.cell_grid import grid
from lstm_lab.drawing.diagram import STAGES, Node, Wire, nodes, unit_values, wires

# --- the graph is the cell ------------------------------------------------------------------------

FUNCTIONS = {"σ": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh}


def weighted(name: str, params: Any, vector: np.ndarray) -> np.ndarray:
    """Return the weighted sum a layer takes of what arrives."""
    if name == "u":
        return vector @ params.W_u + params.b_u
    if name == "layer":
        return vector @ np.concatenate([params.W_x, params.W_h]) + params.b
    k = (STORY_GATES if hasattr(params, "W_u") else GATES).index(name)
    return vector @ np.concatenate([params.W_x[k], params.W_h[k]]) + params.b[k]


def computed(stage: str, params: Any, step: Any) -> dict[str, np.ndarray]:
    """Return what every node gives, the diagram's nodes and wires being followed and nothing else."""
    given: dict[str, np.ndarray] = {}
    waiting = list(nodes(stage))
    while waiting:
        ready = []
        for node in waiting:
            arriving = [wire for wire in wires(stage) if wire.target == node.name]
            if not all(wire.source in given for wire in arriving):
                continue
            vectors = [given[wire.source] for wire in arriving]
            if not arriving:
                given[node.name] = getattr(step, node.name)
            elif node.kind == "join":
                given[node.name] = np.concatenate(vectors, axis=1)
            elif node.kind == "layer":
                (vector,) = vectors
                given[node.name] = FUNCTIONS[node.symbol](weighted(node.name, params, vector))
            elif node.kind == "port":
                (given[node.name],) = vectors
            elif node.symbol in "×+":
                one, other = vectors
                given[node.name] = one * other if node.symbol == "×" else one + other
            else:
                (vector,) = vectors
                given[node.name] = FUNCTIONS[node.symbol](vector)
            ready.append(node)
        assert ready, f"nothing leads to {', '.join(node.name for node in waiting)}"
        waiting = [node for node in waiting if node not in ready]
    return given


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "memories"])
@pytest.mark.parametrize("seed", range(5))
def test_running_the_diagram_gives_every_value_of_the_cells_step(stage, seed):
    params, step = drawn_step(stage, seed, D=2)
    given = computed(stage, params, step)
    for wire in wires(stage):
        if wire.quantity != "joined":
            np.testing.assert_allclose(given[wire.source], getattr(step, wire.quantity), rtol=0, atol=1e-12)


def test_the_whole_diagram_reaches_the_new_memories_through_its_ports():
    params, step = drawn_step("use", D=2)
    given = computed("use", params, step)
    np.testing.assert_allclose(given["c"], step.c, rtol=0, atol=1e-12)
    np.testing.assert_allclose(given["h"], step.h, rtol=0, atol=1e-12)


def test_gates_are_sigmoids_and_candidates_are_tanhs():
    symbols = {node.name: node.symbol for stage in STAGES for node in nodes(stage) if node.kind == "layer"}
    assert symbols == {"i": "σ", "f": "σ", "o": "σ", "v": "σ", "g": "tanh", "u": "tanh", "layer": "tanh"}


def test_the_tanh_of_the_memory_has_no_weights_in_the_textbook_and_has_them_in_the_story():
    assert [node.kind for node in nodes("use") if node.name == "squash"] == ["op"]
    assert [node.kind for node in nodes("story") if node.name == "u"] == ["layer"]


def test_the_storys_use_reads_the_memory_before_the_new_is_added():
    (read,) = [wire for wire in wires("story") if wire.target == "u"]
    assert (read.source, read.quantity) == ("forget", "kept")
    (read,) = [wire for wire in wires("use") if wire.target == "squash"]
    assert (read.source, read.quantity) == ("remember", "c")


def test_an_lstm_step_has_four_layers_where_an_rnn_step_has_one():
    count = {stage: sum(node.kind == "layer" for node in nodes(stage)) for stage in STAGES}
    assert (count["rnn"], count["use"]) == (1, 4)


# --- it grows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [*itertools.pairwise(("learn", "forget", "remember", "use")), ("remember", "story")],
)
def test_a_stage_holds_all_of_the_one_before_in_the_same_places(before, after):
    assert set(nodes(before)) < set(nodes(after))
    assert set(wires(before)) < set(wires(after))


def test_no_part_ever_moves_from_one_stage_to_another():
    places: dict[str, Node] = {}
    for node in (node for stage in STAGES for node in nodes(stage)):
        assert places.setdefault(node.name, node) == node


def test_the_layer_of_an_rnn_stands_where_the_candidate_of_an_lstm_will():
    place = {node.name: (node.column, node.row) for stage in STAGES for node in nodes(stage)}
    assert place["layer"] == place["g"]
    assert place["o"] == place["v"]


@every_area
def test_gates_are_met_from_left_to_right_forget_first(area, canvas):
    xs = {node.name: grid(area, canvas).point(node.column, node.row)[0] for node in nodes("use")}
    assert [name for name in sorted(xs, key=lambda name: xs[name]) if name in GATES] == ["f", "i", "g", "o"]


@every_stage
def test_every_wire_is_level_or_upright_and_begins_where_its_value_is(stage):
    area, canvas = AREAS["a half"]
    place = grid(area, canvas).point
    by_name = {node.name: node for node in nodes("use") + nodes(stage)}
    for wire in wires(stage):
        for (ax, ay), (bx, by) in itertools.pairwise(place(*at) for at in wire.path):
            assert (ax == bx) != (ay == by)
        target, source = by_name[wire.target], by_name[wire.source]
        if "closed" in (target.kind, source.kind):
            continue
        assert wire.path[-1] == (target.column, target.row)
        if wire.path[0] != (source.column, source.row):
            same = [other for other in wires(stage) if other.source == wire.source and other != wire]
            assert any(other.quantity == wire.quantity and on(wire.path[0], other, place) for other in same)


def on(at: tuple[str, str], wire: Wire, place: Any) -> bool:
    """Return whether a point of the grid lies on a wire."""
    x, y = place(*at)
    ends = itertools.pairwise(place(*each) for each in wire.path)
    return any(min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d) for (a, b), (c, d) in ends)


# --- values ---------------------------------------------------------------------------------------


@every_stage
def test_the_values_of_a_unit_are_those_of_the_record(stage):
    _, step = drawn_step(stage)
    for unit in range(3):
        values = unit_values(step, unit)
        assert values.pop("x") == step.x[0, 0]
        assert values == {name: float(getattr(step, name)[0, unit]) for name in values}
        assert {wire.quantity for wire in wires(stage)} - {"joined", "x"} <= set(values)


def test_an_event_of_many_numbers_has_no_single_value():
    _, step = drawn_step("use", D=4)
    assert "x" not in unit_values(step)

"""The one diagram of the cell, which grows by a box a page, drawn from its topology.

Without values it is a figure for a slide; with the values of one step every line is as wide as its value is large.
"""

from collections.abc import Mapping

from lstm_lab.cells import Step
from lstm_lab.drawing import cell_grid, cell_parts, cell_wires, svg
from lstm_lab.drawing.cell_grid import Look, Point
from lstm_lab.drawing.cell_topology import ADDED, STAGES, Node, Wire, nodes, port_node, stages_of, wires
from lstm_lab.drawing.panels import Area
from lstm_lab.drawing.svg import Canvas

__all__ = ["STAGES", "Node", "Wire", "cell_diagram", "nodes", "port", "unit_values", "wires"]

PALE = 0.35
"""The opacity of what a focus leaves behind."""

# --- values ---------------------------------------------------------------------------------------

_CARRIED = ("h_prev", "c_prev", "i", "f", "g", "o", "v", "kept", "learned", "c", "shown", "u", "h")
"""What wires carry, in the order of the cell; each cell has some of it."""


def unit_values(step: Step, unit: int = 0) -> dict[str, float]:
    """Return what one unit of a cell read and computed in one step, by the name of its wire.

    Args:
        step: the record of one step of one sequence: arrays of shape (1, H).
        unit: which of the H units.

    Returns:
        Plain numbers. ``x`` is there only where the cell reads a single number (D = 1).
    """
    values = {name: float(getattr(step, name)[0, unit]) for name in _CARRIED if hasattr(step, name)}
    return values if step.x.shape[-1] > 1 else {"x": float(step.x[0, 0])} | values


# --- the picture ----------------------------------------------------------------------------------


def port(name: str, area: Area) -> Point:
    """Return where x, h_prev, c_prev, c or h enters or leaves the diagram, on the edge of its area."""
    node = port_node(name)
    return cell_grid.grid(area, svg.NORMAL).point(node.column, node.row)


def cell_diagram(
    area: Area,
    canvas: Canvas,
    stage: str,
    values: Mapping[str, float] | None = None,
    focus: str = "",
) -> str:
    """Return the diagram of a stage; with values, every line is as wide as its value is large.

    Widths and fills have fixed limits, those of ``notation``. What a later stage adds is there as a pale outline.

    Args:
        area: where; its limits are not used. From about 420 × 230 up.
        canvas: for the sizes of text and lines.
        stage: one of ``STAGES``.
        values: numbers by the name of a wire, as ``unit_values`` returns them; a name that is not there has no
            number. None draws a figure without numbers.
        focus: a stage or a gate's letter to bring out; all else is pale.

    Raises:
        ValueError: there is no such stage, or nothing to bring out by this name.
    """
    here_nodes, here_wires = nodes(stage), wires(stage)
    chosen_nodes, chosen_wires = _chosen(stage, focus)
    look = Look(canvas, cell_grid.grid(area, canvas), values or {})
    whole = _whole(stage)
    first = {wire.quantity: wire for wire in reversed(here_wires)}
    back = [
        *(cell_wires.ghost_wire(wire, look) for wire in wires(whole) if wire not in here_wires),
        *(cell_parts.ghost_node(node, look) for node in nodes(whole) if node not in here_nodes),
    ]
    rest = set(here_wires) - chosen_wires
    drawn = [
        (lit, cell_wires.wire(wire, look, here_wires, chosen_wires if lit else rest))
        for wire, lit in ((wire, wire in chosen_wires) for wire in here_wires)
    ]
    drawn += [(node in chosen_nodes, cell_parts.node(node, look, here_wires)) for node in here_nodes]
    drawn += [(wire in chosen_wires, cell_parts.label(wire, look)) for wire in first.values()]
    pale = "".join(mark for chosen, mark in drawn if not chosen)
    return svg.group(
        cell_parts.frame(look, stage),
        *back,
        f'<g opacity="{PALE}">{pale}</g>' if pale else "",
        *(mark for chosen, mark in drawn if chosen),
        name=f"diagram {stage}",
    )


def _whole(stage: str) -> str:
    """Return the stage whose further parts are outlined at this one: the whole LSTM, on its way there."""
    return "use" if stage in ("learn", "forget", "remember") else stage


def _chosen(stage: str, focus: str) -> tuple[set[Node], set[Wire]]:
    """Return the nodes and wires to bring out: all of them without a focus."""
    here_nodes, here_wires = nodes(stage), wires(stage)
    if not focus:
        return set(here_nodes), set(here_wires)
    added_nodes, added_wires = ADDED[focus] if focus in stages_of(stage) else ((), ())
    chosen = [node for node in here_nodes if node in added_nodes or node.name == focus]
    if not chosen:
        raise ValueError(f"focus must be a stage or a gate of the stage {stage!r}, got {focus!r}")
    gate = "" if focus in STAGES else focus
    inner = {node.name for node in chosen if node.kind in ("layer", "op", "closed")}
    lit = [wire for wire in here_wires if wire in added_wires or wire.target in inner or wire.source == gate]
    if any(wire.source == "join" for wire in lit):
        lit += [wire for wire in here_wires if wire.target == "join"]
    ends = {wire.source for wire in lit if wire.quantity in ("x", "h_prev", "joined")}
    ends |= {wire.target for wire in lit if wire.source == gate}
    return {node for node in here_nodes if node in chosen or node.name in ends}, set(lit)

"""What is in the cell diagram at each stage: nodes and wires as data, on a grid of named columns and rows.

The picture is drawn from this and a test runs it as a computation, so that no box can say σ where the cell computes
tanh.

>>> [node.name for node in nodes("forget") if node.kind == "layer"]
['i', 'g', 'f']
"""

from typing import NamedTuple

STAGES = ("rnn", "memories", "learn", "forget", "remember", "use", "story")


class Node(NamedTuple):
    """Something that gives a value: at a column and a row of the grid.

    ``kind`` is "port" (a value enters or leaves), "join" (two vectors side by side), "layer" (weights, a sum, then
    the function that ``symbol`` names), "op" (``symbol`` on whole vectors, without weights) or "closed".
    """

    name: str
    symbol: str
    kind: str
    column: str
    row: str


class Wire(NamedTuple):
    """A value on its way from one node to another, through these points of the grid.

    ``quantity`` is a key of ``unit_values``, or "joined" for x and h side by side. A path that does not begin at its
    source branches off another wire of the same source.
    """

    source: str
    target: str
    quantity: str
    path: tuple[tuple[str, str], ...]


def port_node(name: str) -> Node:
    """Return the place where x, h_prev, c_prev, c or h enters or leaves."""
    column, row = {
        "x": ("join", "foot"),
        "h_prev": ("left", "bus"),
        "c_prev": ("left", "c"),
        "c": ("right", "c"),
        "h": ("right", "bus"),
    }[name]
    return Node(name, "", "port", column, row)


def _layer(name: str, symbol: str, column: str, row: str = "gates") -> Node:
    return Node(name, symbol, "layer", column, row)


def _op(name: str, symbol: str, column: str, row: str) -> Node:
    return Node(name, symbol, "op", column, row)


_READ = (
    Wire("x", "join", "x", (("join", "foot"), ("join", "bus"))),
    Wire("h_prev", "join", "h_prev", (("left", "bus"), ("join", "bus"))),
)
_INPUTS = (port_node("x"), port_node("h_prev"), Node("join", "", "join", "join", "bus"))
_TO_G = (("join", "bus"), ("g", "bus"), ("g", "gates"))
_TO_O = (("join", "bus"), ("o", "bus"), ("o", "gates"))
_OUT = (_op("use", "×", "use", "gates"), port_node("h"))
_ANSWER = Wire("use", "h", "h", (("use", "gates"), ("use", "bus"), ("right", "bus")))

ADDED: dict[str, tuple[tuple[Node, ...], tuple[Wire, ...]]] = {
    "rnn": (
        (*_INPUTS, _layer("layer", "tanh", "g"), port_node("h")),
        (
            *_READ,
            Wire("join", "layer", "joined", _TO_G),
            Wire(
                "layer",
                "h",
                "h",
                (("g", "gates"), ("g", "ops"), ("use", "ops"), ("use", "bus"), ("right", "bus")),
            ),
        ),
    ),
    "memories": (
        (*map(port_node, ("c_prev", "h_prev", "x", "c", "h")), Node("cell", "LSTM", "closed", "g", "ops")),
        (
            Wire("c_prev", "cell", "c_prev", (("left", "c"), ("in", "c"))),
            Wire("h_prev", "cell", "h_prev", (("left", "bus"), ("in", "bus"))),
            Wire("x", "cell", "x", (("join", "foot"), ("join", "under"))),
            Wire("cell", "c", "c", (("out", "c"), ("right", "c"))),
            Wire("cell", "h", "h", (("out", "bus"), ("right", "bus"))),
        ),
    ),
    "learn": (
        (*_INPUTS, _layer("i", "σ", "i"), _layer("g", "tanh", "g"), _op("learn", "×", "g", "ops")),
        (
            *_READ,
            Wire("join", "i", "joined", (("join", "bus"), ("i", "bus"), ("i", "gates"))),
            Wire("join", "g", "joined", _TO_G),
            Wire("i", "learn", "i", (("i", "gates"), ("i", "ops"), ("g", "ops"))),
            Wire("g", "learn", "g", (("g", "gates"), ("g", "ops"))),
            Wire("learn", "remember", "learned", (("g", "ops"), ("g", "c"))),
        ),
    ),
    "forget": (
        (port_node("c_prev"), _layer("f", "σ", "f"), _op("forget", "×", "f", "c")),
        (
            Wire("join", "f", "joined", (("join", "bus"), ("f", "bus"), ("f", "gates"))),
            Wire("f", "forget", "f", (("f", "gates"), ("f", "c"))),
            Wire("c_prev", "forget", "c_prev", (("left", "c"), ("f", "c"))),
            Wire("forget", "remember", "kept", (("f", "c"), ("g", "c"))),
        ),
    ),
    "remember": (
        (_op("remember", "+", "g", "c"), port_node("c")),
        (Wire("remember", "c", "c", (("g", "c"), ("right", "c"))),),
    ),
    "use": (
        (_layer("o", "σ", "o"), _op("squash", "tanh", "use", "ops"), *_OUT),
        (
            Wire("join", "o", "joined", _TO_O),
            Wire("o", "use", "o", (("o", "gates"), ("use", "gates"))),
            Wire("remember", "squash", "c", (("use", "c"), ("use", "ops"))),
            Wire("squash", "use", "shown", (("use", "ops"), ("use", "gates"))),
            _ANSWER,
        ),
    ),
    "story": (
        (_layer("v", "σ", "o"), _layer("u", "tanh", "use", "say"), *_OUT),
        (
            Wire("join", "v", "joined", _TO_O),
            Wire("v", "use", "v", (("o", "gates"), ("use", "gates"))),
            Wire("forget", "u", "kept", (("tap", "c"), ("tap", "low"), ("use", "low"), ("use", "say"))),
            Wire("u", "use", "u", (("use", "say"), ("use", "gates"))),
            _ANSWER,
        ),
    ),
}
"""What each stage adds. A wire may lead to a node that a later stage adds: it is drawn up to there."""

_BUILT_ON = {
    "rnn": (),
    "memories": (),
    "learn": (),
    "forget": ("learn",),
    "remember": ("learn", "forget"),
    "use": ("learn", "forget", "remember"),
    "story": ("learn", "forget", "remember"),
}


def stages_of(stage: str) -> tuple[str, ...]:
    """Return the stages a stage is made of, itself the last.

    Raises:
        ValueError: there is no such stage.
    """
    if stage not in STAGES:
        raise ValueError(f"stage must be one of {', '.join(STAGES)}, got {stage!r}")
    return (*_BUILT_ON[stage], stage)


def nodes(stage: str) -> tuple[Node, ...]:
    """Return what there is at a stage, in the order the stages add it.

    Raises:
        ValueError: there is no such stage.
    """
    return tuple(node for each in stages_of(stage) for node in ADDED[each][0])


def wires(stage: str) -> tuple[Wire, ...]:
    """Return what leads where at a stage, in the order the stages add it.

    Raises:
        ValueError: there is no such stage.
    """
    return tuple(wire for each in stages_of(stage) for wire in ADDED[each][1])

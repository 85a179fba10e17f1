"""One row per quantity: its letter, its names in every language we speak, its range and how it is drawn.

Pages, pictures and explorers read this table, so a symbol, a word or a colour is changed here and nowhere
else. The hues are Okabe and Ito's (2008), told apart by colour-blind readers; the dash is the second channel.
"""

from typing import NamedTuple


class Quantity(NamedTuple):
    """One quantity of a recurrent cell.

    ``low`` and ``high`` are the limits it is drawn within (a gate's are its true range; a cell state has none
    and is drawn within −2..2). ``dash`` is an SVG stroke-dasharray, empty for a solid line; ``width`` is in
    pixels.
    """

    letter: str
    latex: str
    story: str
    textbook: str
    torch: str
    low: float
    high: float
    colour: str
    dash: str
    width: float


INK = "var(--lab-ink)"
GREY = "var(--lab-grey)"

QUANTITIES: dict[str, Quantity] = {
    row.letter: row
    for row in (
        Quantity("x", "x_t", "event", "input", "input", -1, 1, "#56B4E9", "", 2.5),
        Quantity("i", "i_t", "learn (ignore factor)", "input gate", "chunk 1", 0, 1, "#009E73", "9 5", 2.5),
        Quantity("f", "f_t", "forget (how much to keep)", "forget gate", "chunk 2", 0, 1, "#D55E00", "", 2.5),
        Quantity("g", "g_t", "learn (combine)", "candidate", "chunk 3", -1, 1, "#CC79A7", "2 4", 2.5),
        Quantity("o", "o_t", "use", "output gate", "chunk 4", 0, 1, "#0072B2", "9 4 2 4", 2.5),
        Quantity("c", "c_t", "long-term memory", "cell state", "c_n", -2, 2, INK, "", 4),
        Quantity("h", "h_t", "short-term memory", "hidden state", "h_n", -1, 1, GREY, "6 4", 2.5),
        Quantity("k", "k_t", "kept memory", "f ⊙ c_prev", "–", -2, 2, "#A0522D", "12 3", 4),
        Quantity(
            "u", "u_t", "use (what can be said)", "tanh of the cell state", "–", -1, 1, "#8A7F00", "4 2", 2.5
        ),
        Quantity(
            "v", "v_t", "use (how much to say)", "output gate (story)", "–", 0, 1, "#0072B2", "9 4 2 4", 2.5
        ),
        Quantity("r", "r_t", "–", "reset gate (GRU)", "chunk 1", 0, 1, "#009E73", "9 5", 2.5),
        Quantity("z", "z_t", "–", "update gate (GRU)", "chunk 2", 0, 1, "#D55E00", "", 2.5),
        Quantity("n", "n_t", "–", "candidate (GRU)", "chunk 3", -1, 1, "#CC79A7", "2 4", 2.5),
    )
}


class Pen(NamedTuple):
    """How something that is not a quantity of the cell is drawn."""

    colour: str
    dash: str
    width: float


NETWORKS: dict[str, Pen] = {
    "rnn": Pen("#B35806", "7 4", 3),
    "lstm": Pen("#8073AC", "", 3.5),
    "gru": Pen("#C2416B", "10 3 2 3", 3),
    "picture": Pen("#1C8294", "", 3),
    "ideal": Pen(INK, "2 4", 2),
}
"""Whole networks and the ideal observer, where they are compared; hues apart from those of the gates."""

BLACK, DIM, FAINT = "#111111", "#666666", "#dcdcdc"
"""Ink, grey and rules of still figures, which lie on white paper whatever the page looks like."""
HUES: dict[str, str] = {
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
}
"""For what still figures tell apart that is neither a quantity nor a network; each has a dash or a mark of its own."""
SOLVED = "#005A8F"
"""The full colour of a race's staircase, where every seed solves it."""

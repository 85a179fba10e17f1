"""The X-ray of a reader's own network: any cell, from torch too, and a sentence for whatever does not fit."""

import base64
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_lab import cells, starts
from lstm_lab.cells import GATES, LSTMParams, gate_index
from lstm_lab.checks import ShapeError
from lstm_lab.drawing import svg
from lstm_lab.drawing.colour import DIVERGING, png
from lstm_lab.explorers import Explorer, XRay
from lstm_lab.handwired import hand_wired
from lstm_lab.models import CELLS, new_model

pytestmark = pytest.mark.usefixtures("errors_are_raised")

SVG = "{http://www.w3.org/2000/svg}"
STARTS = {"rnn": starts.rnn_default, "lstm": starts.lstm_default, "gru": starts.gru_default}


def sequences(T: int = 12, B: int = 4, D: int = 3) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((T, B, D))


def cell(kind: str, H: int = 6) -> Any:
    return STARTS[kind](np.random.default_rng(0), 3, H)


def words(explorer: Explorer, in_lecture: bool = False) -> list[str]:
    root = ElementTree.fromstring(explorer.svg(explorer.canvas(in_lecture)))
    return [str(text.text) for text in root.iter(f"{SVG}text")]


# --- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "letters"), [("rnn", ("", "h")), ("lstm", ("figo", "ch")), ("gru", ("rzn", "h"))]
)
def test_every_cell_shows_its_own_letters_with_the_values_of_its_own_record(kind, letters):
    params, xs = cell(kind), sequences()
    explorer = XRay.of(params, xs, sequence=2, step=7, unit=4)
    whole: Any = cells.trace(params, xs)
    gates, memory = letters
    shown = words(explorer)
    for letter in gates:
        assert letter in shown
        assert svg.spoken(getattr(whole, letter)[6, 2, 4]) in shown
    for letter in memory:
        assert f"{letter} {svg.spoken(getattr(whole, letter)[6, 2, 4])}" in shown
    assert not {"f", "i", "g", "o", "r", "z", "n"} - set(gates) & set(shown)
    assert explorer.inputs["letter"].ends() == (*memory, *gates)
    assert f"{'tanh(c)' if kind == 'lstm' else 'h'} of all 6 units, as stored" in shown


def test_the_sentence_names_step_sequence_label_unit_and_every_value():
    params, xs = cell("gru"), sequences()
    explorer = XRay.of(
        params, xs, ["cat", "dog", "cat", "a <long> label that never ends"], sequence=3, step=7
    )
    run = cells.trace(params, xs)
    r, z, n, h = (float(getattr(run, letter)[6, 3, 0]) for letter in "rznh")
    half = np.log(0.5) / np.log(z)
    assert explorer.describe(explorer.record) == (
        f"Step 7 of 12 of “a <long> label that nev…”. Unit 0: r {r:.2f}, z {z:.2f} "
        f"(at this z, half is left after {half:.1f} steps), n {n:.2f}; h {h:.2f}."
    ).replace("-", "−")
    explorer.set(step=0)
    assert explorer.describe(explorer.record) == (
        "None of 12 steps of “a <long> label that nev…” has been read: the memory of unit 0 is 0."
    )
    assert "unit 0, “a <long> labe…”" in words(explorer)


def test_a_single_sequence_can_have_a_letter_for_each_step():
    explorer = XRay.of(cell("rnn"), sequences(B=1), "to be or not", step=4)
    assert "sequence" not in explorer.inputs
    assert explorer.describe(explorer.record).startswith("Step 4 of 12, “b”. Unit 0: h ")
    assert {"t", "o", "b", "e"} <= set(words(explorer))


def test_the_map_of_all_units_is_that_of_the_sequence_in_the_order_chosen():
    params, xs = cell("gru"), sequences()
    explorer = XRay.of(params, xs, sequence=2, order="who moves most", letter="h")
    run = cells.trace(params, xs)
    rows = np.argsort(-run.h.reshape(-1, 6).std(axis=0))
    written = base64.b64encode(png(run.h[:, 2, rows].T, -1, 1, DIVERGING)).decode("ascii")
    assert f"base64,{written}" in explorer.svg()


def test_labels_of_steps_follow_the_sequence():
    labels = np.array([[f"{t}{'abcd'[b]}" for b in range(4)] for t in range(12)])
    explorer = XRay.of(cell("lstm"), sequences(), labels, sequence=1, step=3)
    assert "“2b”" in explorer.describe(explorer.record)
    assert "11b" in words(explorer) and "11a" not in words(explorer)


def test_a_model_is_looked_into_by_its_cell_and_a_story_cell_is_one_too():
    rng = np.random.default_rng(0)
    model = new_model("mine", cell("lstm"), rng)
    assert words(XRay.of(model, sequences())) == words(XRay.of(model.cell, sequences()))
    D = 8
    assert XRay.of(hand_wired(), np.zeros((5, 1, D))).record.subject.size == (5, 1, 3)
    params = cells.StoryParams(
        rng.standard_normal((4, 3, 5)),
        rng.standard_normal((4, 5, 5)),
        np.zeros((4, 5)),
        np.eye(5),
        np.zeros(5),
    )
    assert {"f", "i", "g", "v"} <= set(words(XRay.of(params, sequences())))


@pytest.mark.parametrize("kind", CELLS)
def test_a_network_of_any_cell_can_be_looked_into_and_shows_its_gates(kind):
    params = getattr(starts, f"{kind}_default")(np.random.default_rng(0), 3, 5)
    shown = XRay.of(params, sequences()).record.subject.gates
    assert shown == {"rnn": "", "gru": "rzn", "story": "figv"}.get(kind, "figo")


def test_units_are_sorted_by_what_they_do_and_the_first_is_looked_at():
    xs = np.zeros((20, 2, 1))
    xs[:, 1] = 1.0
    biases = {  # of the units: the first keeps most, the second has what just came in, the third counts up
        "i": [-9, 9, 9],
        "f": [6, -9, 3],
        "g": [0, 0, 9],
        "o": [9, 9, 9],
    }
    W_x = np.zeros((4, 1, 3))
    W_x[gate_index("g"), 0, 1] = 9.0
    b = np.array([biases[gate] for gate in GATES], dtype=np.float64)
    params = LSTMParams(W_x, np.zeros((4, 3, 3)), b)
    explorer = XRay.of(params, xs[:, [0, 1, 0, 1]], ["off", "on"] * 2)
    for order, unit in (
        ("who moves most", 2),
        ("who forgets slowest", 0),
        ("who tells the labels apart", 1),
    ):
        explorer.inputs["order"].value = order
        assert explorer.record.unit == unit
        assert "1st of 3" in words(explorer)


def test_an_rnn_has_no_order_by_forgetting_and_one_label_tells_nothing_apart():
    assert XRay.of(cell("rnn"), sequences()).inputs["order"].ends() == ("as stored", "who moves most")
    assert XRay.of(cell("gru"), sequences(), ["same"] * 4).inputs["order"].ends() == (
        *("as stored", "who moves most", "who forgets slowest"),
    )


def test_labels_of_which_no_two_are_alike_sort_nothing():
    for labels, B in ((list("abcd"), 4), ("abcdefghijkl", 1)):
        assert "who tells the labels apart" not in XRay.of(cell("gru"), sequences(B=B), labels).subject.scores
    assert "who tells the labels apart" in XRay.of(cell("gru"), sequences(), list("abca")).subject.scores


def test_without_labels_a_sequence_is_called_by_the_number_of_its_slider():
    explorer = XRay.of(cell("rnn"), sequences(), sequence=2, step=7)
    assert explorer.describe(explorer.record).startswith("Step 7 of 12 of sequence 2. Unit 0: ")
    assert "unit 0, sequence 2" in words(explorer)


@pytest.mark.parametrize("kind", STARTS)
def test_every_question_is_answered_by_the_unit_it_leads_to(kind):
    explorer = XRay.of(cell(kind), sequences(), list("abab"))
    for question, preset in explorer.presets.items():
        explorer.visit(question)
        assert preset.check(explorer.record)
        assert preset.observation.startswith(f"Unit {explorer.record.unit}: ")


def test_of_many_steps_and_units_those_around_the_present_ones_are_drawn():
    explorer = XRay.of(cell("gru", 100), sequences(T=700), step=400, unit=90)
    assert "h of 64 of 100 units, as stored" in words(explorer)
    assert {"350", "450"} <= set(words(explorer)) and not {"100", "600"} & set(words(explorer))
    assert f"h {svg.spoken(explorer.record.of_unit('h')[399])}" in words(explorer)
    rng = np.random.default_rng(0)
    for _ in range(10):
        explorer.set(**{name: control.draw(rng) for name, control in explorer.inputs.items()})
        assert len(explorer._parts.frame.value.encode()) < 80_000


@pytest.mark.parametrize("kind", STARTS)
def test_every_control_moves_to_its_ends_in_both_sizes(kind):
    explorer = XRay.of(cell(kind), sequences(), list("abab"))
    for name, control in explorer.inputs.items():
        for end in control.ends():
            control.value = end
            assert explorer.values()[name] == end
            for in_lecture in (False, True):
                assert words(explorer, in_lecture)
        explorer.reset()
    assert "What this does not show" in explorer._parts.note.value


def test_one_sequence_of_one_step_and_one_unit_is_enough():
    explorer = XRay.of(cell("lstm", 1), sequences(1, 1))
    assert explorer.record.step == 1 and "1st of 1" in words(explorer)


def test_a_view_is_rebuilt_from_its_line_of_python_and_from_its_state():
    model, xs, labels = cell("lstm"), sequences(), list("abab")
    explorer = XRay.of(model, xs, labels, sequence=2, step=5, order="who moves most", unit=1, letter="f")
    imports, construction = explorer.python().split("; ", 1)
    space: dict[str, Any] = {"model": model, "sequences": xs, "labels": labels}
    exec(imports, space)
    for again in (eval(construction, space), explorer.from_state(explorer.state())):
        assert again.values() == explorer.values()
        assert again.svg() == explorer.svg()
    assert (
        XRay.of(model, xs)
        .python()
        .endswith("XRay.of(model, sequences, sequence=0, step=12, order='as stored', unit=0, letter='c')")
    )


# --- what does not fit ----------------------------------------------------------------------------


def refused(*arguments: Any, kind: type[Exception] = ShapeError) -> str:
    with pytest.raises(kind) as caught:
        XRay.of(*arguments)
    return str(caught.value)


HINT = ": steps come first, then sequences; a single sequence is sequences[:, None]"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((12, 3), "sequences must have shape (T, B, D=3), got (12, 3)"),
        ((12, 4, 5), "sequences must have shape (T, B, D=3), got (12, 4, 5)"),
        ((0, 4, 3), "sequences must have at least one entry on every axis, got shape (0, 4, 3)"),
    ],
)
def test_sequences_of_another_shape_are_refused_with_what_comes_first(shape, said):
    assert refused(cell("lstm"), np.zeros(shape)) == said + HINT


@pytest.mark.parametrize("kind", [list, tuple, lambda each: np.array(each, dtype=object)])
def test_sequences_of_unequal_length_are_refused_with_what_is_asked(kind):
    assert refused(cell("lstm"), kind([np.zeros((9, 3)), np.zeros((12, 3)), np.zeros((10, 3))])) == (
        "sequences must be one array of shape (T, B, D), so all of one length; got lengths from 9 to 12"
    )


def test_as_many_labels_as_steps_ask_whether_sequences_come_first():
    assert refused(cell("lstm"), sequences(), list("abcdefghijkl")) == (
        "sequences has shape (T, B, D), time first; here T=12 and B=4, and there are 12 labels. "
        "If sequences come first in yours, give np.swapaxes(sequences, 0, 1)"
    )
    given = np.swapaxes(sequences(T=4, B=12), 0, 1)  # twelve sequences of four steps, sequences first
    XRay.of(cell("lstm"), np.swapaxes(given, 0, 1), list("abcdefghijkl"))


def test_sequences_that_are_no_numbers_are_refused():
    xs = sequences()
    xs[3, 1, 2] = np.nan
    assert refused(cell("lstm"), xs, kind=ValueError) == (
        "sequences must hold finite numbers, got nan at index (3, 1, 2)"
    )
    assert refused(cell("lstm"), "abc", kind=ValueError) == "sequences must hold numbers, got 'abc'"


@pytest.mark.parametrize(
    ("labels", "got"),
    [
        (["a", "b"], "shape (2,)"),
        (np.zeros((4, 12)), "shape (4, 12)"),
        (7, "7"),
        ([["a"], ["b", "c"]], "[['a'], ['b', 'c']]"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, got):
    assert refused(cell("lstm"), sequences(), labels) == (
        "labels must be one text for each of B=4 sequences, or one for each of T=12 steps of each, "
        f"shape (12, 4), got {got}"
    )


def test_weights_that_do_not_fit_each_other_are_refused():
    params = cell("lstm")
    assert (
        refused(params._replace(b=params.b[:, :4]), sequences()) == "b must have shape (G=4, H=6), got (4, 4)"
    )


def test_what_would_take_too_much_memory_is_refused_before_it_is_computed():
    few = np.broadcast_to(np.zeros((1, 1, 3)), (1000, 200, 3))
    params = LSTMParams(np.zeros((4, 3, 512)), np.zeros((4, 512, 512)), np.zeros((4, 512)))
    assert refused(params, few, kind=ValueError) == (
        "the record of 1000 steps of 200 sequences with 512 units would take 13 GB; look into fewer of them, "
        "as sequences[:, :24]"
    )


def test_an_xray_without_a_network_says_what_it_needs():
    with pytest.raises(TypeError, match=r"^an X-ray needs a network: XRay\.of\(model, sequences, labels\)$"):
        XRay()


# --- from torch -----------------------------------------------------------------------------------


def test_what_is_no_network_of_ours_is_refused_with_the_way_from_torch():
    torch = pytest.importorskip("torch")
    assert refused(torch.nn.LSTM(3, 6), sequences(), kind=ValueError) == (
        "XRay.of takes a model or the weights of a cell, got LSTM; the weights in a torch module are "
        "lstm_lab.training.from_torch(module)"
    )


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_module_of_torch_is_looked_into_with_the_h_that_torch_computes(kind):
    torch = pytest.importorskip("torch")
    from lstm_lab import training

    torch.manual_seed(0)
    module, xs = getattr(torch.nn, kind)(3, 6).double(), torch.from_numpy(sequences())
    explorer = XRay.of(training.from_torch(module), xs, list("abab"))
    np.testing.assert_allclose(explorer.record.subject.run.h, module(xs)[0].detach().numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"bidirectional": True}, "two directions"),
        ({"proj_size": 2}, "a projection to 2"),
        ({"num_layers": 2}, "2 layers"),
        ({"bias": False}, "no bias"),
    ],
)
def test_a_module_that_is_more_than_one_layer_in_one_direction_is_refused_by_its_sentence(options, what):
    torch = pytest.importorskip("torch")
    from lstm_lab import training

    with pytest.raises(ValueError) as caught:
        XRay.of(training.from_torch(torch.nn.LSTM(3, 6, **options)), sequences())
    assert str(caught.value) == f"from_torch takes one layer in one direction with bias, this one has {what}"

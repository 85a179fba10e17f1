from typing import Any

import numpy as np
import pytest

from lstm_lab.drawing.curves import learning_curve, said
from lstm_lab.drawing.figures import (
    agreement,
    by_step,
    cliff,
    gap_accuracy,
    gate_taken,
    gradient_by_lag,
    slopes,
)
from lstm_lab.explorers import LearningCurve
from lstm_lab.models import History, Model, new_model
from lstm_lab.starts import rnn_default


@pytest.fixture
def history() -> History:
    rng = np.random.default_rng(0)
    model: Model = new_model("m", rnn_default(rng, 2, 3), rng)
    return History((0, 25, 50), (1.2, 0.4, 0.5), model, "all 50 updates done")


def test_the_figure_of_agreement_shows_every_face_at_its_place() -> None:
    w, p = np.array([0.1, 0.5, 0.9]), np.array([0.2, 0.5, 0.7])
    still = agreement(w, p)
    points = still.figure.axes[0].lines[1].get_xydata()
    np.testing.assert_array_equal(np.asarray(points), np.column_stack([w, p]))
    assert repr(still) == (
        "P(wolf) of the picture network against that of the ideal observer, for 3 faces: the mean distance is 0.100."
    )


def test_a_still_figure_brings_its_sentence_as_alt_text() -> None:
    bundle, about = agreement(np.array([0.1]), np.array([0.2]))._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert about["image/png"]["alt"] == bundle["text/plain"]


def test_a_learning_curve_marks_its_lowest_loss_and_says_where_it_is(history: History) -> None:
    picture = learning_curve(history, 50, 2.0)
    assert "nan" not in picture and picture.count("<circle") == 1
    assert said(history) == (
        "The loss fell from 1.20 to 0.40 nats, its lowest at update 25. The run ended: all 50 updates done."
    )


def test_a_loss_beyond_the_axis_is_cut_and_does_not_break_the_picture(history: History) -> None:
    high = history._replace(losses=(50.0, 40.0, 30.0))
    assert "30.00" in learning_curve(high, 50, 2.0)


def test_a_curve_that_draws_itself_is_shown_once_and_then_replaced(history: History, monkeypatch) -> None:
    shown, updated = [], []

    class Place:
        def update(self, bundle, raw):
            updated.append(bundle)

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return Place()

    monkeypatch.setattr("lstm_lab.explorers.curve.display", display)
    curve = LearningCurve(50)
    for k in (1, 2, 3):
        curve(History(history.steps[:k], history.losses[:k], history.best))
    assert len(shown) == 1 and len(updated) == 2
    assert updated[-1]["image/svg+xml"] == learning_curve(history._replace(stopped=""), 50, 2.0)


def test_bars_by_step_are_as_high_as_the_contributions() -> None:
    sizes = np.array([1e-3, 0.02, 0.5])
    still = by_step(sizes, ["bear", "tree", "face"])
    axes: Any = still.figure.axes[0]
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], sizes)
    assert (axes.get_yscale(), axes.get_ylabel()) == ("log", "length it adds")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["bear", "tree", "face"]
    assert repr(still) == (
        "What each picture adds to the gradient: from 0.5 at the last (face) to 0.001 at picture 1 (bear)."
    )


def race_rows() -> list[dict]:
    return [
        {
            "start": start,
            "gap": gap,
            "seed": seed,
            "network": 0.86 - 0.17 * (gap == 20 and start == "a"),
            "ideal": 0.865,
        }
        | {"difference": -0.005 - 0.17 * (gap == 20 and start == "a")}
        for start in ("a", "b")
        for gap in (5, 20)
        for seed in (1, 2)
    ]


def test_a_race_shows_every_seed_and_counts_those_that_made_it() -> None:
    still = gap_accuracy(race_rows(), ("a", "b"), "A race")
    lines: Any = still.figure.axes[0].lines
    dots = [line for line in lines if line.get_label() in ("a", "b")]
    np.testing.assert_allclose(dots[0].get_ydata(), [0.86, 0.86, 0.69, 0.69])
    np.testing.assert_allclose(dots[1].get_ydata(), 0.86)
    assert repr(still) == (
        "A race. Runs within 2 points of the ideal observer, by gap: "
        "a: 5: 2 of 2, 20: 0 of 2; b: 5: 2 of 2, 20: 2 of 2."
    )


def test_gradients_by_lag_have_a_line_for_every_seed() -> None:
    rows = [{"start": "a", "seed": s, "lag": k, "left": 10.0 ** (-s * k)} for s in (1, 2) for k in (0, 1, 2)]
    still = gradient_by_lag(rows, ("a",))
    drawn: Any = still.figure.axes[0].lines
    lines = [line for line in drawn if len(line.get_xdata())]
    np.testing.assert_allclose(lines[1].get_ydata(), [1, 1e-2, 1e-4])
    assert repr(still) == "Left of the gradient 2 steps back, over seeds: a 1e-04 to 1e-02."


def test_slopes_say_how_steep_each_squish_is_at_most() -> None:
    a = np.linspace(-1, 1, 3)
    assert repr(slopes(a, {"tanh": 1 - np.tanh(a) ** 2})) == "Slopes of the squishes: tanh at most 1.00."


def test_a_step_off_the_cliff_is_said_to_leave_the_picture() -> None:
    ws = np.linspace(4, 7, 5)
    assert repr(cliff(ws, ws, 4.5, plain=11.0, clipped=4.6)) == (
        "From w = 4.50 one step leads to 11.00 without clipping, far outside the picture, and to 4.60 with it."
    )
    assert "outside" not in repr(cliff(ws, ws, 4.5, plain=5.0, clipped=4.6))


@pytest.mark.parametrize(("plain", "said"), [(11.0, "11.00, far outside the picture"), (5.0, "5.00")])
def test_a_step_whose_line_cannot_be_drawn_is_said_to_be_outside_in_the_legend(plain, said) -> None:
    ws = np.linspace(4, 7, 5)
    axes: Any = cliff(ws, ws, 4.5, plain=plain, clipped=4.6).figure.axes[0]
    assert f"without clipping to {said}" in [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize(("plain", "end"), [(11.0, 7.0), (-60.0, 4.0)])
def test_a_step_that_leaves_the_picture_is_an_arrow_to_its_edge(plain, end) -> None:
    ws = np.linspace(4, 7, 5)
    axes: Any = cliff(ws, ws, 4.5, plain=plain, clipped=4.6).figure.axes[0]
    (arrow,) = axes.texts
    assert arrow.xy == (end, 4.5)


def test_a_gate_that_is_taken_away_is_shown_with_every_seed() -> None:
    rows = [
        {
            **{"how": how, "gate": gate, "show": show, "seed": seed, "ideal": 0.86},
            "network": right + seed / 100 - (show - 1) / 10,
        }
        for how, gate, right in (
            ("all gates", "none", 0.85),
            ("clamped", "f", 0.5),
            ("retrained", "f", 0.8),
            ("clamped", "i", 0.7),
        )
        for show in (1, 2)
        for seed in (1, 2, 3)
    ]
    still = gate_taken(rows, "f", "Two shows")
    lines: Any = still.figure.axes[0].lines
    dots = {line.get_label(): line.get_ydata() for line in lines}
    np.testing.assert_allclose(dots["all gates"], [0.86, 0.87, 0.88, 0.76, 0.77, 0.78])
    np.testing.assert_allclose(dots["f = 1, clamped"], [0.51, 0.52, 0.53, 0.41, 0.42, 0.43])
    np.testing.assert_allclose(dots["f = 1, retrained"], [0.81, 0.82, 0.83, 0.71, 0.72, 0.73])
    levels = {label: ys[0] for label, ys in dots.items() if len(set(ys)) == 1}
    assert levels == {"ideal observer 0.86": 0.86, "the face alone 0.69": 11 / 16, "guessing 0.50": 0.5}
    thin = [line.get_linestyle() for line in lines if line.get_label().endswith(("0.69", "0.50"))]
    assert len(set(thin)) == 2, "two levels, two dashes"
    assert repr(still) == (
        "Two shows. Named right show by show, median of the seeds: all gates 0.87, 0.77; "
        "f = 1, clamped 0.52, 0.42; f = 1, retrained 0.82, 0.72."
    )

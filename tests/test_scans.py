"""Still figures of networks that read pictures show every run, and their sentences hold the numbers."""

import numpy as np

from lstm_lab.drawing.scans import every_run, far_marks, field_by_distance, in_a_row


def test_pictures_in_a_row_are_shown_as_they_are_with_their_names() -> None:
    pictures = np.random.default_rng(0).random((3, 4, 5))
    still = in_a_row(pictures, ["one", 2, "three"], "Three pictures")
    for axes, picture, name in zip(still.figure.axes, pictures, ("one", "2", "three"), strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), picture)
        assert axes.get_xlabel() == name
    assert repr(still) == "Three pictures, 4 × 5 pixels each: one, 2, three."


def test_every_run_is_a_dot_and_the_best_start_is_on_top() -> None:
    runs = {"a": (0.8, 0.6, 0.7), "b": (0.9, 0.5, 0.95)}
    rows = [
        {"start": start, "seed": k, "right": right}
        for start, seeds in runs.items()
        for k, right in enumerate(seeds)
    ]
    still = every_run(rows, {"guessing": 0.1}, "A task")
    (axes,) = still.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert sorted(x for line in dots for x in np.asarray(line.get_xdata())) == [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    assert any(list(np.asarray(line.get_xdata())) == [0.1, 0.1] for line in axes.lines)
    assert repr(still) == "A task. Named right, lowest to highest seed: b 0.50 to 0.95; a 0.60 to 0.80."


def test_every_seed_of_a_field_is_a_line_of_its_own_dash() -> None:
    rows = [
        {"start": start, "seed": seed, "distance": d, "left": 10.0 ** (-d * seed)}
        for start in ("a", "b")
        for seed in (1, 2)
        for d in (0, 1, 2)
    ]
    still = field_by_distance(rows, ("a", "b"))
    (axes,) = still.figure.axes
    drawn = [line for line in axes.lines if len(np.asarray(line.get_xdata()))]
    assert len(drawn) == 4
    assert drawn[0].get_linestyle() != drawn[2].get_linestyle()
    np.testing.assert_allclose(np.asarray(drawn[1].get_ydata(), dtype=float), [1, 1e-2, 1e-4])
    assert repr(still).endswith("over seeds: a 1e-04 to 1e-02; b 1e-04 to 1e-02.")


def test_far_marks_have_a_panel_for_each_arrangement_and_a_line_for_each_run() -> None:
    rows = [
        {"reader": reader, "seed": seed, "arrangement": where, "distance": d, "right": right}
        for reader, right in (("blind", 0.5), ("sees", 1.0))
        for seed in (1, 2)
        for where in ("near", "far")
        for d in (5, 6)
    ]
    still = far_marks(rows, {"near": "Near", "far": "Far"})
    assert [axes.get_title(loc="left") for axes in still.figure.axes] == ["Near", "Far"]
    for axes in still.figure.axes:
        runs = [
            line
            for line in axes.lines
            if line.get_marker() in ("o", "s") and len(np.asarray(line.get_xdata()))
        ]
        assert len(runs) == 4
        for line in runs:
            np.testing.assert_allclose(np.asarray(line.get_xdata(), dtype=float), [5, 6], atol=0.3)
            assert set(np.asarray(line.get_ydata())) <= {0.5, 1.0}
    assert "Near: blind 0.50, sees 1.00; Far: blind 0.50, sees 1.00." in repr(still)

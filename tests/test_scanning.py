"""Networks that read pictures: convolutions and sweeps are exact, forward and backward, and so is what a place sees."""

from pathlib import Path

import numpy as np
import pytest
import scan as tool
import torch

from lstm_lab import cells, starts
from lstm_lab.checks import ShapeError
from lstm_lab.gradients import central_difference
from lstm_lab.scanning.convolution import (
    Convolution,
    convolution_default,
    convolve,
    convolve_backward,
)
from lstm_lab.scanning.directions import Sweep, sweep_backward, sweep_over
from lstm_lab.scanning.field import Span, by_distance, effective, measured_reach, reach, sensitivity
from lstm_lab.scanning.learning import learn
from lstm_lab.scanning.network import (
    READERS,
    ScanNetwork,
    load_networks,
    new_network,
    save_networks,
    scan,
    scan_backward,
    scan_loss,
    weights_of,
    with_weights,
)

ROOT = Path(__file__).resolve().parents[1]

CELLS = {"rnn": starts.rnn_default, "lstm": starts.lstm_default, "gru": starts.gru_default}
every_reader = pytest.mark.parametrize("reader", READERS)
every_cell = pytest.mark.parametrize("cell", CELLS)


def a_network(reader: str, cell: str = "lstm", depth: int = 2, seed: int = 0, width: int = 3) -> ScanNetwork:
    return new_network("small", np.random.default_rng(seed), depth, reader, CELLS[cell], width)


def pictures(count: int = 2, rows: int = 5, columns: int = 6) -> np.ndarray:
    return np.random.default_rng(5).random((count, rows, columns))


def asked() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(6)
    return pictures(), rng.integers(4, size=(2, 5, 6)), rng.random((2, 5, 6))


# --- convolution ----------------------------------------------------------------------------------


def test_a_convolution_is_the_sum_it_says_with_zeros_beyond_the_edge() -> None:
    rng = np.random.default_rng(0)
    layer, x = convolution_default(rng, 2, 3), rng.normal(size=(1, 4, 5, 2))
    y = convolve(layer, x)
    for r in range(4):
        for c in range(5):
            wanted = layer.b.copy()
            for i in range(3):
                for j in range(3):
                    if 0 <= r + i - 1 < 4 and 0 <= c + j - 1 < 5:
                        wanted += x[0, r + i - 1, c + j - 1] @ layer.W[i, j]
            np.testing.assert_allclose(y[0, r, c], wanted, atol=1e-12)


def test_a_convolution_agrees_with_torch_forward_and_backward() -> None:
    rng = np.random.default_rng(1)
    layer, x, d_y = (
        convolution_default(rng, 3, 4),
        rng.normal(size=(2, 6, 5, 3)),
        rng.normal(size=(2, 6, 5, 4)),
    )
    theirs = torch.nn.Conv2d(3, 4, 3, padding=1, dtype=torch.float64)
    tool.fill(theirs, {"weight": layer.W.transpose(3, 2, 0, 1), "bias": layer.b})
    seen = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2))).requires_grad_()
    out = theirs(seen)
    out.backward(torch.from_numpy(np.ascontiguousarray(d_y.transpose(0, 3, 1, 2))))
    back = convolve_backward(layer, x, d_y)
    np.testing.assert_allclose(convolve(layer, x), out.detach().numpy().transpose(0, 2, 3, 1), atol=1e-10)
    assert seen.grad is not None and theirs.weight.grad is not None
    assert theirs.bias is not None and theirs.bias.grad is not None
    np.testing.assert_allclose(back.d_x, seen.grad.numpy().transpose(0, 2, 3, 1), atol=1e-10)
    np.testing.assert_allclose(back.d_weights.W, theirs.weight.grad.numpy().transpose(2, 3, 1, 0), atol=1e-10)
    np.testing.assert_allclose(back.d_weights.b, theirs.bias.grad.numpy(), atol=1e-10)


def test_shapes_that_do_not_fit_a_convolution_are_named() -> None:
    layer = convolution_default(np.random.default_rng(0), 2, 3)
    with pytest.raises(ShapeError, match=r"^x must have shape \(B, R, S, C=2\), got \(1, 4, 5, 3\)$"):
        convolve(layer, np.zeros((1, 4, 5, 3)))
    message = r"^d_y must have shape \(1, 4, 5, 3\) to fit x, got \(1, 4, 4, 3\)$"
    with pytest.raises(ShapeError, match=message):
        convolve_backward(layer, np.zeros((1, 4, 5, 2)), np.zeros((1, 4, 4, 3)))
    with pytest.raises(ValueError, match=r"^features and outputs must be at least 1, got 0 and 3$"):
        convolution_default(np.random.default_rng(0), 0, 3)


# --- sweeps ---------------------------------------------------------------------------------------


def test_a_sweep_along_rows_is_the_cell_on_each_row_from_both_ends() -> None:
    rng = np.random.default_rng(2)
    there, back = starts.lstm_default(rng, 2, 3), starts.lstm_default(rng, 2, 3)
    x = rng.normal(size=(2, 4, 5, 2))
    h = sweep_over(Sweep("rows", there, back), x).h
    for picture in range(2):
        for row in range(4):
            line = x[picture, row][:, None]
            np.testing.assert_allclose(h[picture, row, :, :3], cells.unroll(there, line).h[:, 0])
            np.testing.assert_allclose(h[picture, row, :, 3:], cells.unroll(back, line[::-1]).h[::-1, 0])


def test_a_sweep_along_columns_is_one_along_the_rows_of_the_picture_turned() -> None:
    rng = np.random.default_rng(3)
    there, back = starts.gru_default(rng, 2, 3), starts.gru_default(rng, 2, 3)
    x, d_h = rng.normal(size=(2, 4, 5, 2)), rng.normal(size=(2, 4, 5, 6))
    down, across = Sweep("columns", there, back), Sweep("rows", there, back)
    one, other = sweep_over(down, x), sweep_over(across, x.swapaxes(1, 2))
    np.testing.assert_array_equal(one.h, other.h.swapaxes(1, 2))
    d_x = sweep_backward(across, other, d_h.swapaxes(1, 2)).d_x
    np.testing.assert_array_equal(sweep_backward(down, one, d_h).d_x, d_x.swapaxes(1, 2))


def test_a_direction_that_does_not_exist_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"^along must be rows or columns, got 'diagonals'$"):
        sweep_over(Sweep("diagonals", starts.rnn_default(rng, 2, 3)), np.zeros((1, 2, 2, 2)))


# --- the whole network ----------------------------------------------------------------------------


@every_reader
@every_cell
def test_a_network_agrees_with_torch_forward_and_backward(reader: str, cell: str) -> None:
    network = a_network(reader, cell)
    theirs = tool.TorchScan(network, torch.float64)
    seen, targets, weights = asked()
    inputs = torch.from_numpy(seen).requires_grad_()
    logits = theirs(inputs)
    each = torch.nn.functional.cross_entropy(
        logits.flatten(0, 2), torch.from_numpy(targets).flatten(), reduction="none"
    )
    loss = (each * torch.from_numpy(weights).flatten()).sum()
    loss.backward()
    value, gradients = scan_loss(network, seen, targets, weights)
    run = scan(network, seen)
    np.testing.assert_allclose(run.logits, logits.detach().numpy(), atol=1e-10)
    assert value == pytest.approx(loss.item(), abs=1e-10)
    with torch.no_grad():
        for parameter in theirs.parameters():
            assert parameter.grad is not None
            parameter.copy_(parameter.grad)  # read back by the names of the weights
    told = tool.from_torch(theirs, network)
    for name, gradient in weights_of(told).items():
        wanted = gradients[name]
        # torch has two biases for one of ours, each with the whole gradient; a GRU keeps both
        both = name.endswith(".b") and name.startswith("sweep")
        np.testing.assert_allclose(gradient / (2 if both else 1), wanted, atol=1e-10, err_msg=name)


@every_reader
def test_every_gradient_is_the_central_difference(reader: str) -> None:
    network = a_network(reader, depth=1, width=2)
    seen, targets, weights = asked()
    loss, gradients = scan_loss(network, seen, targets, weights)
    assert loss > 0 and set(gradients) == set(weights_of(network))
    for name, value in weights_of(network).items():
        flat = value.ravel()
        chosen = np.random.default_rng(1).choice(flat.size, min(flat.size, 6), replace=False)

        def moved(part: np.ndarray, name=name, value=value, chosen=chosen) -> float:
            changed = value.copy()
            changed.ravel()[chosen] = part
            return scan_loss(with_weights(network, {name: changed}), seen, targets, weights)[0]

        measured = central_difference(moved, flat[chosen])
        np.testing.assert_allclose(gradients[name].ravel()[chosen], measured, atol=1e-7, err_msg=name)


def test_the_gradient_by_the_pixels_is_the_central_difference() -> None:
    network, picture = a_network("+ rows, columns"), pictures(1)
    slope = np.array([1.0, -0.5, 0.25, 2.0])
    gradient = sensitivity(network, scan(network, picture), 3, 1, slope)
    measured = central_difference(lambda x: float(scan(network, x).logits[0, 3, 1] @ slope), picture)
    np.testing.assert_allclose(gradient, measured[0], atol=1e-8)


def test_a_network_keeps_its_weights_in_a_file_to_the_precision_of_float32(tmp_path: Path) -> None:
    networks = {
        reader: a_network(reader, cell) for reader, cell in zip(READERS, ("rnn", *CELLS), strict=True)
    }
    path = tmp_path / "some.npz"
    save_networks(networks, path, {"task": "none"})
    again = load_networks(path)
    assert list(again) == list(networks)
    for reader, network in networks.items():
        assert again[reader].about["task"] == "none"
        np.testing.assert_allclose(
            scan(again[reader], pictures()).logits, scan(network, pictures()).logits, atol=1e-5
        )


def test_a_file_of_something_else_is_refused() -> None:
    path = ROOT / "data" / "weights" / "rnn_small.npz"
    with pytest.raises(ValueError, match=r"^rnn_small\.npz must hold scan networks, it holds: rnn; "):
        load_networks(path)


def test_what_a_network_cannot_be_is_said() -> None:
    rng = np.random.default_rng(0)
    known = "convolution only, \\+ rows, one way, \\+ rows, \\+ rows, columns"
    with pytest.raises(ValueError, match=rf"^there is no reader '\+ depth'; there are: {known}$"):
        new_network("", rng, 1, "+ depth", starts.rnn_default)
    with pytest.raises(ValueError, match=r"^depth must be at least 1, got 0$"):
        new_network("", rng, 0, "+ rows", starts.rnn_default)


def test_learning_lowers_the_loss_and_leaves_the_first_weights_alone() -> None:
    network, batch = a_network("+ rows"), asked()
    before = {name: value.copy() for name, value in weights_of(network).items()}
    learned = learn(network, lambda rng: batch, np.random.default_rng(0), 60, 2e-2)
    assert learned.losses[-1] < 0.7 * learned.losses[0]
    assert all(np.array_equal(before[name], value) for name, value in weights_of(network).items())


# --- what a place sees ----------------------------------------------------------------------------


@every_reader
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_outside_the_field_the_gradient_is_exactly_0_and_inside_it_is_not(
    reader: str, cell: str, depth: int
) -> None:
    shape = (9, 11)
    network, picture = a_network(reader, cell, depth), np.random.default_rng(8).random(shape)
    for row, column in ((4, 5), (0, 0), (8, 3), (2, 10)):
        field = reach(shape, row, column, depth, reader)
        seen = measured_reach(network, picture, row, column)
        np.testing.assert_array_equal(seen, field.mask(shape))
        assert field.pixels == seen.sum()


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_field_is_a_square_then_whole_rows_and_then_the_picture(depth: int) -> None:
    side, shape = 2 * depth + 1, (16, 24)
    at = (*shape, 8, 9)
    fields = {reader: reach(shape, 8, 9, depth, reader) for reader in READERS}
    assert at[0] == 16
    assert fields["convolution only"].pixels == side**2
    assert fields["+ rows, one way"] == Span(8 - depth, 9 + depth, 0, 10 + depth)
    assert fields["+ rows"].pixels == side * 24
    assert fields["+ rows, columns"].pixels == 16 * 24


def test_a_pixel_outside_the_field_can_be_anything_without_moving_the_answer() -> None:
    network, picture = a_network("+ rows, one way"), pictures(1)
    field = reach((5, 6), 2, 1, 2, "+ rows, one way").mask((5, 6))
    assert not field.all()
    other = np.where(field, picture, 1e6)
    np.testing.assert_array_equal(
        scan(network, picture).logits[0, 2, 1], scan(network, other).logits[0, 2, 1]
    )


def test_the_effective_field_counts_the_weightiest_pixels_first() -> None:
    gradient = np.array([[-6.0, 2.0], [1.0, 1.0]])
    assert effective(gradient, 0.6) == 1
    assert effective(gradient, 0.61) == 2
    assert effective(gradient, 0.9) == 3
    assert effective(np.zeros((2, 2))) == 0
    assert effective(np.ones((4, 5)), 0.5) == 10


def test_distance_is_the_larger_of_rows_and_columns_between() -> None:
    gradient = np.arange(12.0).reshape(3, 4)
    np.testing.assert_allclose(by_distance(gradient, 0, 0), [0, (1 + 4 + 5) / 3, (2 + 6 + 8 + 9 + 10) / 5, 7])


def test_turning_the_weights_upside_down_would_be_found() -> None:
    layer = convolution_default(np.random.default_rng(0), 1, 1)
    turned = Convolution(layer.W[::-1, ::-1].copy(), layer.b)
    x = pictures()[..., None]
    assert np.abs(convolve(layer, x) - convolve(turned, x)).max() > 0.01


def test_a_backward_run_gives_gradients_by_all_weights_and_pixels() -> None:
    network = a_network("+ rows, columns")
    run = scan(network, pictures())
    back = scan_backward(network, run, np.ones_like(run.logits))
    assert back.d_pictures.shape == (2, 5, 6)
    assert {name: value.shape for name, value in back.d_weights.items()} == {
        name: value.shape for name, value in weights_of(network).items()
    }

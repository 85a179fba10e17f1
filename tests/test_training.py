import numpy as np
import pytest

torch = pytest.importorskip("torch")

from test_descent import a_model, echo_batch  # noqa: E402

from lstm_lab import cells, models, starts, training  # noqa: E402
from lstm_lab.models import History, Model  # noqa: E402
from lstm_lab.readout import Dense  # noqa: E402
from lstm_lab.tasks import Batch  # noqa: E402

STARTS = {"rnn": starts.rnn_default, "lstm": starts.lstm_default, "gru": starts.gru_default}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.mark.parametrize("kind", STARTS)
def test_weights_come_back_from_torch_bit_for_bit(kind: str) -> None:
    cell = STARTS[kind](np.random.default_rng(0), 3, 5)
    back = training.from_torch(training.recurrent_to_torch(cell))
    assert type(back) is type(cell)
    for ours, theirs in zip(cell, back, strict=True):
        assert np.array_equal(ours, theirs)


def test_torchs_two_lstm_biases_come_back_as_their_sum_and_a_grus_are_kept_apart() -> None:
    lstm, gru = torch.nn.LSTM(3, 4, dtype=torch.float64), torch.nn.GRU(3, 4, dtype=torch.float64)
    total = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().numpy()
    summed, kept = training.from_torch(lstm), training.from_torch(gru)
    assert isinstance(summed, cells.LSTMParams) and isinstance(kept, cells.GRUParams)
    assert np.array_equal(summed.b.reshape(-1), total)
    assert np.array_equal(kept.b_x.reshape(-1), gru.bias_ih_l0.detach().numpy())
    assert np.array_equal(kept.b_h.reshape(-1), gru.bias_hh_l0.detach().numpy())


@pytest.mark.parametrize("kind", STARTS)
def test_loss_and_gradients_of_a_whole_model_agree_with_torch(kind: str) -> None:
    rng = np.random.default_rng(1)
    model = Model(kind, STARTS[kind](rng, 3, 5), Dense(rng.normal(size=(5, 3)), rng.normal(size=3)))
    batch = Batch(rng.normal(size=(7, 4, 3)), rng.integers(3, size=(7, 4)), rng.random((7, 4)))
    ours = models.loss_and_gradients(model, *batch)
    network = training.to_torch(model)
    logits = network(torch.from_numpy(batch.xs))
    each = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.from_numpy(batch.targets).flatten(), reduction="none"
    )
    loss = (each * torch.from_numpy(batch.weights).flatten()).sum()
    loss.backward()
    assert ours.loss == pytest.approx(loss.item(), abs=1e-12)
    grads = {name: value.grad.numpy() for name, value in network.named_parameters() if value.grad is not None}
    theirs = grads["readout.weight"].T
    np.testing.assert_allclose(ours.d_weights["readout.W"], theirs, atol=1e-12)
    W_x = grads["recurrent.weight_ih_l0"]
    d_W_x = np.atleast_3d(ours.d_weights["cell.W_x"]).reshape(-1, 3, 5)
    np.testing.assert_allclose(d_W_x.transpose(0, 2, 1).reshape(-1, 3), W_x, atol=1e-12)


def test_torch_training_learns_what_the_numpy_descent_learns() -> None:
    history = training.train(a_model(), echo_batch, np.random.default_rng(1), steps=150, rate=0.02)
    assert history.best_loss < 0.1 < history.losses[0]
    assert history.stopped == "all 150 updates done"


def test_the_same_seed_trains_the_same_weights() -> None:
    runs = [training.train(a_model(), echo_batch, np.random.default_rng(3), steps=60) for _ in range(2)]
    assert runs[0].losses == runs[1].losses


def test_an_interrupted_run_keeps_its_best_weights() -> None:
    def interrupt(history: History) -> None:
        if history.steps[-1] >= 50:
            raise KeyboardInterrupt

    history = training.train(
        a_model(), echo_batch, np.random.default_rng(1), steps=500, rate=0.02, watch=interrupt
    )
    assert history.stopped == "interrupted after 50 updates; the best weights so far are kept"
    again = models.loss_and_gradients(history.best, *echo_batch(np.random.default_rng(1))).loss
    assert again == pytest.approx(history.best_loss, abs=1e-5)


def test_a_loss_that_is_no_number_stops_the_run() -> None:
    def poisoned(rng: np.random.Generator) -> Batch:
        return echo_batch(rng)._replace(weights=np.full((3, 16), np.inf))

    history = training.train(a_model(), poisoned, np.random.default_rng(1), steps=10)
    assert history.stopped.startswith("stopped: the loss was not a number at update 0. Try a smaller rate")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: torch.nn.LSTM(2, 3, num_layers=2),
            "from_torch takes one layer in one direction with bias, this one has 2 layers",
        ),
        (
            lambda: torch.nn.GRU(2, 3, bidirectional=True),
            "from_torch takes one layer in one direction with bias, this one has two directions",
        ),
        (
            lambda: torch.nn.LSTM(2, 3, proj_size=2),
            "from_torch takes one layer in one direction with bias, this one has a projection to 2",
        ),
        (
            lambda: torch.nn.RNN(2, 3, bias=False),
            "from_torch takes one layer in one direction with bias, this one has no bias",
        ),
        (lambda: torch.nn.Linear(2, 3), "from_torch takes torch.nn.RNN, LSTM or GRU, got Linear"),
    ],
)
def test_what_torch_has_and_we_have_not_is_said(make, message: str) -> None:
    with pytest.raises(ValueError) as raised:
        training.from_torch(make())
    assert str(raised.value) == message


def test_what_we_have_and_torch_has_not_is_said() -> None:
    story = starts.story_default(np.random.default_rng(0), 2, 3)
    with pytest.raises(ValueError, match=r"^torch has no story LSTM; train it with lstm_lab\.descent$"):
        training.recurrent_to_torch(story)
    squash = starts.rnn_default(np.random.default_rng(0), 2, 3)._replace(activation="sigmoid")
    with pytest.raises(
        ValueError, match=r"^torch\.nn\.RNN knows tanh and relu, this RNN's activation is sigmoid$"
    ):
        training.recurrent_to_torch(squash)


def test_a_picture_network_learns_to_tell_dark_from_light() -> None:
    rng = np.random.default_rng(0)
    light = rng.integers(2, size=400)
    pictures = (rng.integers(0, 100, (400, 4, 4, 3)) + 100 * light[:, None, None, None]).astype(np.uint8)
    network = training.train_pictures(pictures, np.eye(2)[light], (8,), rng, epochs=10, rate=1e-2, batch=32)
    named = models.log_probabilities(network, pictures).argmax(axis=1)
    assert (named == light).mean() > 0.98


def test_cells_are_found_by_their_weights() -> None:
    assert isinstance(training.from_torch(torch.nn.RNN(2, 3, nonlinearity="relu")), cells.RNNParams)

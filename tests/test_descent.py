import numpy as np
import pytest

from lstm_lab import descent, models, starts
from lstm_lab.checks import NotFiniteError
from lstm_lab.models import History, Model
from lstm_lab.readout import Dense
from lstm_lab.tasks import Batch


def a_model(seed: int = 0, H: int = 8) -> Model:
    rng = np.random.default_rng(seed)
    return Model("small", starts.rnn_default(rng, 2, H), Dense(rng.normal(size=(H, 2)) * 0.3, np.zeros(2)))


def echo_batch(rng: np.random.Generator) -> Batch:
    """One picture of two kinds, then two blank ones: which was it?"""
    which = rng.integers(2, size=16)
    xs = np.zeros((3, 16, 2))
    xs[0, np.arange(16), which] = 1
    weights = np.zeros((3, 16))
    weights[-1] = 1 / 16
    return Batch(xs, np.broadcast_to(which, (3, 16)), weights)


def test_descent_learns_to_say_what_was_shown_two_pictures_ago() -> None:
    for seed in (1, 2, 3):
        history = descent.descend(
            a_model(seed), echo_batch, np.random.default_rng(seed), steps=150, rate=0.02
        )
        assert history.losses[0] > 0.5
        assert history.best_loss < 0.1
        assert history.stopped == "all 150 updates done"


def test_the_best_weights_have_the_lowest_loss_that_was_seen() -> None:
    history = descent.descend(a_model(), echo_batch, np.random.default_rng(4), steps=60, rate=0.02)
    again = models.loss_and_gradients(history.best, *echo_batch(np.random.default_rng(4))).loss
    assert again == history.best_loss == min(history.losses)


def test_one_plain_step_goes_downhill_by_the_rate_times_the_squared_gradient() -> None:
    model, batch, rate = a_model(), echo_batch(np.random.default_rng(0)), 1e-5
    found = models.loss_and_gradients(model, *batch)
    stepped = descent.plain_update(models.weights_of(model), found.d_weights, rate)
    after = models.loss_and_gradients(models.with_weights(model, stepped), *batch).loss
    squared = sum(float((g**2).sum()) for g in found.d_weights.values())
    assert found.loss - after == pytest.approx(rate * squared, rel=1e-3)


def test_the_first_adam_step_moves_every_weight_by_the_rate() -> None:
    weights = {"a": np.array([1.0, -2.0])}
    moved, state = descent.adam_update(
        weights, {"a": np.array([0.3, -7.0])}, descent.adam_start(weights), 0.01
    )
    np.testing.assert_allclose(moved["a"], [0.99, -1.99], atol=1e-8)
    assert state.updates == 1


def test_adam_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    start = rng.normal(size=5)
    theirs = torch.tensor(start.copy(), requires_grad=True)
    adam = torch.optim.Adam([theirs], lr=0.05)
    ours, state = {"a": start}, descent.adam_start({"a": start})
    for _ in range(10):
        g = rng.normal(size=5)
        theirs.grad = torch.tensor(g.copy())
        adam.step()
        ours, state = descent.adam_update(ours, {"a": g}, state, 0.05)
    np.testing.assert_allclose(ours["a"], theirs.detach().numpy(), atol=1e-12)


def test_clipping_shortens_long_gradients_and_leaves_short_ones() -> None:
    long = descent.clipped({"a": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    np.testing.assert_allclose([long["a"][0], long["b"][0]], [0.6, 0.8])
    short = {"a": np.array([0.3])}
    np.testing.assert_array_equal(descent.clipped(short, 1.0)["a"], short["a"])


def test_an_interrupted_run_keeps_its_best_weights() -> None:
    def interrupt(history: History) -> None:
        if history.steps[-1] >= 50:
            raise KeyboardInterrupt

    history = descent.descend(
        a_model(), echo_batch, np.random.default_rng(1), steps=500, rate=0.02, watch=interrupt
    )
    assert history.stopped == "interrupted after 50 updates; the best weights so far are kept"
    assert history.best_loss < history.losses[0]


def test_a_run_interrupted_between_two_looks_says_how_far_it_was() -> None:
    batches = iter([echo_batch(np.random.default_rng(1))] * 31)

    def run_out(rng: np.random.Generator) -> Batch:
        for batch in batches:
            return batch
        raise KeyboardInterrupt

    history = descent.descend(a_model(), run_out, np.random.default_rng(1), steps=500)
    assert history.stopped == "interrupted after 30 updates; the best weights so far are kept"
    assert history.steps == (0, 25)


def test_a_memory_that_explodes_between_two_looks_stops_the_run_and_keeps_the_best() -> None:
    model = a_model()._replace(cell=starts.rnn_default(np.random.default_rng(0), 2, 8, "linear"))
    batches = iter([echo_batch(np.random.default_rng(1))] * 11)

    def long_at_last(rng: np.random.Generator) -> Batch:
        for batch in batches:
            return batch
        return Batch(np.ones((9000, 1, 2)), np.zeros((9000, 1)), np.ones((9000, 1)))

    history = descent.descend(model, long_at_last, np.random.default_rng(1), steps=500, rate=0.5)
    assert history.stopped.startswith("stopped: the loss was not a number at update 10. Try a smaller rate")
    assert history.steps == (0,)
    np.testing.assert_array_equal(history.best.cell.W_x, model.cell.W_x)


def test_a_first_batch_that_is_not_finite_is_named() -> None:
    def empty_pixels(rng: np.random.Generator) -> Batch:
        return echo_batch(rng)._replace(xs=np.full((3, 16, 2), np.nan))

    with pytest.raises(NotFiniteError, match=r"^xs must hold finite numbers, got nan at index \(0, 0, 0\)$"):
        descent.descend(a_model(), empty_pixels, np.random.default_rng(1), steps=5)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"steps": -1}, "steps must be at least 0, got -1"),
        ({"steps": 5, "rate": -0.1}, "rate must be above 0, got -0.1"),
        ({"steps": 5, "rate": float("nan")}, "rate must be above 0, got nan"),
        ({"steps": 5, "clip": 0}, "clip must be above 0, got 0"),
    ],
)
def test_a_plan_that_leads_nowhere_is_refused_with_a_sentence(plan: dict, message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        descent.descend(a_model(), echo_batch, np.random.default_rng(1), **plan)
    assert str(refusal.value) == message


def test_a_loss_that_is_no_number_stops_the_run_and_says_what_to_change() -> None:
    def poisoned(rng: np.random.Generator) -> Batch:
        return echo_batch(rng)._replace(weights=np.full((3, 16), 1e308))

    history = descent.descend(a_model(), poisoned, np.random.default_rng(1), steps=10, rate=0.5)
    assert history.stopped == (
        "stopped: the loss was not a number at update 0. "
        "Try a smaller rate (it was 0.5) or a smaller clip (it was 1); the best weights so far are kept"
    )
    assert history.steps == ()
    np.testing.assert_array_equal(history.best.cell.W_x, a_model().cell.W_x)


def test_the_same_seed_gives_the_same_run() -> None:
    runs = [
        descent.descend(a_model(), echo_batch, np.random.default_rng(7), steps=30).losses for _ in range(2)
    ]
    assert runs[0] == runs[1]

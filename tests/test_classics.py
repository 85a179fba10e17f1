import numpy as np
import pytest

from lstm_lab.classics import cliff_error, latch, latch_limit, random_reach


@pytest.mark.parametrize("w", [1.25, 2.0, 4.0])
def test_a_latch_holds_below_its_limit_and_flips_above(w: float) -> None:
    limit = latch_limit(w)
    assert latch(w, limit - 1e-3, 20_000) > 0 > latch(w, limit + 1e-3, 20_000)


def test_a_weight_of_one_or_less_latches_nothing() -> None:
    with pytest.raises(ValueError, match=r"^w must be above 1 for a unit to latch, got 1\.0$"):
        latch_limit(1.0)
    assert abs(latch(0.9, 0.0, 2000)) < 1e-6


@pytest.mark.parametrize("scale", [0.9, 0.95])
def test_below_one_every_product_vanishes_at_least_as_fast_as_the_bound(scale: float) -> None:
    assert max(random_reach(scale, seed) for seed in range(20)) <= 60 * np.log10(scale)


def test_above_one_a_product_may_still_vanish_and_never_passes_the_bound() -> None:
    found = [random_reach(1.05, seed) for seed in range(20)]
    assert max(found) < 0 < 60 * np.log10(1.05)


def test_the_cliff_is_a_thousand_times_steeper_than_its_surroundings() -> None:
    w = np.linspace(4, 7, 1201)
    slope = np.abs(np.gradient(cliff_error(w), w))
    assert slope.max() > 1000 * np.median(slope)
    assert cliff_error(np.array(4.0)) == cliff_error(np.array([4.0, 5.0]))[0]

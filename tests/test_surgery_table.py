"""Five LSTMs trained alike and operated on, as stored: what holds of all of them, and what of one alone."""

from typing import Any

import numpy as np
import pytest

from lstm_lab.explorers.operating import MEMORY, NETWORK, SILENCE, weights
from lstm_lab.explorers.surgery import Surgery
from lstm_lab.files import data_folder
from lstm_lab.interventions import effect, trial
from lstm_lab.stage import network
from lstm_lab.sweeps import Table, read_table


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table(data_folder() / "surgery.csv")


def lost(rows: list[dict[str, Any]], name: str = "difference") -> float:
    return -float(np.mean([row[name] for row in rows]))


def alone(table: Table, one: int) -> dict[str, tuple[float, float]]:
    """Return the mean |h| of each unit of a network, and what silencing it costs, over the draws."""
    rows = table.where(network=one, operation="silence")
    return {
        unit: (float(np.mean(rows.where(units=unit).column("mean |h|"))), lost(rows.where(units=unit).rows))
        for unit in dict.fromkeys(rows.column("units"))
    }


FIVE = pytest.mark.parametrize("one", range(1, 6))


def test_the_table_holds_what_the_stored_network_does_today(table):
    tried = trial(network(NETWORK), np.random.default_rng(1000))
    for operation, unit, level in (("f = 1", "all", 1.0), ("silence", f"unit {MEMORY}", 0.0)):
        done = (
            weights("clamp f", tuple(range(16)), level) if unit == "all" else weights(SILENCE, (MEMORY,), 0)
        )
        found = effect(tried, tried.model._replace(cell=done))
        (row,) = table.where(network=1, draw=0, operation=operation, units=unit).rows
        np.testing.assert_allclose(
            [row[k] for k in ("first", "second", "third")], found.difference, atol=0.005
        )


@FIVE
def test_in_none_of_five_networks_the_loudest_unit_costs_a_point(table, one):
    size, cost = max(alone(table, one).values())
    assert size > 0.8 and abs(cost) < 0.01


@FIVE
def test_in_each_of_five_networks_the_unit_that_follows_the_genre_costs_most_and_a_control_less(table, one):
    units = alone(table, one)
    rows = table.where(network=one, operation="silence")
    (memory,) = set(rows.where(**{"memory unit": True}).column("units"))
    size, cost = units.pop(memory)
    assert cost > 0.03 and cost == max(cost, *(other for _, other in units.values()))
    nearest = sorted(units.values(), key=lambda each: abs(each[0] - size))[:4]
    assert np.mean([other for _, other in nearest]) < cost / 4


@FIVE
def test_in_each_of_five_networks_nothing_kept_leaves_the_face_alone_and_swapped_memories_turn_the_answer(
    table, one
):
    rows = table.where(network=one)
    assert 0.14 < lost(rows.where(operation="f = 0").rows) < 0.2
    swapped = rows.where(operation="swap", units="all").rows
    assert lost(swapped, "first") > 0.6
    assert abs(lost(swapped, "second")) < 0.01 and abs(lost(swapped, "third")) < 0.01


def test_with_nothing_forgotten_three_of_five_networks_lose_the_first_show_too(table):
    first = [
        lost(table.where(network=one, operation="f = 1", units="all").rows, "first") for one in range(1, 6)
    ]
    assert sum(each > 0.3 for each in first) == 3 and sum(each < 0.02 for each in first) == 2
    assert "of five trained alike, f = 1 costs three the first show too" in Surgery.not_shown


def test_not_every_network_keeps_the_genre_in_one_unit(table):
    shares = []
    for one in range(1, 6):
        swapped = table.where(network=one, operation="swap")
        (memory,) = {units for units in swapped.column("units") if units.startswith("unit")}
        shares.append(lost(swapped.where(units=memory).rows) / lost(swapped.where(units="all").rows))
    assert shares[0] > 0.95 and min(shares) < 0.5

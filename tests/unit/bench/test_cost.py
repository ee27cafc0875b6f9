"""The sums of `make cost`."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bench.cost import PRICES, cost_of_a_month, cost_of_jobs, read_prices
from bench.cost_counts import Counts
from scripts.tools import Failed

COUNTS = Counts(
    jobs=10,
    calls=Counter({"s3.PutObject": 40, "s3.HeadObject": 10, "events.PutEvents": 30, "dynamodb.GetItem": 99}),
    invocations=Counter({"api": 10, "waiter": 20, "dispatcher": 20, "storyteller": 10}),
    gigabyte_seconds={"api": 1.0, "storyteller": 9.0},
    read_units=50,
    write_units=300,
    transitions=40,
    logged_bytes=1_000_000,
)


def test_each_line_is_the_quantity_of_a_job_times_its_price() -> None:
    lines = cost_of_jobs(COUNTS, dict.fromkeys(tomllib.loads(PRICES.read_text())["each"], 1e-6))
    assert {name: quantity for name, (quantity, _) in lines.items()} == {
        "api_request": 3,
        "lambda_request": 6,
        "gigabyte_second": 1,
        "read_unit": 5,
        "write_unit": 30,
        "transition": 4,
        "event": 3,
        "queue_request": 6,
        "put_request": 4,
        "get_request": 1,
        "logged_gigabyte": 0.0001,
    }
    assert lines["transition"][1] == pytest.approx(0.004)


def test_every_price_is_used() -> None:
    prices = tomllib.loads(PRICES.read_text())
    assert set(cost_of_jobs(COUNTS, prices["each"])) == set(prices["each"])
    for name in prices["month"]:
        dearer = prices["month"] | {name: prices["month"][name] + 1}
        assert cost_of_a_month(prices["each"], dearer) > cost_of_a_month(prices["each"], prices["month"])


def test_prices_say_where_they_are_from(tmp_path: Path) -> None:
    assert "2026" in read_prices(PRICES)["source"]
    theirs = tmp_path / "prices.toml"
    theirs.write_text("\n".join(line for line in PRICES.read_text().splitlines() if not line.startswith("source")))
    assert read_prices(theirs)["source"] == f"{theirs}, which does not say"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("[each]\n[month]\n", "has no .*transition.* under"), ("[each", "cannot be read"), (None, "cannot be read")],
)
def test_prices_that_are_not_all_there_are_refused(tmp_path: Path, text: str | None, refusal: str) -> None:
    file = tmp_path / "prices.toml"
    if text:
        file.write_text(text)
    with pytest.raises(Failed, match=refusal):
        read_prices(file)

"""What the table shows while a program runs, also when AWS has a bad moment."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from nightshift.clients import dynamodb
from nightshift.worker import errors
from nightshift.worker.summary import parse_summary
from nightshift.worker.task import Plan
from tests.unit.worker.conftest import FAST, Surroundings
from tests.unit.worker.test_stopping import SLEEP, wait_until

THROTTLED = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "GetItem")


def test_progress_is_reported_as_the_share_of_the_whole_step(surroundings: Surroundings, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    surroundings.event["iteration"] = 1
    seen: list[dict[str, Any]] = []

    def let_it_go_on() -> None:
        wait_until(lambda: surroundings.job().get("progress", {}).get("percent") == 70)
        seen.append(surroundings.job())
        go_on.touch()

    thread = threading.Thread(target=let_it_go_on)
    thread.start()
    surroundings.run(
        f"""
        print(json.dumps({{"progress": 40, "message": "writing"}}), file=sys.stderr)
        while not os.path.exists({str(go_on)!r}):
            time.sleep(0.01)
        """,
        plan=Plan((), iterations=2),
    )
    thread.join()

    assert seen[0]["progress"] == {"percent": 70, "message": "writing"}
    assert seen[0]["step_status"] == "running"
    assert surroundings.job()["progress"] == {"percent": 100, "message": "writing"}
    assert surroundings.log() == []


def test_progress_is_written_seldom_however_often_it_is_told(surroundings: Surroundings) -> None:
    before = surroundings.job()["version"]

    surroundings.run(
        """
        for n in range(60):
            print(json.dumps({"progress": n, "message": str(n)}), file=sys.stderr)
            time.sleep(0.01)
        """,
        timing=replace(FAST, progress_every=60),
    )

    # the start, one report, the end
    assert surroundings.job()["version"] - before <= 3


def test_a_cancel_is_seen_after_aws_had_a_bad_moment(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    get = dynamodb().get_item
    calls = 0

    def recover(**arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise THROTTLED
        answer = get(**arguments)
        answer["Item"]["cancel_requested_at"] = {"S": "2026-01-01T00:00:00.000Z"}
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(dynamodb(), "get_item", recover)
        with pytest.raises(errors.Cancelled):
            surroundings.run(SLEEP)

    assert capsys.readouterr().err.count("No report this time") == 2


def test_what_nobody_expected_is_not_silent(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_: object) -> None:
        raise RuntimeError("unheard of")

    monkeypatch.setattr(dynamodb(), "get_item", break_down)

    with pytest.raises(RuntimeError, match="unheard of"):
        surroundings.run("time.sleep(0.3)")


def nested(depth: int) -> dict[str, Any]:
    return {"in": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(("depth", "kept"), [(3, True), (40, False)])
def test_a_summary_too_deep_for_the_table_is_cut(depth: int, kept: bool) -> None:
    text = str(nested(depth)).replace("'", '"')

    assert (parse_summary(text) == nested(depth)) is kept


def test_a_bottomless_summary(surroundings: Surroundings) -> None:
    run: Callable[..., dict[str, Any]] = surroundings.run

    assert run("print('{\"a\":' * 30 + '1' + '}' * 30)")["outcome"] == "COMPLETED"
    assert run("print('{\"a\":' * 30_000 + '1' + '}' * 30_000)")["result"] == {}

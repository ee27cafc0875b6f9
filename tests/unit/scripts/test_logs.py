"""Log lines as people read them."""

import json
from datetime import UTC, datetime
from typing import Any

from scripts.logs import in_order, line_of, readable


def test_a_structured_line_is_its_message_and_what_it_is_about() -> None:
    line = json.dumps({"level": "INFO", "message": "claimed", "timestamp": "…", "job_id": "1", "run_id": "2"})
    assert readable(line) == "claimed  job_id=1 run_id=2"


def test_the_level_is_shown_when_it_is_not_info() -> None:
    assert readable(json.dumps({"level": "ERROR", "message": "lost"})) == "ERROR lost"


def test_other_lines_stay_as_they_are() -> None:
    for line in ["Task timed out after 3.00 seconds", '{"seconds": 0.5}', "[1, 2]", "12"]:
        assert readable(line) == line


def event(message: str, collected: float) -> Any:
    return {"eventId": "e", "message": message + "\n", "timestamp": int(collected * 1000)}


def structured(message: str, at: str) -> str:
    return json.dumps({"level": "INFO", "message": message, "timestamp": at})


def test_lines_of_all_functions_are_told_in_the_order_in_which_they_were_written() -> None:
    began = datetime(2026, 1, 31, 9, 30, tzinfo=UTC).timestamp()
    lines = in_order(
        [
            # A worker's lines are collected when it has ended.
            line_of("Storyteller", event(structured("page 1", "2026-01-31T09:30:02.000Z"), began + 9)),
            line_of("Storyteller", event("Task timed out", began + 4)),
            line_of("Finisher", event(structured("run ended", "2026-01-31 09:30:05,250+0000"), began + 5)),
            line_of("Dispatcher", event(structured("claimed", "2026-01-31 09:30:01,000+0000"), began + 1)),
            line_of("Dispatcher", event("REPORT RequestId: 1", began)),
            line_of("Listener", event('{"_aws": {}, "Started": [1.0]}', began)),
        ]
    )
    assert [str(line) for line in lines] == [
        "09:30:01.000 Dispatcher   claimed",
        "09:30:02.000 Storyteller  page 1",
        "09:30:04.000 Storyteller  Task timed out",
        "09:30:05.250 Finisher     run ended",
    ]

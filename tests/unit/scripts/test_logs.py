"""Log lines as people read them."""

import json

from scripts.logs import readable


def test_a_structured_line_is_its_message_and_what_it_is_about() -> None:
    line = json.dumps({"level": "INFO", "message": "claimed", "timestamp": "…", "job_id": "1", "run_id": "2"})
    assert readable(line) == "claimed  job_id=1 run_id=2"


def test_the_level_is_shown_when_it_is_not_info() -> None:
    assert readable(json.dumps({"level": "ERROR", "message": "lost"})) == "ERROR lost"


def test_other_lines_stay_as_they_are() -> None:
    for line in ["Task timed out after 3.00 seconds", '{"seconds": 0.5}', "[1, 2]", "12"]:
        assert readable(line) == line

"""Steps from beginning to end, with real programs."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nightshift.clock import rfc3339
from nightshift.worker import errors
from nightshift.worker.task import Plan
from tests.unit.worker.conftest import PREFIX, Surroundings, log_records


def test_a_step_that_succeeds(surroundings: Surroundings) -> None:
    result = surroundings.run(
        """
        print("first")
        print("second", file=sys.stderr)
        open(out + "/story.md", "w").write("글")
        print(json.dumps({"made": 1, "score": 0.5}))
        """
    )

    artifact = {"name": "story.md", "content_type": "text/markdown; charset=utf-8", "size": 3}
    started_at = result.pop("started_at")
    assert result == {
        "outcome": "COMPLETED",
        "exit_code": 0,
        "result": {"made": 1, "score": 0.5},
        "artifacts": [artifact],
        "more": False,
        "iteration": 1,
        "made": 1,
        "skipped": 0,
    }
    step = surroundings.step()
    assert step["started_at"] == started_at <= step["finished_at"]
    assert {name: step.get(name) for name in ("entity", "run_id", "name", "iteration", "status", "exit_code")} == {
        "entity": "Step",
        "run_id": "run-1",
        "name": "work",
        "iteration": 0,
        "status": "done",
        "exit_code": 0,
    }
    assert step["output"] == {"made": 1, "score": 0.5}
    assert step["artifacts"] == [artifact]
    assert "error" not in step
    job = surroundings.job()
    assert (job["current_step"], job["step_status"], job["step_started_at"]) == ("work", "done", started_at)
    assert job["progress"] == {"percent": 100, "message": ""}
    assert job["version"] == 9
    assert surroundings.body("artifacts/story.md").decode() == "글"
    assert sorted(surroundings.log()) == ["first", "second", '{"made": 1, "score": 0.5}']


def test_the_first_step_is_told_that_its_environment_was_built(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKERLESS_BUILD_SECONDS", "74")
    surroundings.run("pass")
    assert surroundings.log() == ["The program's environment was built for this job, in 74 s."]
    assert "DOCKERLESS_BUILD_SECONDS" not in os.environ  # the next step in this environment waited for nothing


@pytest.mark.parametrize(
    ("code", "error", "name"),
    [
        (1, errors.InputError, "input"),
        (2, errors.ProviderUnreachable, "provider"),
        (3, errors.ProviderError, "provider"),
        (4, errors.CliTimeout, "timeout"),
        (5, errors.DiskError, "disk"),
        (9, errors.CliCrash, "crash"),
        (143, errors.CliCrash, "crash"),
    ],
)
def test_exit_codes(surroundings: Surroundings, code: int, error: type[errors.StepError], name: str) -> None:
    with pytest.raises(error, match=r"^it went wrong$"):
        surroundings.run(f"print('it went wrong'); sys.exit({code})")

    step = surroundings.step()
    assert (step["status"], step["exit_code"]) == ("failed", code)
    assert step["error"] == {"code": name, "message": "it went wrong"}
    assert surroundings.job()["step_status"] == "failed"
    assert "progress" not in surroundings.job() or surroundings.job()["progress"]["percent"] == 0


def test_nothing_new_is_skipped_not_failed(surroundings: Surroundings) -> None:
    result = surroundings.run("print('{}'); sys.exit(6)")

    assert (result["outcome"], result["exit_code"], result["made"], result["skipped"]) == ("SKIPPED", 6, 0, 1)
    assert (surroundings.step()["status"], surroundings.step()["exit_code"]) == ("done", 6)


def test_one_new_story_among_old_ones_makes_the_step_complete(surroundings: Surroundings) -> None:
    surroundings.event |= {"made": 2, "skipped": 1, "iteration": 3}

    result = surroundings.run("sys.exit(6)")

    assert (result["outcome"], result["exit_code"], result["made"], result["skipped"]) == (
        "COMPLETED",
        0,
        2,
        2,
    )


def test_an_uncaught_exception_is_a_crash_although_python_exits_with_1(surroundings: Surroundings) -> None:
    with pytest.raises(errors.CliCrash, match="ZeroDivisionError"):
        surroundings.run("print('starting')\n1 / 0")


def test_a_traceback_at_the_end_is_a_crash_even_with_exit_0(surroundings: Surroundings) -> None:
    with pytest.raises(errors.CliCrash, match="KeyError"):
        surroundings.run(
            """
            import threading
            thread = threading.Thread(target=lambda: {}["missing"])
            thread.start()
            thread.join()
            """
        )


def test_a_traceback_in_the_middle_is_not(surroundings: Surroundings) -> None:
    result = surroundings.run(
        """
        import traceback
        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc()
        print("Error: no, all is well", file=sys.stderr)
        """
    )

    assert result["outcome"] == "COMPLETED"


def test_death_by_a_signal(surroundings: Surroundings) -> None:
    with pytest.raises(errors.CliCrash, match=r"\[ended by SIGSEGV\]"):
        surroundings.run("os.kill(os.getpid(), signal.SIGSEGV)")

    assert surroundings.step()["exit_code"] == 139


def test_artifacts_and_log_of_a_failed_step_are_kept(surroundings: Surroundings) -> None:
    with pytest.raises(errors.DiskError):
        surroundings.run("open(out + '/half.txt', 'w').write('half'); print('no space'); sys.exit(5)")

    assert surroundings.body("artifacts/half.txt") == b"half"
    assert [artifact["name"] for artifact in surroundings.step()["artifacts"]] == ["half.txt"]
    assert surroundings.log() == ["no space"]


def test_the_message_is_the_last_500_characters_of_the_log(surroundings: Surroundings) -> None:
    with pytest.raises(errors.InputError) as raised:
        surroundings.run("print('a' * 400); print('b' * 299); sys.exit(1)")

    assert str(raised.value) == "a" * 200 + "\n" + "b" * 299


def test_a_silent_failure_says_at_least_its_exit_code(surroundings: Surroundings) -> None:
    with pytest.raises(errors.CliCrash, match="exit code 77"):
        surroundings.run("sys.exit(77)")


def test_the_program_sees_a_clean_environment_and_an_empty_directory(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/var/lang/lib")
    result = surroundings.run("print(json.dumps({'env': sorted(os.environ), 'here': os.listdir('.')}))")

    names = set(result["result"]["env"]) - {"LC_CTYPE"}  # Python's own, from PEP 538
    assert names == {"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH"}
    assert result["result"]["here"] == ["out"]


def test_nothing_is_left_in_the_scratch_directory(surroundings: Surroundings, tmp_path: Path) -> None:
    surroundings.run("os.mkdir(out + '/deep'); open(out + '/deep/file', 'w'); open('x', 'w'); os.chmod('x', 0)")

    assert list(tmp_path.iterdir()) == []


def test_hostile_arguments_arrive_as_they_are(surroundings: Surroundings) -> None:
    hostile = ("--topic=-rf", "--", "-x", "a\nb", "'; rm -rf / #", '"$(id)`id`', "한글 ☃", "")

    result = surroundings.run("print(json.dumps({'argv': sys.argv[2:]}))", *hostile)

    assert result["result"]["argv"] == list(hostile)


@pytest.mark.parametrize("argument", ["a\0b", "x" * 3_000_000, "\ud800"])
def test_arguments_that_no_program_can_be_given(surroundings: Surroundings, argument: str) -> None:
    with pytest.raises(errors.InputError):
        surroundings.run("", argument)

    assert surroundings.step()["error"]["code"] == "input"


def test_a_program_that_does_not_exist(surroundings: Surroundings) -> None:
    from nightshift.worker.runner import StepRunner

    with pytest.raises(errors.CliCrash, match="could not be started"):
        StepRunner(surroundings.task, ("/no/such/program",), Plan(())).run(60)

    assert surroundings.step()["error"]["code"] == "crash"


def test_a_loop_gives_each_iteration_its_share_of_the_progress(surroundings: Surroundings) -> None:
    plan = Plan((), iterations=4)

    result = surroundings.run("", plan=plan)
    assert (result["more"], result["iteration"]) == (True, 1)
    assert surroundings.job()["progress"]["percent"] == 25

    surroundings.event |= {"iteration": 3}
    assert surroundings.run("", plan=plan)["more"] is False
    assert surroundings.job()["progress"]["percent"] == 100
    assert surroundings.step(0)["status"] == surroundings.step(3)["status"] == "done"


@pytest.mark.parametrize(("ago", "interval", "more"), [(5, 0, True), (11, 0, False), (5, 6, False)])
def test_no_iteration_begins_after_the_duration(
    surroundings: Surroundings, ago: float, interval: float, more: bool
) -> None:
    surroundings.event |= {"started_at": rfc3339(datetime.now(UTC) - timedelta(seconds=ago))}
    plan = Plan((), iterations=3, duration_seconds=10, interval_seconds=interval)

    result = surroundings.run("", plan=plan)

    assert result["more"] is more
    assert result["started_at"] == surroundings.event["started_at"]
    assert surroundings.job()["progress"]["percent"] == (33 if more else 100)


def test_a_large_result_goes_to_the_bucket(surroundings: Surroundings) -> None:
    result = surroundings.run("print(json.dumps({'text': 'x' * 40_000}))")

    reference = result["result"]
    assert reference == surroundings.step()["output"]
    stored = json.loads(surroundings.body(reference["s3_key"].removeprefix(PREFIX)))
    assert stored == {"text": "x" * 40_000}


def test_results_that_no_table_could_hold(surroundings: Surroundings) -> None:
    result = surroundings.run(
        r"""print('{"nan": NaN, "huge": 1e300, "digits": ' + '9' * 60 + ', "half": "\\ud800", "f": 0.1}')"""
    )

    expected = {"digits": "9" * 60, "half": "?", "f": 0.1}
    assert {name: value for name, value in result["result"].items() if value is not None} == expected
    assert surroundings.step()["output"] == expected


@pytest.mark.parametrize("line", ["done", "[1, 2]", "{broken", ""])
def test_a_last_line_that_is_no_summary(surroundings: Surroundings, line: str) -> None:
    result = surroundings.run(f"print({line!r})")

    assert result["result"] == {}


def test_log_lines_are_structured_for_cloudwatch(
    surroundings: Surroundings, capsys: pytest.CaptureFixture[str]
) -> None:
    surroundings.run("print('밤')")

    (record,) = log_records(capsys.readouterr().out)
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "level": "INFO",
        "message": "밤",
        "job_id": "job-1",
        "run_id": "run-1",
        "tenant_id": "acme",
        "correlation_id": "corr-1",
        "step": "work",
        "iteration": 0,
    }


def test_a_step_expires_later_than_all_that_is_to_follow_it(surroundings: Surroundings) -> None:
    surroundings.run("", plan=Plan((), iterations=100, interval_seconds=86_400))
    # Ninety-nine days of pauses, and what is kept so many days after the end.
    kept = surroundings.step()["expires_at"] - time.time()
    assert kept >= timedelta(days=99 + 90).total_seconds()

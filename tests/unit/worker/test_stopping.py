"""Deadline, cancel and fencing, with programs and grandchildren that do not want to end."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from nightshift.worker import errors
from nightshift.worker.record import StepEnd, StepRecord
from tests.unit.worker.conftest import FAST, Surroundings

DEADLINE = 10.0

START_CHILD = """
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
print(child.pid, flush=True)
open(out + '/so-far.txt', 'w').write('so far')
"""
IGNORE = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
SLEEP = "time.sleep(600)"


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def child_of_log(surroundings: Surroundings) -> Callable[[], int]:
    """The process id that the program printed."""
    return lambda: int(next(line for line in surroundings.log() if line.isdigit()))


@pytest.fixture
def once_running(surroundings: Surroundings) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Does something as soon as the program has shown a sign of life in its log."""
    threads: list[threading.Thread] = []

    def start(action: Callable[[], None]) -> None:
        def body() -> None:
            wait_until(lambda: any(key.startswith("logs/") for key in surroundings.stored()))
            action()

        threads.append(threading.Thread(target=body))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("stubborn", [False, True], ids=["obedient", "ignores SIGTERM"])
def test_deadline(surroundings: Surroundings, child_of_log: Callable[[], int], stubborn: bool) -> None:
    surroundings.event["run"]["timeout_seconds"] = 0.5

    with pytest.raises(errors.CliTimeout, match="its time was over"):
        surroundings.run((IGNORE if stubborn else "") + START_CHILD + SLEEP)

    step = surroundings.step()
    assert step["error"]["code"] == "timeout"
    assert step["exit_code"] == (137 if stubborn else 143)
    assert [artifact["name"] for artifact in step["artifacts"]] == ["so-far.txt"]
    assert not is_alive(child_of_log())


def test_the_deadline_leaves_a_reserve_of_lambdas_time(surroundings: Surroundings) -> None:
    began = time.monotonic()

    with pytest.raises(errors.CliTimeout):
        surroundings.run(SLEEP, timing=replace(FAST, reserve=5), remaining=5.3)

    assert time.monotonic() - began < 3


def test_a_program_that_ends_well_after_sigterm_was_stopped_all_the_same(surroundings: Surroundings) -> None:
    surroundings.event["run"]["timeout_seconds"] = 0.4

    with pytest.raises(errors.CliTimeout):
        surroundings.run("signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n" + SLEEP)

    assert surroundings.step()["exit_code"] == 0


@pytest.mark.parametrize("stubborn", [False, True], ids=["obedient", "ignores SIGTERM"])
def test_cancel(
    surroundings: Surroundings,
    child_of_log: Callable[[], int],
    once_running: Callable[[Callable[[], None]], None],
    stubborn: bool,
) -> None:
    once_running(lambda: surroundings.set_job(cancel_requested_at="2026-01-01T00:00:00.000Z"))

    with pytest.raises(errors.Cancelled):
        surroundings.run((IGNORE if stubborn else "") + START_CHILD + SLEEP)

    step = surroundings.step()
    assert (step["status"], step["error"]["code"]) == ("failed", "cancelled")
    assert surroundings.body("artifacts/so-far.txt") == b"so far"
    assert surroundings.log()[-1] == "[stopped: the job was cancelled]"
    assert not is_alive(child_of_log())


def test_a_job_cancelled_before_the_step_starts_no_program(surroundings: Surroundings) -> None:
    surroundings.set_job(cancel_requested_at="2026-01-01T00:00:00.000Z")

    with pytest.raises(errors.Cancelled):
        surroundings.run("open(out + '/made', 'w')")

    assert surroundings.step()["artifacts"] == []
    assert surroundings.step()["error"]["code"] == "cancelled"


@pytest.mark.parametrize(
    "change", [{"status": "FAILED"}, {"current_run_id": "run-2"}], ids=["job ended", "another run is live"]
)
def test_fenced_in_the_middle(
    surroundings: Surroundings,
    once_running: Callable[[Callable[[], None]], None],
    change: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    pids = tmp_path_factory.mktemp("pids") / "pid"
    once_running(lambda: surroundings.set_job(**change))
    tell = f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"

    with pytest.raises(errors.Fenced):
        surroundings.run(IGNORE + START_CHILD + tell + SLEEP, timing=replace(FAST, grace=60))

    assert not any(is_alive(int(pid)) for pid in pids.read_text().split())
    assert surroundings.step() == {}
    assert surroundings.job()["version"] == 8
    assert surroundings.job()["step_status"] == "running"
    assert all(key.startswith("logs/") and not key.endswith(".log") for key in surroundings.stored())


def test_fenced_before_the_beginning(surroundings: Surroundings) -> None:
    surroundings.set_job(status="COMPLETED")

    with pytest.raises(errors.Fenced):
        surroundings.run("")

    assert (surroundings.job()["version"], surroundings.stored()) == (7, [])


def test_fenced_at_the_very_end(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_the_run_first(record: StepRecord, end: StepEnd) -> None:
        surroundings.set_job(current_run_id="run-2")
        finish(record, end)

    finish = StepRecord.finish
    monkeypatch.setattr(StepRecord, "finish", lose_the_run_first)
    with pytest.raises(errors.Fenced):
        surroundings.run("")

    assert not surroundings.step_counts()


def test_children_left_behind_by_a_program_that_ended_are_killed(
    surroundings: Surroundings, child_of_log: Callable[[], int]
) -> None:
    assert surroundings.run(START_CHILD)["outcome"] == "COMPLETED"

    assert not is_alive(child_of_log())


def test_a_process_that_left_the_group_does_not_keep_the_step_waiting(surroundings: Surroundings) -> None:
    surroundings.run(
        """
        print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)
        """
    )

    # It still runs: the step did not wait for it.
    os.kill(int(surroundings.log()[0]), 9)

"""`newsroom article`: what it refuses before any work begins."""

from pathlib import Path

import pytest

from newsroom import cli

pytestmark = pytest.mark.unit

OPTIONS = {"--language": "en", "--level": "B1", "--length": "200", "--topic": "wells"}


def run(tmp_path: Path, *more: str, **changes: str) -> int:
    options = OPTIONS | {f"--{name}": value for name, value in changes.items()}
    return cli.main(
        ["article", *(f"{name}={value}" for name, value in options.items()), f"--out={tmp_path / 'o'}", *more]
    )


@pytest.mark.parametrize(
    "changes",
    [{"length": "99"}, {"length": "2001"}, {"topic": "x"}, {"topic": "x" * 201}, {"level": "D1"}, {"language": "fr"}],
)
def test_bad_options_exit_1(tmp_path: Path, changes: dict[str, str]) -> None:
    assert run(tmp_path, **changes) == 1
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "more",
    [
        ("--source-file=missing.txt",),
        ("--source-url=https://10.0.0.1/",),
        ("--source-url=https://example.com", "--source-file=a"),
        ("--timeout=0",),
        (),
    ],
)
def test_no_acceptable_source_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    assert run(tmp_path, *more) == 1
    assert capsys.readouterr().out == ""
    assert not (tmp_path / "o").exists()


def test_an_unknown_model_exits_1(tmp_path: Path) -> None:
    assert run(tmp_path, "--model=nobody:knows", topic="the woods") == 1

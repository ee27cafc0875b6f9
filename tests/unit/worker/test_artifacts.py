"""Which files become artifacts, and as what."""

import os
from pathlib import Path

import pytest

from nightshift.clients import s3
from nightshift.worker.artifacts import MAX_FILES, StoredArtifact, content_type, store_artifacts
from tests.unit.worker.conftest import PREFIX, Surroundings


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def store(surroundings: Surroundings, out: Path) -> tuple[list[StoredArtifact], list[str]]:
    notes: list[str] = []
    return store_artifacts(s3(), surroundings.bucket, PREFIX, out, notes.append), notes


def test_plain_files_are_stored_in_order_of_their_names(surroundings: Surroundings, out: Path) -> None:
    (out / "b.json").write_text("{}")
    (out / "밤의 병원-a1.md").write_text("글")
    (out / "empty").touch()

    stored, notes = store(surroundings, out)

    assert stored == [
        StoredArtifact("b.json", "application/json", 2),
        StoredArtifact("empty", "application/octet-stream", 0),
        StoredArtifact("밤의 병원-a1.md", "text/markdown; charset=utf-8", 3),
    ]
    assert notes == []
    assert surroundings.body("artifacts/밤의 병원-a1.md").decode() == "글"
    head = s3().head_object(Bucket=surroundings.bucket, Key=f"{PREFIX}artifacts/b.json")
    assert head["ContentType"] == "application/json"


def test_links_folders_and_pipes_are_passed_over(surroundings: Surroundings, out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (out / "link").symlink_to(secret)
    (out / "up").symlink_to(tmp_path)
    (out / "folder").mkdir()
    (out / "folder" / "file").write_text("deep")
    os.mkfifo(out / "pipe")
    (out / "new\nline").write_text("odd")

    stored, notes = store(surroundings, out)

    assert stored == []
    assert surroundings.stored() == []
    assert len(notes) == 5


def test_unfinished_files_are_passed_over_in_silence(surroundings: Surroundings, out: Path) -> None:
    (out / ".story.md.part").write_text("ha")
    (out / "story.tmp").write_text("ha")

    assert store(surroundings, out) == ([], [])


def test_an_output_directory_that_was_replaced_or_removed(
    surroundings: Surroundings, out: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    out.rmdir()
    assert store(surroundings, out)[0] == []
    out.symlink_to(tmp_path)
    assert store(surroundings, out)[0] == []
    assert surroundings.stored() == []


def test_the_number_of_files_is_bounded(surroundings: Surroundings, out: Path) -> None:
    for number in range(MAX_FILES + 2):
        (out / f"{number:03d}").touch()

    stored, notes = store(surroundings, out)

    assert (len(stored), len(notes)) == (MAX_FILES, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.md", "text/markdown; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.JPG", "image/jpeg"),
        ("a", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_content_types(name: str, expected: str) -> None:
    assert content_type(name) == expected

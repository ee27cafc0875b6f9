"""Build contexts, their hash, and the images file."""

from pathlib import Path

import pytest

from dockerless.images.build import Source, image_key
from dockerless.images.catalog import read_catalog, repository
from dockerless.images.context import Context
from dockerless.images.dockerfile import Copy, DockerfileError


@pytest.fixture
def context(tmp_path: Path) -> Path:
    for name in ("a.py", "b.txt", "pkg/c.py", "pkg/deep/d.py", "pkg/__pycache__/c.pyc", "pkg/secret.key"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / ".dockerignore").write_text("# comment\n**/*.key\nb.txt\n")
    dockerfile = "FROM public.ecr.aws/lambda/python:3.13\nCOPY . .\nCMD a.handler"
    (tmp_path / "Dockerfile").write_text(dockerfile)
    return tmp_path


def targets(context: Path, copy: Copy) -> list[str]:
    return [str(file.target) for file in Context(context).files(copy)]


def test_a_folder_gives_its_content(context: Path) -> None:
    assert targets(context, Copy(("pkg",), "/var/task/pkg", False)) == [
        "/var/task/pkg/c.py",
        "/var/task/pkg/deep/d.py",
    ]


def test_files_and_patterns(context: Path) -> None:
    assert targets(context, Copy(("a.py",), "/x.py", False)) == ["/x.py"]
    assert targets(context, Copy(("*.py",), "/t", True)) == ["/t/a.py"]


def test_ignored_files_are_as_if_missing(context: Path) -> None:
    assert "/t/b.txt" not in targets(context, Copy((".",), "/t", True))
    with pytest.raises(DockerfileError, match="no such file"):
        targets(context, Copy(("b.txt",), "/t", True))


def test_outside_of_the_context(context: Path) -> None:
    with pytest.raises(DockerfileError, match="outside"):
        targets(context, Copy(("../x",), "/t", True))


def test_key_follows_the_content_that_is_copied(context: Path) -> None:
    source = Source(context, context / "Dockerfile")
    first = image_key(source)
    (context / "pkg" / "secret.key").write_text("changed")
    (context / "pkg" / "__pycache__" / "c.pyc").write_text("changed")
    assert image_key(source) == first
    (context / "pkg" / "c.py").write_text("changed")
    second = image_key(source)
    assert second != first
    (context / "pkg" / "c.py").chmod(0o755)
    assert image_key(source) != second


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("app", "app"),
        ("app:1", "app"),
        ("team/app", "team/app"),
        ("localhost/app:1", "app"),
        ("localhost:5000/team/app", "team/app"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:v1@sha256:00", "team/app"),
    ],
)
def test_repository_of_a_uri(uri: str, name: str) -> None:
    assert repository(uri) == name


def test_images_file(tmp_path: Path) -> None:
    file = tmp_path / "images.json"
    file.write_text('{"a": {"context": "x"}, "b": {"context": "y", "dockerfile": "z/Dockerfile"}}')
    assert read_catalog(file) == {
        "a": Source(tmp_path / "x", tmp_path / "x" / "Dockerfile"),
        "b": Source(tmp_path / "y", tmp_path / "y" / "z" / "Dockerfile"),
    }
    file.write_text('{"a": "x"}')
    with pytest.raises(ValueError, match="a: an object with 'context'"):
        read_catalog(file)

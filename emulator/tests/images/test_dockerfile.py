"""Reading Dockerfiles."""

import pytest

from dockerless.images.dockerfile import Copy, DockerfileError, Install, parse

BASE = "FROM public.ecr.aws/lambda/python:3.12\n"


def test_arguments_variables_and_continued_lines() -> None:
    recipe = parse(
        "ARG BASE=public.ecr.aws/lambda/python\n"
        "FROM ${BASE}:3.13\n"
        'ENV ONE=1 TWO="two words" \\\n    THREE=$ONE-${NONE:-default}\n'
        "ENV OLD the old form\n"
    )
    assert recipe.python == "3.13"
    assert recipe.lambda_base
    assert recipe.env["TWO"] == "two words"
    assert recipe.env["THREE"] == "-default"  # as in Docker, variables of the same line are not known yet
    assert recipe.env["OLD"] == "the old form"


@pytest.mark.parametrize(
    ("line", "copy"),
    [
        ("COPY a b ${LAMBDA_TASK_ROOT}/", Copy(("a", "b"), "/var/task", True)),
        ("COPY a.py .", Copy(("a.py",), "/var/task", True)),
        ("COPY a.py ${LAMBDA_TASK_ROOT}", Copy(("a.py",), "/var/task", True)),
        ("COPY a.py b.py", Copy(("a.py",), "/var/task/b.py", False)),
        ("COPY --chown=1:1 *.py /opt", Copy(("*.py",), "/opt", True)),
        ('ADD ["a b", "/opt/"]', Copy(("a b",), "/opt", True)),
    ],
)
def test_copy(line: str, copy: Copy) -> None:
    assert parse(BASE + line).steps == [copy]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("pip install -r requirements.txt", ("-r", "requirements.txt")),
        ("python3 -m pip install --no-cache-dir -q six", ("six",)),
        ("/var/lang/bin/pip3.12 install six", ("six",)),
        ("uv pip install --system six", ("six",)),
        ('["pip", "install", "six"]', ("six",)),
        ('pip install -r r.txt -t "${LAMBDA_TASK_ROOT}"', ("-r", "r.txt", "-t", "/var/task")),
    ],
)
def test_pip(command: str, arguments: tuple[str, ...]) -> None:
    assert parse(f"{BASE}WORKDIR /app\nRUN {command}").steps == [Install(arguments, "/app")]


def test_other_commands_are_skipped_and_named() -> None:
    recipe = parse(f"{BASE}RUN dnf install -y git && pip install six; echo done\nUSER nobody")
    assert recipe.steps == [Install(("six",), "/var/task")]
    assert recipe.skipped == ["dnf install -y git", "echo done"]


def test_entrypoint_and_command() -> None:
    recipe = parse('FROM python:3.13-slim\nENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD app.handler')
    assert (recipe.entrypoint, recipe.command) == (["python", "-m", "awslambdaric"], ["app.handler"])
    assert (recipe.lambda_base, recipe.cwd) == (False, "/")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no FROM"),
        ("FROM alpine", "python:X.Y"),
        ("COPY a b\n" + BASE, "before FROM"),
        (BASE + BASE, "more than one stage"),
        (BASE + "COPY --from=build a b", "--from"),
        (BASE + "COPY a", "a source and a target"),
        (BASE + "ADD http://x/y z", "only files of the context"),
        (BASE + "COPY a ../../etc/passwd", ".. is not supported"),
        (BASE + "ONBUILD RUN x", "ONBUILD"),
    ],
)
def test_what_cannot_be_done_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(DockerfileError, match=complaint):
        parse(text)

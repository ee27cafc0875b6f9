"""What is printed: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_STYLES = {
    "RUNNING": "cyan",
    "COMPLETED": "green",
    "FAILED": "red",
    "CANCELLED": "yellow",
    "SKIPPED": "yellow",
}
_WIDE = 10_000
# Of the control characters a text from elsewhere keeps only the tab: the others could steer the terminal.
_CONTROLS = dict.fromkeys([*range(9), *range(10, 32), *range(127, 160)], "�")


@cache
def console() -> "Console":
    """The standard output. A file or a pipe is of any width: there is nobody for whom lines would have to be cut."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")), flush=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(shown(value) for value in row))
    _print(table)


def print_fields(fields: Mapping[str, Any]) -> None:
    """One a line, without those that have no value."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for name, value in fields.items():
        if value not in (None, "", [], {}):
            table.add_row(name, shown(value))
    _print(table)


def shown(value: Any) -> "Text":
    """The value as text, a status in its colour."""
    from rich.text import Text

    if value is None:
        return Text("")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Text(plain(text), style=_STYLES.get(text, ""))


def _print(table: "Table") -> None:
    """Without the blanks that fill each row."""
    with console().capture() as captured:
        console().print(table)
    for line in captured.get().splitlines():
        print(line.rstrip())


def plain(text: str) -> str:
    """The text on one line, and without what would steer a terminal."""
    return text.translate(_CONTROLS)


def local_time(instant: str | None) -> str | None:
    """An instant of the API by the clocks of here."""
    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M:%S") if instant else None

"""What a command has to work with."""

from dataclasses import dataclass
from functools import cached_property

import typer

from nightshift_cli.api import Api
from nightshift_cli.settings import find_settings


@dataclass
class Session:
    """``url`` and ``key`` as the options and the environment say; looked for when the first request is made."""

    url: str | None
    key: str | None

    @cached_property
    def api(self) -> Api:
        return Api(find_settings(self.url, self.key))


def api_of(context: typer.Context) -> Api:
    session: Session = context.find_object(Session) or Session(None, None)
    return session.api

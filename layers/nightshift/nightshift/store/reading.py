"""From items to models: what the table keeps may have been changed by hand, or written by another version."""

import logging
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from nightshift.errors import UnreadableError, field_errors
from nightshift.log_keys import told_by
from nightshift.models.base import Model

logger = logging.getLogger(__name__)


def read[M: Model](model: type[M], item: dict[str, Any]) -> M:
    """Raises UnreadableError if the item is none of that kind."""
    try:
        return model.model_validate(item)
    except ValidationError as error:
        wrong = "; ".join(".".join(map(str, part["loc"])) + f": {part['msg']}" for part in field_errors(error.errors()))
        raise UnreadableError(f"The item {item.get('pk')} {item.get('sk')} is no {model.__name__}: {wrong}.") from error


def read_all[M: Model](model: type[M], items: Iterable[dict[str, Any]]) -> list[M]:
    """The items that can be read: what else there is is logged, and hides none of the others."""
    found: list[M] = []
    for item in items:
        try:
            found.append(read(model, item))
        except UnreadableError as error:
            logger.exception("left out: %s", error, extra=told_by(item))
    return found

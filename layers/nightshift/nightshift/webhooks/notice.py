"""What the messages of the webhooks' queue say."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from nightshift.models.webhook import WebhookEvent

Kind = Literal["job", "batch"]


def partition_of(kind: Kind, subject_id: str) -> str:
    """Where a job or batch lies in the table, with the record of what was sent of it."""
    return f"{kind.upper()}#{subject_id}"


@dataclass(frozen=True, slots=True)
class Notice:
    """That something happened to a job or batch that its webhook is to tell of.

    ``version`` is the job's or batch's after it; ``requested`` the attempt that a client asked for, if one did.
    """

    kind: Kind
    id: str
    event: WebhookEvent
    version: int
    occurred_at: datetime
    requested: int | None = None

    @classmethod
    def of(cls, detail: dict[str, Any]) -> "Notice":
        """The notice in an event from the bus."""
        kind: Kind = "batch" if "batch_id" in detail else "job"
        return cls(
            kind=kind,
            id=detail[f"{kind}_id"],
            event=WebhookEvent(detail["webhook"]),
            version=detail["version"],
            occurred_at=datetime.fromisoformat(detail["occurred_at"]),
            requested=detail.get("attempt"),
        )

    @property
    def partition(self) -> str:
        return partition_of(self.kind, self.id)

    @property
    def message_id(self) -> str:
        """The same however often the event is told and the message is sent."""
        return f"msg_{uuid.uuid5(uuid.UUID(self.id), f'{self.event} {self.version}').hex}"

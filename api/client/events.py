# SPDX-License-Identifier: Apache-2.0
"""Events and webhooks as the client has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from api.client.models import Json


@dataclass(frozen=True, slots=True)
class Event:
    """A CloudEvents event: `id` is `INDEX-PART`; `acceptance`, `reliance` are ids where it is about any."""

    id: str
    type: str
    time: str
    index: int
    by: str
    acceptance: str | None
    reliance: str | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        data = value["data"]
        cited, relied = data.get("acceptance"), data.get("reliance")
        return cls(
            value["id"],
            value["type"],
            value["time"],
            data["index"],
            data["by"],
            cited["id"] if cited else None,
            relied["id"] if relied else None,
        )


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events; `next` is where the next page begins, None at the end."""

    events: tuple[Event, ...]
    next: str | None

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(tuple(Event.of(one) for one in value["events"]), value["next"])


@dataclass(frozen=True, slots=True)
class Webhook:
    """A new webhook; its secret is shown this once."""

    id: str
    secret: str
    url: str
    types: tuple[str, ...]

    @classmethod
    def of(cls, value: Json) -> Self:
        """From JSON."""
        return cls(value["id"], value["secret"], value["url"], tuple(value["types"]))

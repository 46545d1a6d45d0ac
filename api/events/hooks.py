# SPDX-License-Identifier: Apache-2.0
"""Webhooks of departments: what is kept of one, and the commands that begin, end, re-key and replay it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from api.events.hook_queries import (
    dead_letters,
    last_replay,
    of_department,
    queue_rows,
    secret_versions,
    waiting_again,
    webhook_by_id,
)
from api.events.repository import events_after
from api.events.tables import webhook_ends, webhook_replays, webhook_secrets, webhooks
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.events.model import Place
    from attest.reading import Reader
    from attest.sealing import Sealer
    from ledger.commands import Outcome, RequestKey, View

MOST: Final = 16
"""Webhooks of one department that stand at a time."""
REPLAY_MOST: Final = 1000
"""Events of one replay, and those that wait to be sent again to one webhook."""
SECRET_BYTES: Final = 32


def secret_text(secret: bytes) -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + b64encode(secret).decode("ascii")


def secret_place(webhook: bytes, version: int) -> bytes:
    """Where a sealed secret belongs: it opens nowhere else."""
    return b"webhook/" + webhook + b"/%d" % version


def secret_told(
    webhook: bytes, outcome: Outcome[Any], reader: Reader, sealer: Sealer
) -> tuple[str, int] | None:
    """The secret that a request made, and when; None at a repeat after another change, or after the end."""
    versions = secret_versions(webhook, reader)
    standing = webhook_by_id(webhook, reader) is not None
    if outcome.repeat and (outcome.index != versions[-1][0] or not standing):
        return None
    version, sealed, made = next(one for one in versions if one[0] == outcome.index)
    return secret_text(sealer.open(sealed, secret_place(webhook, version))), made


def replay_told(outcome: Outcome[Any]) -> tuple[int, int]:
    """A replay's number and how many events it has, of a repeat as at first."""
    if outcome.index is None:  # a repeat of what was asked before answers were numbered
        raise CommandRejected("idempotency.conflict")
    return divmod(outcome.index, REPLAY_MOST + 1)


def _fact(department: str) -> bytes:
    return b"webhooks/" + department.encode()


@dataclass(frozen=True, slots=True)
class _Rows:
    """What every command here has in common: rows only, one department at a time."""

    department: str
    webhook: bytes
    request: RequestKey
    entry_id: ClassVar[None] = None

    @property
    def reads(self) -> Collection[bytes]:
        """The department's webhooks."""
        return (_fact(self.department),)

    @property
    def writes(self) -> Collection[bytes]:
        """The department's webhooks."""
        return (_fact(self.department),)

    def _require(self, view: View) -> None:
        found = webhook_by_id(self.webhook, view)
        if found is None or found.department != self.department:
            raise CommandRejected("webhook.unknown", "no such webhook of this department")


@dataclass(frozen=True, slots=True)
class Begin(_Rows):
    """A webhook from now on: events before this moment are not sent, unless replayed."""

    url: str
    types: tuple[str, ...]
    secret: bytes
    sealer: Sealer

    def decide(self, view: View) -> Decision[None]:
        """Rows of the webhook and its first secret; `webhook.too_many` beyond the limit.

        `webhook.secret_made` where this very request made it so long ago that its key is forgotten.
        """
        if secret_versions(self.webhook, view):
            raise CommandRejected("webhook.secret_made")
        if len(of_department(self.department, view)) >= MOST:
            raise CommandRejected("webhook.too_many", "end one first", limit=MOST)
        sealed = self.sealer.seal(self.secret, secret_place(self.webhook, 1))
        start = (self.webhook, self.department, self.url, " ".join(self.types), view.next_index, view.now)
        return Decision(
            rows=[(webhooks, start), (webhook_secrets, (self.webhook, 1, sealed, view.now))], index=1
        )


@dataclass(frozen=True, slots=True)
class End(_Rows):
    """No further delivery, not even of what waits."""

    def decide(self, view: View) -> Decision[int]:
        """One row; those of what waits to be sent again go."""
        self._require(view)
        return Decision(
            rows=[(webhook_ends, (self.webhook, view.now))],
            removed=queue_rows(self.webhook, view),
            answer=view.now,
        )


@dataclass(frozen=True, slots=True)
class Rotate(_Rows):
    """A new secret; the one before it signs beside it for a day."""

    secret: bytes
    sealer: Sealer

    def decide(self, view: View) -> Decision[None]:
        """One row; its version is the number of what was made."""
        self._require(view)
        version = secret_versions(self.webhook, view)[-1][0] + 1
        sealed = self.sealer.seal(self.secret, secret_place(self.webhook, version))
        return Decision(rows=[(webhook_secrets, (self.webhook, version, sealed, view.now))], index=version)


@dataclass(frozen=True, slots=True)
class Replay(_Rows):
    """Send again, with the same ids: what follows an event, or (None) what was given up on.

    Of that what waits already to be sent again stays where it stands.
    """

    after: Place | None

    def decide(self, view: View) -> Decision[None]:
        """A row for each event, the oldest first; `replay_told` has the replay's number and how many.

        `webhook.replay_waits` where all of them wait, `.replay_full` where more would wait than may.
        """
        self._require(view)
        webhook = webhook_by_id(self.webhook, view)
        if webhook is None:
            raise CommandRejected("webhook.unknown")
        if self.after is None:
            asked = dead_letters(self.webhook, REPLAY_MOST, view)
        else:
            found = events_after(self.department, self.after, webhook.types, REPLAY_MOST, view)
            asked = [one.place for one in found]
        waiting = {place for _, place in waiting_again(self.webhook, REPLAY_MOST, view)}
        places = [one for one in asked if one not in waiting]
        if asked and not places:
            raise CommandRejected("webhook.replay_waits", waiting=len(waiting))
        if places and len(waiting) + len(places) > REPLAY_MOST:
            raise CommandRejected("webhook.replay_full", waiting=len(waiting))
        replay = last_replay(self.webhook, view) + 1
        rows = [(webhook_replays, (self.webhook, replay, *place, view.now)) for place in places]
        return Decision(rows=rows, index=replay * (REPLAY_MOST + 1) + len(places))

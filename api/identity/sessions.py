# SPDX-License-Identifier: Apache-2.0
"""Server-side sessions: a random token in a cookie, its digest in a row, ends and touches as further rows."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy import bindparam, func, select

from api.identity.accounts import account_fact, account_of
from api.identity.roles import Session
from api.identity.tables import known_devices, session_ends, session_touches, sessions, used_states
from attest.reading import Prepared
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import Row, View

TOUCH_SECONDS: Final = 300
"""How often the use of a session is written down."""
STAFF_SECONDS: Final = (30 * 60, 12 * 3600)
"""Idle and absolute life of a staff session: a working day, and half an hour away from the desk."""
CITIZEN_SECONDS: Final = (15 * 60, 3600)
"""The same for a citizen, who may sit at a shared kiosk."""
DEVICE_SECONDS: Final = 180 * 24 * 3600
USER, PERSON = "user/", "citizen/"

_SEEN = (
    select(func.max(session_touches.c.time))
    .where(session_touches.c.digest == sessions.c.digest)
    .scalar_subquery()
)
_COLUMNS = (
    select(
        sessions.c.digest,
        sessions.c.subject,
        sessions.c.device,
        sessions.c.created,
        sessions.c.expires,
        _SEEN,
        session_ends.c.time,
    )
    .select_from(sessions)
    .outerjoin(session_ends, session_ends.c.digest == sessions.c.digest)
)
_ONE = Prepared(_COLUMNS.where(sessions.c.digest == bindparam("digest")))
_OF = Prepared(_COLUMNS.where(sessions.c.subject == bindparam("subject")).order_by(sessions.c.created.desc()))
_DEVICE = Prepared(select(known_devices.c.time).where(known_devices.c.digest == bindparam("digest")))
_STATE = Prepared(select(used_states.c.time).where(used_states.c.digest == bindparam("digest")))


def new_token() -> str:
    """43 characters of base64url: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What is kept of a token; it has 256 bits, so a slow hash would protect nothing."""
    return sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """The form token of a session: HMAC-SHA-256 under the session's own token, as hex."""
    return hmac.new(token.encode(), b"once/csrf/1\n", sha256).hexdigest()


def device_digest(token: str, user: str) -> bytes:
    """How a browser that this user signed in from before is known; of no meaning for another user."""
    return hmac.new(token.encode(), b"once/device/1\n" + user.encode(), sha256).digest()


def lives(subject: str) -> tuple[int, int]:
    """Idle and absolute seconds of a session of this subject."""
    return STAFF_SECONDS if subject.startswith(USER) else CITIZEN_SECONDS


def _session(row: tuple[object, ...], now: int) -> Session | None:
    digest, subject, device, created, expires, touched, ended = row
    if not isinstance(digest, bytes) or not isinstance(created, int) or not isinstance(expires, int):
        raise TypeError("a row of sessions has a digest and two times")
    seen = max(created, touched) if isinstance(touched, int) else created
    if ended is not None or now >= expires or now >= seen + lives(str(subject))[0]:
        return None
    return Session(digest, str(subject), str(device), created, seen, expires)


def session_of(token: str, reader: Reader, now: int) -> Session | None:
    """The session of a token at `now`; None if it was never, was ended, or has expired."""
    rows = _ONE.rows(reader, digest=token_digest(token))
    return _session(rows[0], now) if rows else None


def sessions_of(subject: str, reader: Reader, now: int) -> list[Session]:
    """Every session of one subject that stands at `now`, newest first."""
    found = (_session(row, now) for row in _OF.rows(reader, subject=subject))
    return [one for one in found if one is not None]


def device_known(token: str, user: str, reader: Reader, now: int) -> bool:
    """Whether the user signed in with this device token within half a year."""
    rows = _DEVICE.rows(reader, digest=device_digest(token, user))
    return bool(rows) and now < int(rows[0][0]) + DEVICE_SECONDS


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The command that begins a session and ends the one it replaces; `remember` is a device's digest.

    `number` is that of the password that was given: one that was replaced meanwhile opens nothing.
    """

    digest: bytes
    subject: str
    agent: str
    replaces: bytes | None = None
    remember: bytes | None = None
    number: int | None = None
    entry_id: None = None
    request: None = None

    @property
    def reads(self) -> Collection[bytes]:
        """The account of a member of staff."""
        return [account_fact(self.subject.removeprefix(USER))] if self.subject.startswith(USER) else []

    @property
    def writes(self) -> Collection[bytes]:
        """What is replaced or remembered once must not be so twice in one batch."""
        return [b"session/" + one for one in (self.digest, self.replaces, self.remember) if one is not None]

    def decide(self, view: View) -> Decision[Session]:
        """The rows, and the session; CommandRejected `sign_in.failed` if the password is another by now."""
        if self.number is not None:
            account = account_of(self.subject.removeprefix(USER), view)
            if account is None or account.password_number != self.number:
                raise CommandRejected("sign_in.failed")
        now, life = view.now, lives(self.subject)[1]
        rows: list[Row] = [(sessions, (self.digest, self.subject, self.agent, now, now + life))]
        if self.replaces is not None and _stands(self.replaces, view):
            rows.append((session_ends, (self.replaces, now)))
        if self.remember is not None and not _DEVICE.rows(view, digest=self.remember):
            rows.append((known_devices, (self.remember, now)))
        return Decision(
            rows=rows, answer=Session(self.digest, self.subject, self.agent, now, now, now + life)
        )


@dataclass(frozen=True, slots=True)
class TouchSession:
    """The command that writes down that a session is in use."""

    digest: bytes
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """One touch a batch."""
        return (b"session/" + self.digest,)

    def decide(self, view: View) -> Decision[None]:
        """One row, unless this second has one."""
        row = _ONE.rows(view, digest=self.digest)
        if not row or row[0][-1] is not None or (row[0][-2] or 0) + TOUCH_SECONDS > view.now:
            return Decision()
        return Decision(rows=[(session_touches, (self.digest, view.now))])


@dataclass(frozen=True, slots=True)
class EndSessions:
    """The command that ends sessions of one subject: signing out, revoking, an account that ends."""

    subject: str
    digests: tuple[bytes, ...]
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Each ends once."""
        return [b"session/" + digest for digest in self.digests]

    def decide(self, view: View) -> Decision[int]:
        """One row for each that stands and is the subject's; how many."""
        own = [one for one in self.digests if _stands(one, view, self.subject)]
        return Decision(rows=[(session_ends, (digest, view.now)) for digest in own], answer=len(own))


@dataclass(frozen=True, slots=True)
class UseState:
    """The command that takes a sign-in's state once, whichever process it comes back to."""

    digest: bytes
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Once."""
        return (b"state/" + self.digest,)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if it was used."""
        if _STATE.rows(view, digest=self.digest):
            raise CommandRejected("sign_in.replayed")
        return Decision(rows=[(used_states, (self.digest, view.now))])


def _stands(digest: bytes, view: View, subject: str | None = None) -> bool:
    rows = _ONE.rows(view, digest=digest)
    return bool(rows) and rows[0][-1] is None and subject in (None, rows[0][1])

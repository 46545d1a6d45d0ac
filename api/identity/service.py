# SPDX-License-Identifier: Apache-2.0
"""Identity of one ledger: who comes in, and how; accounts, sessions and refusals behind its doors."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from api.department_names import DepartmentNames
from api.identity.accounts import AddAccount, EndAccount, SetPassword, account_of
from api.identity.cookies import Cookies
from api.identity.guard import address_of
from api.identity.passwords import Passwords, require_good
from api.identity.quota import LookupQuota, quota_exceeded
from api.identity.roles import Citizen, Staff
from api.identity.sessions import (
    PERSON,
    TOUCH_SECONDS,
    USER,
    EndSessions,
    OpenSession,
    TouchSession,
    device_digest,
    device_known,
    new_token,
    session_of,
    sessions_of,
    token_digest,
)
from api.identity.throttle import Gate
from api.problems import Problem
from ledger.errors import BusyError, CommandRejected, ReadOnlyError

if TYPE_CHECKING:
    from typing import NoReturn

    from starlette.requests import Request

    from api.auth import Principal
    from api.core import Ledger
    from api.identity.accounts import Account
    from api.identity.oidc import OpenId
    from api.identity.roles import Session
    from api.problems import Language

_BROWSERS: Final = ("Edg", "Firefox", "Chrome", "Safari")
_SYSTEMS: Final = ("Windows", "Android", "iPhone", "Macintosh", "Linux")


POLL: Final = "x-once-poll"
"""Header of requests that a page makes without its user: they keep no session alive."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was just begun: its token for the cookie, and a device token where one is new."""

    token: str
    session: Session
    roles: frozenset[str]
    device: str | None = None


class Identity:
    """Sign-in, sessions and accounts of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        public = urlsplit(ledger.settings.public_url)
        self.public_origin: Final = f"{public.scheme}://{public.netloc}" if public.netloc else ""
        self.cookies: Final = Cookies(secure=public.scheme == "https")
        self.passwords: Final = Passwords()
        self.gate: Final = Gate()
        self._names: Final = DepartmentNames()
        self.openid: Final = _open_id(ledger) if ledger.settings.oidc_issuer else None
        settings = ledger.settings
        self.lookups: Final = LookupQuota(settings.lookups_per_minute, settings.department_lookups_per_minute)

    def close(self) -> None:
        """Let threads go."""
        self.passwords.close()

    def department_name(self, code: str, language: Language) -> str:
        """What a department is called; the code where it has no name."""
        known = self._names.known(self._ledger.store).get(code)
        return code if known is None else known.zh if language == "zh" else known.en

    # Who is asking

    async def person_of(self, request: Request) -> Staff | Citizen | None:
        """The member of staff or citizen whose session the request carries, or None."""
        token = self.cookies.read(request, "session")
        session = session_of(token, self._ledger.store, int(time.time())) if token is not None else None
        person = self._person(session) if session is not None else None
        used = POLL not in request.headers  # a page that looks again by itself shows nobody at the desk
        if person is not None and used and time.time() >= person.session.seen + TOUCH_SECONDS:
            with suppress(ReadOnlyError, BusyError):
                await self._ledger.writer.submit(TouchSession(person.session.digest))
        return person

    def _person(self, session: Session) -> Staff | Citizen | None:
        kind, _, name = session.subject.partition("/")
        if f"{kind}/" == PERSON:
            return Citizen(bytes.fromhex(name), session)
        account = account_of(name, self._ledger.store)
        if account is None:
            return None
        return Staff(account.user, account.name, account.roles, account.department, account.counter, session)

    # Coming in

    async def sign_in(self, request: Request, user: str, password: str) -> Opened:
        """Begin a session by name and password; `sign_in.failed` whatever was wrong with them."""
        user, address = user.strip().lower()[:64], address_of(request)
        device = self.cookies.read(request, "device")
        store, now = self._ledger.store, int(time.time())
        known = device_digest(device, user) if device and device_known(device, user, store, now) else None
        self.gate.admit(user, address, known)
        account = account_of(user, store)
        if not await self.passwords.check(account.password_hash if account else None, password):
            raise Problem("sign_in.failed")
        if account is None:
            raise Problem("sign_in.failed")
        number = account.password_number
        if Passwords.outdated(account.password_hash):
            encoded = await self.passwords.hash(password)
            with suppress(CommandRejected):
                await self._ledger.writer.submit(SetPassword(user, number, encoded))
                number += 1
        fresh = None if known is not None else device or new_token()
        try:
            opened = await self._open(request, USER + user, fresh, number)
        except CommandRejected as error:  # the password was replaced while we looked at it
            raise Problem("sign_in.failed") from error
        self.gate.passed(user, address, known)
        return opened

    async def open_citizen(self, request: Request, holder: bytes) -> Opened:
        """Begin the session of a citizen whose identity somebody trusted has proved."""
        return await self._open(request, PERSON + holder.hex(), None)

    async def open_staff(self, request: Request, user: str) -> Opened:
        """Begin the session of a member of staff whom the identity provider has proved."""
        if account_of(user, self._ledger.store) is None:
            raise Problem("sign_in.unknown")
        return await self._open(request, USER + user, None)

    async def _open(
        self, request: Request, subject: str, device: str | None, number: int | None = None
    ) -> Opened:
        old, token = self.cookies.read(request, "session"), new_token()
        remember = device_digest(device, subject.removeprefix(USER)) if device is not None else None
        command = OpenSession(
            token_digest(token),
            subject,
            device_name(request.headers.get("user-agent", "")),
            token_digest(old) if old is not None else None,
            remember,
            number,
        )
        session = (await self._ledger.writer.submit(command)).answer
        if session is None:
            raise Problem("internal.error")
        person = self._person(session)
        if person is None:
            raise Problem("sign_in.failed")
        return Opened(token, session, person.roles, device)

    # Going out

    def sessions(self, person: Staff | Citizen) -> list[Session]:
        """The person's sessions, newest first."""
        return sessions_of(person.session.subject, self._ledger.store, int(time.time()))

    async def end(self, person: Staff | Citizen, session_ids: set[str]) -> int:
        """End those of the person's own sessions that are named by id; how many."""
        own = tuple(one.digest for one in self.sessions(person) if one.id in session_ids)
        return await self.end_of(person.session.subject, own)

    async def end_of(self, subject: str, digests: tuple[bytes, ...]) -> int:
        """End sessions of a subject; how many."""
        return (await self._ledger.writer.submit(EndSessions(subject, digests))).answer or 0

    async def change_password(self, staff: Staff, old: str, new: str) -> None:
        """Another password by who knows the old one, else `password.wrong`; every other session ends."""
        address = f"session {staff.session.id}"
        self.gate.admit(staff.user, address, staff.session.digest)
        account = account_of(staff.user, self._ledger.store)
        if account is None or not await self.passwords.check(account.password_hash, old):
            raise Problem("password.wrong")
        self.gate.passed(staff.user, address, staff.session.digest)
        await self._set_password(account, new, keep=staff.session.digest)

    async def _set_password(self, account: Account, new: str, keep: bytes | None = None) -> None:
        encoded = await self.passwords.hash(require_good(new, account.user))
        writer, subject = self._ledger.writer, USER + account.user
        await writer.submit(SetPassword(account.user, account.password_number, encoded))
        standing = sessions_of(subject, self._ledger.store, int(time.time()))
        await self.end_of(subject, tuple(one.digest for one in standing if one.digest != keep))

    # Accounts

    async def add_account(self, account: Account) -> str:
        """Add an account; its first password, which is kept nowhere."""
        account.require_valid()
        password = first_password()
        encoded = await self.passwords.hash(password)
        await self._ledger.writer.submit(AddAccount(replace(account, password_hash=encoded)))
        return password

    async def reset_password(self, user: str) -> str:
        """Another first password; every session of the account ends."""
        account = account_of(user, self._ledger.store)
        if account is None:
            raise CommandRejected("account.unknown")
        password = first_password()
        await self._set_password(account, password)
        return password

    async def end_account(self, user: str) -> None:
        """End the account; its sessions are nobody's from the next request on."""
        await self._ledger.writer.submit(EndAccount(user))

    # Quota

    async def count_lookup(self, principal: Principal, route: str) -> None:
        """Count a look-up; `quota.exceeded` beyond the minute's, which is an entry once a minute."""
        wait = self.lookups.take(principal)
        if not wait:
            return
        if self.lookups.alerts(principal):
            await self._ledger.oversight.record_refusal(principal, route, "quota.exceeded")
        raise quota_exceeded(wait)

    # Refusals

    async def refuse(self, principal: Principal, route: str, rule: str) -> NoReturn:
        """Refuse a signed-in principal: an entry, within the principal's quota."""
        await self._ledger.oversight.refuse(principal, route, rule)

    async def record_refusal(
        self, asker: Principal, route: str, rule: str, case_no: str | None = None
    ) -> int | None:
        """The index of the refusal's entry; None beyond the principal's quota."""
        return await self._ledger.oversight.record_refusal(asker, route, rule, case_no)


def first_password() -> str:
    """16 characters of base64url: 96 random bits."""
    return secrets.token_urlsafe(12)


def device_name(agent: str) -> str:
    """What a list of sessions calls a browser: `Chrome · Linux`; nothing finer is kept."""
    words = re.findall(r"[A-Za-z]+", agent[:400])
    browser = next((one for one in _BROWSERS if one in words), "")
    system = next((one for one in _SYSTEMS if one in words), "")
    return " · ".join(one for one in (browser.replace("Edg", "Edge"), system) if one) or "-"


def _open_id(ledger: Ledger) -> OpenId:
    """The identity provider's side; its libraries are a sixth of a start that few services need."""
    from api.identity.oidc import OpenId  # noqa: PLC0415

    return OpenId(ledger, ledger.settings)

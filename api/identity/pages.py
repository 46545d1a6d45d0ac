# SPDX-License-Identifier: Apache-2.0
"""Pages of sign-in: by password, by the identity provider, as a sample person; one's own sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.demo.samples import UNITS, people
from api.identity.guard import CALLBACK, address_of, present, route_name, signed_in, staff_in
from api.identity.roles import STAFF_ROLES
from api.identity.throttle import too_often
from api.problems import Problem, seconds_of, text_of
from api.web.forms import local_path, read_form
from api.web.frame import language_for, render, texts_for
from api.web.places import places_for
from attest.holders.commands import holder_lookup
from attest.holders.repository import holder_by_lookup
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.identity.service import Identity, Opened

_SHOWN: Final = frozenset(
    {"sign_in.failed", "sign_in.too_often", "sign_in.busy", "password.weak", "password.wrong"}
)
"""Refusals that the form itself explains; any other is a page of its own."""


class SignInPages:
    """`/sign-in`, `/sign-in/persona`, `/sign-in/oidc` and back, `/sign-out`, `/sessions`, `/password`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._identity: Final[Identity] = ledger.identity
        self._demo = ledger.settings.profile == "demo"

    def router(self) -> APIRouter:
        """The routes, none of which the API's document shows."""
        router = APIRouter(include_in_schema=False)
        for method, path, endpoint in (
            ("GET", "/sign-in", self.ask),
            ("POST", "/sign-in", self.sign_in),
            ("POST", "/sign-in/persona", self.sign_in_as),
            ("GET", "/sign-in/oidc", self.go_to_provider),
            ("GET", CALLBACK, self.come_back),
            ("POST", "/sign-out", self.sign_out),
            ("GET", "/sessions", self.list_sessions),
            ("POST", "/sessions/end", self.end_sessions),
            ("GET", "/password", self.ask_password),
            ("POST", "/password", self.change_password),
        ):
            router.add_api_route(path, endpoint, methods=[method])
        return router

    # Coming in

    async def ask(self, request: Request) -> Response:
        """The form; who is signed in already goes on."""
        next_path = local_path(request.query_params.get("next"), "")
        person = await present(request)
        if person is not None:
            return RedirectResponse(next_path or home_of(request, person.roles), 303)
        return self._form(request, next_path)

    def _form(
        self, request: Request, next_path: str, user: str = "", refused: Problem | None = None
    ) -> Response:
        headers = {name.decode(): value.decode() for name, value in refused.headers} if refused else {}
        return render(
            request,
            "sign-in.html",
            status=refused.status if refused else 200,
            headers=headers,
            next=next_path,
            user=user,
            refused=_words(request, refused),
            provider=self._identity.openid is not None,
            personas=self._personas() if self._demo else [],
            units=UNITS,
        )

    async def sign_in(self, request: Request) -> Response:
        """By user name and password."""
        form = await read_form(request)
        next_path, user = local_path(form.get("next"), ""), form.get("user", "")
        try:
            opened = await self._identity.sign_in(request, user, form.get("password", ""))
        except Problem as refused:
            if refused.code not in _SHOWN:
                raise
            return self._form(request, next_path, user[:64], refused)
        return self._enter(request, opened, next_path)

    async def sign_in_as(self, request: Request) -> Response:
        """As one of the invented people: in the demo profile alone."""
        if not self._demo:
            raise Problem("sign_in.unavailable")
        self._identity.gate.admit_public("persona", address_of(request), "sign_in.too_often")
        form = await read_form(request)
        chosen = next((one for one in self._personas() if one["key"] == form.get("person")), None)
        if chosen is None:
            raise Problem("sign_in.unknown")
        opened = await self._identity.open_citizen(request, bytes.fromhex(chosen["holder"]))
        return self._enter(request, opened, local_path(form.get("next"), ""))

    def _personas(self) -> list[dict[str, Any]]:
        """The sample people whom the ledger knows: key, name, note, number and its type, holder."""
        ledger, found = self._ledger, []
        for one in people():
            holder = holder_by_lookup(
                holder_lookup(one["id_type"], one["number"], ledger.context), ledger.store
            )
            if holder is not None:
                found.append({**one, "holder": holder.hex()})
        return found

    async def go_to_provider(self, request: Request) -> Response:
        """Send the browser to the identity provider."""
        if self._identity.openid is None:
            raise Problem("sign_in.unavailable")
        wait = self._identity.gate.admit_flow(address_of(request))
        if wait:
            raise too_often(wait)
        url, flow = await self._identity.openid.begin(local_path(request.query_params.get("next"), ""))
        answer = RedirectResponse(url, 303)
        self._identity.cookies.put(answer, "flow", flow)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take what the provider answers; once, by the browser that was sent."""
        if self._identity.openid is None:
            raise Problem("sign_in.unavailable")
        cookie = self._identity.cookies.read(request, "flow")
        query = dict(request.query_params)
        proved, next_path = await self._identity.openid.finish(query, cookie)
        if proved.account is not None:
            opened = await self._identity.open_staff(request, proved.account)
        elif proved.holder is not None:
            opened = await self._identity.open_citizen(request, proved.holder)
        else:
            raise Problem("sign_in.unknown")
        answer = self._enter(request, opened, next_path)
        self._identity.cookies.drop(answer, "flow")
        return answer

    def _enter(self, request: Request, opened: Opened, next_path: str) -> Response:
        """Set the cookies of a session that was just begun and go on."""
        answer = RedirectResponse(next_path or home_of(request, opened.roles), 303)
        self._identity.cookies.put(answer, "session", opened.token)
        if opened.device is not None:
            self._identity.cookies.put(answer, "device", opened.device)
        return answer

    # Sessions

    async def sign_out(self, request: Request) -> Response:
        """End this session."""
        person = await present(request)
        if person is not None:
            await self._identity.end_of(person.session.subject, (person.session.digest,))
        answer = RedirectResponse("/", 303)
        self._identity.cookies.drop(answer, "session")
        return answer

    async def list_sessions(self, request: Request) -> Response:
        """Where one is signed in."""
        person = await signed_in(request)
        return render(
            request,
            "sessions.html",
            own=person.session.id,
            sessions=self._identity.sessions(person),
            staff=not person.roles.isdisjoint(STAFF_ROLES),
        )

    async def end_sessions(self, request: Request) -> Response:
        """End one of one's sessions, or all others."""
        person = await signed_in(request)
        named = (await read_form(request)).get("session", "")
        every = {one.id for one in self._identity.sessions(person)}
        wanted = every - {person.session.id} if named == "others" else every & {named}
        if not wanted and named != "others":  # another's session is refused like none, as an entry
            await self._identity.refuse(person.principal(), route_name(request), "not_found")
        await self._identity.end(person, wanted)
        answer = RedirectResponse("/sessions", 303)
        if person.session.id in wanted:
            self._identity.cookies.drop(answer, "session")
        return answer

    async def ask_password(self, request: Request) -> Response:
        """The form for another password."""
        await staff_in(request)
        return self._password_form(request)

    def _password_form(self, request: Request, refused: Problem | None = None) -> Response:
        headers = {name.decode(): value.decode() for name, value in refused.headers} if refused else {}
        return render(
            request,
            "password.html",
            status=refused.status if refused else 200,
            headers=headers,
            refused=_words(request, refused),
        )

    async def change_password(self, request: Request) -> Response:
        """Another password; every other session of the account ends."""
        staff = await staff_in(request)
        form = await read_form(request)
        try:
            await self._identity.change_password(staff, form.get("old", ""), form.get("new", ""))
        except Problem as refused:
            if refused.code not in _SHOWN:
                raise
            return self._password_form(request, refused)
        except CommandRejected as error:
            return self._password_form(request, Problem(error.code))
        return RedirectResponse("/sessions", 303)


def home_of(request: Request, roles: frozenset[str]) -> str:
    """The first place that is these roles' own, else the start page."""
    open_to_all = {place.path for place in places_for(request, frozenset())}
    return next((one.path for one in places_for(request, roles) if one.path not in open_to_all), "/")


def _words(request: Request, refused: Problem | None) -> Mapping[str, str] | None:
    """A refusal in the reader's language: code, title, next step, the seconds to wait if known."""
    if refused is None:
        return None
    text = text_of(refused.code)
    zh = language_for(request) == "zh"
    seconds = seconds_of(refused)
    step = text.next_zh if zh else text.next_en
    return {
        "code": refused.code,
        "title": text.zh if zh else text.en,
        "next": step if seconds is None else f"{step} {texts_for(request)('refusal.seconds', n=seconds)}",
    }

# SPDX-License-Identifier: Apache-2.0
"""What pages ask of identity: who is signed in, the form token, and the check before every unsafe request.

A page begins with `staff = await staff_in(request, "clerk")`; its forms hold
`<input type="hidden" name="csrf" value="{{ csrf_token(request) }}">`. The check of Origin and token stands
before every page route by itself (`api.pages`).
"""

from __future__ import annotations

import re
from hmac import compare_digest
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote

from fastapi import Request  # noqa: TC002  # FastAPI reads the annotation of a dependency

from api.identity.permissions import roles_for
from api.identity.roles import CITIZEN, STAFF_ROLES, Citizen, Staff
from api.identity.sessions import csrf_of
from api.overreach import record_overreach
from api.problems import Header, Problem
from api.web.forms import LIMIT, local_path, read_form
from api.web.frame import CAME_FROM, VIEWER, Viewer, language_for

if TYPE_CHECKING:
    from api.auth import Principal
    from api.identity.service import Identity

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN: Final = "/sign-in"
CALLBACK: Final = f"{SIGN_IN}/oidc/callback"
"""Where a provider of identities sends people back to."""
PERSON: Final = "once.person"
"""Where the request's scope keeps who is signed in, once it was looked up."""


async def present(request: Request) -> Staff | Citizen | None:
    """Who is signed in, or None; for pages that everybody may see."""
    scope = request.scope
    if PERSON not in scope:
        identity: Identity | None = getattr(request.app.state, "identity", None)
        scope[PERSON] = person = await identity.person_of(request) if identity is not None else None
        if person is not None:
            scope[VIEWER] = viewer_of(person, csrf_token(request), _department(request, person, identity))
        if isinstance(person, Staff):
            scope["once.department"] = person.department
    found: Staff | Citizen | None = scope[PERSON]
    return found


def viewer_of(person: Staff | Citizen, csrf: str, department: str) -> Viewer:
    """The person as the masthead says it; `department` by its name."""
    if isinstance(person, Staff):
        desk = " · ".join(one for one in (department, person.counter) if one)
        return Viewer(person.name, desk, person.roles, csrf, person.department)
    return Viewer("", "", person.roles, csrf)


def _department(request: Request, person: Staff | Citizen, identity: Identity | None) -> str:
    code = person.department if isinstance(person, Staff) else None
    return identity.department_name(code, language_for(request)) if identity is not None and code else ""


async def signed_in(request: Request, *roles: str) -> Staff | Citizen:
    """Who is signed in, with one of the roles (any, if none is named).

    A GET without a session is sent to sign in and back; anything else is `session.missing`. A session
    without the role is refused by `auth.forbidden`.
    """
    person = await present(request)
    if person is None:
        _send_to_sign_in(request)
    if roles and person.roles.isdisjoint(roles):
        raise Problem("auth.forbidden")
    return person


async def staff_in(request: Request, *roles: str) -> Staff:
    """As `signed_in`, for staff alone."""
    person = await signed_in(request, *(roles or STAFF_ROLES))
    if not isinstance(person, Staff):
        raise Problem("auth.forbidden")
    return person


async def citizen_in(request: Request) -> Citizen:
    """As `signed_in`, for citizens alone."""
    person = await signed_in(request, CITIZEN)
    if not isinstance(person, Citizen):
        raise Problem("auth.forbidden")
    return person


async def forbid(request: Request, principal: Principal) -> NoReturn:
    """`auth.forbidden` for a principal on a page route, as an entry where there are accounts."""
    identity: Identity | None = getattr(request.app.state, "identity", None)
    if identity is not None:
        await identity.refuse(principal, route_name(request), "auth.forbidden")
    raise Problem("auth.forbidden")


async def note_refusal(request: Request, problem: Problem) -> None:
    """Record a refusal that a page is about to tell, where it means what `overreach` says."""
    person: Staff | Citizen | None = request.scope.get(PERSON)
    identity: Identity | None = getattr(request.app.state, "identity", None)
    principal = person.principal() if person is not None else None
    await record_overreach(problem, identity, principal, route_name(request))


def csrf_token(request: Request) -> str:
    """The token that forms of this session carry; empty where there is no session, and none is needed."""
    identity: Identity | None = getattr(request.app.state, "identity", None)
    token = identity.cookies.read(request, "session") if identity is not None else None
    return csrf_of(token) if token is not None else ""


async def admit(request: Request) -> None:
    """Before every page route: who is signed in, and whether an unsafe request comes from our own pages.

    `origin.foreign` and `csrf.invalid` are 403: the session's token stands in the header `X-CSRF-Token` or in
    the form's field `csrf`. Then the roles of the table of permissions are asked for.
    """
    person = await present(request)
    if request.method not in SAFE:
        check_origin(request)
        if person is not None:
            given = (await form_of(request) or {}).get("csrf", "")
            given = request.headers.get("x-csrf-token") or given
            if not compare_digest(csrf_token(request).encode(), given.encode()):
                raise Problem("csrf.invalid")
    roles = roles_for(request.method, str(getattr(request.scope.get("route"), "path", "")))
    if roles:
        if request.scope.get("once.method") == "HEAD":  # it shows nothing, so it opens nothing
            raise Problem("method_not_allowed", headers=((b"allow", b"GET, OPTIONS"),))
        await signed_in(request, *roles)


async def form_of(request: Request) -> dict[str, str] | None:
    """The fields of a form, whose body stays readable, and where it came from; None for another body.

    A form has to announce its length, of `LIMIT` at most, before any of it is read.
    """
    headers = request.headers
    if headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    length = headers.get("content-length")
    if length is None:
        raise Problem("body.length_required")
    if not length.isascii() or not length.isdigit():
        raise Problem("body.length_invalid")
    if int(length) > LIMIT:
        raise Problem("body.too_large")
    await request.body()
    form = await read_form(request)
    request.scope[CAME_FROM] = local_path(form.get("here"), "")
    return form


def check_origin(request: Request) -> None:
    """Refuse what a browser sends for another site; without any such header it is no browser."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem("origin.foreign")
    origin = headers.get("origin")
    if origin is None:
        return
    identity: Identity | None = getattr(request.app.state, "identity", None)
    public = identity.public_origin if identity is not None else ""
    own = {public} if public else {f"http://{headers.get('host', '')}", f"https://{headers.get('host', '')}"}
    if origin not in own:
        raise Problem("origin.foreign")


def address_of(request: Request) -> str:
    """Where the request comes from; empty where the server does not say."""
    return request.client.host if request.client else ""


def route_name(request: Request) -> str:
    """The page's route as records name it: `/counter/{case}` is `page.counter.case`."""
    return route_code("page" + str(getattr(request.scope.get("route"), "path", "")))


def route_code(path: str) -> str:
    """A route's path as a code of at most 64: `api/v1/cases/{no}/trace` is `api.v1.cases.no.trace`."""
    return re.sub(r"[^a-z0-9_]+", ".", path.lower()).strip(".")[:64].rstrip(".")


def _send_to_sign_in(request: Request) -> NoReturn:
    headers: tuple[Header, ...] = ()
    status: int | None = None
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.url.query}" if request.url.query else ""
        place = f"{SIGN_IN}?next={quote(local_path(request.url.path + query), safe='/')}"
        if request.headers.get("hx-request"):
            headers = ((b"hx-redirect", place.encode()),)
        else:
            status, headers = 303, ((b"location", place.encode()),)
    raise Problem("session.missing", status=status, headers=headers)

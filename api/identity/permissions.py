# SPDX-License-Identifier: Apache-2.0
"""The one table of permissions: every route, who may call it, and what object it may touch (pure).

Pages are guarded from this table by `guard.admit`; the scopes of `/api/v1` are proved equal to it, and every
cell is tried against a running application, foreign objects too (`tests/acceptance/test_permissions.py`, and
`test_page_permissions.py` for those of pages).
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, NamedTuple

from api.auth import AUDITOR, CHECKER, DEPARTMENT, OPERATOR
from api.identity.roles import CITIZEN, CLERK, EDITOR, REVIEWER, ROLES, STAFF_ROLES

Relation = Literal["any", "own", "issuer", "case", "party", "acceptor", "authority"]
"""Whose an object must be; an auditor reads across departments wherever an auditor is admitted.

`any`: no object, or a public one · `own`: what the caller's department (or the person) keeps here itself ·
`issuer`: the entry's issuer · `case`: authority or opener of the case · `party`: who accepted the material,
or the authority of its case · `acceptor`: who accepted it · `authority`: the authority of the service item.
"""


class Permission(NamedTuple):
    """Who may call a route: scopes of API keys below `/api/v1`, roles elsewhere; empty is everybody."""

    method: str
    path: str
    who: frozenset[str] = frozenset()
    relation: Relation = "any"


def _of(who: str, *rows: str) -> list[Permission]:
    """Rows `METHOD path [relation]` for one group."""
    found = []
    for row in rows:
        method, path, *rest = row.split()
        relation: Relation = rest[0] if rest else "any"  # type: ignore[assignment]  # the test reads them all
        found.append(Permission(method, path, frozenset(who.split()), relation))
    return found


_V1: Final = "/api/v1"
API: Final = (
    *_of(
        "",
        f"GET {_V1}/departments/keys",
        f"GET {_V1}/catalogue/versions",
        f"GET {_V1}/catalogue/versions/{{subject}}/{{code}}/{{version}}",
        f"GET {_V1}/catalogue/items/{{item}}/availability",
        f"GET {_V1}/catalogue/items/{{item}}/dcql",
        f"GET {_V1}/entries/{{index}}/proof",
    ),
    *_of(
        OPERATOR,
        f"POST {_V1}/departments",
        f"POST {_V1}/departments:prepare",
        f"POST {_V1}/departments/keys",
        f"POST {_V1}/departments/keys:prepare",
        f"POST {_V1}/departments/keys:retire",
        f"POST {_V1}/departments/keys:retire:prepare",
        f"GET {_V1}/api-keys",
        f"POST {_V1}/api-keys",
        f"POST {_V1}/api-keys/{{id}}:rotate",
        f"POST {_V1}/api-keys/{{id}}:end",
    ),
    *_of(
        f"{DEPARTMENT} {OPERATOR}",
        f"POST {_V1}/catalogue/versions authority",
        f"POST {_V1}/catalogue/versions:prepare",
        f"POST {_V1}/statements acceptor",
        f"POST {_V1}/statements:prepare acceptor",
    ),
    *_of(
        DEPARTMENT,
        f"POST {_V1}/holders",
        f"POST {_V1}/holders/{{id}}:link",
        f"POST {_V1}/holders/{{id}}:link:prepare",
        f"POST {_V1}/denials",
        f"POST {_V1}/denials:prepare",
        f"POST {_V1}/cases authority",
        f"POST {_V1}/cases:prepare",
        f"POST {_V1}/parties case",
        f"POST {_V1}/parties:prepare case",
        f"PUT {_V1}/documents/{{sha256}}",
        f"POST {_V1}/acceptances case",
        f"POST {_V1}/acceptances:prepare case",
        f"POST {_V1}/acceptances:batch case",
        f"POST {_V1}/acceptances/{{id}}:retract party",
        f"POST {_V1}/acceptances/{{id}}:retract:prepare party",
        f"POST {_V1}/reliances case",
        f"POST {_V1}/reliances:prepare case",
        f"GET {_V1}/data-check-requests own",
        f"POST {_V1}/data-check-requests/{{id}}:answer party",
        f"POST {_V1}/data-check-requests/{{id}}:answer:prepare party",
        f"POST {_V1}/requests case",
        f"POST {_V1}/requests:prepare case",
        f"POST {_V1}/claims case",
        f"POST {_V1}/claims:prepare case",
        f"POST {_V1}/consents case",
        f"POST {_V1}/consents:prepare case",
        f"POST {_V1}/consents/{{id}}:withdraw case",
        f"POST {_V1}/consents/{{id}}:withdraw:prepare case",
        f"POST {_V1}/mandates case",
        f"POST {_V1}/mandates:prepare case",
        f"POST {_V1}/mandates/{{id}}:end case",
        f"POST {_V1}/mandates/{{id}}:end:prepare case",
        f"GET {_V1}/recalls own",
        f"POST {_V1}/recalls/{{id}}:seen own",
        f"GET {_V1}/expiries own",
        f"POST {_V1}/expiries/{{id}}:seen own",
        f"GET {_V1}/events own",
        f"GET {_V1}/events/stream own",
        f"POST {_V1}/webhooks own",
        f"GET {_V1}/webhooks own",
        f"GET {_V1}/webhooks/{{id}} own",
        f"DELETE {_V1}/webhooks/{{id}} own",
        f"POST {_V1}/webhooks/{{id}}:rotate own",
        f"POST {_V1}/webhooks/{{id}}:replay own",
    ),
    *_of(
        f"{DEPARTMENT} {CHECKER}",
        f"POST {_V1}/recognitions:check case",
        f"POST {_V1}/recognitions:batch case",
        f"POST {_V1}/bundles/{{bundle}}:plan",
        f"POST {_V1}/catalogue/values:check",
    ),
    *_of(
        f"{DEPARTMENT} {AUDITOR}",
        f"GET {_V1}/cases/{{no}}/trace case",
        f"GET {_V1}/acceptances/{{id}}/reliances party",
        f"GET {_V1}/data-check-requests/{{id}} party",
        f"GET {_V1}/reasks own",
        f"GET {_V1}/reasks/rates own",
        f"GET {_V1}/lookup-alarms own",
        f"GET {_V1}/entries/{{index}} issuer",
        f"GET {_V1}/evidence/{{id}} party",
    ),
)
"""Routes of programs, by scopes of API keys."""

PAGES: Final = (
    *_of(
        "",
        "GET /",
        "GET /openapi.json",
        "GET /log/checkpoint",
        "GET /log/tile/{path:path}",
        "GET /log/tile/entries/{path:path}",  # auditors, by API key: the route asks for it itself
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /static/{digest}/{name:path}",
        "POST /preferences",
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-in/persona",
        "GET /sign-in/oidc",
        "GET /sign-in/oidc/callback",
        "POST /sign-out",
        "GET /trust.json",
        "GET /verify",
        "POST /verify",
        "GET /verify/saved",
        "GET /verify/now",
        "GET /verify/legal",
        "GET /catalogue",
        "GET /catalogue/items/{code}",
        "GET /catalogue/items/{code}/compare",
        "GET /catalogue/bundles/{code}",
        "GET /catalogue/bundles/{code}/compare",
        "GET /catalogue/types",
        "GET /catalogue/types/compare",
        "GET /catalogue/standards",
        "GET /catalogue/standards/{code}",
        "GET /catalogue/standards/{code}/compare",
        "GET /catalogue/examples/{code}",
    ),
    *_of(" ".join(ROLES), "GET /sessions own", "POST /sessions/end own"),
    *_of(" ".join(STAFF_ROLES), "GET /password own", "POST /password own"),
    *_of(
        OPERATOR,
        "GET /accounts",
        "POST /accounts",
        "GET /accounts/password",
        "POST /accounts/password",
        "GET /accounts/end",
        "POST /accounts/end",
    ),
    *_of(f"{AUDITOR} {OPERATOR}", "GET /health"),
    *_of(
        CLERK,
        "GET /counter/deny",
        "POST /counter/deny",
        "GET /counter/new",
        "POST /counter/new authority",
        "GET /counter case",
        "GET /counter/notice case",
        "GET /counter/bundle case",
        "GET /counter/ask case",
        "POST /counter/ask case",
        "GET /counter/sheet case",
        "GET /counter/receipt case",
        "POST /counter/check case",
        "POST /counter/use case",
        "POST /counter/undo case",
        "POST /counter/recalls own",
        "POST /counter/expiries own",
        "GET /counter/uses/{id} case",
        "PUT /counter/documents/{sha256} own",
        "POST /counter/claim case",
        "GET /counter/add case",
        "POST /counter/accept case",
        "GET /counter/retract case",
        "POST /counter/retract case",
        "GET /counter/consent case",
        "POST /counter/consent case",
        "POST /counter/consent/withdraw case",
        "GET /counter/link case",
        "POST /counter/link case",
        "GET /counter/mandate case",
        "POST /counter/mandate case",
        "POST /counter/mandate/end case",
    ),
    *_of(
        f"{EDITOR} {REVIEWER} {AUDITOR} {OPERATOR}",
        "GET /catalogue/check",
        "POST /catalogue/check",
    ),
    *_of(
        f"{EDITOR} {REVIEWER}",
        "GET /catalogue/drafts own",
        "GET /catalogue/drafts/{id} own",
        "GET /catalogue/drafts/{id}/list own",
        "POST /catalogue/drafts/{id}/publish own",
    ),
    *_of(
        f"{EDITOR} {REVIEWER} {OPERATOR}",
        "GET /catalogue/documents own",
        "GET /catalogue/documents/{id} own",
        "GET /catalogue/documents/{id}/list own",
        "POST /catalogue/documents/{id}/publish own",
    ),
    *_of(
        f"{EDITOR} {OPERATOR}",
        "POST /catalogue/documents own",
        "POST /catalogue/documents/{id} own",
        "POST /catalogue/documents/{id}/drop own",
    ),
    *_of(
        EDITOR,
        "POST /catalogue/drafts own",
        "POST /catalogue/drafts/{id} own",
        "POST /catalogue/drafts/{id}/drop own",
    ),
    *_of(
        CITIZEN,
        "GET /my/materials own",
        "GET /my/materials/{id} own",
        "POST /my/materials/{id}/evidence own",
        "GET /my/materials/{id}/dispute own",
        "POST /my/materials/{id}/dispute own",
        "GET /my/uses/{id}/dispute own",
        "POST /my/uses/{id}/dispute own",
        "POST /my/disputes/{id}/withdraw own",
        "GET /my/materials/{id}/reuse own",
        "POST /my/materials/{id}/reuse own",
        "GET /my/uses own",
        "GET /my/submission/{case} own",
        "POST /my/submission/{case} own",
        "GET /my/erasure own",
        "GET /my/erasure/confirm own",
        "POST /my/erasure/confirm own",
        "GET /my/handed-in own",
        "GET /my/handed-in/{case} own",
        "POST /my/handed-in/{case} own",
        "GET /my/handed-in/{case}/{index} own",
        "POST /my/reasks/{id}/evidence own",
        "GET /my/consents own",
        "POST /my/consents own",
        "POST /my/consents/{id}/withdraw own",
        "GET /my/mandates own",
        "GET /my/mandates/new own",
        "POST /my/mandates/new own",
        "GET /my/mandates/{id} own",
        "POST /my/mandates/{id}/revoke own",
        "GET /my/mandates/{id}/submission/{case} own",
        "POST /my/mandates/{id}/submission/{case} own",
        "GET /my/mandates/{id}/handed-in/{case} own",
        "POST /my/mandates/{id}/handed-in/{case} own",
        "GET /my/mandates/{id}/handed-in/{case}/{index} own",
    ),
    *_of(
        REVIEWER,
        "GET /disputes own",
        "GET /disputes/{id} party",
        "POST /disputes/{id} party",
    ),
    *_of(
        f"{REVIEWER} {OPERATOR}",  # of the department that their account names; ids and indexes, no person
        "GET /webhooks own",
        "GET /webhooks/{id} own",
        "POST /webhooks/{id}/replay own",
        "POST /webhooks/{id}/rotate own",
    ),
    *_of(AUDITOR, "GET /oversight/person", "POST /oversight/person"),
    *_of(
        f"{AUDITOR} {REVIEWER}",
        "GET /oversight/alarms own",
        "POST /oversight/alarms/{id} own",
    ),
    *_of(
        f"{AUDITOR} {CLERK} {REVIEWER}",
        "GET /trace",
        "POST /trace case",
        "POST /trace/evidence party",
        "GET /reasks own",
    ),
)
"""Routes of people, by roles."""

NAMED_ROLES: Final = (CLERK, REVIEWER, AUDITOR, EDITOR, OPERATOR, CITIZEN)


@cache
def pages() -> dict[tuple[str, str], Permission]:
    """The rows of pages by method and path."""
    return {(row.method, row.path): row for row in PAGES}


def roles_for(method: str, path: str) -> frozenset[str]:
    """The roles that a page asks for; empty where it is everybody's."""
    row = pages().get(("GET" if method == "HEAD" else method, path))
    return row.who if row is not None else frozenset()

# SPDX-License-Identifier: Apache-2.0
"""The table of permissions, cell by cell, against a running application: T17, T50 and the roles of pages.

Objects of pages are tried by `test_page_permissions.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.auth import AUDITOR, CHECKER, DEPARTMENT, OPERATOR
from api.identity.permissions import API, NAMED_ROLES, PAGES, Permission
from api.identity.roles import CITIZEN, ROLES
from tests.acceptance.door_faults import head
from tests.acceptance.door_samples import PDF, Door, door_of, plain
from tests.people import ACCOUNTS, Browser, add_accounts, as_person, signed_in
from tests.worlds import CUSTODIAL, OWN, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from api.thin import ThinRoute

pytest_plugins = ["tests.api_parts"]

SCOPES: Final = {
    "": frozenset[str](),
    "operator": frozenset({OPERATOR}),
    "auditor": frozenset({AUDITOR}),
    "checker": frozenset({CHECKER}),
    **{code: frozenset({DEPARTMENT, CHECKER}) for code in (*CUSTODIAL, OWN)},
}
"""API keys by what they may do; the checker's is SC's."""
FOREIGN: Final = frozenset(
    {
        "case.unknown",
        "acceptance.unknown",
        "evidence.unknown",
        "expiry.unknown",
        "recall.unknown",
        "not_found",
        "issuer.mismatch",
    }
    | {"webhook.unknown", "authority.mismatch", "data_check.unknown", "mandate.unknown", "consent.unknown"}
)
"""How an object of others is refused: as if there were none, or as another's to say."""
SAID_BY_RULE: Final = ("authority", "acceptor")
"""Relations that are public knowledge: there `auth.forbidden` says so."""
LAST: Final = ("departments/keys:retire", "api-keys/{id}:end")
"""Acts that take a key away stand at the end."""
COUNTED: Counter[str] = Counter()


def rows_of(world: World) -> dict[tuple[str, str], Permission]:
    """The table of programs by route, as far as this application has them."""
    return {(row.method, row.path): row for row in API}


def related(world: World, row: Permission, door: Door) -> set[str]:
    """The departments whose object the good request names, by what this ledger was filled with."""
    said = plain(door.value).decode() + door.path
    cases = {
        world.cases["XF-001"]: {"ZW", "XF"},
        world.cases["SC-002"]: {"SC"},
        world.cases[OWN]: {OWN, "SC"},
    }
    accepted = {world.accepted["licence"]["id"]: {"ZW", "XF"}, world.accepted["layout"]["id"]: {OWN, "SC"}}
    if "data-check" in door.path:
        accepted[world.disputed("layout", "chen")] = {OWN, "SC"}
    match row.relation:
        case "case" if door.path.startswith(("mandates/", "consents", "parties")):  # a case of its own
            return {OWN, "SC"}
        case "case":
            return next(who for case, who in cases.items() if case in said)
        case "party":
            return next(who for one, who in accepted.items() if one in said)
        case "acceptor":
            return {OWN}
        case "issuer":
            return {"ZW"}
        case "authority":
            return {"SC", "ZW", OWN} if door.path == "cases" else set()
        case "own":
            return {door.who} if "{" in row.path else set(SCOPES)
        case _:
            return set(SCOPES)


def expected(world: World, row: Permission, door: Door, who: str) -> str:
    """What the table says of one cell."""
    if not row.who:
        return "in"
    if not who:
        return "sign in"
    if SCOPES[who].isdisjoint(row.who):
        return "role"
    department = "SC" if who == "checker" else who
    everywhere = {AUDITOR} if row.relation == "acceptor" else {AUDITOR, OPERATOR}
    if not SCOPES[who].isdisjoint(everywhere) or department in related(world, row, door):
        return "in"
    return "foreign"


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal; of a batch the first one inside; empty where it was taken."""
    said: Any = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if answer.status_code < 400 and isinstance(said, dict) and "results" in said:
        said = said["results"][0].get("problem", {}) if said["results"] else {}
    return str(said.get("code", "")) if isinstance(said, dict) else ""


def outcome(code: str) -> str:
    """What a refusal means."""
    if code in {"auth.missing", "session.missing"}:
        return "sign in"
    return "role" if code == "auth.forbidden" else "foreign" if code in FOREIGN else "in"


def the_door(world: World, route: ThinRoute) -> Door:
    """The good request; of an entry one of ZW's."""
    door = door_of(route, world)
    if route.template == "/api/v1/entries/{index}":
        door.path = f"entries/{world.accepted['licence']['index']}"
    return door


def knock(world: World, route: ThinRoute, door: Door, who: str) -> httpx.Response:
    """Send the good request as somebody."""
    content = PDF if route.method == "PUT" else plain(door.value) if door.value is not None else None
    if route.template == "/api/v1/statements":  # signed outside always
        content = world.signed(OWN, "statements", door.value)
    path = f"/api/v1/{door.path}" + "".join(f"?{name}={value}" for name, value in door.query.items())
    return world.send(route.method, path, who=who, content=content, headers=head(route, door))


def test_the_table_names_every_route_of_programs(world: World) -> None:
    """Routes and rows are the same, and so are their scopes; the OpenAPI document says no other."""
    table = rows_of(world)
    routes = {(route.method, route.template): route for route in world.app.table.routes}
    assert routes.keys() == table.keys()
    document = world.send("GET", "/openapi.json").json()["paths"]
    for (method, path), route in routes.items():
        row = table[method, path]
        assert (route.scopes or frozenset()) == row.who, path
        assert route.public == (not row.who), path
        assert frozenset(document[path][method.lower()].get("x-scopes", ())) == row.who, path


def test_every_cell_of_programs(own_world: World) -> None:
    """Every API key × every route × an object: in, sign in, another role, or another's object."""
    world, table = own_world, rows_of(own_world)
    wrong: list[tuple[object, ...]] = []
    tried, kept_elsewhere = set[tuple[str, str]](), set[tuple[str, str]]()
    routes = sorted(
        world.app.table.routes,
        key=lambda route: (any(route.path.endswith(one) for one in LAST), route.method != "GET"),
    )
    for route in routes:
        row, door = table[route.method, route.template], the_door(world, route)
        for who in sorted(SCOPES, key=lambda one: (one in (door.who, "operator"), one)):
            size = world.size
            answer = knock(world, route, door, who)
            wanted, code = expected(world, row, door, who), code_of(answer)
            found = outcome(code)
            if wanted == "foreign" and row.relation in SAID_BY_RULE:
                found = {"role": "foreign"}.get(found, found)
            if code == "key.not_custodial":  # who keeps the own key signs; `:prepare` has the cell
                kept_elsewhere.add((route.template.removesuffix(":batch") + ":prepare", who))
                continue
            tried.add((route.template, who))
            COUNTED[f"{row.relation}, {wanted}"] += 1
            if wanted != found:
                wrong.append((route.method, route.template, who, wanted, found, code))
            grown = [world.kind_of(index) for index in range(size, world.size)]
            if wanted in {"role", "foreign"} and grown != ["usage.refused"]:
                wrong.append((route.method, route.template, who, wanted, grown))
            if wanted == "sign in":
                assert world.size == size
    assert not wrong, "\n".join(map(str, wrong))
    print(f"{COUNTED.total()} cells (key x route x object): {dict(sorted(COUNTED.items()))}")
    print(f"{len(kept_elsewhere)} cells of keys that are kept elsewhere, tried by :prepare instead")
    assert kept_elsewhere <= tried


# pages


def page_routes(world: World) -> Iterator[tuple[str, str]]:
    """Method and path of every page route; FastAPI keeps those of an included router inside it."""

    def walk(routes: Any) -> Iterator[Any]:
        for route in routes:
            inside = getattr(route, "original_router", None)
            yield from walk(inside.routes) if inside is not None else (route,)

    for route in walk(world.app.pages.routes):
        for method in sorted(route.methods - {"HEAD"}):
            yield method, route.path


def test_the_table_names_every_page(world: World) -> None:
    """Every page has one row and every row a page: what either does not know of the other fails here."""
    rows = [(row.method, row.path) for row in PAGES]
    assert len(rows) == len(set(rows))
    assert set(page_routes(world)) == set(rows)
    assert set(NAMED_ROLES) == set(ROLES)


SAMPLES: Final = {"sha256": "0" * 64, "digest": "0" * 16, "name": "mark.svg", "path": "0/000", "index": "1"}


def filled(path: str) -> str:
    """A page's path with something in the place of each parameter."""
    return re.sub(r"\{([a-z0-9_]+)(?::[a-z]+)?\}", lambda found: SAMPLES.get(found[1], "0" * 32), path)


def visit(browser: Browser, row: Permission) -> str:
    """What a person meets at a page: in, sign in, or another role."""
    form = {"csrf": browser.csrf} if row.method != "GET" else None
    answer = browser.send(row.method, filled(row.path), form, headers={"accept": "application/json"})
    sent_on = answer.headers.get("location", "").startswith("/sign-in?")
    return "sign in" if sent_on else outcome(code_of(answer)).replace("foreign", "in")


def test_every_cell_of_pages(own_world: World) -> None:
    """Every person × every page: those of the row come in, others are refused, strangers sign in first.

    Another role is one entry, a stranger none.
    """
    world, cells = own_world, 0
    wrong: list[tuple[object, ...]] = []
    add_accounts(world)
    people: dict[str, tuple[frozenset[str], Browser]] = {"": (frozenset(), Browser(world))}
    for one in ACCOUNTS:
        people[one.user] = (one.roles, signed_in(world, one.user))
    for key in ("chen", "luo"):
        people[key] = (frozenset({CITIZEN}), as_person(world, key))
    rows = list(PAGES)
    rows.sort(key=lambda row: row.path == "/sign-out")
    for row in rows:
        for who, (roles, browser) in people.items():
            wanted = "in" if not row.who or not roles.isdisjoint(row.who) else "role" if who else "sign in"
            if row.path == "/sign-in/persona" and who:
                continue  # it would make another person of the browser
            size = world.size
            found, cells = visit(browser, row), cells + 1
            refused = [one for one in range(size, world.size) if world.kind_of(one) == "usage.refused"]
            if (wanted == "role" and len(refused) != 1) or (not who and refused):
                wrong.append((row.method, row.path, who, wanted, refused))
            if row.path == "/log/tile/entries/{path:path}":
                wanted = "sign in"  # it asks for an API key, whoever is signed in
            if wanted != found:
                wrong.append((row.method, row.path, who, wanted, found))
    assert not wrong, "\n".join(map(str, wrong))
    print(f"{cells} cells (person x page)")


@pytest.mark.parametrize(
    "path",
    [
        "/counter?case={}",
        "/counter/notice?case={}",
        "/counter/bundle?case={}",
        "/counter/add?case={}&type=x",
    ],
)
def test_a_clerk_sees_the_cases_of_the_own_department(world: World, path: str) -> None:
    """A case of another department looks like none, at every page that takes a case."""
    if not any(row.user == "clerk" for row in ACCOUNTS):
        pytest.fail("the tests have no clerk")
    browser = Browser(world)
    if browser.sign_in("clerk").status_code == 401:
        add_accounts(world)
        assert browser.sign_in("clerk").status_code == 303
    other, none = world.cases["SC-002"], "990101202601010000019"
    foreign, absent = browser.get(path.format(other)), browser.get(path.format(none))
    assert foreign.status_code == absent.status_code == 404
    said = [
        re.sub(f"{number}|{answer.headers['x-request-id']}", "", answer.text)
        for number, answer in ((other, foreign), (none, absent))
    ]
    assert said[0] == said[1]

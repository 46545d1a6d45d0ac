# SPDX-License-Identifier: Apache-2.0
"""For every page that names an object: a real one, whose it is, and a request that names it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from api.auth import OPERATOR
from api.identity.accounts import Account
from api.identity.roles import CITIZEN, CLERK, EDITOR, REVIEWER
from api.web.counter.uses import Choose
from tests.acceptance.door_samples import mandate_paper, mandate_request, number_of
from tests.acceptance.inbox_samples import expiring, recalled
from tests.consent_parts import ITEM, consent_case, consent_request, last_day, publish_consent
from tests.people import ACCOUNTS, Browser, as_person, signed_in
from tests.worlds import restaurant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds import World

STAFF: Final = (
    *ACCOUNTS,
    Account("clerk.yc", "窗口丙", frozenset({CLERK}), "YC", ""),
    Account("reviewer.sc", "审核庚", frozenset({REVIEWER}), "SC", ""),
    Account("reviewer.zw", "审核辛", frozenset({REVIEWER}), "ZW", ""),
    Account("editor.xf", "目录辛", frozenset({EDITOR}), "XF", ""),
    Account("editor.zw", "目录壬", frozenset({EDITOR}), "ZW", ""),
    Account("operator.b", "运维庚", frozenset({OPERATOR}), None, ""),
)
CITIZENS: Final = ("chen", "lin", "luo")
ROLES_OF: Final = {
    **{one.user: one.roles for one in STAFF},
    **dict.fromkeys(CITIZENS, frozenset({CITIZEN})),
}
ABSENT: Final = "0" * 32
NO_CASE: Final = "990101202601010000019"
USE: Final = bytes(range(16))

NAMELESS: Final = frozenset(
    {
        *(
            "GET /sessions",
            "GET /password",
            "POST /password",
            "GET /disputes",
            "GET /reasks",
            "GET /webhooks",
        ),
        *("GET /webhooks", "GET /oversight/alarms", "PUT /counter/documents/{sha256}"),
        *("GET /catalogue/drafts", "POST /catalogue/drafts"),
        *("GET /catalogue/documents", "POST /catalogue/documents"),
        *("GET /my/materials", "GET /my/uses", "GET /my/handed-in", "GET /my/mandates"),
        *("GET /my/consents", "POST /my/consents"),
        *("GET /my/mandates/new", "POST /my/mandates/new"),
        *("GET /my/erasure", "GET /my/erasure/confirm", "POST /my/erasure/confirm"),
    }
)
"""Pages of what is one's own that name no object: there roles are all that is asked."""
AS_CHOICE: Final = frozenset({"POST /counter/new"})
"""Pages that answer for an object of others, as for none, with the choice of what there is."""


@dataclass
class Cell:
    """A request with `{it}` where the object's name stands; `own`: who may, `others`: who may not."""

    row: str
    path: str
    it: str
    own: tuple[str, ...]
    others: tuple[str, ...] | None = None
    """None is everybody else of the row's roles."""
    form: dict[str, str] = field(default_factory=dict)
    absent: str = ABSENT

    def request(self, it: str) -> tuple[str, str, dict[str, str] | None]:
        """Method, address and form that name an object."""
        method = self.row.split()[0]
        form = {name: text.replace("{it}", it) for name, text in self.form.items()}
        return method, self.path.replace("{it}", it), None if method == "GET" else form


def key_in(browser: Browser, path: str) -> str:
    """The key of the form on a page."""
    page = browser.get(path)
    found = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def sent_to(browser: Browser, path: str, pattern: str, **form: str) -> str:
    """Send a form that is taken; what the address that it leads to names."""
    answer = browser.post(path, **form)
    assert answer.status_code == 303, answer.text
    found = re.search(pattern, answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return found[1]


def counter_cells(world: World) -> Iterator[Cell]:
    """The counter: a case of ZW for XF, a case of SC with a mandate on paper, a recall of YC."""
    case, licence = world.cases["XF-001"], world.accepted["licence"]["id"]
    zw, sc = ("clerk",), ("clerk.sc",)
    for row, query, form in (
        ("GET /counter", "?case={it}", {}),
        ("GET /counter/notice", "?case={it}", {}),
        ("GET /counter/bundle", "?case={it}", {}),
        ("GET /counter/sheet", f"?case={{it}}&acceptance={licence}", {}),
        ("GET /counter/add", "?case={it}&type=business_licence&requirement=licence", {}),
        ("GET /counter/retract", f"?case={{it}}&acceptance={licence}", {}),
        ("GET /counter/link", "?case={it}", {}),
        ("POST /counter/link", "", {"key": "k"}),
        ("GET /counter/ask", "?case={it}", {}),
        ("POST /counter/ask", "", {"key": "k"}),
        ("POST /counter/check", "", {"type": "business_licence", "issuer": "SC", "number": "N-1"}),
        ("POST /counter/use", "", {"use.licence": ABSENT, "key": "k"}),
        ("POST /counter/claim", "", {"requirement": "licence", "key": "k"}),
        ("POST /counter/accept", "", {"requirement": "licence", "type": "business_licence"}),
        ("POST /counter/retract", "", {"acceptance": licence, "key": "k"}),
    ):
        more = {"case": "{it}", **form} if row.startswith("POST") else {}
        yield Cell(row, row.split()[1] + query, case, zw, form=more, absent=NO_CASE)
    layout = str(world.accepted["layout"]["id"])
    for row in ("GET /counter/sheet", "GET /counter/retract"):  # another's paper in one's own case
        yield Cell(row, f"{row.split()[1]}?case={case}&acceptance={{it}}", layout, (), zw)
    of_food = str(world.made("ZW", "cases", world.case("SC-002"))["case"])
    asked = {"case": of_food, "requirement": "licence", "acceptance": licence}
    entry = world.made("ZW", "reliances", asked)["index"]
    receipt = f"/counter/receipt?case={{it}}&entry={entry}"
    yield Cell("GET /counter/receipt", receipt, of_food, ("clerk", "clerk.sc"), absent=NO_CASE)
    world.ledger.writer.submit_wait(Choose(USE, case, "ZW", "clerk", (("licence", bytes.fromhex(licence)),)))
    yield Cell("GET /counter/uses/{id}", "/counter/uses/{it}", USE.hex(), zw)
    yield Cell("POST /counter/undo", "/counter/undo", USE.hex(), zw, form={"id": "{it}"})
    recall = recalled(world)
    yield Cell(
        "POST /counter/recalls",
        "/counter/recalls",
        recall,
        ("clerk.yc",),
        form={"id": "{it}"},
        absent="99999999-0",
    )
    soon, yc = expiring(world), ("clerk.yc",)
    yield Cell("POST /counter/expiries", "/counter/expiries", soon, yc, form={"id": "{it}"})
    paper, of_sc = mandate_paper(world), world.cases["SC-002"]
    recorded = str(world.made("SC", "mandates", mandate_request(world, paper))["id"])
    yield Cell(
        "GET /counter/mandate",
        f"/counter/mandate?case={{it}}&acceptance={paper}",
        of_sc,
        sc,
        absent=NO_CASE,
    )
    yield Cell(
        "POST /counter/mandate",
        "/counter/mandate",
        of_sc,
        sc,
        form={"case": "{it}", "acceptance": paper},
        absent=NO_CASE,
    )
    consenting = consent_case(world)
    row, path = "GET /counter/consent", "/counter/consent?case={it}&requirement=licence"
    yield Cell(row, path, consenting, sc, absent=NO_CASE)
    said = {"case": "{it}", "requirement": "licence", "key": "k"}
    yield Cell("POST /counter/consent", "/counter/consent", consenting, sc, form=said, absent=NO_CASE)
    consent = str(world.made("SC", "consents", consent_request(world, consenting))["id"])
    back, row = {"consent": consent, "present": "head", "case": "{it}"}, "POST /counter/consent/withdraw"
    path = "/counter/consent/withdraw"
    yield Cell(row, path, consent, (), zw, form={**back, "case": case, "consent": "{it}"})
    yield Cell(row, path, consenting, sc, form=back, absent=NO_CASE)
    end = {"reason": "taken_back", "mandate": recorded, "case": "{it}"}
    yield Cell(
        "POST /counter/mandate/end",
        "/counter/mandate/end",
        recorded,
        (),
        zw,
        form={**end, "case": case, "mandate": "{it}"},
    )
    yield Cell("POST /counter/mandate/end", "/counter/mandate/end", of_sc, sc, form=end, absent=NO_CASE)


def catalogue_cells(world: World) -> Iterator[Cell]:
    """A guide that SC drafted, and a bundle that ZW drafted."""
    guide = world.get("", "catalogue/versions/item/SC-002/1").json()
    for kind, maker, second, document in (
        ("drafts", "editor", "reviewer.sc", {**guide, "version": 2}),
        ("documents", "editor.zw", "reviewer.zw", {**restaurant(), "version": 2}),
    ):
        place, browser, text = f"/catalogue/{kind}", signed_in(world, maker), json.dumps(document)
        one, other = (
            sent_to(browser, place, rf"{place}/(\w+)$", text=text, keep="yes", key=key)
            for key in ("k1", "k2")
        )
        both = (maker, second)
        yield Cell(f"GET {place}/{{id}}", f"{place}/{{it}}", one, both)
        yield Cell(f"GET {place}/{{id}}/list", f"{place}/{{it}}/list?as=.json", one, both)
        yield Cell(f"POST {place}/{{id}}", f"{place}/{{it}}", one, (maker,), form={"text": text})
        publish = f"POST {place}/{{id}}/publish"
        others = ("editor.xf", "reviewer")
        yield Cell(publish, f"{place}/{{it}}/publish", one, (second,), others, {"revision": "1"})
        yield Cell(f"POST {place}/{{id}}/drop", f"{place}/{{it}}/drop", other, (maker,))


def citizen_cells(world: World) -> Iterator[Cell]:
    """What chen has, and what lin may do for chen."""
    chen, case = as_person(world, "chen"), world.cases["SC-002"]
    layout, mine = str(world.accepted["layout"]["id"]), ("chen",)
    for row in ("", "/dispute", "/reuse"):
        yield Cell(f"GET /my/materials/{{id}}{row}", f"/my/materials/{{it}}{row}", layout, mine)
    wrong = {"reason": "wrong_content", "text": "x", "key": "k"}
    for row, form in (("/evidence", {}), ("/dispute", wrong), ("/reuse", {"choice": "remove", "key": "k"})):
        yield Cell(f"POST /my/materials/{{id}}{row}", f"/my/materials/{{it}}{row}", layout, mine, form=form)
    asked = {"case": world.made("ZW", "cases", world.case("SC-002"))["case"], "requirement": "licence"}
    used = str(world.made("ZW", "reliances", {**asked, "acceptance": world.accepted["licence"]["id"]})["id"])
    for method in ("GET", "POST"):
        form = {"reason": "not_needed", "key": "k"}
        yield Cell(f"{method} /my/uses/{{id}}/dispute", "/my/uses/{it}/dispute", used, mine, form=form)
    back = world.disputed("layout", "chen")
    yield Cell("POST /my/disputes/{id}/withdraw", "/my/disputes/{it}/withdraw", back, mine)

    said = {"requirement": "licence", "again": "yes"}
    handed = f"/my/handed-in/{case}"
    index = sent_to(chen, handed, r"/(\d+)$", key=key_in(chen, handed), **said)
    proof = re.search(r"/my/reasks/([0-9a-f]{32})/evidence", chen.get(f"{handed}/{index}").text)
    assert proof is not None
    yield Cell("POST /my/reasks/{id}/evidence", "/my/reasks/{it}/evidence", proof[1], mine)
    publish_consent(world)
    asked = {"item": ITEM, "requirement": "licence", "where": "item"}
    sent_to(chen, "/my/consents", "(consents)", **asked, until=last_day(), place="item-1", key="k")
    consent = re.search(r"/my/consents/([0-9a-f]{32})/withdraw", chen.get("/my/consents").text)
    assert consent is not None
    row = "POST /my/consents/{id}/withdraw"
    yield Cell(row, "/my/consents/{it}/withdraw", consent[1], mine)
    grant = {"number": number_of("lin"), "act.view": "yes", "act.hand_in": "yes"}
    until = {"until": mandate_request(world, "")["last_day"]}
    new, revoking = "/my/mandates/new", r"/my/mandates/([0-9a-f]{32})/revoke"
    before = set(re.findall(revoking, chen.get("/my/mandates").text))
    sent_to(chen, new, "(mandates)", key=key_in(chen, new), **grant, **until)
    (mandate,) = set(re.findall(revoking, chen.get("/my/mandates").text)) - before
    agent = ("lin",)
    yield Cell("GET /my/mandates/{id}", "/my/mandates/{it}", mandate, agent)
    choose = {"act": "choose", "requirement": "licence", "key": "k"}
    for base, who, others in (("/my", mine, None), (f"/my/mandates/{mandate}", agent, ("luo",))):
        row = base.replace(mandate, "{id}")
        for method in ("GET", "POST"):
            for place, form in (("submission", choose), ("handed-in", {**said, "key": "k2"})):
                yield Cell(
                    f"{method} {row}/{place}/{{case}}",
                    f"{base}/{place}/{{it}}",
                    case,
                    who,
                    others,
                    form,
                    NO_CASE,
                )
        answer = f"GET {row}/handed-in/{{case}}/{{index}}"
        yield Cell(answer, f"{base}/handed-in/{{it}}/{index}", case, who, others, absent=NO_CASE)
        yield Cell(answer, f"{base}/handed-in/{case}/{{it}}", "1", (), who, absent="999999")
    for place in ("submission", "handed-in"):  # another's mandate, the case of its principal
        for method, form in (("GET", {}), ("POST", choose if place == "submission" else said)):
            row = f"{method} /my/mandates/{{id}}/{place}/{{case}}"
            yield Cell(row, f"/my/mandates/{{it}}/{place}/{case}", mandate, agent, form=form)
    yield Cell("POST /my/mandates/{id}/revoke", "/my/mandates/{it}/revoke", mandate, mine)


def supervision_cells(world: World, alarm: str) -> Iterator[Cell]:
    """A dispute of what ZW accepted for XF, an alarm of SC, the trace of a case."""
    case, licence = world.cases["XF-001"], str(world.accepted["licence"]["id"])
    dispute, parties = world.disputed("licence", "chen"), ("reviewer", "reviewer.zw")
    yield Cell("GET /disputes/{id}", "/disputes/{it}", dispute, parties)
    answer = {"outcome": "not_upheld", "reason": "record_correct", "key": "k"}
    yield Cell("POST /disputes/{id}", "/disputes/{it}", dispute, parties, form=answer)
    yield Cell(
        "POST /oversight/alarms/{id}",
        "/oversight/alarms/{it}",
        alarm,
        ("reviewer.sc", "auditor"),
        form={"reason": "x"},
    )
    see = ("clerk", "reviewer", "reviewer.zw", "auditor")
    form = {"q": "{it}", "purpose": "testing"}
    yield Cell("POST /trace", "/trace", case, see, form=form, absent=NO_CASE)
    yield Cell("POST /trace/evidence", "/trace/evidence", licence, see, form=form)


def webhook_cells(world: World) -> Iterator[Cell]:
    """A webhook of XF."""
    hook = str(world.made("XF", "webhooks", {"url": "http://127.0.0.1:9/events"})["id"])
    for row, form in (
        ("GET /webhooks/{id}", {}),
        ("POST /webhooks/{id}/replay", {"from": "dead", "key": "k"}),
        ("POST /webhooks/{id}/rotate", {"key": "k"}),
    ):
        yield Cell(row, row.split()[1].replace("{id}", "{it}"), hook, ("reviewer",), form=form)


def session_cells(session: str, user: str) -> Iterator[Cell]:
    """A session of a user beside the one that asks."""
    form = {"session": "{it}"}
    yield Cell("POST /sessions/end", "/sessions/end", session, (user,), form=form, absent="0" * 16)


def cells_of(world: World, alarm: str, session: str, user: str) -> list[Cell]:
    """Every cell, those that end something last of their kind."""
    made: list[Any] = [counter_cells(world), catalogue_cells(world), citizen_cells(world)]
    made += [supervision_cells(world, alarm), webhook_cells(world), session_cells(session, user)]
    return [cell for several in made for cell in several]

# SPDX-License-Identifier: Apache-2.0
"""A whole ledger behind its doors in one process: founded home, departments, guides, people, cases, files."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import time
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

import httpx

from api.app import App, create_app
from api.auth import AUDITOR, CHECKER, DEPARTMENT, OPERATOR
from api.demo import samples
from api.logging_setup import line_writer
from api.signing import sign_prepared
from api.web.mine.disputing import DisputeForm, request_of
from api.wiring import Ledger, mint_api_key, open_ledger
from attest.acts import Custodial
from attest.data_check_requests.commands import RequestDataCheck
from attest.data_check_requests.repository import requests_on
from attest.oversight.holdings import holdings_of
from attest.registry.model import SERVICE
from attest.statements import Entry, Envelope
from ledger.canonical import dump
from ledger.secp256k1 import Secp256k1Signer
from tests.homes import settings_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from pathlib import Path

    from attest.statements import Signer

CUSTODIAL: Final = ("SC", "XF", "ZW", "YC")
OWN: Final = "WJ"
"""The department that keeps its key itself; the food guide lets it receive."""
SHOP: Final = {"kind": "real_estate_unit", "id": "990101001001GB00017F00010117"}
FOOD_ANSWERS: Final = {"prepacked": "no", "catering": "no", "applicant": "self"}
TOBACCO_ANSWERS: Final = {"premises": "leased", "residence": "local", "applicant": "self"}
OWN_SIGNER: Final = Secp256k1Signer(sha256(b"key that WJ keeps itself").digest())

_numbers = itertools.count(1)


def a_request_key() -> str:
    """An Idempotency-Key that no other request has."""
    return f"key-{next(_numbers):08d}"


@dataclass
class World:
    """The ledger, and everybody who calls it: one request after the other, with the key of a name."""

    ledger: Ledger
    runner: asyncio.Runner
    lines: io.BytesIO
    keys: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: App = create_app(self.ledger)

    @property
    def size(self) -> int:
        """Entries committed."""
        return self.ledger.store.head().size

    def key_id(self, who: str) -> str:
        """The public id of somebody's API key."""
        return self.keys[who].split("_")[1]

    def kind_of(self, index: int) -> str:
        """The kind of an entry."""
        return self.entry(index).kind

    def acts(self, since: int) -> list[str]:
        """The kinds of the entries since then, but for those of refusals."""
        kinds = [self.kind_of(index) for index in range(since, self.size)]
        return [kind for kind in kinds if kind != "usage.refused"]

    def entry(self, index: int) -> Entry:
        """An entry as it stands in the log."""
        return Envelope.parse(self.ledger.store.leaf(index)).entry

    def send(
        self,
        method: str,
        path: str,
        *,
        who: str = "",
        content: bytes | None = None,
        headers: Sequence[tuple[str, str]] = (),
        client: str = "127.0.0.1",
    ) -> httpx.Response:
        """One request with exactly these headers, and the key of `who` where there is one."""
        given = list(headers)
        if who and not any(name.lower() == "authorization" for name, _ in given):
            given.append(("authorization", f"Bearer {self.keys[who]}"))
        return self.runner.run(self._answer(method, path, content, given, client))

    async def _answer(
        self, method: str, path: str, content: bytes | None, given: Sequence[tuple[str, str]], client: str
    ) -> httpx.Response:
        """What the application answers; the headers reach it as they are, twice or not ASCII."""
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in given]
        if content is not None and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", str(len(content)).encode()))
        raw, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": (client, 1),
            "server": ("localhost", 80),
        }
        messages: list[MutableMapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content or b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return httpx.Response(messages[0]["status"], headers=messages[0]["headers"], content=body)

    def post(self, who: str, path: str, value: Any, key: str | None = None) -> httpx.Response:
        """A JSON document under `/api/v1`."""
        content = value if isinstance(value, bytes) else dump(value, max_depth=32)
        headers = [("content-type", "application/json"), ("idempotency-key", key or a_request_key())]
        headers.append(("accept-language", "en"))
        return self.send("POST", f"/api/v1/{path}", who=who, content=content, headers=headers)

    def get(self, who: str, path: str, **query: str) -> httpx.Response:
        """A GET under `/api/v1`."""
        url = f"/api/v1/{path}?{urlencode(query)}" if query else f"/api/v1/{path}"
        return self.send("GET", url, who=who, headers=[("accept-language", "en")])

    def made(self, who: str, path: str, value: Any) -> dict[str, Any]:
        """The answer to a document that must be taken."""
        answer = self.post(who, path, value)
        assert answer.status_code == 201, (path, answer.text)
        return dict(answer.json())

    def put(self, who: str, content: bytes, media: str, key: str | None = None) -> httpx.Response:
        """Upload a file."""
        headers = [("content-type", media), ("idempotency-key", key or a_request_key())]
        digest = sha256(content).hexdigest()
        return self.send("PUT", f"/api/v1/documents/{digest}", who=who, content=content, headers=headers)

    def prepared(self, who: str, path: str, value: Any) -> bytes:
        """What `:prepare` answers."""
        answer = self.post(who, f"{path}:prepare", value)
        assert answer.status_code == 200, (path, answer.text)
        return answer.content

    def signed(self, who: str, path: str, value: Any, signer: Signer = OWN_SIGNER) -> bytes:
        """A signed submission of what `:prepare` answers."""
        return sign_prepared(self.prepared(who, path, value), signer)

    # what is asked for, with one default each

    def case(self, item: str, number: str | None = None) -> dict[str, Any]:
        """A request that opens a case of the eatery."""
        answers = {"XF-001": {"procedure": "promise"}, "SC-002": FOOD_ANSWERS, "YC-004": TOBACCO_ANSWERS}
        parties = [{"role": role, "holder": self.holders[one]} for role, one in self.firm()]
        asked = {"item": item, "channel": "window", "parties": parties, "answers": answers[item]}
        return {**asked, "case": number} if number else asked

    @staticmethod
    def firm() -> list[tuple[str, str]]:
        """The eatery and its owner, in the roles of the guides."""
        return [("applicant", "eatery"), ("operator", "chen")]

    def acceptance(self, case: str, file: str, **more: Any) -> dict[str, Any]:
        """A request that accepts a sample file that was uploaded."""
        facts = samples.sample(file).facts
        parties = [{"role": one["role"], "holder": self.holders[one["holder"]]} for one in facts["parties"]]
        asked = {
            "case": case,
            "type": facts["type"],
            "document": {"sha256": facts["sha256"]},
            "issuer": facts["issuer"],
            "parties": parties,
            "assurance": "original",
        }
        if facts["number"] is not None:
            asked["number"] = facts["number"]
        return {**asked, **more}

    def upload(self, who: str, file: str) -> None:
        """Put a sample file into the vault."""
        one = samples.sample(file)
        assert self.put(who, one.content, one.media).status_code == 201

    def disputed(self, name: str, person: str) -> str:
        """Id of a person's open dispute of an acceptance, which is made if there is none."""
        store, accepted = self.ledger.store, bytes.fromhex(self.accepted[name]["id"])
        holder = bytes.fromhex(self.holders[person])
        standing = [one for one in requests_on(accepted, store) if one.holder == holder]
        if standing:
            return standing[-1].id.hex()
        return self.dispute(accepted.hex(), person, "CANARY-TEXT")

    def dispute(self, acceptance: str, person: str, text: str) -> str:
        """A person disputes an acceptance in these words; the id of the request."""
        ledger, holder = self.ledger, bytes.fromhex(self.holders[person])
        held = holdings_of(holder, int(time.time()), ledger.store, ledger.context)
        one = next(one for one in held if one.acceptance.hex() == acceptance)
        record = request_of(DisputeForm("wrong_content", text), one, None, holder, ledger)
        made = ledger.writer.submit_wait(Custodial(RequestDataCheck(), record, SERVICE, ledger.context))
        assert made.answer is not None
        self.settle()
        return made.answer.id.hex()

    def settle(self) -> None:
        """Wait until the events of every entry were kept."""
        deadline = time.monotonic() + 10
        while self.ledger.outbox._at < self.size:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def close(self) -> None:
        """Stop."""
        self.ledger.close()
        self.runner.close()


def open_world(home: Path, **stated: object) -> World:
    """The world of a home that was founded with keystores for `CUSTODIAL`; nothing was brought in yet."""
    world = _started(home, **stated)
    for who, department, scopes in (
        ("operator", None, {OPERATOR}),
        ("auditor", None, {AUDITOR}),
        ("checker", "SC", {CHECKER}),
        *((code, code, {DEPARTMENT, CHECKER}) for code in (*CUSTODIAL, OWN)),
    ):
        world.keys[who] = mint_api_key(world.ledger, department, scopes, who)
    return world


def open_filled(home: Path, like: World, **stated: object) -> World:
    """The world of a closed one's home or of a copy of that: it holds all that was brought in there."""
    world = _started(home, **stated)
    for name in ("keys", "holders", "cases", "accepted", "files"):
        getattr(world, name).update(deepcopy(getattr(like, name)))
    return world


def _started(home: Path, **stated: object) -> World:
    lines = io.BytesIO()
    world = World(open_ledger(settings_of(home, **stated), line_writer(lines)), asyncio.Runner(), lines)
    world.ledger.start()
    return world


def food_guide() -> dict[str, Any]:
    """The food guide with the department that signs for itself among its receivers."""
    guide = next(one for one in samples.items() if one["code"] == "SC-002")
    return {**guide, "receivers": ["ZW", OWN]}


def restaurant() -> dict[str, Any]:
    """The restaurant's bundle with those members whose guides are published here."""
    bundle = next(one for one in samples.bundles() if one["code"] == "restaurant")
    known = {one["code"] for one in samples.items() if one["authority"] in CUSTODIAL}
    return {**bundle, "members": [one for one in bundle["members"] if one["item"] in known]}


def fill(world: World) -> None:
    """Departments, types, guides, people, a case a guide, uploads and one acceptance of each kind of key."""
    names = {one["code"]: one for one in samples.departments()}
    for code in (*CUSTODIAL, OWN):
        key = {"custody": "service"} if code != OWN else {}
        key = key or {"custody": "department", "address": OWN_SIGNER.address.hex()}
        one = {"code": code, "level": names[code]["level"], "name": names[code]["name"], "key": key}
        world.made("operator", "departments", one)
    world.made("operator", "catalogue/versions", {"subject": "types", "document": samples.types()})
    for item in samples.items():
        if item["authority"] in CUSTODIAL:
            document = food_guide() if item["code"] == "SC-002" else item
            world.made(item["authority"], "catalogue/versions", {"subject": "item", "document": document})
    for one in samples.people():
        person = {name: one[name] for name in ("id_type", "number", "name")}
        world.holders[one["key"]] = world.made("ZW", "holders", person)["holder"]
    for who, code in (("ZW", "XF-001"), ("SC", "SC-002"), ("YC", "YC-004")):
        world.cases[code] = world.made(who, "cases", world.case(code))["case"]
    world.upload("ZW", "business-licence.pdf")
    licence = world.acceptance(world.cases["XF-001"], "business-licence.pdf")
    world.accepted["licence"] = world.made("ZW", "acceptances", licence)
    opened = world.made(OWN, "cases", world.signed(OWN, "cases", world.case("SC-002")))
    world.cases[OWN] = opened["case"]
    world.upload(OWN, "food-layout.pdf")
    layout = world.acceptance(world.cases[OWN], "food-layout.pdf")
    world.accepted["layout"] = world.made(OWN, "acceptances", world.signed(OWN, "acceptances", layout))
    world.made("ZW", "catalogue/versions", {"subject": "bundle", "document": restaurant()})


def entry_of(signed: bytes) -> Entry:
    """The entry of a signed submission."""
    return Entry.parse(dump(json.loads(signed)["entry"], ascii_only=True))

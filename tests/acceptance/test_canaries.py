# SPDX-License-Identifier: Apache-2.0
"""Canaries: what is personal goes in through every door and comes out nowhere but in sealed form."""

from __future__ import annotations

import time
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pytest
from eth_abi.abi import encode as encode_abi

from attest.days import day_of
from attest.private import open_private
from ledger.canonical import dump
from ledger.chain.contract import anchor_call
from ledger.eip712 import checkpoint_digest
from ledger.tiles import bundle_path, tile_path
from tests.acceptance.door_samples import CITIZEN
from tests.canary_forms import NEVER_KEPT, plant_forms
from tests.canary_forms import TEXTS as FORM_TEXTS
from tests.canary_parts import spellings
from tests.homes import copy_of
from tests.numbers import licence_number
from tests.papers import a_pdf
from tests.worlds import OWN, World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

pytest_plugins = ["tests.api_parts"]

OTHER_CITIZEN: Final = "990101197102038468"
TEXTS: Final = {
    "name": "金丝雀欧阳测试",
    "citizen number": CITIZEN,
    "other citizen number": OTHER_CITIZEN,
    "document number": licence_number(7771),
    "purpose": "CANARY purpose of this look-up 查阅",
    "trace purpose": "CANARY trace purpose",
    "retraction text": "CANARY reason text 撤回说明",
    "dispute text": "CANARY dispute text 有异议",
    "answer text": "CANARY answer text 校核答复",
    "ending text": "CANARY ending text 终止说明",
    "clerk": "CANARY clerk 核验员",
    "thing": "CANARYTHING-990101-77",
    "shown number": "CANARYSHOWN-5512",
    "file content": "CANARY content of the file 文件内容",
    "request text": "CANARY what is asked for 另交说明",
    "notice text": "CANARY what a notice asks for 补正说明",
    **FORM_TEXTS,
}


OWN_DOORS: Final = {"request text", "notice text", *FORM_TEXTS}
"""Canaries that go in by doors of their own alone: the others are tried at every door, for minutes."""
PATTERNS: Final = {
    name: sorted(set(spellings(text.encode())), key=len, reverse=True) for name, text in TEXTS.items()
}


def scan(where: str, content: bytes) -> list[tuple[str, str]]:
    """Which canaries stand in these bytes, in any spelling."""
    found = []
    for name, patterns in PATTERNS.items():
        if any(pattern in content for pattern in patterns):
            found.append((where, name))
    return found


def scan_all(parts: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Which canaries stand in which of the parts: looked for in all together, then where they were found."""
    known = list(parts)
    if not scan("all", b"\0".join(content for _, content in known)):
        return []
    return [hit for where, content in known for hit in scan(where, content)]


@dataclass
class Planted:
    """The world after planting, with every refusal that was answered on the way."""

    world: World
    problems: list[bytes] = field(default_factory=list)


def plant(world: World) -> Planted:
    """Send canaries through every door that takes anything, rightly and wrongly."""
    planted = Planted(world)
    named = {"id_type": "111", "number": CITIZEN, "name": TEXTS["name"]}
    holder = world.made("ZW", "holders", named)["holder"]
    other = {"id_type": "111", "number": OTHER_CITIZEN, "name": TEXTS["name"] + "乙"}
    world.made("XF", "holders", other)
    world.holders["canary"] = holder
    about = {"kind": "premises", "id": TEXTS["thing"]}
    asked = {**world.case("SC-002"), "parties": [{"role": "applicant", "holder": holder}], "about": about}
    cases = [world.made(OWN, "cases", world.signed(OWN, "cases", asked))["case"]]
    cases.append(world.made("SC", "cases", asked)["case"])
    content = a_pdf(extra=TEXTS["file content"].encode() * 50)
    accepted = []
    for who, case in zip((OWN, "SC"), cases, strict=True):
        assert world.put(who, content, "application/pdf").status_code == 201
        said = world.acceptance(case, "business-licence.pdf", parties=[{"role": "holder", "holder": holder}])
        said |= {
            "document": {"sha256": sha256(content).hexdigest()},
            "number": TEXTS["document number"],
            "about": about,
            "checked_by": TEXTS["clerk"],
        }
        whole = world.signed(OWN, "acceptances", said) if who == OWN else said
        accepted.append(world.made(who, "acceptances", whole)["id"])
        batch = world.post(who, "acceptances:batch", {"acceptances": [said]})
        planted.problems.append(batch.content if who == OWN else b"")
    shown = [{"type": "business_licence", "issuer": "SC", "number": TEXTS["shown number"]}]
    for case in (*cases, "990101202601010000019"):
        look = {"case": case, "purpose": TEXTS["purpose"], "presented": shown}
        answer = world.post("SC", "recognitions:check", look)
        planted.problems.append(answer.content)
    rely = {"case": cases[1], "requirement": "licence", "acceptance": accepted[1]}
    planted.problems.append(world.post("SC", "reliances", rely).content)
    for path in (
        f"cases/{cases[1]}/trace",
        f"evidence/{accepted[1]}",
        f"acceptances/{accepted[1]}/reliances",
    ):
        assert world.get("SC", path, purpose=TEXTS["trace purpose"]).status_code == 200
        for who in ("YC", "XF", "auditor"):
            answer = world.get(who, path, purpose=TEXTS["trace purpose"])
            if who != "auditor":
                planted.problems.append(answer.content)
    planted.problems += _mandates(world, cases[1], holder)
    planted.problems += _asking(world, cases[1])
    assert [one.status_code for one in plant_forms(world)] == [303, 303, 200, 200, 303, 303]
    request = world.dispute(accepted[1], "canary", TEXTS["dispute text"])
    declined = {"outcome": "not_upheld", "reason": "not_shown", "text": TEXTS["answer text"]}
    for who in ("YC", "XF", "SC", "SC"):
        planted.problems.append(world.post(who, f"data-check-requests/{request}:answer", declined).content)
    path = f"acceptances/{accepted[1]}:retract"
    retraction = {"reason": "checked_wrongly", "text": TEXTS["retraction text"]}
    world.made("SC", path, retraction)
    planted.problems.append(world.post("SC", path, retraction).content)
    planted.problems += _refusals(world)
    return planted


def _mandates(world: World, case: str, principal: str) -> Iterator[bytes]:
    """A mandate on paper of one canary to the other, recorded, refused again, and ended."""
    agent = {"id_type": "111", "number": OTHER_CITIZEN, "name": TEXTS["name"] + "乙"}
    content = a_pdf(extra=TEXTS["file content"].encode() * 51)
    assert world.put("SC", content, "application/pdf").status_code == 201
    paper = {
        "case": case,
        "type": "mandate",
        "document": {"sha256": sha256(content).hexdigest()},
        "issuer": "own",
        "parties": [
            {"role": "principal", "holder": principal},
            {"role": "agent", "holder": world.made("SC", "holders", agent)["holder"]},
        ],
        "assurance": "original",
        "checked_by": TEXTS["clerk"],
    }
    asked = {
        "case": case,
        "acceptance": world.made("SC", "acceptances", paper)["id"],
        "principal": principal,
        "agent": {"id_type": "111", "number": OTHER_CITIZEN},
        "scope": {"acts": ["view", "hand_in"], "types": [], "case": case},
        "last_day": (day_of(int(time.time())) + timedelta(days=30)).isoformat(),
    }
    made = world.made("SC", "mandates", asked)["id"]
    ending = {"reason": "taken_back", "text": TEXTS["ending text"]}
    yield world.post("SC", "mandates", asked).content
    yield world.post("XF", "mandates", asked).content
    world.made("SC", f"mandates/{made}:end", ending)
    yield world.post("SC", f"mandates/{made}:end", ending).content


def _asking(world: World, case: str) -> Iterator[bytes]:
    """Free text of requests and notices, and a party who is added to the case; each once more, refused."""
    known = {"id_type": "111", "number": OTHER_CITIZEN, "name": TEXTS["name"] + "乙"}
    party = {"role": "operator", "holder": world.made("SC", "holders", known)["holder"]}
    for notice, text in (("request", "request text"), ("supplement", "notice text")):
        asked = {"case": case, "what": TEXTS[text], "notice": notice, "channel": "web"}
        world.made("SC", "requests", asked)
        yield world.post("YC", "requests", asked).content
        yield world.post("SC", "requests", {**asked, "channel": TEXTS[text]}).content
    added = {"case": case, "parties": [party]}
    world.made("SC", "parties", added)
    for who, wrong in (
        ("SC", added),
        ("YC", added),
        ("SC", {"case": case, "parties": [{**party, "role": TEXTS["name"]}]}),
    ):
        yield world.post(who, "parties", wrong).content


def _refusals(world: World) -> Iterator[bytes]:
    """Every canary in every place of a request that is refused."""
    for name, text in TEXTS.items():
        if name in OWN_DOORS:
            continue
        for route in world.app.table.routes:
            if route.method == "POST":
                path = route.template.removeprefix("/api/v1/").replace("{id}", "0" * 32)
                askers = cycle(("operator", "SC", OWN, "auditor"))  # each brings each text to each door
                for body in (
                    dump({"entry": text, "key": text, "sig": text, "private": text}),
                    dump({"case": text, "purpose": text, "name": text, "number": text, "id_type": "111"}),
                    dump({"subject": text, "document": {"code": text}, "acceptances": [{"case": text}]}),
                    f'{{"{text}":"{text}"}}'.encode(),
                    f'{{"case":"{text}","case":"{text}"}}'.encode(),
                    text.encode(),
                ):
                    answer = world.post(next(askers), path, body)
                    assert 400 <= answer.status_code < 500 or "batch" in path
                    yield answer.content
        raw = quote(text, safe="")
        for path in (f"cases/{raw}/trace", f"evidence/{raw}", f"catalogue/versions/item/{raw}/1", raw):
            for query in ({}, {"purpose": text}, {text: text} if text.isascii() else {"x": text}):
                yield world.get("SC", path, **query).content
        for page in (f"/log/tile/{raw}", f"/{raw}", f"/log/checkpoint?{raw}={raw}", f"/metrics/{raw}"):
            yield world.send("GET", page).content
        headers = [("idempotency-key", text), ("x-request-id", raw), ("accept-language", raw)]
        if text.isascii():
            headers += [("content-type", text), ("authorization", f"Bearer {text}")]
            yield world.send("POST", "/api/v1/holders", content=text.encode(), headers=headers).content


def served(world: World) -> Iterator[tuple[str, bytes]]:
    """What the log shows to auditors and to everybody: checkpoint, tiles, bundles, pages, entries."""
    ledger = world.ledger
    ledger.publisher.publish_once()
    size = ledger.store.latest_checkpoint().size  # type: ignore[union-attr]  # it was just published
    auditor = [("authorization", f"Bearer {world.keys['auditor']}")]
    paths = ["/log/checkpoint", "/metrics", "/health/ready", "/openapi.json"]
    for start in range(0, size, 256):
        width = min(256, size - start)
        paths += ["/log/" + bundle_path(start // 256, width), "/log/" + tile_path(0, start // 256, width)]
    for path in paths:
        answer = world.send("GET", path, headers=auditor)
        assert answer.status_code == 200, path
        yield path, answer.content
    for index in range(world.size):
        yield f"entries/{index}", world.get("auditor", f"entries/{index}").content
        yield f"entries/{index}/proof", world.get("", f"entries/{index}/proof").content
    yield "data checks", world.get("SC", "data-check-requests").content
    for path in ("departments/keys", "catalogue/versions"):
        yield path, world.get("", path).content


def kept(world: World) -> Iterator[tuple[str, bytes]]:
    """Every file below the home, with database, WAL and vault; and what goes to the chain."""
    home = world.ledger.settings.home
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(home)), path.read_bytes()
    rows = world.ledger.store.query("SELECT size, root, note, evm_signature FROM checkpoints")
    for size, root, note, signature in rows:
        call = anchor_call(size, bytes(root), [], bytes(signature))
        yield f"calldata {size}", encode_abi(["uint64", "bytes32", "bytes32[]", "bytes"], call.arguments)
        yield f"checkpoint {size}", bytes(note) + bytes(signature) + bytes(root)
        yield f"digest {size}", checkpoint_digest(world.ledger.context.log_id, size, bytes(root))


@pytest.fixture(scope="module")
def planted(bare_home: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """A ledger of this module's own, full of canaries."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("canaries") / "home"))
    fill(made)
    yield plant(made)
    made.close()


def test_canaries_are_nowhere_in_clear(planted: Planted) -> None:
    """No canary stands in files, tiles, bundles, calldata, log lines, metrics or problems, however spelt."""
    world = planted.world
    found = scan_all(served(world)) + scan_all(kept(world))
    found += scan("log lines", world.lines.getvalue())
    found += scan_all((f"problem {number}", problem) for number, problem in enumerate(planted.problems))
    assert found == []
    assert len(planted.problems) > 1000
    assert (world.ledger.settings.home / "ledger.db-wal").stat().st_size > 0


def test_the_scanner_finds_what_is_there(planted: Planted) -> None:
    """Each canary is found in each spelling and alignment; in the sealed records, opened, all are there."""
    for text in TEXTS.values():
        secret = text.encode()
        for before in (b"", b"x", b"xy", b"xyz"):
            whole = before + secret + b"tail"
            for content in (whole, whole.hex().encode(), whole.hex().upper().encode(), b64encode(whole)):
                assert scan("here", b"\0" + content + b"\0")
            assert scan("here", urlsafe_b64encode(whole))
            assert scan("here", quote(whole).encode())
    world = planted.world
    opened = b""
    for index in range(world.size):
        try:
            opened += dump(open_private(index, world.ledger.store, world.ledger.context.sealer)[1])
        except LookupError:
            continue
    hidden = {name for _, name in scan("opened", opened)}
    assert hidden >= TEXTS.keys() - {"file content", "shown number", *NEVER_KEPT}

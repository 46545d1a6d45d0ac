# SPDX-License-Identifier: Apache-2.0
"""A citizen whose life in the ledger is their own, and what a thief with every key could find of them."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from api.demo import samples
from attest.acts import Custodial
from attest.errors import VaultError
from attest.holders.commands import holder_lookup
from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.model import HAND_IN, VIEW, Ending, Mandate, Recording, Revocation, Scope
from attest.mandates.recording import EndMandate, RecordMandate
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.private import open_private
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission
from attest.submission.model import SubmissionChoice
from tests.numbers import licence_number
from tests.people import as_person, dispute
from tests.worlds import FOOD_ANSWERS, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.worlds import World

PAPER_NUMBER: Final = licence_number(4711)
NEWBORN: Final = "0BAD0FF1CE0BAD5E"
WORDS: Final = "CANARY-WORDS-门牌不对"


@dataclass
class Life:
    """What one person did here: ids of acceptances and of a reliance, evidence files given out."""

    number: str
    name: str
    holder: bytes
    accepted: dict[str, Any]
    relied: dict[str, Any]
    cases: list[str]
    files: dict[str, bytes] = field(default_factory=dict)


def a_world(home: Path, **stated: object) -> World:
    """A filled ledger that keeps nothing longer than its types say."""
    world = open_world(home, **{"retention_years": 0, **stated})
    fill(world)
    return world


def a_case(world: World, key: str) -> str:
    """A case at SC in which that person stands alone."""
    parties = [{"role": role, "holder": world.holders[key]} for role in ("applicant", "operator")]
    asked = {"item": "SC-002", "channel": "window", "parties": parties, "answers": FOOD_ANSWERS}
    return str(world.made("SC", "cases", asked)["case"])


def live(world: World, key: str = "he") -> Life:
    """Cases, a paper in the vault, a reliance, looks, a dispute and its answer, choices, a claim."""
    person = next(one for one in samples.people() if one["key"] == key)
    holder = world.holders[key]
    world.upload("SC", "business-licence.pdf")
    cases = [a_case(world, key), a_case(world, key)]
    paper = world.acceptance(
        cases[0],
        "business-licence.pdf",
        parties=[{"role": "holder", "holder": holder}],
        number=PAPER_NUMBER,
    )
    accepted = world.made("SC", "acceptances", paper)
    check = {"case": cases[1], "purpose": f"查{person['name']}的材料", "requirements": ["licence"]}
    assert world.post("SC", "recognitions:check", check).json()["results"][0]["verdict"] == "recognised"
    relied = world.made(
        "SC", "reliances", {"case": cases[1], "requirement": "licence", "acceptance": accepted["id"]}
    )
    browser = as_person(world, key)
    for path in ("/my/materials", f"/my/materials/{accepted['id']}"):
        assert browser.get(path).status_code == 200
    assert dispute(browser, accepted["id"], text=WORDS).status_code == 303
    asked = world.get("SC", "data-check-requests", state="open").json()["requests"][-1]
    answer = {"outcome": "not_upheld", "reason": "record_correct", "text": WORDS}
    world.made("SC", f"data-check-requests/{asked['id']}:answer", answer)
    for act in ("remove", "restore"):
        address = f"/my/materials/{accepted['id']}/reuse"
        assert browser.post(address, key=act, act=act).status_code == 303
    sent = browser.post(f"/my/submission/{cases[0]}", key="k", act="choose", requirement="layout")
    assert sent.status_code == 303
    made = Life(person["number"], person["name"], bytes.fromhex(holder), accepted, relied, cases)
    for name, one in (("accepted", accepted), ("relied", relied)):
        made.files[name] = world.get("SC", f"evidence/{one['id']}", purpose="存档").content
    return made


def entangle(world: World, life: Life) -> bytes:
    """Mandates from and to that person, and a provisional identifier of theirs with a paper; that id."""
    random, context = world.ledger.context.random, world.ledger.context
    others = {one["key"]: one for one in samples.people()}
    chen = bytes.fromhex(world.holders["chen"])
    until = int(time.time()) + 3600
    for principal, agent in ((life.holder, others["chen"]["number"]), (chen, life.number)):
        granted = Mandate(principal, random(32), "111", agent, random(32), Scope((VIEW,)), until)
        made = world.ledger.writer.submit_wait(Custodial(GrantMandate(), granted, SERVICE, context)).answer
        assert made is not None
        cited = Citation(made.id, made.index, made.leaf_hash, random(32))
        revoked = Revocation(cited, principal, random(32))
        world.ledger.writer.submit_wait(Custodial(RevokeMandate(), revoked, SERVICE, context))
    entangle_on_paper(world, life)
    newborn = {"id_type": "provisional", "number": NEWBORN, "name": life.name}
    provisional = str(world.made("ZW", "holders", newborn)["holder"])
    world.made("ZW", f"holders/{provisional}:link", {"holder": life.holder.hex()})
    return bytes.fromhex(provisional)


def entangle_on_paper(world: World, life: Life) -> None:
    """Chen was recorded as that person's guardian, chose for them, and the department ended it."""
    random, context, store = world.ledger.context.random, world.ledger.context, world.ledger.store
    others = {one["key"]: one for one in samples.people()}
    accepted = acceptance_by_id(bytes.fromhex(life.accepted["id"]), store)
    assert accepted is not None
    ground = Citation(accepted.id, accepted.index, accepted.leaf, random(32))
    scope, until = Scope((VIEW, HAND_IN)), int(time.time()) + 3600
    mandate = Mandate(life.holder, random(32), "111", others["chen"]["number"], random(32), scope, until)
    recording = Recording(mandate, "guardian", ground, life.cases[0], random(32))
    done = world.ledger.writer.submit_wait(
        Custodial(_Unruled(world.ledger.catalogue), recording, "SC", context)
    ).answer
    assert done is not None
    cited = Citation(done.id, done.index, done.leaf_hash, random(32))
    choice = SubmissionChoice(life.cases[0], random(32), "licence", life.holder, cited)
    for act, record, issuer in (
        (ChooseSubmission(world.ledger.catalogue), choice, SERVICE),
        (EndMandate(), Ending(cited, life.cases[0], random(32), "relation_ended", WORDS), "SC"),
    ):
        command: Custodial[Any] = Custodial(act, record, issuer, context)
        world.ledger.writer.submit_wait(command)


def acted_for_another(world: World, life: Life) -> int:
    """That person chose for Chen in Chen's case, under a mandate; the index of that choice."""
    random, context = world.ledger.context.random, world.ledger.context
    chen, case = bytes.fromhex(world.holders["chen"]), world.cases["SC-002"]
    scope, until = Scope((HAND_IN,)), int(time.time()) + 3600
    granted = Mandate(chen, random(32), "111", life.number, random(32), scope, until)
    made = world.ledger.writer.submit_wait(Custodial(GrantMandate(), granted, SERVICE, context)).answer
    assert made is not None
    cited = Citation(made.id, made.index, made.leaf_hash, random(32))
    choice = SubmissionChoice(case, random(32), "licence", chen, cited)
    act = ChooseSubmission(world.ledger.catalogue)
    done = world.ledger.writer.submit_wait(Custodial(act, choice, SERVICE, context)).answer
    assert done is not None
    return done.index


class _Unruled(RecordMandate):
    """A recorded mandate whose paper names one person alone: what is erased does not hang on the paper."""

    def check(self, *_: object) -> None:
        return


def rows_with(world: World, id_: bytes) -> set[str]:
    """Tables in which some column of some row holds an id, as bytes or in hex."""
    store, found = world.ledger.store, set()
    tables = store.query_raw("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables:
        for row in store.query_raw(f'SELECT * FROM "{table}"'):  # names from the database
            if any(one == id_ or (isinstance(one, str) and id_.hex() in one) for one in row):
                found.add(table)
    return found


def found_by(world: World, numbers: Iterable[str]) -> set[str]:
    """Numbers of which a thief of database, vault and every key of the service learns anything here.

    Keyed look-ups are made again for each number; every private record is opened and read.
    """
    store, context = world.ledger.store, world.ledger.context
    lookups = {bytes(row[0]) for row in store.query_raw("SELECT lookup FROM holders")}
    records = []
    for index in range(world.size):
        try:
            records.append(str(open_private(index, store, context.sealer)))
        except (LookupError, VaultError):
            continue
    said = "\n".join(records)
    return {
        number for number in numbers if holder_lookup("111", number, context) in lookups or number in said
    }


def plain_hashes(content: bytes, numbers: Iterable[str]) -> set[str]:
    """Numbers whose plain SHA-256 stands in some bytes."""
    return {number for number in numbers if hashlib.sha256(number.encode()).digest() in content}


def stored_bytes(home: Path) -> bytes:
    """Every byte of the database's files and of the vault."""
    files = [*home.glob("ledger.db*"), *(one for one in (home / "vault").rglob("*") if one.is_file())]
    return b"".join(one.read_bytes() for one in files)


def sealed_records(world: World, indexes: Iterable[int]) -> list[bytes]:
    """The ciphertexts of private records."""
    rows = [
        world.ledger.store.query_raw("SELECT sealed FROM private_records WHERE idx = ?", (index,))
        for index in indexes
    ]
    return [bytes(row[0][0]) for row in rows if row]

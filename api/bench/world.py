# SPDX-License-Identifier: Apache-2.0
"""The throw-away ledger of a measurement: one department with its own key, 20 material types, one item."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api.auth import DEPARTMENT
from api.home import found_home
from api.settings import Settings, load_settings
from api.wiring import mint_api_key, open_ledger
from attest.acts import Custodial
from attest.cases.commands import OpenCase
from attest.cases.model import Opening
from attest.catalogue.commands import Publication, Publish
from attest.codes import case_number, citizen_number_check
from attest.holders.commands import NameHolderCommand
from attest.registry.commands import AddKey, RegisterDepartment
from attest.registry.model import GOVERNANCE, Department, KeyAdded
from ledger.canonical import dump
from ledger.hashing import sha256
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import Ledger
    from ledger.canonical import Json

CODE: Final = "BN"
DIVISION: Final = "990101"
ITEM: Final = "BN-001"
REQUIREMENTS: Final = 20
LEAST_HOLDERS: Final = 200
HELD: Final = 50
"""Papers of one holder, about, whatever the number of entries."""
CASES: Final = 200
"""Cases that are checked, each of a holder of its own."""
TYPES: Final = tuple(f"paper_{number}" for number in range(1, REQUIREMENTS + 1))
_NAMING: Final = 64
_A_DAY: Final = 1000
"""People born on one day whom the sequence numbers can tell apart."""
_CITATION: Final[dict[str, Json]] = {"text": "invented for measuring", "certainty": "[gen]"}


@dataclass(frozen=True, slots=True)
class World:
    """What a load generator needs; bytes in hex, since it is sent to another process as JSON."""

    home: str
    log: str
    origin: str
    api_key: str
    secret: str
    """The department's own key."""
    cases: list[str]
    holders: list[str]
    """Who has what is preloaded; the cases are theirs."""
    others: list[str]
    """Who brings papers while something is measured, so that those who are checked keep what they had."""

    def text(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> World:
        """What `text` wrote."""
        return cls(**json.loads(text))


def bench_settings(home: Path, chain: str) -> Settings:
    """Settings of the throw-away home; nothing of the caller's own ledger is taken over."""
    return load_settings(
        home=home,
        profile="demo",
        origin="bench.localhost/once",
        chain=chain,
        host="127.0.0.1",
        port=0,
        database_url=f"sqlite:///{home / 'ledger.db'}",
        kek_file=home / "keys" / "kek",
        lookup_key_file=home / "keys" / "lookup",
        passphrase_file=home / "keys" / "passphrase",
        head_mark=home / "head",
        vault=home / "vault",
    )


def found_world(settings: Settings, entries: int, intake: int = 0) -> World:
    """Found the ledger and everything that `entries` acceptances need, and `intake` more of other people."""
    founded = found_home(settings, departments=[CODE])
    ledger = open_ledger(settings)
    try:
        ledger.start()
        signer = Secp256k1Signer(secret := secrets.token_bytes(32))
        key = mint_api_key(ledger, CODE, {DEPARTMENT}, "bench")
        _register(ledger, signer.address)
        document = _publish(ledger)
        checked = max(LEAST_HOLDERS, entries // HELD)
        everybody = _holders(ledger, checked + -(-intake // HELD))
        holders, others = everybody[:checked], everybody[checked:]
        cases = [_case(ledger, document, number, holders[number]) for number in range(CASES)]
    finally:
        ledger.close()
    return World(
        str(settings.home),
        founded.log_id.hex(),
        settings.origin,
        key,
        secret.hex(),
        cases,
        [one.hex() for one in holders],
        [one.hex() for one in others],
    )


def _register(ledger: Ledger, own: bytes) -> None:
    """The department with two keys: one that the service keeps, and its own (`own`, 20 bytes)."""
    text = dump({"code": CODE, "name": {"en": "Bench", "zh": "测试"}})
    department = Department(CODE, "county", sha256(text))
    ledger.writer.submit_wait(
        Custodial(RegisterDepartment(), department, GOVERNANCE, ledger.context, attached=[text])
    )
    kept = ledger.context.keys.signer(CODE).address
    for address, custody in ((kept, "service"), (own, "department")):
        added = KeyAdded(CODE, address, custody)
        ledger.writer.submit_wait(Custodial(AddKey(), added, GOVERNANCE, ledger.context))


def _publish(ledger: Ledger) -> bytes:
    """Publish types and item; the digest of the item's document."""
    types, item = dump(types_document()), dump(item_document())
    first = Publication("types", "types", 1, sha256(types))
    ledger.writer.submit_wait(Custodial(Publish(), first, GOVERNANCE, ledger.context, attached=[types]))
    second = Publication("item", ITEM, 1, sha256(item))
    ledger.writer.submit_wait(Custodial(Publish(), second, CODE, ledger.context, attached=[item]))
    return second.document


def _holders(ledger: Ledger, count: int) -> list[bytes]:
    """Named many at a time, for one alone waits for the disk."""
    with ThreadPoolExecutor(_NAMING) as pool:
        return list(pool.map(lambda number: _holder(ledger, number), range(count)))


def _holder(ledger: Ledger, number: int) -> bytes:
    day = date(1980, 1, 1) + timedelta(days=number // _A_DAY)
    body = f"{DIVISION}{day:%Y%m%d}{number % _A_DAY:03d}"
    person = body + citizen_number_check(body)
    outcome = ledger.writer.submit_wait(NameHolderCommand(CODE, "111", person, "Sample", ledger.context))
    if outcome.answer is None:
        raise RuntimeError("a holder was not named")
    return outcome.answer[1]


def _case(ledger: Ledger, document: bytes, number: int, holder: bytes) -> str:
    opening = Opening(
        case_no=case_number(DIVISION, datetime.now(UTC).date(), number),
        salt=ledger.context.random(32),
        item=ITEM,
        version=1,
        document=document,
        authority=CODE,
        channel="window",
        parties=(("applicant", holder),),
        answers=(),
        about=None,
    )
    ledger.writer.submit_wait(Custodial(OpenCase(ledger.catalogue), opening, CODE, ledger.context))
    return opening.case_no


def types_document() -> dict[str, Json]:
    """Twenty material types that the department itself issues."""
    made: list[Json] = [
        {
            "code": code,
            "name": {"zh": code, "en": code},
            "source": "issued",
            "issuers": [CODE],
            "handling": "keep",
            "reuse": "free",
            "validity": {"rule": "until"},
            "roles": ["holder"],
            "owner": CODE,
            "citation": _CITATION,
        }
        for code in TYPES
    ]
    return {"format": "once/types/1", "version": 1, "types": made}


def item_document() -> dict[str, Any]:
    """An item that asks for each of the twenty."""
    limit = {"n": 5, "unit": "WD", "citation": _CITATION}
    return {
        "format": "once/item/1",
        "code": ITEM,
        "version": 1,
        "name": {"zh": "测试事项", "en": "Bench item"},
        "basic_code": "990131001000",
        "impl_code": "11990101MA0A0002264990131001000",
        "authority": CODE,
        "level": "county",
        "receivers": [],
        "case_type": "promised",
        "clocks": [{"profile": "fire_check", "statutory_limit": limit, "promised_limit": limit}],
        "result": {"type": TYPES[0], "term": "none", "citation": _CITATION},
        "notice": "样例数据",
        "sources": [_CITATION],
        "roles": ["applicant"],
        "questions": [],
        "requirements": [
            {
                "code": f"need_{code}",
                "text": {"zh": code, "en": code},
                "necessity": "always",
                "alternatives": [
                    {"evidence": [{"type": code, "role": {"holder": "applicant"}, "valid": True}]}
                ],
            }
            for code in TYPES
        ],
    }

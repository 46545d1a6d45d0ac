# SPDX-License-Identifier: Apache-2.0
"""Signed submissions with one thing wrong, made from what `:prepare` answers."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from attest.statements import Entry, sign_entry
from ledger.canonical import dump
from tests.acceptance.door_faults import CANARY, ORDER, Fault, changed, places, value_at, wrong_value
from tests.acceptance.door_samples import Door, plain
from tests.attest_context import a_key
from tests.worlds import OWN, OWN_SIGNER, World

if TYPE_CHECKING:
    from collections.abc import Iterator


def resigned(good: dict[str, Any], signer: Any = OWN_SIGNER, **more: Any) -> bytes:
    """The same with other members of the entry, signed rightly."""
    entry = Entry.parse(dump({**good["entry"], **more}, ascii_only=True))
    envelope = sign_entry(entry, signer)
    said = {**good, "entry": {**good["entry"], **more}}
    return dump({**said, "key": envelope.key.hex(), "sig": envelope.sig.hex()}, max_depth=18)


def forged(world: World, door: Door) -> Iterator[Fault]:
    """Signed submissions with one thing wrong."""
    keys = world.ledger.context.keys
    own = OWN_SIGNER if door.who == OWN else keys.signer("governance")
    raw = world.signed(door.who, door.signable, door.value, own)
    good = json.loads(raw)
    now = int(time.time())
    foreign = ("signature.foreign_key",)
    yield Fault("an unknown key", resigned(good, a_key("stranger")), codes=foreign)
    yield Fault("another department's key", resigned(good, keys.signer("SC")), codes=foreign)
    yield Fault("the service's key", resigned(good, keys.signer("service")), codes=foreign)
    if not door.patient:
        yield Fault("stale", resigned(good, own, time=now - 130), codes=("statement.stale",))
    yield Fault("ahead", resigned(good, own, time=now + 200), codes=("statement.stale",))
    yield Fault("another log", resigned(good, own, log="00" * 32), codes=("statement.mismatch",))
    yield Fault("another department", resigned(good, own, issuer="SC"), codes=("issuer.mismatch",))
    yield Fault("the service", resigned(good, own, issuer="service"))
    yield Fault("another kind", resigned(good, own, kind="log.founded"), codes=("statement.mismatch",))
    yield Fault("an unknown version", resigned_raw(good, v=2))
    yield Fault("an unknown suite", resigned_raw(good, suite="sm2"))
    body = good["entry"]["body"]
    name = next(iter(body))
    yield Fault("more body", resigned(good, own, body={**body, "zz": CANARY}))
    yield Fault("another digest", resigned(good, own, private="11" * 32), codes=("statement.mismatch",))
    yield from _wrong_signatures(good, raw)
    if "private" not in good:
        yield Fault("a record", dump({**good, "private": {"salt": "22" * 32, "record": {}}}, max_depth=18))
        yield Fault("another document", dump({**good, "document": {"note": CANARY}}, max_depth=18))
        return
    yield Fault("another body", resigned(good, own, body={**body, name: "x"}), codes=("statement.mismatch",))
    yield Fault("no private digest", resigned_raw(good, private=None))
    yield Fault("no private", dump({name: good[name] for name in ("entry", "key", "sig")}, max_depth=18))
    record, salt = good["private"]["record"], good["private"]["salt"]
    for what, private in {
        "another salt": {"salt": "22" * 32, "record": record},
        "a short salt": {"salt": salt[:-2], "record": record},
        "another record": {"salt": salt, "record": {**record, "case": CANARY}},
        "no record": {"salt": salt},
        "a list for a record": {"salt": salt, "record": [record]},
        "more private": {"salt": salt, "record": record, CANARY: 1},
    }.items():
        yield Fault(what, dump({**good, "private": private}, max_depth=18))
    for at in places(record, depth=3):
        new = wrong_value(value_at(record, at))[1]
        bad = {**good, "private": {"salt": salt, "record": changed(record, at, new)}}
        yield Fault(f"record {at}", dump(bad, max_depth=18))


def _wrong_signatures(good: dict[str, Any], raw: bytes) -> Iterator[Fault]:
    """Signatures of another form or text, and envelopes that are not the bytes that were signed."""
    r, s, v = good["sig"][:64], int(good["sig"][64:128], 16), good["sig"][128:]
    flipped = "1b" if v == "1c" else "1c"
    for what, sig in {
        "high s": f"{r}{ORDER - s:064x}{flipped}",
        "v of 0": good["sig"][:128] + "00",
        "v of 1": good["sig"][:128] + "01",
        "the other v": good["sig"][:128] + flipped,
        "s of 0": f"{r}{0:064x}{v}",
        "r of 0": f"{0:064x}{s:064x}{v}",
        "all ones": "ff" * 64 + v,
        "one bit": f"{int(r[:2], 16) ^ 1:02x}{good['sig'][2:]}",
        "short": good["sig"][:-2],
        "long": good["sig"] + "00",
        "capitals": good["sig"].upper(),
        "compact": good["sig"][:128],
        "a number": 7,
    }.items():
        yield Fault(f"signature {what}", dump({**good, "sig": sig}, max_depth=18))
    for member in ("key", "sig", "entry"):
        less = {one: value for one, value in good.items() if one != member}
        yield Fault(f"no {member}", dump(less, max_depth=18))
    yield Fault("unknown member", dump({**good, "aa": CANARY}, max_depth=18))
    yield Fault("spaces", raw.replace(b":", b": ", 1), codes=("json.not_canonical",))
    yield Fault("another order", plain(dict(reversed(good.items()))), codes=("json.not_canonical",))
    yield Fault("escapes", raw.replace(b'"suite":"s', b'"suite":"\\u0073'), codes=("json.not_canonical",))
    for member in list(good["entry"]):
        less = {one: value for one, value in good["entry"].items() if one != member}
        yield Fault(f"entry without {member}", dump({**good, "entry": less}, max_depth=18))
        for number, new in enumerate(wrong_value(good["entry"][member])):
            bad = {**good, "entry": {**good["entry"], member: new}}
            yield Fault(f"entry {member} {number}", plain(dict(sorted(bad.items()))))


def resigned_raw(good: dict[str, Any], **more: Any) -> bytes:
    """The same with other members of the entry, the signature as it was."""
    entry = {**good["entry"], **more}
    return dump(
        {**good, "entry": {name: one for name, one in entry.items() if one is not None}}, max_depth=18
    )

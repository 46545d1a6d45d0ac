# SPDX-License-Identifier: Apache-2.0
"""Acts: decided under the lock, signed by the service or by the department, kept sealed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attest.acts import CLOCK_SKEW, Act, Custodial, External, Signed, read_signed
from attest.cases.commands import OpenCase
from attest.errors import StatementError
from attest.fields import FieldError
from attest.materials.commands import Accept, Retract
from attest.private import open_private
from attest.recognition.commands import Rely
from attest.registry.commands import AddKey, RegisterDepartment, RetireKey
from attest.registry.model import GOVERNANCE, Department, KeyAdded, KeyRetired
from attest.statements import Envelope, sign_entry
from ledger.commands import Command, RequestKey
from ledger.errors import SignatureError
from ledger.hashing import leaf_hash, sha256
from tests.attest_context import a_key
from tests.attest_parts import Meaning, a_ledger, demo


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("acts")) as made:
        yield made


def own_key(ledger: Meaning, department: str, name: str) -> None:
    """Register a key that the department keeps itself."""
    record = KeyAdded(department, a_key(name).address, "department")
    ledger.act(AddKey(), record, GOVERNANCE)


def test_a_custodial_act_can_be_read_again(ledger: Meaning) -> None:
    """The leaf is signed by the department's key, and the sealed record opens it."""
    case = ledger.fire_case()
    record = ledger.acceptance(case, "business-licence.pdf", "XF")
    written = ledger.act(Accept(ledger.catalogue), record, "XF")
    leaf = ledger.log.store.leaf(written.index)
    envelope = Envelope.parse(leaf)
    envelope.check_signature()
    assert (envelope.entry.id, leaf_hash(leaf)) == (written.id, written.leaf_hash)
    assert (envelope.key, envelope.entry.issuer) == (a_key("XF").address, "XF")
    salt, plain = open_private(written.index, ledger.log.store, ledger.context.sealer)
    signed = read_signed(Accept(ledger.catalogue), envelope, salt, plain, "XF", ledger.context)
    assert signed.record == record


def test_a_department_signs_itself(ledger: Meaning) -> None:
    """An act signed by the department's own registered key enters the log as it was signed."""
    own_key(ledger, "XF", "xf own")
    case = ledger.fire_case()
    act = Accept(ledger.catalogue)
    made = ledger.prepared(act, ledger.acceptance(case, "business-licence.pdf", "XF"), "XF")
    written = ledger.submit(ledger.external(act, made, a_key("xf own")))
    assert Envelope.parse(ledger.log.store.leaf(written.index)).entry == made.entry


def test_a_key_of_another_department_is_foreign(ledger: Meaning) -> None:
    """Whoever signs for a department with a key that is not its own is refused, known key or not."""
    case = ledger.fire_case()
    act = Accept(ledger.catalogue)
    made = ledger.prepared(act, ledger.acceptance(case, "business-licence.pdf", "XF"), "XF")
    for stranger in ("SC", "nobody"):
        assert ledger.refused(ledger.external(act, made, a_key(stranger))) == "signature.foreign_key"


def test_a_key_ends_by_position(ledger: Meaning) -> None:
    """A retired key signs nothing after its retirement, whatever time the entry claims."""
    own_key(ledger, "XF", "xf old")
    case = ledger.fire_case()
    act = Accept(ledger.catalogue)
    made = ledger.prepared(act, ledger.acceptance(case, "business-licence.pdf", "XF"), "XF")
    ledger.act(RetireKey(), KeyRetired("XF", a_key("xf old").address, "replaced", None), GOVERNANCE)
    assert ledger.refused(ledger.external(act, made, a_key("xf old"))) == "signature.retired_key"


def test_a_retirement_in_the_same_batch_counts(ledger: Meaning) -> None:
    """An acceptance that waits behind its key's retirement is refused; one before it stands."""
    own_key(ledger, "XF", "xf brief")
    case = ledger.fire_case()
    act = Accept(ledger.catalogue)
    key = a_key("xf brief")
    commands: list[Command[Any]] = [
        ledger.external(act, ledger.prepared(act, ledger.acceptance(case, file, "XF"), "XF"), key)
        for file in ("business-licence.pdf", "fire-rules-plan.pdf")
    ]
    retire = Custodial(
        RetireKey(), KeyRetired("XF", key.address, "replaced", None), GOVERNANCE, ledger.context
    )
    first, _, last = ledger.together(commands[0], retire, commands[1])
    assert first.answer is not None
    assert last == "signature.retired_key"


def test_a_stale_time_is_refused_but_a_repeat_is_answered(ledger: Meaning) -> None:
    """The time rule holds for new entries only: an exact repeat gets its first index even days later."""
    case = ledger.fire_case()
    act = Accept(ledger.catalogue)
    now = ledger.clock[0]
    record = ledger.acceptance(case, "business-licence.pdf", "XF")
    for time in (now - CLOCK_SKEW - 1, now + CLOCK_SKEW + 1):
        made = ledger.prepared(act, record, "XF", time)
        assert ledger.refused(ledger.external(act, made, a_key("XF"))) == "statement.stale"
    made = ledger.prepared(act, record, "XF", now - CLOCK_SKEW)
    first = ledger.submit(ledger.external(act, made, a_key("XF")))
    ledger.clock[0] = now + 86_400
    again = ledger.log.writer.submit_wait(ledger.external(act, made, a_key("XF")))
    ledger.clock[0] = now
    assert (again.index, again.repeat, again.answer) == (first.index, True, None)


def test_a_repeat_after_retraction_changes_nothing(ledger: Meaning) -> None:
    """An acceptance sent again after its retraction is answered with the first index and stays retracted."""
    act = Accept(ledger.catalogue)
    case = ledger.fire_case()
    record = ledger.acceptance(case, "fire-rules-plan.pdf", "XF")
    made = ledger.prepared(act, record, "XF")
    first = ledger.submit(ledger.external(act, made, a_key("XF")))
    ledger.retract(first, "XF")
    size = ledger.size
    again = ledger.log.writer.submit_wait(ledger.external(act, made, a_key("XF")))
    assert (again.index, ledger.size) == (first.index, size)
    assert ledger.verdict("XF", case, "rules_plan") == ("required", "acceptance.retracted")


def test_what_was_signed_must_be_what_is_said(ledger: Meaning) -> None:
    """Another record, salt, body, kind, log, issuer or signature is refused before the lock."""
    act = Accept(ledger.catalogue)
    case = ledger.fire_case()
    made = ledger.prepared(act, ledger.acceptance(case, "business-licence.pdf", "XF"), "XF")
    good = sign_entry(made.entry, a_key("XF"))

    def code(
        envelope: Envelope = good,
        salt: bytes = made.salt,
        plain: dict[str, Any] = made.record,
        issuer: str = "XF",
        other: Act[Any] = act,
    ) -> str:
        try:
            read_signed(other, envelope, salt, plain, issuer, ledger.context)
        except (StatementError, SignatureError, FieldError) as error:
            return error.code
        return "taken"

    def but(**members: Any) -> Envelope:
        return sign_entry(replace(made.entry, _bytes=b"", **members), a_key("XF"))

    assert code() == "taken"
    assert code(plain={**made.record, "assurance": "scan"}) == "statement.mismatch"
    assert code(plain={**made.record, "more": "x"}) == "field.unknown"
    assert code(plain={k: v for k, v in made.record.items() if k != "case"}) == "field.missing"
    assert code(salt=bytes(32)) == "statement.mismatch"
    assert code(but(body={**made.entry.body, "assurance": "scan"})) == "statement.mismatch"
    assert code(but(body={**made.entry.body, "more": "x"})) == "statement.mismatch"
    assert code(but(private=bytes(32))) == "statement.mismatch"
    assert code(but(private=None)) == "statement.mismatch"
    assert code(but(kind="material.relied")) == "statement.mismatch"
    assert code(but(log=bytes(32))) == "statement.mismatch"
    assert code(but(issuer="SC")) == "issuer.mismatch"
    assert code(issuer="SC") == "issuer.mismatch"
    assert code(other=Retract()) == "statement.mismatch"
    assert code(Envelope(made.entry, a_key("XF").address, bytes(64) + b"\x1b")) == "signature.invalid"
    assert code(Envelope(made.entry, a_key("SC").address, good.sig)) == "signature.invalid"


def test_a_retraction_and_a_reliance_never_both_stand_wrongly(ledger: Meaning) -> None:
    """Submitted together, the reliance stands only where it comes first."""
    for reliance_first in (True, False):
        licence = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
        case = ledger.tobacco_case()
        rely: Command[Any] = Custodial(
            Rely(ledger.catalogue),
            ledger.reliance(case, "licence", licence, "YC-004"),
            "YC",
            ledger.context,
        )
        retract: Command[Any] = Custodial(Retract(), ledger.retraction(licence), "XF", ledger.context)
        order = (rely, retract) if reliance_first else (retract, rely)
        first, second = ledger.together(*order)
        assert first.answer is not None
        if reliance_first:
            assert second.answer.index > first.answer.index
        else:
            assert second == "acceptance.retracted"


def test_a_lookup_sees_a_retraction_of_its_batch(ledger: Meaning) -> None:
    """A look-up that waits behind a retraction does not recognise what was taken back."""
    case = ledger.fire_case()
    written = ledger.accept(case, "fire-drawings.jpg", "XF")
    retract: Command[Any] = Custodial(Retract(), ledger.retraction(written), "XF", ledger.context)
    _, looked = ledger.together(retract, ledger.question("XF", case, "drawings"))
    assert looked.answer.judged.decision.results[0].reason == "acceptance.retracted"


def test_the_same_case_opened_twice_at_once_is_one(ledger: Meaning) -> None:
    """Of two openings with one number that wait together the second is refused."""
    opening = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    commands: list[Command[Any]] = [
        Custodial(OpenCase(ledger.catalogue), opening, "XF", ledger.context) for _ in range(2)
    ]
    first, second = ledger.together(*commands)
    assert (first.answer is not None, second) == (True, "case.exists")


def test_a_text_that_comes_twice_at_once_is_kept_once(ledger: Meaning) -> None:
    """Two departments registered together with one text do not spoil each other's batch."""
    text = b'{"zh": "x", "en": "x"}'
    commands: list[Command[Any]] = [
        Custodial(
            RegisterDepartment(),
            Department(code, "county", sha256(text)),
            GOVERNANCE,
            ledger.context,
            attached=[text, text],
        )
        for code in ("TA", "TB")
    ]
    assert all(result.answer is not None for result in ledger.together(*commands))


def test_a_request_key_answers_with_the_first_index(ledger: Meaning) -> None:
    """The same key and request get the first entry, the same key with another request a conflict."""
    opening = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})

    def command(fingerprint: bytes) -> Custodial[Any]:
        request = RequestKey(b"k" * 16, fingerprint)
        return Custodial(OpenCase(ledger.catalogue), opening, "XF", ledger.context, request)

    first = ledger.log.writer.submit_wait(command(bytes(32)))
    again = ledger.log.writer.submit_wait(command(bytes(32)))
    assert (again.index, again.repeat) == (first.index, True)
    assert ledger.refused(command(b"\1" * 32)) == "idempotency.conflict"


def test_a_department_that_keeps_its_key_signs_itself(ledger: Meaning) -> None:
    """The service refuses to act for a department whose key it does not keep, and spoils nobody's batch."""
    opening = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    good = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    # ZW receives for XF; take its key away from the service
    keys = ledger.context.keys
    signer = keys.signers.pop("ZW")  # type: ignore[attr-defined]  # the test's own keys
    refused, stood = ledger.together(
        Custodial(OpenCase(ledger.catalogue), opening, "ZW", ledger.context),
        Custodial(OpenCase(ledger.catalogue), good, "XF", ledger.context),
    )
    keys.signers["ZW"] = signer  # type: ignore[attr-defined]  # the test's own keys
    assert (refused, stood.answer is not None) == ("key.not_custodial", True)


def test_nothing_is_signed_that_no_reader_would_take(ledger: Meaning) -> None:
    """A record with repeated parties, control characters or too long a text is refused before the lock."""
    case = ledger.fire_case()
    good = ledger.acceptance(case, "business-licence.pdf", "XF")
    for bad in (
        replace(good, parties=(*good.parties, good.parties[0])),
        replace(good, parties=()),
        replace(good, number="x" * 65),
        replace(good, number=""),
        replace(good, checked_by="a\nb"),
        replace(good, type="Not A Code"),
        replace(good, document=replace(good.document, size=-1)),
    ):
        with pytest.raises(FieldError):
            Custodial(Accept(ledger.catalogue), bad, "XF", ledger.context)


def test_commands_are_made_of_one_signed_reading(ledger: Meaning) -> None:
    """The command's identity is the digest of the entry, whatever bytes the signature has."""
    act = Accept(ledger.catalogue)
    made = ledger.prepared(act, ledger.acceptance(ledger.fire_case(), "business-licence.pdf", "XF"), "XF")
    envelope = sign_entry(made.entry, a_key("XF"))
    record = ledger.acceptance(ledger.fire_case(), "business-licence.pdf", "XF")
    assert External(act, Signed(record, made, envelope), ledger.context).entry_id == made.entry.digest()


def test_personal_data_stays_out_of_the_log(tmp_path: Path) -> None:
    """No name, number, case number or paper number stands in a leaf or a database file in any spelling."""
    with a_ledger(tmp_path) as ledger:
        fire = ledger.fire_case()
        licence = ledger.accept(fire, "business-licence.pdf", "XF", checked_by="窗口三号王")
        tobacco = ledger.tobacco_case()
        lease = ledger.accept(tobacco, "lease-contract.pdf", "YC")
        ledger.accept(tobacco, "deed-shop.jpg", "YC")
        ledger.ask("YC", tobacco, purpose="核发烟草证")
        ledger.rely(tobacco, "licence", licence, "YC-004", "YC")
        ledger.retract(lease, "YC")
        people = [one[key] for one in demo("people.json") for key in ("number", "name")]
        papers = [one["number"] for one in demo("documents.json") if one["number"]]
        canaries = {*people, *papers, "窗口三号王", "核发烟草证", "990101001001GB00017F00010117"}
        raw = {text.encode() for text in canaries} | {text.encode("utf-16-le") for text in canaries}
        raw |= {bytes.fromhex(one["sha256"]) for one in demo("documents.json")}
        raw |= {text.encode("unicode_escape") for text in canaries if not text.isascii()}
        wanted = raw | {b.hex().encode() for b in raw} | {base64.b64encode(b).rstrip(b"=") for b in raw}
        leaves = b"\n".join(ledger.log.store.leaf(index) for index in range(ledger.size))
        for case in (fire, tobacco):
            assert case.encode() not in leaves
        for file in (tmp_path / "ledger.db", tmp_path / "ledger.db-wal"):
            content = file.read_bytes()
            assert not [one for one in wanted if one in content], file.name
        assert not [one for one in wanted if one in leaves]

# SPDX-License-Identifier: Apache-2.0
"""Whether openings and private records open what an entry says openly, and say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.commitments import commit, private_digest
from attest.errors import CommitmentError
from attest.fields import FieldError, Fields
from attest.verify.evidence import ACCEPTED, REASKED, RECORDED, RELIED, RETRACTION
from ledger.errors import FormatError

if TYPE_CHECKING:
    from attest.statements import Entry

_MEMBER: Final = {"citation": "cites"}
"""Commitments that stand in the body under another name than their label."""


def opens(entry: Entry, name: str, salt: bytes, value: bytes, member: str | None = None) -> bool:
    """Whether the body holds a commitment of this name to `value` under `salt`; `member`: in which place."""
    try:
        return entry.body.get(member or _MEMBER.get(name, name)) == commit(name, salt, value).hex()
    except CommitmentError:
        return False


def record_opens(entry: Entry, salt: bytes, record: dict[str, Any]) -> bool:
    """Whether the record is the one that the entry names, and its body says what the record says."""
    try:
        if entry.private != private_digest(salt, record):
            return False
        return _same(entry, Fields(record))
    except (CommitmentError, FieldError, FormatError):
        return False


def _same(entry: Entry, fields: Fields) -> bool:
    if entry.kind not in {ACCEPTED, RELIED, RETRACTION, REASKED, RECORDED}:
        return True
    case = fields.text("case", 50).encode()
    if not opens(entry, "case", fields.octets("case_salt", 32), case):
        return False
    if entry.kind == ACCEPTED:
        document = fields.fields("document")
        if not opens(entry, "document", document.octets("salt", 32), document.octets("sha256", 32)):
            return False
        if entry.body.get("issuer") != _own_word(fields):
            return False
        shared: tuple[str, ...] = ("assurance", "authority", "type")
    elif entry.kind == REASKED:
        asked = fields.fields("asked")
        if not opens(entry, "asked", asked.octets("salt", 32), asked.octets("leaf", 32)):
            return False
        if not _cites(entry, fields):
            return False
        shared = ("department", "finding", "source")
    elif entry.kind == RECORDED:
        if not _cites(entry, fields) or not _names_both(entry, fields):
            return False
        shared = ("relation",)
    else:
        if not _cites(entry, fields):
            return False
        if entry.kind == RELIED and not _consented(entry, fields):
            return False
        if entry.kind == RETRACTION and not _cites(entry, fields, "rectified_by", "rectified_by"):
            return False
        shared = ("authority", "ground", "guide", "policy") if entry.kind == RELIED else ("reason",)
    return all(entry.body.get(name) == fields.text(name) for name in shared)


def _names_both(entry: Entry, fields: Fields) -> bool:
    """Whether principal, agent and end of a recorded mandate are the body's."""
    principal = commit("holder", fields.octets("principal_salt", 32), fields.octets("principal", 16)).hex()
    agent = f"{fields.text('agent_type')}:{fields.text('agent_number')}".encode()
    return (
        entry.body.get("principal") == principal
        and opens(entry, "agent", fields.octets("agent_salt", 32), agent)
        and entry.body.get("until") == fields.integer("until")
    )


def _consented(entry: Entry, fields: Fields) -> bool:
    """Whether the record's consents, where there are any, are the body's in their order."""
    if not fields.has("consents"):
        return "consents" not in entry.body
    cited = fields.objects("consents", 1)
    made = [commit("citation", one.octets("salt", 32), one.octets("leaf", 32)).hex() for one in cited]
    return entry.body.get("consents") == made


def _own_word(fields: Fields) -> str | None:
    """The issuer that says of its own paper that it stands; None where a department accepted another's."""
    said = (fields.text("assurance"), fields.text("authority"))
    issuer = fields.text("issuer")
    return issuer if said == ("data_check", issuer) else None


def _cites(entry: Entry, fields: Fields, member: str = "acceptance", said: str = "cites") -> bool:
    """Whether the record's citation, where there is one, is that of the body's member `said`."""
    if not fields.has(member):
        return said not in entry.body
    cited = fields.fields(member)
    return opens(entry, "citation", cited.octets("salt", 32), cited.octets("leaf", 32), said)

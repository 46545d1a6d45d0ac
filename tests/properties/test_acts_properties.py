# SPDX-License-Identifier: Apache-2.0
"""Every act's record reads back as it was meant, and its open body shows commitments only."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.acts import Act
from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.cases.model import CHANNELS, Addition, Opening
from attest.catalogue.commands import Publication, Publish
from attest.catalogue.fitting import SUBJECTS
from attest.catalogue.model import RELATIONS
from attest.catalogue.repository import Catalogue
from attest.data_check_requests.commands import AnswerDataCheck, RequestDataCheck
from attest.data_check_requests.model import DECLINED, REASONS, DataCheckAnswer, DataCheckRequest
from attest.data_checks.commands import Deny
from attest.data_checks.model import DENIALS, Denial
from attest.erasure.commands import EraseHolder
from attest.erasure.model import Erasure
from attest.fields import FieldError, Fields, is_plain
from attest.holders.commands import NameHolder
from attest.holders.linking import LinkHolder
from attest.holders.model import ID_TYPES, Linking, Naming
from attest.mandates.commands import AGENT_TYPES, GrantMandate, RevokeMandate
from attest.mandates.model import ACTS, END_REASONS, Ending, Mandate, Recording, Revocation, Scope
from attest.mandates.recording import EndMandate, RecordMandate
from attest.materials.commands import Accept, Retract
from attest.materials.model import (
    ASSURANCES,
    KEPT,
    RECTIFIED,
    RETRACTION_REASONS,
    SUBMITTED,
    Acceptance,
    Citation,
    Document,
    Retraction,
    Supersession,
)
from attest.oversight.commands import Checked
from attest.oversight.model import Use
from attest.parties import ABOUT_KINDS
from attest.recognition.commands import Reliance, Rely
from attest.recognition.model import WAIVERS
from attest.registry.commands import AddKey, Found, RegisterDepartment, RetireKey, RotateLogKey
from attest.registry.model import (
    CUSTODY,
    LEVELS,
    Department,
    Founding,
    KeyAdded,
    KeyRetired,
    LogKeyRotated,
)
from attest.reuse.commands import RemoveFromReuse, RestoreToReuse
from attest.reuse.model import ReuseChoice
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from attest.supersession.model import HOWS
from attest.verify.log_keys import REASONS as LOG_REASONS
from ledger.canonical import dump, read_canonical

CATALOGUE = Catalogue()
_HEX = re.compile(r"(?:[0-9a-f]{32})+")


PRINTABLE = st.characters(categories=["L", "N", "P", "S"])


def octets(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


def prose(most: int) -> st.SearchStrategy[str]:
    """Printable text that cannot stand in hex digits or codes by chance: each begins with a Chinese mark."""
    return st.text(PRINTABLE, max_size=most - 1).map(lambda text: "某" + text).filter(is_plain)


def word(pattern: str) -> st.SearchStrategy[str]:
    """A code of this pattern that no salt, id or digest in hex looks like."""
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: not _HEX.fullmatch(text))


codes = word(r"[a-z][a-z0-9_.]{0,31}")
departments = st.from_regex(r"[A-Z][A-Z0-9_-]{0,31}", fullmatch=True)
items = word(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}")
days = st.none() | st.dates()
abouts = st.none() | st.tuples(st.sampled_from(ABOUT_KINDS), prose(64))
parties = st.lists(st.tuples(codes, octets(16)), min_size=1, max_size=8, unique=True).map(tuple)
counts = st.integers(0, 2**53 - 1)
citations = st.builds(Citation, octets(16), counts, octets(32), octets(32))
answers = st.dictionaries(codes, codes, max_size=16).map(lambda found: tuple(sorted(found.items())))

scopes = st.builds(
    Scope,
    st.sampled_from([ACTS[:1], ACTS[1:], ACTS]),
    st.sets(codes, max_size=3).map(lambda some: tuple(sorted(some))),
    st.none() | items,
    st.none() | prose(50),
)
mandates = st.builds(
    Mandate, octets(16), octets(32), st.sampled_from(AGENT_TYPES), prose(32), octets(32), scopes, counts
)

RECORDS: list[tuple[Act[Any], st.SearchStrategy[Any]]] = [
    (
        Found(),
        st.builds(
            Founding,
            prose(200),
            octets(32),
            octets(20),
            octets(20),
            octets(20),
            st.sampled_from(["demo", "production"]),
        ),
    ),
    (RegisterDepartment(), st.builds(Department, departments, st.sampled_from(LEVELS), octets(32))),
    (AddKey(), st.builds(KeyAdded, departments, octets(20), st.sampled_from(CUSTODY))),
    (RetireKey(), st.builds(KeyRetired, departments, octets(20), codes, st.none() | counts)),
    (RotateLogKey(), st.builds(LogKeyRotated, octets(32), octets(20), st.sampled_from(LOG_REASONS))),
    (
        Publish(),
        st.builds(Publication, st.sampled_from(SUBJECTS), items, st.integers(1, 1_000_000), octets(32)),
    ),
    (
        NameHolder(),
        st.builds(
            Naming, octets(16), octets(32), departments, st.sampled_from(ID_TYPES), prose(32), prose(100)
        ),
    ),
    (AddParty(CATALOGUE), st.builds(Addition, prose(50), octets(32), parties)),
    (LinkHolder(), st.builds(Linking, octets(16), octets(32), octets(16), octets(32))),
    (
        OpenCase(CATALOGUE),
        st.builds(
            Opening,
            prose(50),
            octets(32),
            items,
            st.integers(1, 2**53 - 1),
            octets(32),
            departments,
            st.sampled_from(CHANNELS),
            parties,
            answers,
            abouts,
        ),
    ),
    (
        Accept(CATALOGUE),
        st.builds(
            Acceptance,
            prose(50),
            octets(32),
            departments,
            codes,
            st.builds(
                Document,
                octets(32),
                octets(32),
                counts,
                st.just("application/pdf"),
                st.sampled_from(KEPT),
                st.none() | st.integers(1, 99),
            ),
            departments | st.sampled_from(["own", "third_party"]),
            st.none() | prose(64),
            days,
            days,
            days,
            parties,
            abouts,
            st.sampled_from(ASSURANCES),
            st.none() | prose(64),
            st.none() | st.sampled_from(SUBMITTED),
            st.none() | st.builds(Supersession, citations, st.sampled_from(HOWS)),
        ),
    ),
    (
        Retract(),
        st.builds(
            Retraction,
            citations,
            prose(50),
            octets(32),
            st.sampled_from(RETRACTION_REASONS),
            st.none() | prose(500),
        ),
    ),
    (
        Retract(),
        st.builds(
            Retraction,
            citations,
            prose(50),
            octets(32),
            st.just(RECTIFIED),
            st.none() | prose(500),
            citations,
        ),
    ),
    (
        Rely(CATALOGUE),
        st.builds(
            Reliance,
            departments,
            prose(50),
            octets(32),
            codes,
            citations,
            st.sampled_from(WAIVERS),
            octets(32),
            octets(32),
        ),
    ),
    (
        Checked(),
        st.builds(
            Use,
            departments,
            st.none() | prose(50),
            octets(32),
            st.none() | prose(200),
            octets(32),
            codes,
            word(r"[A-Za-z0-9_-]{0,32}").filter(bool),
            st.integers(0, 1_000_000),
            st.lists(word(r"[A-Za-z0-9_. -]{1,200}"), max_size=4).map(tuple),
            st.lists(octets(16), max_size=3).map(tuple),
        ),
    ),
    *(
        (
            act,
            st.builds(ReuseChoice, citations, prose(50), octets(32), departments, departments, octets(16)),
        )
        for act in (RemoveFromReuse(), RestoreToReuse())
    ),
    *(
        (act, st.builds(SubmissionChoice, prose(50), octets(32), codes, octets(16), st.none() | citations))
        for act in (ChooseSubmission(CATALOGUE), ReleaseSubmission(CATALOGUE))
    ),
    (GrantMandate(), mandates),
    (RevokeMandate(), st.builds(Revocation, citations, octets(16), octets(32))),
    (
        RecordMandate(CATALOGUE),
        st.builds(Recording, mandates, st.sampled_from(RELATIONS), citations, prose(50), octets(32)),
    ),
    (
        EndMandate(),
        st.builds(
            Ending,
            citations,
            prose(50),
            octets(32),
            st.sampled_from(END_REASONS),
            st.none() | prose(500),
        ),
    ),
    (
        EraseHolder(),
        st.builds(
            Erasure,
            departments,
            st.sets(counts, min_size=1, max_size=5).map(lambda found: tuple(sorted(found))),
            st.lists(octets(16), max_size=3).map(tuple),
        ),
    ),
    (
        RequestDataCheck(),
        st.builds(
            DataCheckRequest,
            citations,
            prose(50),
            octets(32),
            departments,
            departments,
            octets(16),
            st.sampled_from(REASONS),
            st.none() | prose(500),
            st.dates(),
        ),
    ),
    (
        AnswerDataCheck(),
        st.builds(
            DataCheckAnswer,
            citations,
            prose(50),
            octets(32),
            st.just("not_upheld"),
            st.sampled_from(DECLINED),
            st.none() | prose(500),
            st.none(),
        )
        | st.builds(
            DataCheckAnswer,
            citations,
            prose(50),
            octets(32),
            st.just("upheld"),
            st.none(),
            st.none() | prose(500),
            counts,
        ),
    ),
    (
        Deny(CATALOGUE),
        st.builds(
            Denial,
            prose(50),
            octets(32),
            codes,
            departments,
            prose(64),
            parties,
            st.sampled_from(DENIALS),
            st.dates(),
        ),
    ),
]

any_record = st.sampled_from(range(len(RECORDS))).flatmap(
    lambda number: st.tuples(st.just(RECORDS[number][0]), RECORDS[number][1])
)


@given(any_record)
def test_a_record_reads_back(made: tuple[Act[Any], Any]) -> None:
    """`parse` of what is kept gives the record, and keeping that again gives the same bytes."""
    act, record = made
    kept = dump(act.record(record))
    plain = read_canonical(kept, max_bytes=1 << 20)
    again = act.parse(Fields(plain))
    assert again == record
    assert dump(act.record(again)) == kept


@given(any_record)
def test_the_open_body_is_printable_and_says_nothing_personal(made: tuple[Act[Any], Any]) -> None:
    """A body fits the log's ASCII profile; that of a private act repeats no text of the record."""
    act, record = made
    if isinstance(act, Found):
        return  # the origin is public
    written = dump(act.body(record), ascii_only=True)
    assert "某".encode() not in written
    if act.public:
        assert act.body(record) == act.record(record)
    else:
        # The guide that a case pins, guide and policy that a reliance applied: all are public.
        named = vars_of(record, "document", "guide", "policy")
        public = [value.hex() for value in named if isinstance(value, bytes)]
        secrets = [one for one in _secrets(act.record(record)) if not [p for p in public if one in p]]
        assert not [one for one in secrets if one.encode() in written]


def vars_of(record: object, *names: str) -> list[object]:
    """The attributes of those names that the record has."""
    return [getattr(record, name) for name in names if hasattr(record, name)]


def _secrets(value: Any) -> list[str]:
    """What only the opening of a record may show: salts, ids, digests (of 16 bytes and more) and prose."""
    if isinstance(value, dict):
        return [
            one for key, inner in value.items() if key not in {"guide", "policy"} for one in _secrets(inner)
        ]
    if isinstance(value, list):
        return [one for inner in value for one in _secrets(inner)]
    return [value] if isinstance(value, str) and ("某" in value or _HEX.fullmatch(value)) else []


@given(any_record, st.data())
def test_a_member_more_or_less_is_refused(made: tuple[Act[Any], Any], draw: st.DataObject) -> None:
    """A record with an unknown member, or without a needed one, is refused."""
    act, record = made
    plain = act.record(record)
    for wrong in ({**plain, "zz": 1}, {**plain, next(iter(plain)): None}):
        with pytest.raises(FieldError):
            act.parse(Fields(wrong))
    name = draw.draw(st.sampled_from(sorted(plain)))
    with suppress(FieldError):
        assert act.parse(Fields({key: value for key, value in plain.items() if key != name})) != record

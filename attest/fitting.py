# SPDX-License-Identifier: Apache-2.0
"""Whether the look-up keys are those that the tables were made with: each of them, where it made a digest."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.errors import AttestError
from attest.fields import FieldError, Fields
from attest.holders.commands import holder_lookup
from attest.materials.repository import about_key, content_key, number_key
from attest.parties import read_about, read_parties
from attest.private import open_private
from attest.reading import Prepared
from attest.tables import acceptances, denials, holders, lookups
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from attest.context import Context
    from attest.reading import Reader

_TRIED: Final = 8
"""Digests of a kind: the rows of some may have been changed, of which `once rebuild` speaks."""
_LOOKED_AT: Final = 512
"""Records that are opened for them at most: some may be damaged, of which the audit speaks."""
_PEOPLE: Final = Prepared(select(holders.c.idx, holders.c.lookup).limit(_LOOKED_AT))
_PAPERS: Final = Prepared(
    select(acceptances.c.idx, acceptances.c.acceptance, acceptances.c.about).limit(_LOOKED_AT)
)
_DENIALS: Final = Prepared(select(denials.c.idx, denials.c.holder, denials.c.lookup).limit(_LOOKED_AT))
_FOUND: Final = Prepared(
    select(lookups.c.lookup).where(
        lookups.c.lookup.in_(bindparam("keys", expanding=True)),
        lookups.c.acceptance == bindparam("acceptance"),
    )
)
_OF_PAPER: Final = Prepared(
    select(lookups.c.lookup).where(lookups.c.acceptance == bindparam("acceptance")).limit(1)
)


def lookup_keys_fit(reader: Reader, context: Context) -> bool:
    """Whether people, files and numbers of the tables are found by the context's keys.

    A kind of which there is nothing, or nothing whose record opens, speaks against no keys.
    """
    kinds = (_people(reader, context), _contents(reader, context), _numbers(reader, context))
    return all(map(_one_is_found, kinds))


def _one_is_found(tried: Iterator[bool]) -> bool:
    outcomes = islice(tried, _TRIED)
    return next(outcomes, True) or any(outcomes)


def _people(reader: Reader, context: Context) -> Iterator[bool]:
    def found(row: tuple[Any, ...], plain: dict[str, Any]) -> bool:
        return holder_lookup(str(plain["id_type"]), str(plain["number"]), context) == bytes(row[1])

    return _outcomes(_PEOPLE.rows(reader), found, reader, context)


def _contents(reader: Reader, context: Context) -> Iterator[bool]:
    def found(row: tuple[Any, ...], plain: dict[str, Any]) -> bool | None:
        digest = Fields(plain).fields("document").octets("sha256", 32)
        return _of_paper([content_key(one, digest, context) for one in _holders(plain)], row[1], reader)

    return _outcomes(_PAPERS.rows(reader), found, reader, context)


def _numbers(reader: Reader, context: Context) -> Iterator[bool]:
    """Numbers of papers, of things that papers are about, and of papers that were denied."""

    def keys(plain: dict[str, Any]) -> list[bytes]:
        paper = (str(plain["type"]), str(plain["issuer"]), str(plain["number"]))
        return [number_key(one, *paper, context) for one in _holders(plain)]

    def found(row: tuple[Any, ...], plain: dict[str, Any]) -> bool | None:
        about = read_about(Fields(plain))
        if about is not None and row[2] is not None:
            return about_key(about, context) == bytes(row[2])
        return _of_paper(keys(plain), row[1], reader) if "number" in plain else None

    def denied(row: tuple[Any, ...], plain: dict[str, Any]) -> bool:
        return bytes(row[2]) in keys(plain)

    yield from _outcomes(_PAPERS.rows(reader), found, reader, context)
    yield from _outcomes(_DENIALS.rows(reader), denied, reader, context)


def _of_paper(keys: list[bytes], acceptance: bytes, reader: Reader) -> bool | None:
    """Whether one of them leads to the acceptance; None where nothing does."""
    if _FOUND.rows(reader, keys=keys, acceptance=acceptance):
        return True
    return False if _OF_PAPER.rows(reader, acceptance=acceptance) else None


def _holders(plain: dict[str, Any]) -> list[bytes]:
    return [holder for _, holder in read_parties(Fields(plain))]


def _outcomes(
    rows: list[tuple[Any, ...]],
    found: Callable[[tuple[Any, ...], dict[str, Any]], bool | None],
    reader: Reader,
    context: Context,
) -> Iterator[bool]:
    """Of those rows whose records open (the first column is the entry's index) and say something."""
    for row in rows:
        try:
            outcome = found(row, open_private(row[0], reader, context.sealer)[1])
        except (AttestError, LedgerError, LookupError, FieldError):
            continue
        if outcome is not None:
            yield outcome

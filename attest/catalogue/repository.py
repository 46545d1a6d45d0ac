# SPDX-License-Identifier: Apache-2.0
"""Queries over published versions; a version never changes, so parsed ones are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select

from attest.bundles.document import parse_bundle
from attest.bundles.joint import with_forms
from attest.catalogue.item_document import parse_item
from attest.catalogue.situations import material_types_of
from attest.catalogue.types_document import parse_types
from attest.policies.document import DEFAULT_DIGEST, parse_policy
from attest.policies.model import DEFAULT
from attest.reading import Prepared
from attest.registry.repository import text_of
from attest.standards.document import parse_standard
from attest.standards.model import window_of
from attest.standards.rules import dropped
from attest.tables import catalogue
from ledger.canonical import read_json
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from datetime import date

    from attest.bundles.model import Bundle
    from attest.cases.model import BundleStep, CaseRow
    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.policies.model import Policy
    from attest.reading import Reader
    from attest.standards.model import Standard, Window
    from attest.standards.rules import Dropped
    from ledger.canonical import Json

_LATEST = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx)
    .where(catalogue.c.subject == bindparam("subject"), catalogue.c.code == bindparam("code"))
    .order_by(catalogue.c.version.desc())
    .limit(1)
)
_ONE = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx).where(
        catalogue.c.subject == bindparam("subject"),
        catalogue.c.code == bindparam("code"),
        catalogue.c.version == bindparam("version"),
    )
)
_VERSIONS = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx)
    .where(catalogue.c.subject == bindparam("subject"), catalogue.c.code == bindparam("code"))
    .order_by(catalogue.c.version.desc())
)
_ITEMS_OF = Prepared(
    select(catalogue.c.code, catalogue.c.version)
    .where(catalogue.c.subject == "item", catalogue.c.department == bindparam("department"))
    .order_by(catalogue.c.code, catalogue.c.version)
)
_LATEST_BEFORE = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx)
    .where(
        catalogue.c.subject == bindparam("subject"),
        catalogue.c.code == bindparam("code"),
        catalogue.c.idx < bindparam("before"),
    )
    .order_by(catalogue.c.version.desc())
    .limit(1)
)
_NEWEST = Prepared(
    select(catalogue.c.code, func.max(catalogue.c.version))
    .where(catalogue.c.subject == bindparam("subject"), catalogue.c.idx < bindparam("before"))
    .group_by(catalogue.c.code)
    .order_by(catalogue.c.code)
)
_ALL = Prepared(
    select(catalogue.c.subject, catalogue.c.code, catalogue.c.version, catalogue.c.department).order_by(
        catalogue.c.idx
    )
)
_AFTER = Prepared(
    select(
        catalogue.c.subject, catalogue.c.code, catalogue.c.version, catalogue.c.department, catalogue.c.idx
    )
    .where(catalogue.c.idx > bindparam("after"))
    .order_by(catalogue.c.idx)
    .limit(bindparam("most"))
)


_EVER: Final = 2**53
TYPES_FACT: Final = b"catalogue/types/types"
"""Name of the fact "which material types are in force", for the writer's batches."""


POLICIES_FACT: Final = b"catalogue/policies"
"""Name of the fact "which policies are in force": of which department, a look-up learns from its case."""


def plain_fact(subject: str, code: str) -> bytes:
    """Name of the fact "which version of this document is in force", for the writer's batches."""
    return f"catalogue/{subject}/{code}".encode()


def item_fact(code: str) -> bytes:
    """Name of the fact "which guide of this item is in force", for the writer's batches."""
    return b"catalogue/item/" + code.encode()


@dataclass(frozen=True, slots=True)
class Published:
    """A version in the log: its number, the digest of its document, who published it and where."""

    version: int
    digest: bytes
    department: str
    index: int


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy that a department decides by: what it says, its digest, its index (None: the default)."""

    policy: Policy
    digest: bytes
    index: int | None


BY_DEFAULT: Final = PolicyInForce(DEFAULT, DEFAULT_DIGEST, None)


def latest_version(subject: str, code: str, reader: Reader, before: int | None = None) -> Published | None:
    """The newest version of what has this code; `before`: in a log of that many entries."""
    if before is None:
        found = _LATEST.rows(reader, subject=subject, code=code)
    else:
        found = _LATEST_BEFORE.rows(reader, subject=subject, code=code, before=before)
    return Published(found[0][0], bytes(found[0][1]), found[0][2], found[0][3]) if found else None


def version_of(subject: str, code: str, version: int, reader: Reader) -> Published | None:
    """One version of an item, a bundle, a policy or the types."""
    found = _ONE.rows(reader, subject=subject, code=code, version=version)
    return Published(found[0][0], bytes(found[0][1]), found[0][2], found[0][3]) if found else None


def versions_of(subject: str, code: str, reader: Reader) -> list[Published]:
    """Every version of what has this code, the newest first."""
    return [
        Published(row[0], bytes(row[1]), row[2], row[3])
        for row in _VERSIONS.rows(reader, subject=subject, code=code)
    ]


def newest_of(subject: str, reader: Reader, before: int | None = None) -> list[Published]:
    """The newest version of every document of a kind, by code; `before`: in a log of that many entries."""
    rows = _NEWEST.rows(reader, subject=subject, before=_EVER if before is None else before)
    found = [version_of(subject, code, version, reader) for code, version in rows]
    return [one for one in found if one is not None]


def policies_of(authority: str, reader: Reader) -> list[Published]:
    """Every version of a department's policy, the newest first."""
    return versions_of("policy", authority, reader)


def policy_index(authority: str, digest: bytes, reader: Reader) -> int | None:
    """The entry that published this version of a department's policy, or None: the default has no entry."""
    return next((one.index for one in policies_of(authority, reader) if one.digest == digest), None)


def list_versions(reader: Reader) -> list[tuple[str, str, int, str]]:
    """Subject, code, version and department of everything published, in order."""
    return [(subject, code, version, department) for subject, code, version, department in _ALL.rows(reader)]


def versions_after(after: int, most: int, reader: Reader) -> list[tuple[str, str, int, str, int]]:
    """Subject, code, version, department and index of what was published after an index, in order."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in _AFTER.rows(reader, after=after, most=most)]


class Catalogue:
    """Parsed versions, read once: what a version says cannot change."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, int], tuple[ServiceItem, Published]] = {}
        self._types: dict[bytes, MaterialTypes] = {}
        self._joint: dict[tuple[str, int, BundleStep], ServiceItem] = {}
        self._bundles: dict[tuple[str, int], Bundle] = {}
        self._listed: dict[tuple[str, int, BundleStep | None], frozenset[str]] = {}
        self._policies: dict[bytes, Policy] = {}
        self._standards: dict[bytes, Standard] = {}

    def item(self, code: str, version: int, reader: Reader) -> tuple[ServiceItem, Published]:
        """An item's version with its place in the log (CommandRejected `item.unknown`)."""
        known = self._items.get((code, version))
        if known is None:
            published = version_of("item", code, version, reader)
            if published is None:
                raise CommandRejected("item.unknown", "no such version of an item is published")
            known = (parse_item(document_of(published.digest, reader)), published)
            self._items[(code, version)] = known
        return known

    def guide(self, case: CaseRow, reader: Reader) -> tuple[ServiceItem, Published]:
        """The guide as the case reads it: its pinned version, with the joint forms of its bundle."""
        item, published = self.item(case.item, case.version, reader)
        if case.bundle is None:
            return item, published
        key = (case.item, case.version, _kept(case.bundle))
        known = self._joint.get(key)
        if known is None:
            bundle = self.bundle(case.bundle.code, case.bundle.version, reader)
            member = next(one for one in bundle.members if one.step == case.bundle.step)
            known = self._joint[key] = with_forms(item, bundle, member)
        return known, published

    def joint_forms(self, case: CaseRow, reader: Reader) -> frozenset[str]:
        """The types of the forms that the steps of the case's bundle share; none for a case of no bundle."""
        if case.bundle is None:
            return frozenset()
        bundle = self.bundle(case.bundle.code, case.bundle.version, reader)
        return frozenset(one.type for one in bundle.forms)

    def bundle(self, code: str, version: int, reader: Reader) -> Bundle:
        """A published version of a bundle (CommandRejected `bundle.unknown`)."""
        known = self._bundles.get((code, version))
        if known is None:
            published = version_of("bundle", code, version, reader)
            if published is None:
                raise CommandRejected("bundle.unknown", "no such version of a bundle is published")
            known = self._bundles[(code, version)] = parse_bundle(document_of(published.digest, reader))
        return known

    def in_force(self, code: str, day: date, reader: Reader) -> tuple[ServiceItem, Published] | None:
        """The item's newest version that holds on `day`, or None; one published ahead waits for its day."""
        latest = latest_version("item", code, reader)
        for version in range(latest.version if latest else 0, 0, -1):
            item, published = self.item(code, version, reader)
            if item.in_force is None or item.in_force <= day:
                return item, published
        return None

    def guide_on(self, code: str, day: date, reader: Reader) -> tuple[ServiceItem, Published]:
        """As `in_force`, and the newest where none holds yet (CommandRejected `item.unknown`)."""
        standing = self.in_force(code, day, reader)
        if standing is not None:
            return standing
        newest = latest_version("item", code, reader)
        if newest is None:
            raise CommandRejected("item.unknown", f"no guide of {code} is published")
        return self.item(code, newest.version, reader)

    def items_of(self, authority: str, day: date, reader: Reader) -> list[ServiceItem]:
        """Of each item of an authority the guide in force on `day`, and the newest where that is another."""
        newest = dict(_ITEMS_OF.rows(reader, department=authority))
        found = []
        for code, version in newest.items():
            item, _ = self.item(code, version, reader)
            now = self.in_force(code, day, reader)
            found += [item] if now is None or now[0].version == version else [now[0], item]
        return found

    def policy(self, authority: str, day: date, reader: Reader, before: int | None = None) -> PolicyInForce:
        """The newest version of a department's policy that holds on `day`; the default where it has none.

        `before`: the newest in a log of that many entries.
        """
        for published in policies_of(authority, reader):
            if before is not None and published.index >= before:
                continue
            known = self.policy_at(published.digest, reader)
            if known.in_force is None or known.in_force <= day:
                return PolicyInForce(known, published.digest, published.index)
        return BY_DEFAULT

    def overtaken(self, subject: str, code: str, version: int, day: date, reader: Reader) -> list[int]:
        """Earlier versions of a guide or policy that wait for a day to come, and that this one leaves none.

        A newer version that holds no later than they would goes before them for ever.
        """
        first = self._first(subject, code, version, reader) or day
        waiting = []
        for earlier in range(1, version):
            begins = self._first(subject, code, earlier, reader)
            if begins is not None and begins > day and begins >= first:
                waiting.append(earlier)
        return waiting

    def _first(self, subject: str, code: str, version: int, reader: Reader) -> date | None:
        if subject == "item":
            return self.item(code, version, reader)[0].in_force
        published = version_of(subject, code, version, reader)
        return self.policy_at(published.digest, reader).in_force if published is not None else None

    def policy_at(self, digest: bytes, reader: Reader) -> Policy:
        """A published policy by its digest."""
        known = self._policies.get(digest)
        if known is None:
            known = self._policies[digest] = parse_policy(document_of(digest, reader))
        return known

    def standards(self, code: str, reader: Reader) -> list[tuple[Standard, Published]]:
        """Every version of a data standard, the newest first; empty where none is published."""
        found = []
        for published in versions_of("standard", code, reader):
            known = self._standards.get(published.digest)
            if known is None:
                known = parse_standard(document_of(published.digest, reader))
                self._standards[published.digest] = known
            found.append((known, published))
        return found

    def dropped(self, standard: Standard, reader: Reader) -> list[Dropped]:
        """Fields that the types in force use of a standard and that this version of it has no more."""
        if latest_version("types", "types", reader) is None:
            return []
        return dropped(standard, self.types(reader).types.values())

    def window(self, code: str, day: date, reader: Reader) -> Window:
        """The versions of a data standard that are accepted on `day`."""
        return window_of([one for one, _ in self.standards(code, reader)], day)

    def listed(self, case: CaseRow, reader: Reader) -> frozenset[str]:
        """Every material type that the case's guide asks for in any situation."""
        key = (case.item, case.version, None if case.bundle is None else _kept(case.bundle))
        known = self._listed.get(key)
        if known is None:
            item, _ = self.guide(case, reader)
            known = self._listed[key] = material_types_of(item.requirements)
        return known

    def asks_anywhere(self, requirement: str, reader: Reader) -> bool:
        """Whether any version of any guide has a requirement of this code."""
        return any(
            self.item(code, version, reader)[0].requirement(requirement) is not None
            for subject, code, version, _ in list_versions(reader)
            if subject == "item"
        )

    def types(self, reader: Reader, before: int | None = None) -> MaterialTypes:
        """The newest list of material types (CommandRejected `types.unknown` before the first).

        `before`: the newest in a log of that many entries.
        """
        published = latest_version("types", "types", reader, before)
        if published is None:
            raise CommandRejected("types.unknown", "no material types are published yet")
        known = self._types.get(published.digest)
        if known is None:
            known = self._types[published.digest] = parse_types(document_of(published.digest, reader))
        return known


def _kept(step: BundleStep) -> BundleStep:
    """The step without the case that it goes with: all its cases read one guide."""
    return replace(step, first=None)


def document_of(digest: bytes, reader: Reader) -> Json:
    """A published document by its digest."""
    body = text_of(digest, reader)
    if body is None:
        raise LookupError(f"text {digest.hex()} is not in the database")
    return read_json(body, max_bytes=len(body))

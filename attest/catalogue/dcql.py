# SPDX-License-Identifier: Apache-2.0
"""Requirements as a query to a wallet (DCQL, OpenID for Verifiable Presentations 1.0, section 6), and back.

A requirement is a `credential_sets` entry, its alternatives are the `options`, an evidence is a credential
query whose `meta.vct_values` names the material type. Equal evidence has one id, so what is shown once serves
all. What DCQL has no words for stays here, by credential id (`terms`) and by set (`heads`): whose a material
must be, how old, how checked, and all that a requirement says besides. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attest.catalogue.item_format import requirement_json
from attest.catalogue.model import Combination
from attest.catalogue.reading import CatalogueError, Document, one_error
from attest.catalogue.requirement_document import evidence_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attest.catalogue.model import Evidence, Requirement
    from ledger.canonical import Json

FORMAT: Final = "dc+sd-jwt"
VCT: Final = "urn:once:material:"
CREDENTIAL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
_VCT: Final = re.compile(re.escape(VCT) + r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
MOST_SETS: Final = 1024


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential query; `multiple`: one credential of each holder."""

    id: str
    type: str
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """Any one of the options, all ids of it; one that is not `required` may follow later."""

    options: tuple[tuple[str, ...], ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A DCQL query of the part that requirements need."""

    credentials: tuple[Credential, ...]
    sets: tuple[CredentialSet, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query with our terms: evidence by credential id; requirements without alternatives by set."""

    query: Query
    terms: Mapping[str, Evidence]
    heads: tuple[Requirement, ...]


def compile_requirements(requirements: Iterable[Requirement]) -> Compiled:
    """The query that these requirements are. A query of nothing is none (ValueError)."""
    ids: dict[tuple[Evidence, int], str] = {}
    counts: dict[str, int] = {}
    sets, heads = [], []
    for one in requirements:
        options = tuple(_option(c.evidence, ids, counts) for c in one.alternatives)
        sets.append(CredentialSet(options, one.necessity != "may_follow"))
        heads.append(replace(one, alternatives=()))
    if not ids:
        raise ValueError("a query asks for at least one credential")
    credentials = tuple(Credential(name, e.type, e.each) for (e, _), name in ids.items())
    return Compiled(Query(credentials, tuple(sets)), {name: e for (e, _), name in ids.items()}, tuple(heads))


def _option(
    evidence: Sequence[Evidence], ids: dict[tuple[Evidence, int], str], counts: dict[str, int]
) -> tuple[str, ...]:
    """Ids of one combination; evidence that stands twice in it is two credentials."""
    named: list[str] = []
    here: dict[Evidence, int] = {}
    for one in evidence:
        here[one] = here.get(one, 0) + 1
        key = (one, here[one])
        if key not in ids:
            counts[one.type] = counts.get(one.type, 0) + 1
            ids[key] = f"{one.type}-{counts[one.type]}"
        named.append(ids[key])
    return tuple(named)


def requirements_of(compiled: Compiled) -> tuple[Requirement, ...]:
    """The requirements that a query and our terms are: `requirements_of(compile_requirements(r)) == r`."""
    return tuple(
        replace(
            head,
            alternatives=tuple(
                Combination(tuple(compiled.terms[name] for name in option)) for option in one.options
            ),
        )
        for head, one in zip(compiled.heads, compiled.query.sets, strict=True)
    )


def format_compiled(compiled: Compiled) -> dict[str, Json]:
    """All of it as an answer: the query, our terms by credential id, the requirement of each set."""
    return {
        "dcql_query": format_query(compiled.query),
        "terms": {name: evidence_json(one) for name, one in compiled.terms.items()},
        "requirements": [_head(one) for one in compiled.heads],
    }


def _head(one: Requirement) -> dict[str, Json]:
    return {name: said for name, said in requirement_json(one).items() if name != "alternatives"}


def format_query(query: Query) -> dict[str, Json]:
    """The query as it is sent: `dcql_query`."""
    return {
        "credentials": [_credential_json(one) for one in query.credentials],
        "credential_sets": [
            {"options": [list(option) for option in one.options], "required": one.required}
            for one in query.sets
        ],
    }


def _credential_json(one: Credential) -> dict[str, Json]:
    made: dict[str, Json] = {"id": one.id, "format": FORMAT, "meta": {"vct_values": [VCT + one.type]}}
    if one.multiple:
        made["multiple"] = True
    return made


def parse_query(value: object) -> Query:
    """Read a query of this form strictly (raises CatalogueError): `parse_query(format_query(q)) == q`."""
    with one_error():
        document = Document(value)
        credentials = tuple(_credential(one) for one in document.documents("credentials", 1, 8 * MOST_SETS))
        sets = tuple(_set(one) for one in document.documents("credential_sets", 1, MOST_SETS))
        document.done()
    ids = [one.id for one in credentials]
    if len(set(ids)) != len(ids):
        raise CatalogueError("/credentials", "each id once")
    named = {name for one in sets for option in one.options for name in option}
    if named != set(ids):
        raise CatalogueError("/credential_sets", "every credential of the query, and no other")
    return Query(credentials, sets)


def _credential(one: Document) -> Credential:
    name = one.text("id", 80, CREDENTIAL_ID)
    one.choice("format", (FORMAT,))
    meta = one.document("meta")
    values = meta.texts("vct_values", 1, _VCT)
    meta.done()
    if len(values) != 1:
        one.fail("meta", "exactly one type")
    credential = Credential(name, values[0].removeprefix(VCT), one.mark("multiple"))
    one.done()
    return credential


def _set(one: Document) -> CredentialSet:
    raw = one.any_of("options")
    if not isinstance(raw, list) or not raw:
        one.fail("options", "a list of at least one list of ids")
    options = []
    for option in raw:
        if not isinstance(option, list) or not option or not all(isinstance(n, str) for n in option):
            one.fail("options", "a list of at least one list of ids")
        options.append(tuple(option))
    read = CredentialSet(tuple(options), one.flag("required"))
    one.done()
    return read

# SPDX-License-Identifier: Apache-2.0
"""What a reliance receipt (采信凭证) says in law: the same words on paper, in the trace, on `/verify`."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from api.web.cited import aside
from attest.errors import VaultError
from attest.fields import Fields
from attest.private import open_private
from attest.recognition.commands import Rely
from attest.recognition.legal import OPEN, legal_grounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.core import Ledger
    from api.web.texts import Texts
    from attest.recognition.commands import Reliance


class LegalLine(NamedTuple):
    """A ground in law: what names it (code and word), what it says where that is published, its source."""

    of: str
    name: str
    says: str
    text: str
    certainty: str
    more: str
    """How far it was checked, in words and brackets."""

    @property
    def whole(self) -> str:
        """The line as one text, in the order in which it is read."""
        return " ".join(part for part in (self.says, self.text + self.more) if part)


Grouped = tuple[tuple[str, tuple[LegalLine, ...]], ...]
"""Lines by the word for what names them, in their order."""


def grouped(lines: Iterable[LegalLine]) -> Grouped:
    """The lines as they are shown: each name once."""
    return tuple((name, tuple(several)) for name, several in groupby(lines, key=attrgetter("name")))


def reliance_at(index: int, ledger: Ledger) -> Reliance | None:
    """The record of the reliance that stands at an index; None once it was erased."""
    try:
        record = open_private(index, ledger.store, ledger.context.sealer)[1]
    except (LookupError, VaultError):
        return None
    return Rely(ledger.catalogue).parse(Fields(record, "/record"))


def legal_json(reliance: Reliance, index: int, ledger: Ledger) -> list[dict[str, Any]]:
    """The grounds of a reliance at an index as the API gives them: `{of, text, certainty, says?}` each."""
    made: list[dict[str, Any]] = []
    for one in legal_grounds(reliance, ledger.catalogue, ledger.store, index):
        said = {"of": one.of, "text": one.citation.text, "certainty": one.citation.certainty}
        says = {} if one.says is None else {"says": {"zh": one.says.zh, "en": one.says.en}}
        made.append({**said, **says})
    return made


def legal_lines(
    index: int, ledger: Ledger, t: Texts, *, reliance: Reliance | None = None, is_open: bool = False
) -> tuple[LegalLine, ...]:
    """The grounds of the reliance at an index, as of then; none once its record was erased.

    `is_open`: only those that tell nothing of which requirement it is, for whoever holds its evidence.
    """
    known = reliance_at(index, ledger) if reliance is None else reliance
    if known is None:
        return ()
    return tuple(
        LegalLine(
            one.of,
            t(f"legal.of_{one.of}"),
            "" if one.says is None else getattr(one.says, t.language),
            one.citation.text,
            one.citation.certainty,
            aside(one.citation.text, one.citation.certainty, t).whole,
        )
        for one in legal_grounds(known, ledger.catalogue, ledger.store, index)
        if not is_open or one.of in OPEN
    )

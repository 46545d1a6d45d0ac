# SPDX-License-Identifier: Apache-2.0
"""Naming somebody by number and name where who asks sees whether the two belong together: counted, on record.

The answer of `POST holders` looks the same known or new, and compares nothing. A counter compares, since a
slip there opens the case of somebody else; so that nobody guesses numbers by it, each such naming has to be
within the quota of look-ups, and each refusal is an entry that names the holder.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from attest.acts import require_readable, sign_and_place
from attest.holders.repository import naming_index
from attest.oversight.commands import Refused, acting_department
from attest.private import open_private
from attest.registry.model import SERVICE
from attest.registry.rules import keys_fact
from ledger.commands import Decision

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attest.acts import Written
    from attest.context import Context
    from attest.holders.commands import NameHolderCommand
    from attest.oversight.model import Use
    from attest.oversight.quota import Meter
    from ledger.commands import NewLeaf, RequestKey, Row, View

ANOTHER_NAME: Final = "person.unknown"
"""The rule: nobody of this number and this name is on record, but somebody of this number is."""
_REFUSED: Final = Refused()
_DOTS: Final = str.maketrans(dict.fromkeys("•‧∙⋅・.", "·"))


def plain_name(name: str) -> str:
    """A name as it is compared: width, case, spaces and the form of the dot within it make no difference."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).translate(_DOTS)


class NamesCompared:
    """Whether the numbers and names of several people belong together; nobody is named, whatever it finds.

    The answer are the places of those who do not; each is an entry, and the first names whoever was found
    beside them, too: no form tells about anybody without a trace. The arguments are those of `NameCompared`.
    """

    entry_id: bytes | None = None
    request: RequestKey | None = None
    writes: Collection[bytes] = ()

    def __init__(
        self,
        namings: Sequence[tuple[NameHolderCommand, bool]],
        use: Use,
        context: Context,
        meter: Meter,
        *,
        known_only: bool = False,
    ) -> None:
        self._use = replace(use, outcome=(ANOTHER_NAME,))
        require_readable(_REFUSED, self._use)
        self._namings, self._context, self._meter, self._known_only = namings, context, meter, known_only
        self.reads: Collection[bytes] = {
            keys_fact(SERVICE),
            *(one for two in namings for one in two[0].reads),
        }

    def decide(self, view: View) -> Decision[tuple[int, ...]]:
        """QuotaError beyond the quota, whether they belong together or not."""
        for _ in self._namings:
            self._meter.take(view, self._use.key_id, acting_department(self._use.department))
        known = [naming.known(view) for naming, _ in self._namings]
        others = [
            place
            for place, (naming, sure) in enumerate(self._namings)
            if not _names(naming, known[place], view, self._context, sure=sure, known_only=self._known_only)
        ]
        leaves: list[NewLeaf] = []
        rows: list[Row] = []
        random = self._context.random
        for place in others:
            beside = [at for at in range(len(known)) if at not in others] if place == others[0] else []
            found = tuple(sorted({one for at in (place, *beside) if (one := known[at]) is not None}))
            use = replace(self._use, consulted=found, case_salt=random(32), purpose_salt=random(32))
            leaf, more, _ = sign_and_place(_REFUSED, use, SERVICE, view, self._context, after=len(leaves))
            leaves.append(leaf)
            rows += more
        return Decision(leaves=tuple(leaves), rows=rows, answer=tuple(others))


class NameCompared:
    """As the naming that it holds, unless the holder of the number is on record under another name.

    Then nothing is named, the refusal is the entry, and the answer has no holder. `sure`: the name has
    changed, as the card shows. The name on record is that by which the holder was first named.
    `known_only`: a number that is nobody's is refused by the same rule, and names nobody either.
    """

    entry_id: bytes | None = None

    def __init__(
        self,
        naming: NameHolderCommand,
        use: Use,
        context: Context,
        meter: Meter,
        *,
        sure: bool,
        known_only: bool = False,
    ) -> None:
        self._use = replace(use, outcome=(ANOTHER_NAME,))
        require_readable(_REFUSED, self._use)
        self._naming, self._context, self._meter, self._sure = naming, context, meter, sure
        self._known_only = known_only
        self.request: RequestKey | None = naming.request
        self.reads: Collection[bytes] = {*naming.reads, keys_fact(SERVICE)}
        self.writes: Collection[bytes] = naming.writes

    def decide(self, view: View) -> Decision[tuple[Written, bytes | None]]:
        """QuotaError beyond the quota, whether the two belong together or not."""
        self._meter.take(view, self._use.key_id, acting_department(self._use.department))
        known = self._naming.known(view)
        if _names(self._naming, known, view, self._context, sure=self._sure, known_only=self._known_only):
            return self._naming.decide(view)
        use = replace(self._use, consulted=() if known is None else (known,))
        leaf, rows, written = sign_and_place(_REFUSED, use, SERVICE, view, self._context)
        return Decision(leaves=(leaf,), rows=rows, answer=(written, None))


def _names(
    naming: NameHolderCommand,
    known: bytes | None,
    view: View,
    context: Context,
    *,
    sure: bool,
    known_only: bool,
) -> bool:
    """Whether number and name belong together, or may be taken to."""
    if known is None:
        return not known_only
    index = None if sure else naming_index(known, view)
    if index is None:
        return True
    return plain_name(str(open_private(index, view, context.sealer)[1]["name"])) == plain_name(naming.name)

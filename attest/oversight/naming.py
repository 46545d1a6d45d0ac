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
    from collections.abc import Collection

    from attest.acts import Written
    from attest.context import Context
    from attest.holders.commands import NameHolderCommand
    from attest.oversight.model import Use
    from attest.oversight.quota import Meter
    from ledger.commands import RequestKey, View

ANOTHER_NAME: Final = "person.unknown"
"""The rule: nobody of this number and this name is on record, but somebody of this number is."""
_REFUSED: Final = Refused()
_DOTS: Final = str.maketrans(dict.fromkeys("•‧∙⋅・.", "·"))


def plain_name(name: str) -> str:
    """A name as it is compared: width, case, spaces and the form of the dot within it make no difference."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).translate(_DOTS)


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
        if self._names(known, view):
            return self._naming.decide(view)
        use = replace(self._use, consulted=() if known is None else (known,))
        leaf, rows, written = sign_and_place(_REFUSED, use, SERVICE, view, self._context)
        return Decision(leaves=(leaf,), rows=rows, answer=(written, None))

    def _names(self, known: bytes | None, view: View) -> bool:
        if known is None:
            return not self._known_only
        return self._sure or self._same(known, view)

    def _same(self, holder: bytes, view: View) -> bool:
        index = naming_index(holder, view)
        if index is None:
            return True
        named = str(open_private(index, view, self._context.sealer)[1]["name"])
        return plain_name(named) == plain_name(self._naming.name)

# SPDX-License-Identifier: Apache-2.0
"""Entry 0: `log.founded`, signed by the governance key that it names itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.acts import Written, draft, place
from attest.registry.commands import Found
from attest.registry.model import GOVERNANCE
from attest.statements import sign_entry
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.context import Context
    from attest.registry.model import Founding
    from ledger.commands import View


@dataclass(frozen=True, slots=True)
class FoundingEntry:
    """The command that places entry 0; unlike any other act its key is valid because it founds."""

    founding: Founding
    context: Context
    entry_id: None = None
    request: None = None
    reads: Collection[bytes] = (b"founding",)
    writes: Collection[bytes] = (b"founding",)

    def decide(self, view: View) -> Decision[Written]:
        """Only into the empty log, only by the governance key that the record names."""
        act, signer = Found(), self.context.keys.signer(GOVERNANCE)
        act.check(self.founding, GOVERNANCE, view, self.context)
        if signer.address != self.founding.governance:
            raise CommandRejected("signature.foreign_key", "another governance key than the record names")
        made = draft(act, self.founding, GOVERNANCE, view.now, self.context)
        envelope = sign_entry(made.entry, signer)
        leaf, rows, written = place(act, self.founding, made, envelope, view.next_index, self.context)
        return Decision(leaves=(leaf,), rows=rows, answer=written)

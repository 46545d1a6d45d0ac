# SPDX-License-Identifier: Apache-2.0
"""What the page says first where the ledger knows worse of a paper now than a valid file of it does (pure).

A newer file would say the same: an acceptance is not to be relied on, a receipt from before holds, a
re-ask stays one. The file's own verdict is told beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from api.proving.present import KIND, NOT_HELD
from attest.verify.evidence import ACCEPTED, REASKED, RECORDED, RELIED

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Worse:
    """The headline (key of the table `verify`), the kind of its band, the reasons that the sentence gives.

    The last reason's next step is the one to take; without a reason that of a file that is not valid.
    """

    head: str
    kind: str
    reasons: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """For the script of the page."""
        return {"head": self.head, "kind": self.kind, "reasons": list(self.reasons)}


def _accepted(state: str) -> Worse:
    return Worse(f"head_{state}", KIND[state], (f"status.{state}",))


def _relied(state: str, *reasons: str) -> Worse:
    head = state if state in ("disputed", "renewed") else "fallen"
    return Worse(f"head_relied_{head}", "wait", reasons)


_NOT_HELD: Final = {NOT_HELD: Worse(f"head_{NOT_HELD}", KIND[NOT_HELD])}
_FALLEN: Final = Worse("head_recorded", "fail", ("status.mandate_fallen",))
WORSE: Final[dict[str, dict[str, Worse]]] = {
    ACCEPTED: {
        **{
            one: _accepted(one)
            for one in ("disputed", "retracted", "rectified", "denied", "expired", "renewed", "not_yet")
        },
        **_NOT_HELD,
    },
    RELIED: {
        **{
            one: _relied(one, f"status.{one}_later")
            for one in ("disputed", "retracted", "rectified", "denied")
        },
        **{one: _relied(one, "status.stood", f"status.{one}") for one in ("expired", "renewed")},
        **_NOT_HELD,
    },
    RECORDED: {
        **dict.fromkeys(("retracted", "rectified", "denied"), _FALLEN),
        "disputed": _accepted("disputed"),
        **_NOT_HELD,
    },
    REASKED: _NOT_HELD,
}
"""By kind of the file's subject and present state (`present.KIND`); what is not here changes nothing."""


def worse_now(subject: str, state: str) -> Worse | None:
    """What goes before a valid file whose subject is of this kind, or None."""
    return WORSE.get(subject, {}).get(state)


def documents() -> dict[str, dict[str, dict[str, Any]]]:
    """The whole table for the script of the page."""
    return {kind: {state: one.document() for state, one in those.items()} for kind, those in WORSE.items()}


def joined(parts: Sequence[str], space: str) -> str:
    """Sentences as one text."""
    return space.join(one for one in parts if one)

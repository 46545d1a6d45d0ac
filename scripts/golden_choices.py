# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of what holders choose: private records, and the leaves they open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.catalogue.repository import Catalogue
from attest.erasure.commands import EraseHolder
from attest.erasure.model import Erasure
from attest.materials.model import Citation
from attest.reuse.commands import RemoveFromReuse, RestoreToReuse
from attest.reuse.model import ReuseChoice
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.statements import Envelope


def choices(
    accepted: Envelope, index: int, record: dict[str, Any], signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """The holder of the golden log's acceptance removes it from reuse, puts it back; chooses, releases."""
    leaf, time = leaf_hash(accepted.canonical()), accepted.entry.time
    holder = bytes.fromhex(record["parties"][0]["holder"])

    def choice(name: str) -> ReuseChoice:
        cited = Citation(accepted.entry.id, index, leaf, secret(f"{name} citation"))
        return ReuseChoice(cited, record["case"], secret(f"{name} case"), "XF", "XF", holder)

    _, removed = vector(RemoveFromReuse(), choice("removal"), "service", time + 1200, signed, secret)
    _, restored = vector(RestoreToReuse(), choice("return"), "service", time + 1500, signed, secret)
    by_choice = SubmissionChoice(record["case"], secret("submission case"), "licence", holder)
    acts = {"chosen": ChooseSubmission(Catalogue()), "released": ReleaseSubmission(Catalogue())}
    submitted = {
        name: vector(act, by_choice, "service", time + 1800, signed, secret)[1] for name, act in acts.items()
    }
    _, erased = vector(
        EraseHolder(),
        Erasure("PUBLIC", (index, index + 3), (secret("erased file")[:16],)),
        "service",
        time + 2100,
        signed,
        secret,
    )
    return {"removed": removed, "restored": restored, **submitted, "erased": erased}

# SPDX-License-Identifier: Apache-2.0
"""The desk laid out whole: the rows of a look with everything that other features say of the case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.mandates.reading import agents_in
from api.web.counter.acting import acting_here
from api.web.counter.bundling import bundle_here
from api.web.counter.desk import desk_of
from api.web.counter.linking import linkable_in
from api.web.counter.retracting import with_taken

if TYPE_CHECKING:
    from api.core import Ledger
    from api.web.counter.desk import Desk
    from api.web.counter.looking import Look
    from api.web.counter.rows import Words


def laid_out(look: Look, department: str, ledger: Ledger, words: Words) -> Desk:
    """The desk of a look, as a clerk of the department sees it."""
    desk = desk_of(look, ledger.store, words, ledger.context.random(12).hex())

    def type_name(code: str) -> str:
        known = look.types.types.get(code)
        return code if known is None else words.of(known.name)

    return replace(
        desk,
        agents=agents_in(look.case, look.opening.parties, look.names, type_name, ledger),
        acting=acting_here(look, ledger, words),
        rows=with_taken(desk.rows, look, department, ledger, words),
        bundle=bundle_here(look.case, department, ledger, words),
        provisional=tuple(one for one in linkable_in(look, ledger) if one.provisional),
    )

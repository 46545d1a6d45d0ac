# SPDX-License-Identifier: Apache-2.0
"""A ledger that nobody serves, held for as long as a command changes more of it than one entry."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from api.database import require_file
from api.log_signer import log_signer
from api.trust_file import read_trust
from ledger.alone import shutting_out
from ledger.headmark import HeldError, MarkInUseError, all_marks
from ledger.startup import Action, compare, examine
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.settings import Settings
    from attest.verify import Trust
    from ledger.headmark import HeadMark
    from ledger.note import NoteSigning


@dataclass(frozen=True, slots=True)
class Alone:
    """The ledger's trust file, its database and its mark; `refuse` makes the command's own error."""

    trust: Trust
    store: Store
    mark: HeadMark
    refuse: Callable[[str], Exception]

    def require_settled(self) -> None:
        """Refuse where mark and database do not agree, or where somebody else has the database open."""
        finding = compare(examine(self.store, self.mark))
        if finding.action not in {Action.SERVE, Action.MARK_HEAD}:
            raise self.refuse(f"{finding.text}: settle that first (docs/howto/backup.md)")
        self.require_nobody()

    def require_nobody(self) -> None:
        """Refuse where somebody else has the database open."""
        if others := self._others():
            raise self.refuse(f"{others} other connections to the database: stop what has it open first")

    def _others(self) -> int:
        """Other connections that stay; a server counts one that was just closed for a moment more."""
        for _ in range(20):
            if not (others := self.store.others()):
                return 0
            time.sleep(0.05)
        return others


@contextmanager
def alone(
    settings: Settings,
    command: str,
    refuse: Callable[[str], Exception],
    signer: NoteSigning | None = None,
    *,
    without_mark: bool = False,
) -> Iterator[Alone]:
    """Hold a founded ledger, so that nobody can open it to write; refused where a program has it open.

    `command` is the name under which it is connected to a server, so that it can tell others from itself;
    marks are by `signer`, or by the key of the log; `without_mark` goes on where there is none.
    """
    require_file(settings)
    trust = read_trust(settings.trust_file)
    signer = signer or log_signer(settings, trust)
    with ExitStack() as held:
        try:
            marks = all_marks(settings.head_mark, signer, trust.origin, make=without_mark)
            mark = held.enter_context(marks)
        except MarkInUseError:
            raise refuse("the ledger is served: stop the service first") from None
        except HeldError as error:
            raise refuse(str(error)) from None
        store = held.enter_context(closing(Store(named(settings.database_url, command))))
        try:
            held.enter_context(shutting_out(store))
        except HeldError as error:
            raise refuse(str(error)) from None
        yield Alone(trust, store, mark, refuse)


def named(url: str, command: str) -> str:
    """The same database under the command's own name, where it is on a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.update_query_dict({"application_name": command})
    return parsed.render_as_string(hide_password=False)

# SPDX-License-Identifier: Apache-2.0
"""`ETag` of a case, `If-Match` on writes in it: nothing is added to a case that went on meanwhile.

The tag is the index of the case's last entry that is no look: reading a case does not change it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.cases.repository import last_change
from ledger.commands import EVERYTHING
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Written
    from ledger.commands import Command, Decision, RequestKey, View

_TAGS: Final = re.compile(r'\s*(?:W/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W/)?"[\x21\x23-\x7e]*"\s*)*\Z')
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
ANY: Final = "*"


def tag_of(index: int) -> bytes:
    """The strong entity tag of a case whose last entry that is no look stands there."""
    return b'"%d"' % index


def wanted_tags(header: str) -> frozenset[str]:
    """The tags that an If-Match names; weak ones never match (RFC 9110, 13.1.1), nor does what is no list."""
    if header.strip() == ANY:
        return frozenset({ANY})
    if _TAGS.match(header) is None:
        return frozenset()
    return frozenset(tag for weak, tag in _TAG.findall(header) if not weak)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A command in a case that is decided only while the case stands as it was read.

    It begins a batch of the writer, so that it sees whatever was added before it.
    """

    inner: Command[Written]
    case_no: str | None
    tags: frozenset[str]

    @property
    def entry_id(self) -> bytes | None:
        """That of the command."""
        return self.inner.entry_id

    @property
    def request(self) -> RequestKey | None:
        """That of the command: a repeat is answered as at first, whatever came since."""
        return self.inner.request

    @property
    def reads(self) -> Collection[bytes]:
        """Whatever could have changed."""
        return (*self.inner.reads, EVERYTHING)

    @property
    def writes(self) -> Collection[bytes]:
        """Those of the command."""
        return self.inner.writes

    def decide(self, view: View) -> Decision[Written]:
        """`precondition.failed` where the case went on, or where the act is in no case that there is.

        Whoever may not act there is refused as without a tag, and learns nothing by one (RFC 9110, 13.2.1).
        """
        decision = self.inner.decide(view)
        changed = None if self.case_no is None else last_change(self.case_no, view)
        if changed is None or (ANY not in self.tags and str(changed) not in self.tags):
            raise CommandRejected("precondition.failed", "the case is not as it was read")
        return decision

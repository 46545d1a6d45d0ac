# SPDX-License-Identifier: Apache-2.0
"""An event: one entry of the log concerns one department. Ids and indexes only; written as CloudEvents 1.0.

Its id is `<index>-<part>`: the entry, and the how-manieth event that it is for that department.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attest.expiry.model import EXPIRING
from attest.registry.model import SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "once."
RECALLED: Final = "acceptance.recalled"
RECTIFIED: Final = "acceptance.rectified"
CONDEMNED: Final = "acceptance.condemned"
SUPERSEDED: Final = "material.superseded"
DENIED: Final = "acceptance.denied"
RETRACTED: Final = "acceptance.retracted"
RELIED_ON: Final = "acceptance.relied_on"
DISPUTED: Final = "acceptance.disputed"
CHECK_ASKED: Final = "data.check.requested"
CHECK_ANSWERED: Final = "data.check.answered"
CHECK_WITHDRAWN: Final = "data.check.withdrawn"
CONSENT_WITHDRAWN: Final = "consent.withdrawn"
REASKED: Final = "reask.recorded"
LOOKUP_ALARM: Final = "lookup.alarm"
KEY_ADDED: Final = "key.added"
KEY_RETIRED: Final = "key.retired"
PUBLISHED: Final = "catalogue.published"
BUNDLE_STALE: Final = "bundle.stale"
TYPES: Final = {
    RECALLED: "an acceptance that your department relied on, or that was relied on in a case of yours, was"
    " taken back: ask for the paper again",
    RECTIFIED: "an acceptance that your department relied on, or that was relied on in a case of yours, was"
    " corrected (更正): `rectified_by` is the one to look at and use instead",
    CONDEMNED: "the same file was taken back as a document elsewhere: an acceptance of it that you made or"
    " relied on counts no more",
    SUPERSEDED: "a paper that your department accepted or relied on was renewed: `index` is the newer"
    " acceptance; what was signed stands as of then",
    DENIED: "the issuer says that a paper which your department accepted or relied on stands no more: ask for"
    " a valid one",
    RETRACTED: "an acceptance of yours was taken back by the other of window and authority, or with its key",
    RELIED_ON: "another department relies on an acceptance of yours",
    DISPUTED: "a party disputes an acceptance that you relied on, or that a case of yours rests on: it is"
    " under review",
    CHECK_ASKED: "a party disputes an acceptance of yours, or a use that you made (`reliance`): answer by the"
    " day that the request names",
    CHECK_WITHDRAWN: "a party took back a dispute of which you had heard: nothing is left to answer",
    CHECK_ANSWERED: "a dispute on an acceptance that you made, relied on or have in a case was answered",
    CONSENT_WITHDRAWN: "whose paper it is took back the consent that the law asks for, in a case of yours or"
    " after you relied under it: what was signed stands, nothing more is relied on",
    REASKED: "your department asked an applicant for what could have been recognised, or what no guide asks"
    " for: take the request back; where `source` is `claim` the applicant says so, nothing is on record",
    EXPIRING: "a paper that your department holds or relied on ends soon: `duty` is the department that is to"
    " take in the one that follows it",
    LOOKUP_ALARM: "look-ups by a user of your department do not look like work: `index` is the alarm's entry;"
    " a reviewer judges it",
    KEY_ADDED: "a signing key of your department is valid from this entry on",
    KEY_RETIRED: "a signing key of your department is no longer valid",
    PUBLISHED: "a document of the catalogue that concerns your department came out: `published` names it",
    BUNDLE_STALE: "a bundle that your department leads fits the guides no more, by what `published` names:"
    " publish its next version, until then its list cannot be given",
}
"""Every type of event and what it says to the department that gets it."""

_ID: Final = re.compile(r"(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})")


class Place(NamedTuple):
    """Where an event stands among those of its department."""

    entry: int
    part: int

    def __str__(self) -> str:
        return f"{self.entry}-{self.part}"


BEFORE_ALL: Final = Place(-1, 0)


def parse_place(text: str) -> Place | None:
    """The place that an event's id names, None for anything else."""
    found = _ID.fullmatch(text)
    return Place(int(found[1]), int(found[2])) if found else None


class Concern(NamedTuple):
    """What an entry means to a department: a type of event, (id, index) of acceptance and reliance, more."""

    department: str
    type: str
    acceptance: tuple[bytes, int] | None = None
    reliance: tuple[bytes, int] | None = None
    about: Mapping[str, Any] = {}  # never changed


@dataclass(frozen=True, slots=True)
class Event:
    """`actor` is the department (or governance) whose entry it is; ids 16 bytes, time Unix seconds.

    Of a paper that ends soon, whose entry is the service's, it is the department whose duty the next one is.
    `about` is what else the entry names: a document of the catalogue, the case of a re-ask.
    """

    department: str
    place: Place
    type: str
    actor: str
    time: int
    acceptance: bytes | None = None
    acceptance_index: int | None = None
    reliance: bytes | None = None
    reliance_index: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def cloud_event(self, log: str) -> dict[str, Any]:
        """CloudEvents 1.0 in JSON; `source` names the log (hex id) and the department that it is for."""
        data: dict[str, Any] = {"index": self.place.entry, "by": self.actor, **self.about}
        if self.type == EXPIRING:
            data |= {"by": SERVICE, "duty": self.actor}
        if self.acceptance is not None:
            data["acceptance"] = {"id": self.acceptance.hex(), "index": self.acceptance_index}
        if self.reliance is not None:
            data["reliance"] = {"id": self.reliance.hex(), "index": self.reliance_index}
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.place),
            "source": f"urn:once-ledger:{log}:{self.department}",
            "type": PREFIX + self.type,
            "time": datetime.fromtimestamp(self.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "datacontenttype": "application/json",
            "data": data,
        }
        if self.acceptance is not None:
            event["subject"] = f"acceptance/{self.acceptance.hex()}"
        elif "published" in self.about:
            event["subject"] = "catalogue/{subject}/{code}/{version}".format_map(self.about["published"])
        return event

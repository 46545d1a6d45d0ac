# SPDX-License-Identifier: Apache-2.0
"""`case.opened`: item version, parties, channel, answers; the engine of steps is built on it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.joining import check_step, read_step, step_facts, step_writes, write_step
from attest.cases.model import CHANNELS, Opening
from attest.cases.repository import case_by_no, case_fact
from attest.catalogue.repository import item_fact
from attest.catalogue.situations import SituationError, check_answers, concerned
from attest.codes import Scheme, validate
from attest.commitments import commit
from attest.days import day_of
from attest.errors import CodeError
from attest.fields import DEPARTMENT, ITEM, Fields
from attest.holders.repository import unknown_holder
from attest.parties import check_about, read_about, read_parties, write_about, write_parties
from attest.tables import case_entries, case_parties, cases
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


class OpenCase(Act[Opening]):
    """The act; opened by the item's authority or by a receiver that its guide mandates."""

    kind = "case.opened"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Opening:
        opening = Opening(
            fields.text("case", 50),
            fields.octets("salt", 32),
            fields.text("item", 50, ITEM),
            fields.integer("version", 1),
            fields.octets("document", 32),
            fields.text("authority", 32, DEPARTMENT),
            fields.choice("channel", CHANNELS),
            read_parties(fields),
            tuple(sorted(fields.words("answers").items())),
            read_about(fields),
            read_step(fields),
        )
        fields.done()
        return opening

    def record(self, record: Opening) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "case": record.case_no,
            "salt": record.salt.hex(),
            "item": record.item,
            "version": record.version,
            "document": record.document.hex(),
            "authority": record.authority,
            "channel": record.channel,
            "parties": write_parties(record.parties),
            "answers": dict(record.answers),
        }
        if record.about is not None:
            plain["about"] = write_about(record.about)
        if record.bundle is not None:
            plain["bundle"] = write_step(record.bundle)
        return plain

    def body(self, record: Opening) -> dict[str, Json]:
        body: dict[str, Json] = {
            "case": commit("case", record.salt, record.case_no.encode()).hex(),
            "item": record.item,
            "version": record.version,
            "document": record.document.hex(),
            "authority": record.authority,
            "channel": record.channel,
        }
        if record.bundle is not None:  # which cases go together stays closed
            body["bundle"] = {"code": record.bundle.code, "version": record.bundle.version}
        return body

    def facts(self, record: Opening) -> tuple[Collection[bytes], Collection[bytes]]:
        name = case_fact(record.case_no)
        reads = (name, item_fact(record.item))
        step = record.bundle
        if step is None:
            return reads, (name,)
        return (*reads, *step_facts(step)), (name, *step_writes(step, record.case_no))

    def check(self, record: Opening, issuer: str, view: View, context: Context) -> None:
        try:
            validate(Scheme.CASE_NUMBER, record.case_no)
        except CodeError as error:
            raise CommandRejected("case.number", str(error)) from error
        check_about(record.about)
        item, published = self._catalogue.item(record.item, record.version, view)
        standing = self._catalogue.in_force(record.item, day_of(view.now), view)
        if published.digest != record.document or standing is None or standing[1] != published:
            raise CommandRejected("catalogue.version", "not the guide that is in force")
        if item.authority != record.authority or issuer not in (item.authority, *item.receivers):
            raise CommandRejected(
                "auth.forbidden", "only the authority or a mandated receiver opens this case"
            )
        if not {role for role, _ in record.parties} <= set(item.roles):
            raise CommandRejected("case.role", f"roles of {item.code}: {', '.join(item.roles)}")
        stranger = unknown_holder({holder for _, holder in record.parties}, view)
        if stranger is not None:
            raise CommandRejected("holder.unknown", "name the holder first")
        try:
            check_answers(item, dict(record.answers))
        except SituationError as error:
            raise CommandRejected(
                error.code, "the answers do not fit the guide's questions", **concerned(item, error)
            ) from error
        if record.bundle is not None:
            check_step(record, item, record.bundle, self._catalogue, view, context)
        # Last: whoever wants to learn whether a number is taken must be about to open a case under it.
        if case_by_no(record.case_no, view) is not None:
            raise CommandRejected("case.exists", "a case with this number is open")

    def rows(self, record: Opening, placed: Placed, context: Context) -> list[Row]:
        step = record.bundle
        within: tuple[str | int | None, ...] = (None,) * 4
        if step is not None:
            within = (step.code, step.version, step.step, step.first or record.case_no)
        return [
            (
                cases,
                (
                    record.case_no,
                    placed.index,
                    record.item,
                    record.version,
                    record.authority,
                    placed.entry.issuer,
                    placed.entry.time,
                    record.channel,
                    *within,
                ),
            ),
            (case_entries, (record.case_no, placed.index)),
            *(
                (case_parties, (holder, record.case_no))
                for holder in sorted({holder for _, holder in record.parties})
            ),
        ]

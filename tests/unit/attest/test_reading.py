# SPDX-License-Identifier: Apache-2.0
"""Prepared queries give what SQLAlchemy gives, whatever the number of parameters."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import bindparam, select

from attest.reading import Prepared, _padded
from attest.tables import case_entries, metadata
from ledger.commands import Decision, View
from tests.builders import Append, a_log

SOME = Prepared(
    select(case_entries.c.idx)
    .where(
        case_entries.c.case_no.in_(bindparam("cases", expanding=True)),
        case_entries.c.idx.in_(bindparam("indexes", expanding=True)),
        case_entries.c.idx < bindparam("below"),
    )
    .order_by(case_entries.c.idx)
    .limit(3)
)


def test_lists_of_any_length(tmp_path: Path) -> None:
    """One, three and many values, two lists, a scalar and a constant are bound in their places."""
    with a_log(tmp_path) as log:
        log.store.create(metadata)
        rows = [(case_entries, (f"c{n}", index)) for n in range(20) for index in range(n, 40, 7)]
        log.writer.submit_wait(Append([], rows))
        everything = {values for _, values in rows}
        for cases in (["c3"], ["c3", "c4", "c5"], [f"c{n}" for n in range(20)]):
            for indexes in ([3], list(range(5)), list(range(40))):
                found = SOME.rows(log.store, cases=cases, indexes=indexes, below=30)
                expected = sorted(i for c, i in everything if c in cases and i in indexes and i < 30)[:3]
                assert [row[0] for row in found] == expected


def test_padding_repeats_the_last() -> None:
    """Lists are padded to a power of two, so that few statements are prepared."""
    assert _padded([1]) == [1]
    assert _padded([1, 2]) == [1, 2]
    assert _padded([1, 2, 3]) == [1, 2, 3, 3]
    assert len(_padded(list(range(513)))) == 1024


def test_a_batch_asks_one_question_once(tmp_path: Path) -> None:
    """Inside a batch the same question has the same answer; the next batch sees what was written."""
    rows: list[list[tuple[object, ...]]] = []

    class Asking(Append):
        def decide(self, view: View) -> Decision[str]:
            rows.extend(SOME.rows(view, cases=["c"], indexes=[1], below=9) for _ in range(2))
            return super().decide(view)

    with a_log(tmp_path) as log:
        log.store.create(metadata)
        for command in (Asking([], [(case_entries, ("c", 1))]), Asking([])):
            log.writer.submit_wait(command)
    assert rows == [[], [], [(1,)], [(1,)]]
    assert rows[2] is rows[3]


def test_constants_of_the_statement_itself(tmp_path: Path) -> None:
    """A list of constants, beside bound ones and by itself, is bound like any other constant."""
    chosen = select(case_entries.c.idx).where(case_entries.c.case_no.in_(("c1", "c2", "c3")))
    alone = Prepared(chosen.order_by(case_entries.c.idx))
    among = Prepared(
        chosen.where(
            case_entries.c.idx.in_(bindparam("case_no", expanding=True)),
            case_entries.c.idx.in_((1, 2, 8, 9)),
            case_entries.c.idx < bindparam("below"),
        ).order_by(case_entries.c.idx)
    )
    with a_log(tmp_path) as log:
        log.store.create(metadata)
        rows = [(case_entries, (f"c{n}", n)) for n in range(10)]
        log.writer.submit_wait(Append([], rows))
        for _ in range(2):
            assert alone.rows(log.store) == [(1,), (2,), (3,)]
            for indexes in ([2], [1, 2, 3], list(range(9))):
                found = [row[0] for row in among.rows(log.store, case_no=indexes, below=9)]
                assert found == sorted({1, 2} & set(indexes))

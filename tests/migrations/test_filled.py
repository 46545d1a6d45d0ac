# SPDX-License-Identifier: Apache-2.0
"""A filled ledger goes to a later schema and back: the log stays what it is, its tables stay derivable."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pytest
from alembic import command
from sqlalchemy import text

from api.auditing import LeafJudge
from api.copying import copy_database
from api.migrations import (
    SCHEMA,
    SchemaError,
    alembic_config,
    line_of,
    other_schema,
    require_schema,
    schema_of,
)
from api.operation.doctor_ledger import look_at_ledger
from api.operation.migrating import MigrationError, migrate_home, plan_of
from api.settings import SettingsError
from api.trust_file import read_trust
from api.wiring import open_ledger
from ledger.audit import audit
from ledger.errors import StoreError
from ledger.note import NoteVerifier
from ledger.proof import TlogProof, verify_tlog_proof
from ledger.store import Store
from tests.databases import Server, database_of
from tests.homes import copy_of, once, settings_of
from tests.integration.test_rebuild import differences
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.settings import Settings
    from ledger.rows import Head

pytest_plugins = ["tests.api_parts", "tests.database_parts"]

LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None


def upgrade():
    {up}


def downgrade():
    {down}
"""
ADDS = (
    'op.add_column("cases", sa.Column("remark", sa.String(40)))',
    'op.create_index("cases_by_remark", "cases", ["remark"])',
    'op.create_table("remarks", sa.Column("id", sa.LargeBinary(16), primary_key=True))',
    """op.execute("UPDATE cases SET remark = 'kept'")""",
)
TAKES = (
    'op.drop_table("remarks")',
    'op.drop_index("cases_by_remark", "cases")',
    'op.drop_column("cases", "remark")',
)


def a_revision(folder: Path, revision: str, before: str, up: tuple[str, ...], down: tuple[str, ...]) -> None:
    """Write a revision into a folder of its own."""
    folder.mkdir(exist_ok=True)
    parts = {"up": "\n    ".join(up), "down": "\n    ".join(down or ("pass",))}
    text = LATER.format(revision=revision, before=before, **parts)
    (folder / f"{revision}_later.py").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two later schemas: an additive one with an index and a table, and one that changes nothing."""
    folder = tmp_path_factory.mktemp("versions")
    a_revision(folder, "0002", SCHEMA, ADDS, TAKES)
    a_revision(folder, "0003", "0002", ("pass",), ())
    return folder


class Filled(NamedTuple):
    """A home that was used and closed, the database beside it (None: its file), the receipts given out."""

    home: Path
    url: str | None
    receipts: list[bytes]


@pytest.fixture(scope="module")
def used(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """A ledger with entries of every kind that the doors make, on a file."""
    world = open_world(copy_of(bare_home, tmp_path_factory.mktemp("used") / "home"))
    fill(world)
    world.ledger.publisher.publish_once()
    receipts = [world.get("", f"entries/{index}/proof").content for index in range(world.size)]
    home = world.ledger.settings.home
    world.close()
    return Filled(home, None, receipts)


@pytest.fixture(scope="module")
def template(used: Filled, server: Server | None) -> str | None:
    """The same tables on a server, where the database is on one."""
    if server is None:
        return None
    url = server.create()
    with (
        closing(Store(f"sqlite:///{used.home / 'ledger.db'}", read_only=True)) as source,
        closing(Store(url)) as target,
    ):
        copy_database(source, target)
    return url


@pytest.fixture
def filled(used: Filled, template: str | None, server: Server | None, tmp_path: Path) -> Iterator[Filled]:
    """A filled home of the test's own, on each kind of database."""
    home, url = copy_of(used.home, tmp_path / "home"), None
    if server is not None and template is not None:
        url = server.create(database_of(template))
        with (home / "once.toml").open("a", encoding="utf-8") as config:
            config.write(f"database_url = {json.dumps(url)}\n")
    yield Filled(home, url, used.receipts)
    if server is not None and url is not None:
        server.drop(url)


def stated(filled: Filled) -> Settings:
    """The home's settings."""
    return settings_of(filled.home, port=0)


def prove_whole(filled: Filled, before: Head) -> None:
    """Same root, every receipt verifies, audit sound, tables as the entries give them."""
    trust = read_trust(filled.home / "trust.json")
    verifier = NoteVerifier.from_vkey(trust.log_key)
    with closing(Store(stated(filled).database_url, read_only=True)) as store:
        assert store.head() == before
        for index, receipt in enumerate(filled.receipts):
            proof = TlogProof.parse(receipt)
            signed = verify_tlog_proof(proof, store.leaf(index), verifier, trust.origin)
            assert store.root_at(signed.size) == signed.root
        judge = LeafJudge(trust, store, None)
        found = audit(store, verifier, trust.origin, check_leaf=judge.check, entry_id_of=judge.entry_id)
        assert [*found.findings, *judge.findings(found.entries)] == []
    rebuilt = differences(filled.home)
    assert (rebuilt.differences, rebuilt.unknown) == ([], 0)
    assert rebuilt.rows["acceptances"] > 0


def head_of(filled: Filled) -> Head:
    """The head as the database has it."""
    with closing(Store(stated(filled).database_url, read_only=True)) as store:
        return store.head()


def test_up_and_down_again(filled: Filled, versions: Path) -> None:
    """Up by two and down by two schemas: each time the log is whole, and at the end it is served again."""
    settings, before = stated(filled), head_of(filled)
    assert plan_of(settings, versions=versions).steps == ("0002", "0003")
    plan, head = migrate_home(settings, versions=versions)
    assert (plan.found, plan.target, head) == (SCHEMA, "0003", before)
    with closing(Store(settings.database_url, read_only=True)) as store:
        assert schema_of(store) == "0003"
        assert store.query("SELECT DISTINCT remark FROM cases") == [("kept",)]
        assert "remarks" in store.columns()
        with pytest.raises(SchemaError, match="has schema 0003, this program 0001: it is newer"):
            require_schema(store)
    prove_whole(filled, before)
    with pytest.raises(SchemaError, match="newer"):
        open_ledger(settings)

    plan, head = migrate_home(settings, SCHEMA, versions=versions)
    assert (plan.steps, head) == (("0002", SCHEMA), before)
    prove_whole(filled, before)
    assert plan_of(settings).fits
    world = open_world(filled.home)
    try:
        assert (world.ledger.finding is not None and world.ledger.finding.code) == "same"
        person = {"id_type": "provisional", "number": "A901", "name": "甲"}
        assert world.made("ZW", "holders", person)["index"] >= before.size
    finally:
        world.close()


def refused(filled: Filled, said: str, versions: Path) -> None:
    """The change is refused in these words, and nothing has changed."""
    before = head_of(filled)
    with pytest.raises((MigrationError, StoreError), match=said):
        migrate_home(stated(filled), versions=versions)
    with closing(Store(stated(filled).database_url, read_only=True)) as store:
        require_schema(store)
        assert store.head() == before


def test_not_while_somebody_serves(filled: Filled, versions: Path) -> None:
    """As long as a process holds a head mark, or another machine a connection, no table is changed."""
    world = open_world(filled.home)
    try:
        refused(filled, "the ledger is served: stop the service first", versions)
    finally:
        world.close()
    if filled.url is not None:
        with closing(Store(filled.url)) as other:
            assert other.head().size > 0
            refused(filled, "1 other connections to the database", versions)
    migrate_home(stated(filled), versions=versions)


def test_a_change_that_harms_the_log_is_undone(filled: Filled, tmp_path: Path) -> None:
    """A revision after which the entries do not give the root any more is rolled back, all steps of it."""
    a_revision(tmp_path / "bad", "0002", SCHEMA, ADDS, TAKES)
    harm = """op.execute("DELETE FROM entries WHERE idx = 3")"""
    a_revision(tmp_path / "bad", "0003", "0002", (harm,), ())
    refused(filled, "entry 3 is missing", tmp_path / "bad")
    prove_whole(filled, head_of(filled))


def test_a_copy_that_is_behind_its_mark_stays(filled: Filled, versions: Path) -> None:
    """A database without what was acknowledged is settled first: it is not brought to another schema."""
    meddle(filled, "UPDATE head SET halt = 'a test'")
    refused(filled, "the log was halted: a test", versions)
    meddle(filled, "UPDATE head SET halt = NULL")
    (filled.home / "head").rename(filled.home / "no-marks")
    refused(filled, "there is no head mark", versions)


def meddle(filled: Filled, statement: str) -> None:
    """Change the database behind everybody's back."""
    with closing(Store(stated(filled).database_url)) as store, store.connect() as connection:
        connection.execute(text(statement))


def test_other_columns_under_the_same_name_are_told(filled: Filled) -> None:
    """Start, doctor and `--check` name the columns that are missing or not known; none of them writes."""
    meddle(filled, "ALTER TABLE reliances DROP COLUMN requirement")
    meddle(filled, "ALTER TABLE cases ADD COLUMN mood VARCHAR(9)")
    meddle(filled, "DROP TABLE usage")
    named = ["column cases.mood is not known here", "column reliances.requirement is missing"]
    named.append("table usage is missing")
    with pytest.raises(SchemaError) as told:
        open_ledger(stated(filled))
    assert all(one in str(told.value) for one in named)
    looks = {one.name: one for one in look_at_ledger(stated(filled), offline=True)}
    assert (looks["schema"].state, all(one in looks["schema"].text for one in named)) == ("fail", True)
    assert sorted(plan_of(stated(filled)).faults) == named
    with pytest.raises(SchemaError, match="use the program that made this database"):
        migrate_home(stated(filled))


def test_the_command(used: Filled, tmp_path: Path) -> None:
    """Nothing to do is exit 0; columns that no schema of that name has are exit 1, and named."""
    filled = Filled(copy_of(used.home, tmp_path / "home"), None, [])
    done = once(filled.home, "migrate", "--json")
    assert done.returncode == 0, done.stderr
    wanted = {"found": SCHEMA, "target": SCHEMA, "steps": [], "faults": [], "done": False}
    assert json.loads(done.stdout) == wanted
    meddle(filled, "ALTER TABLE reliances DROP COLUMN requirement")
    done = once(filled.home, "migrate", "--check", "--json")
    faults = ["column reliances.requirement is missing"]
    assert (done.returncode, json.loads(done.stdout)) == (1, {**wanted, "faults": faults})


def test_a_schema_that_the_program_does_not_know(filled: Filled) -> None:
    """A schema asked for that nobody knows is told; so is a database of a newer program, also by doctor."""
    with pytest.raises(SettingsError, match="knows no schema '0007': it knows 0001"):
        plan_of(stated(filled), "0007")
    meddle(filled, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="it is newer"):
        migrate_home(stated(filled))
    looks = {one.name: one for one in look_at_ledger(stated(filled), offline=True)}
    assert (looks["schema"].state, "use the program that wrote it" in looks["schema"].todo) == ("fail", True)


def test_what_is_said_of_an_older_schema(versions: Path) -> None:
    """A program that knows the way says that the database is older, and by what it is brought on."""
    told = other_schema(SCHEMA, "0003", line_of(versions))
    assert str(told).startswith("the database has schema 0001, this program 0003: it is older; stop")
    assert "`once migrate`" in told.todo


def test_below_the_first_schema_there_is_nothing(filled: Filled) -> None:
    """No way leads below the first schema: it would drop the ledger."""
    with pytest.raises(SettingsError, match="knows no schema 'base'"):
        migrate_home(stated(filled), "base")
    with closing(Store(stated(filled).database_url)) as store:
        with pytest.raises(StoreError, match="would drop the ledger"):
            command.downgrade(alembic_config(store), "base")
        assert store.head().size > 0

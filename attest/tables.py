# SPDX-License-Identifier: Apache-2.0
"""Projections of the log's entries and private records: insert-only, written with the entry, rebuildable.

Keys are 16 bytes (halves of keyed hashes, or random ids) in tables without row ids; nothing here is a name
or a number of a person in clear.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, String, Table, text

metadata = MetaData()


def _keyed(name: str, *columns: Column[object] | Index) -> Table:
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _key(name: str, length: int) -> Column[object]:
    return Column(name, LargeBinary(length), primary_key=True)


def _text(name: str, length: int, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, String(length), primary_key=key, nullable=null)


def _int(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=null)


def _bytes(name: str, length: int | None = None, *, null: bool = False) -> Column[object]:
    return Column(name, LargeBinary(length), nullable=null)


texts = _keyed("texts", _key("digest", 32), _bytes("body"))
private_records = Table("private_records", metadata, _int("idx", key=True), _bytes("sealed"))

departments = _keyed(
    "departments", _text("code", 32, key=True), _int("idx"), _text("level", 16), _bytes("text", 32)
)
department_keys = _keyed(
    "department_keys", _key("address", 20), _text("department", 32), _int("idx"), _text("custody", 16)
)
department_key_ends = _keyed(
    "department_key_ends",
    _key("address", 20),
    _int("idx"),
    _int("time"),
    _int("compromised_since", null=True),
)
log_keys = _keyed(
    "log_keys",
    _int("idx", key=True),
    _bytes("log_key", 32),
    _bytes("checkpoint_signer", 20),
    _text("reason", 16),
)
catalogue = _keyed(
    "catalogue",
    _text("subject", 16, key=True),
    _text("code", 50, key=True),
    _int("version", key=True),
    _int("idx"),
    _bytes("digest", 32),
    _text("department", 32),
)
holders = _keyed("holders", _key("lookup", 16), _bytes("holder", 16), _int("idx"))
holder_ids = _keyed("holder_ids", _key("holder", 16), _int("idx"))
holder_links = _keyed(
    "holder_links",
    _key("provisional", 16),
    _bytes("holder", 16),
    _int("idx"),
    Index("holder_links_by_holder", "holder"),
)

cases = _keyed(
    "cases",
    _text("case_no", 50, key=True),
    _int("idx"),
    _text("item", 50),
    _int("version"),
    _text("authority", 32),
    _text("opened_by", 32),
    _int("opened"),
    _text("channel", 16),
    _text("bundle", 50, null=True),
    _int("bundle_version", null=True),
    _text("bundle_step", 64, null=True),
    _text("bundle_first", 50, null=True),
    Index("cases_by_bundle_first", "bundle_first"),
)
case_entries = _keyed("case_entries", _text("case_no", 50, key=True), _int("idx", key=True))
case_parties = _keyed("case_parties", _key("holder", 16), _text("case_no", 50, key=True))
party_additions = _keyed(
    "party_additions",
    _text("case_no", 50, key=True),
    _int("idx", key=True),
    _key("holder", 16),
    Index("party_additions_by_holder", "holder"),
)

uploads = _keyed(
    "uploads",
    _key("upload", 16),
    _bytes("document", 16),
    _int("size"),
    _text("media", 64),
    _int("pages", null=True),
)
acceptances = _keyed(
    "acceptances",
    _key("acceptance", 16),
    _int("idx"),
    _bytes("leaf", 32),
    _text("type", 64),
    _text("issuer", 32),
    _text("authority", 32),
    _text("accepted_by", 32),
    _bytes("key", 20),
    _text("case_no", 50),
    _text("assurance", 16),
    _int("accepted"),
    _text("issued", 10, null=True),
    _text("valid_from", 10, null=True),
    _text("valid_until", 10, null=True),
    _bytes("about", 16, null=True),
    _int("by_choice"),
    _text("channel", 16, null=True),
    Index(
        "acceptances_by_end",
        "valid_until",
        sqlite_where=text("valid_until IS NOT NULL"),
        postgresql_where=text("valid_until IS NOT NULL"),
    ),
)
material_parties = _keyed(
    "material_parties",
    _key("holder", 16),
    _text("type", 64, key=True),
    _key("acceptance", 16),
    _text("role", 32, key=True),
)
acceptance_parties = _keyed(
    "acceptance_parties", _key("acceptance", 16), _text("role", 32, key=True), _key("holder", 16)
)
lookups = _keyed("lookups", _key("lookup", 16), _key("acceptance", 16))
retractions = _keyed(
    "retractions",
    _key("acceptance", 16),
    _int("idx"),
    _text("department", 32),
    _text("reason", 64),
    _int("time"),
)
supersessions = _keyed(
    "supersessions",
    _key("acceptance", 16),
    _int("idx", key=True),
    _bytes("newer", 16),
    _text("how", 16),
    Index("supersessions_by_newer", "newer"),
)
reliances = _keyed(
    "reliances",
    _key("acceptance", 16),
    _int("idx", key=True),
    _bytes("reliance", 16),
    _text("department", 32),
    _text("case_no", 50),
    _text("requirement", 64),
    _text("ground", 32),
    _int("time"),
    Index("reliances_by_case", "case_no", "idx"),
)
reliance_ids = _keyed(
    "reliance_ids", _key("reliance", 16), _bytes("acceptance", 16), _int("idx"), _bytes("leaf", 32)
)
data_check_requests = _keyed(
    "data_check_requests",
    _key("acceptance", 16),
    _int("idx", key=True),
    _bytes("request", 16),
    _bytes("holder", 16),
    _text("reason", 32),
    _text("due", 10),
    _int("time"),
    _bytes("reliance", 16, null=True),
    _text("case_no", 50),
    _text("authority", 32),
    _text("department", 32),
    Index("data_check_requests_by_case", "case_no", "idx"),
    Index("data_check_requests_by_holder", "holder", "time"),
)
data_check_owners = _keyed(
    "data_check_owners",
    _text("department", 32, key=True),
    _int("idx", key=True),
    _bytes("request", 16),
)
data_check_ids = _keyed(
    "data_check_ids", _key("request", 16), _bytes("acceptance", 16), _int("idx"), _bytes("leaf", 32)
)
data_check_answers = _keyed(
    "data_check_answers",
    _key("request", 16),
    _int("idx"),
    _text("department", 32),
    _text("outcome", 16),
    _text("reason", 32, null=True),
    _int("time"),
)
denials = _keyed(
    "denials",
    _key("holder", 16),
    _text("type", 64, key=True),
    _int("idx", key=True),
    _bytes("lookup", 16),
    _text("department", 32),
    _text("reason", 32),
    _text("since", 10),
    _int("time"),
    _text("case_no", 50),
    Index("denials_by_type", "type"),
)
reuse_choices = _keyed(
    "reuse_choices",
    _key("acceptance", 16),
    _int("idx", key=True),
    _bytes("holder", 16),
    _int("removed"),
    _int("time"),
)
submission_choices = _keyed(
    "submission_choices",
    _text("case_no", 50, key=True),
    _int("idx", key=True),
    _text("requirement", 64),
    _bytes("holder", 16),
    _int("chosen"),
    _int("time"),
)
askings = _keyed(
    "askings",
    _text("case_no", 50, key=True),
    _int("idx", key=True),
    _bytes("asking", 16),
    _text("department", 32),
    _text("source", 16),
    _text("channel", 16),
    _text("requirement", 64, null=True),
    _text("type", 64, null=True),
    _int("time"),
)
reasks = _keyed(
    "reasks",
    _text("case_no", 50, key=True),
    _int("idx", key=True),
    _bytes("reask", 16),
    _text("department", 32),
    _text("item", 50),
    _text("channel", 16),
    _text("source", 16),
    _text("finding", 16),
    _text("requirement", 64, null=True),
    _text("type", 64, null=True),
    _bytes("asked", 16),
    _bytes("acceptance", 16, null=True),
    _int("from_below"),
    _int("time"),
    Index("reasks_by_department", "department", "idx"),
    Index("reasks_by_id", "reask"),
    Index("reasks_by_asking", "asked"),
)
usage = _keyed(
    "usage",
    _text("department", 32, key=True),
    _int("idx", key=True),
    _text("kind", 64),
    _int("time"),
    _text("key_id", 64),
    _text("rule", 64, null=True),
    Index("usage_by_key", "key_id", "idx"),
)
holder_looks = _keyed("holder_looks", _key("holder", 16), _int("idx", key=True))
mandates = _keyed(
    "mandates",
    _key("mandate", 16),
    _int("idx"),
    _bytes("leaf", 32),
    _bytes("principal", 16),
    _bytes("agent", 16),
    _int("until"),
    _int("time"),
    _text("relation", 16),
    _bytes("ground", 16, null=True),
    _text("department", 32, null=True),
    _text("case_no", 50, null=True),
    Index("mandates_by_principal", "principal", "idx"),
    Index("mandates_by_agent", "agent", "idx"),
    Index("mandates_by_ground", "ground", "idx"),
)
mandate_ends = _keyed(
    "mandate_ends",
    _key("mandate", 16),
    _int("idx"),
    _int("time"),
    _text("department", 32, null=True),
    _text("reason", 32, null=True),
)
consents = _keyed(
    "consents",
    _key("consent", 16),
    _int("idx"),
    _bytes("leaf", 32),
    _bytes("holder", 16),
    _text("item", 50),
    _text("requirement", 64),
    _int("until"),
    _int("time"),
    _text("case_no", 50, null=True),
    _text("department", 32, null=True),
    Index("consents_by_holder", "holder", "idx"),
    Index("consents_by_case", "case_no", "idx"),
)
consent_ends = _keyed("consent_ends", _key("consent", 16), _int("idx"), _int("time"))
consent_uses = _keyed(
    "consent_uses",
    _key("consent", 16),
    _int("idx", key=True),
    _bytes("reliance", 16),
    _text("department", 32),
)
expiry_notices = _keyed(
    "expiry_notices", _key("acceptance", 16), _text("department", 32, key=True), _int("idx"), _int("time")
)
lookup_alarms = _keyed(
    "lookup_alarms",
    _key("alarm", 16),
    _int("idx"),
    _bytes("leaf", 32),
    _text("department", 32),
    _text("rule", 32),
    _text("key_id", 64),
    _int("since"),
    _int("until"),
    _int("count"),
    _int("most"),
    _int("time"),
    Index("lookup_alarms_by_department", "department", "idx"),
    Index("lookup_alarms_by_place", "key_id", "rule", "since"),
    Index("lookup_alarms_by_index", "idx"),
)
lookup_alarm_ends = _keyed(
    "lookup_alarm_ends",
    _key("alarm", 16),
    _int("idx"),
    _text("department", 32),
    _text("key_id", 64),
    _text("reason", 32),
    _int("time"),
)
erasures = _keyed("erasures", _int("idx", key=True), _bytes("erasure", 16), _int("entries"), _int("time"))
erased_entries = _keyed("erased_entries", _int("entry", key=True), _int("idx"))
erased_documents = _keyed("erased_documents", _key("document", 16), _int("idx"))
erased_document_ends = _keyed("erased_document_ends", _key("document", 16), _int("time"))
restored_erasures = _keyed("restored_erasures", _key("erasure", 16), _bytes("line"))
restored_entries = _keyed("restored_entries", _int("entry", key=True), _bytes("erasure", 16))
signed_statements = _keyed(
    "signed_statements",
    _text("kind", 64, key=True),
    _key("subject", 32),
    _int("size", key=True),
    _int("time", key=True),
    _key("digest", 16),
    _bytes("leaf"),
)
api_keys = _keyed(
    "api_keys",
    _text("key_id", 16, key=True),
    _bytes("secret", 32),
    _text("department", 32),
    _text("scopes", 200),
    _text("label", 64),
    _int("created"),
    _int("expires", null=True),
)
api_key_ends = _keyed("api_key_ends", _text("key_id", 16, key=True), _int("time"))

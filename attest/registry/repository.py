# SPDX-License-Identifier: Apache-2.0
"""Queries over departments and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from attest.reading import Prepared
from attest.registry.model import KeyRow
from attest.tables import department_key_ends, department_keys, departments, log_keys, texts
from attest.verify.log_keys import Rotation

if TYPE_CHECKING:
    from attest.reading import Reader


_DEPARTMENT = Prepared(select(departments.c.idx).where(departments.c.code == bindparam("code")))
_DEPARTMENTS = Prepared(
    select(departments.c.code, departments.c.level, departments.c.text).order_by(departments.c.code)
)
_LEVEL = Prepared(select(departments.c.level).where(departments.c.code == bindparam("code")))
_BEFORE = Prepared(select(departments.c.code).where(departments.c.idx < bindparam("before")))
_JOINED = select(
    department_keys.c.address,
    department_keys.c.department,
    department_keys.c.idx,
    department_keys.c.custody,
    department_key_ends.c.idx,
    department_key_ends.c.compromised_since,
).outerjoin(department_key_ends, department_key_ends.c.address == department_keys.c.address)
_KEY = Prepared(_JOINED.where(department_keys.c.address == bindparam("address")))
_KEYS = Prepared(_JOINED.order_by(department_keys.c.idx, department_keys.c.address))
_LOG_KEYS = Prepared(select(log_keys).order_by(log_keys.c.idx))
_LOG_KEY = Prepared(
    select(log_keys.c.idx).where(
        or_(
            log_keys.c.log_key == bindparam("log_key"),
            log_keys.c.checkpoint_signer == bindparam("checkpoint_signer"),
        )
    )
)
_TEXT = Prepared(select(texts.c.body).where(texts.c.digest == bindparam("digest")))


def department_exists(code: str, reader: Reader) -> bool:
    """Whether the department is registered."""
    return bool(_DEPARTMENT.rows(reader, code=code))


def department_codes(reader: Reader) -> list[tuple[str, str, bytes]]:
    """Code, level and text digest of every department, by code."""
    return [(code, level, bytes(text)) for code, level, text in _DEPARTMENTS.rows(reader)]


def level_of(code: str, reader: Reader) -> str | None:
    """The level that a department was registered on, or None where it was not."""
    found = _LEVEL.rows(reader, code=code)
    return str(found[0][0]) if found else None


def departments_before(index: int, reader: Reader) -> set[str]:
    """Codes of the departments that were registered below an index."""
    return {code for (code,) in _BEFORE.rows(reader, before=index)}


def key_by_address(address: bytes, reader: Reader) -> KeyRow | None:
    """The key with its end, or None."""
    found = _KEY.rows(reader, address=address)
    return KeyRow(bytes(found[0][0]), *found[0][1:]) if found else None


def key_owner(address: bytes, reader: Reader) -> str | None:
    """Department that the address was registered for."""
    key = key_by_address(address, reader)
    return key.department if key else None


def all_keys(reader: Reader) -> list[KeyRow]:
    """Every key ever registered, in order of registration."""
    return [KeyRow(bytes(row[0]), *row[1:]) for row in _KEYS.rows(reader)]


def log_key_rows(reader: Reader) -> tuple[Rotation, ...]:
    """Every key that the log has had, from the founding's on, in order."""
    return tuple(
        Rotation(index if isinstance(index, int) else -1, _octets(key), _octets(signer), str(reason))
        for index, key, signer, reason in _LOG_KEYS.rows(reader)
    )


def _octets(value: object) -> bytes:
    """What the audit reads may be of any type: SQLite lets a hand put text into any column."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def rotations(reader: Reader) -> tuple[Rotation, ...]:
    """Every replacement of the log's key, in order."""
    return tuple(one for one in log_key_rows(reader) if one.index > 0)


def log_key_known(log_key: bytes, checkpoint_signer: bytes, reader: Reader) -> bool:
    """Whether the log has or had one of these two keys."""
    return bool(_LOG_KEY.rows(reader, log_key=log_key, checkpoint_signer=checkpoint_signer))


def text_of(digest: bytes, reader: Reader) -> bytes | None:
    """A published text by its digest."""
    found = _TEXT.rows(reader, digest=digest)
    return bytes(found[0][0]) if found else None

# SPDX-License-Identifier: Apache-2.0
"""Queries prepared once: SQLAlchemy Core writes the SQL, the driver runs it (a tenth of the work)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select

    from ledger.dialect import Dialect

_FIXED: Final = ""


class Reader(Protocol):
    """What repositories read through: the store between transactions, or the writer's view inside one."""

    @property
    def dialect(self) -> Dialect:
        """The kind of database that is read."""

    def query_raw(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of driver SQL with `?` parameters."""


class Prepared:
    """A statement with bound parameters; lists (`bindparam(…, expanding=True)`) pad to powers of two."""

    __slots__ = ("_fixed", "_plain", "_plans", "_statement")

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._fixed: list[Any] = []
        self._plain: dict[str, tuple[str, list[str]]] = {}
        self._plans: dict[tuple[str, tuple[int, ...]], tuple[str, list[tuple[str, int]]]] = {}

    def rows(self, reader: Reader, **params: Any) -> list[tuple[Any, ...]]:
        """The rows for these parameters; an empty list as parameter is the caller's mistake."""
        dialect = reader.dialect
        plain = self._plain.get(dialect.name)
        if plain is not None:
            sql, order = plain
            return reader.query_raw(sql, [params[name] for name in order])
        padded = {name: _padded(value) if type(value) is list else value for name, value in params.items()}
        shape = tuple(len(value) for value in padded.values() if type(value) is list)
        plan = self._plans.get((dialect.name, shape))
        if plan is None:
            plan = self._plans[dialect.name, shape] = self._compile(dialect, padded)
            if not shape and not any(at >= 0 for _, at in plan[1]):
                self._plain[dialect.name] = (plan[0], [name for name, _ in plan[1]])
        sql, names = plan
        padded[_FIXED] = self._fixed
        return reader.query_raw(sql, [padded[name] if at < 0 else padded[name][at] for name, at in names])

    def _compile(self, dialect: Dialect, params: Mapping[str, Any]) -> tuple[str, list[tuple[str, int]]]:
        state = self._statement.compile(dialect=dialect.COMPILER).construct_expanded_state(dict(params))
        members = {
            one: (whole, at)
            for whole, expanded in state.parameter_expansion.items()
            if whole in params
            for at, one in enumerate(expanded)
        }
        names: list[tuple[str, int]] = []
        for name in state.positiontup or ():
            if name in members:
                names.append(members[name])
            elif name in params:
                names.append((name, -1))
            else:  # a constant of the statement itself, such as LIMIT 1 or a member of IN (…)
                names.append((_FIXED, len(self._fixed)))
                self._fixed.append(state.parameters[name])
        return state.statement, names


def _padded(values: list[Any]) -> list[Any]:
    return values + [values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))

# SPDX-License-Identifier: Apache-2.0
"""JSON of one meaning: a narrow profile of I-JSON (RFC 7493), written by JCS (RFC 8785).

Profile: null, true, false, strings, integers |n| < 2**53, arrays, objects with ASCII keys, nested 16
deep at most. No fractions or exponents, no key twice, no lone surrogates, no byte order mark. In this
profile orjson's sorted output is JCS; noncharacters, which I-JSON advises against, are let through.
"""

from __future__ import annotations

import json
import re
from typing import Final, NoReturn, TypeAlias

import orjson

from ledger.errors import FormatError

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH: Final = 16
MAX_INTEGER: Final = 2**53 - 1

_SCALARS: Final = frozenset({str, bool, type(None)})
# Output of JCS whose strings hold printable ASCII only: no escapes but those of quote and backslash.
_PRINTABLE: Final = re.compile(rb'(?:[\x20-\x5b\x5d-\x7e]++|\\["\\])*+')
# A string, perhaps unterminated, or a bracket. Possessive, so that hostile input costs linear time.
_BRACKETS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)


def dump(value: Json, *, ascii_only: bool = False, max_depth: int = MAX_DEPTH) -> bytes:
    """`value` as JCS bytes; FormatError if it is outside the profile.

    With `ascii_only`, keys and strings must be printable ASCII.
    """
    _check(value, max_depth)
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError) as error:  # a lone surrogate
        raise FormatError(f"not JSON of the profile: {error}") from error
    if ascii_only and not _is_printable(written):
        raise FormatError("only printable ASCII is allowed here")
    return written


def read_json(content: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Json:
    """Read any JSON text of the profile, in whatever layout and key order; else FormatError."""
    _require_length(content, max_bytes)
    try:
        value: Json = orjson.loads(content)
        # A text that comes out as it went in holds no key twice and no number that was rounded.
        if orjson.dumps(value) == content:
            _check(value, max_depth)
            return value
    except (TypeError, ValueError):  # a FormatError is a ValueError: the slow reader says what is wrong
        pass
    return _read_slowly(content, max_depth)


def read_canonical(
    content: bytes, *, ascii_only: bool = False, max_bytes: int = 65_535, max_depth: int = MAX_DEPTH
) -> Json:
    """Read JSON that is already JCS of the profile, byte for byte: `dump(result) == content`."""
    _require_length(content, max_bytes)
    try:
        value: Json = orjson.loads(content)
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == content
        if canonical:
            _check(value, max_depth)
    except (TypeError, ValueError):
        canonical = False
    if not canonical:
        _read_slowly(content, max_depth)  # says what is wrong, if it is more than the spelling
        raise FormatError("JSON is not canonical (RFC 8785)")
    if ascii_only and not _is_printable(content):
        raise FormatError("only printable ASCII is allowed here")
    return value


def is_canonical(value: Json, content: bytes) -> bool:
    """Whether `content` is JCS, where `value` was read from it by `read_json`."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == content


def _require_length(content: bytes, max_bytes: int) -> None:
    if len(content) > max_bytes:
        raise FormatError(f"JSON of {len(content)} bytes, at most {max_bytes} are read")


def _check(value: object, max_depth: int) -> None:
    """FormatError unless `value` is of the profile; strings are left to the encoder."""
    kind = type(value)
    if kind is dict or kind is list:
        _check_inside(value, max_depth)  # type: ignore[arg-type]  # narrowed by exact type
    elif kind is int:
        _check_integer(value)  # type: ignore[arg-type]  # narrowed by exact type
    elif kind not in _SCALARS:
        raise FormatError(f"a {kind.__name__} is outside the JSON profile")


def _check_inside(container: dict[str, Json] | list[Json], room: int) -> None:
    """Check what an object or array holds; `room` containers may be open, this one included."""
    if room < 1:
        raise FormatError("JSON is nested too deep")
    members: object = container
    if type(container) is dict:
        try:
            ascii_keys = "".join(container).isascii()
        except TypeError as error:
            raise FormatError("an object key is not a string") from error
        if not ascii_keys:
            raise FormatError("an object key is not ASCII")
        members = container.values()
    for member in members:  # type: ignore[attr-defined]  # a list or a view of values
        kind = type(member)
        if kind in _SCALARS:
            continue
        if kind is int:
            if not -MAX_INTEGER <= member <= MAX_INTEGER:
                _check_integer(member)
        elif kind is dict or kind is list:
            _check_inside(member, room - 1)
        else:
            raise FormatError(f"a {kind.__name__} is outside the JSON profile")


def _check_integer(number: int) -> None:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise FormatError("an integer reaches 2**53, which other readers would round")


def _is_printable(written: bytes) -> bool:
    if b"\\" not in written and b"\x7f" not in written and written.isascii():
        return True
    return _PRINTABLE.fullmatch(written) is not None


def _read_slowly(content: bytes, max_depth: int) -> Json:
    """The strict reader for texts that are not canonical; says what is wrong."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"JSON is not UTF-8: {error}") from error
    # The library recurses: depth is bounded before it begins.
    depth = 0
    for token in _BRACKETS.finditer(text):
        if token[1]:
            depth += 1
            if depth > max_depth:
                raise FormatError("JSON is nested too deep")
        elif token[2]:
            depth -= 1
    try:
        value: Json = _SLOW_READER.decode(text)
        orjson.dumps(value)
    except FormatError:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"not JSON: {error}") from error
    _check(value, max_depth)
    return value


def _object_of(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise FormatError(f"an object holds the key {_first_repeated(pairs)!r} twice")
    return members


def _first_repeated(pairs: list[tuple[str, Json]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            break
        seen.add(key)
    return key


def _integer_of(digits: str) -> int:
    if len(digits) > 17:
        raise FormatError("an integer reaches 2**53, which other readers would round")
    return int(digits)


def _refuse_number(number: str) -> NoReturn:
    raise FormatError(f"the number {number[:40]} is not an integer")


_SLOW_READER: Final = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_int=_integer_of,
    parse_float=_refuse_number,
    parse_constant=_refuse_number,
)

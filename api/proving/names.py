# SPDX-License-Identifier: Apache-2.0
"""What departments and material types are called, as the ledger publishes it: to read, never to prove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.registry.repository import department_codes, text_of
from ledger.canonical import read_json
from ledger.errors import CommandRejected, FormatError

if TYPE_CHECKING:
    from api.problems import Language
    from attest.catalogue.repository import Catalogue
    from ledger.canonical import Json
    from ledger.store import Store

_MOST_TEXT: Final = 64 * 1024


def department_names(store: Store, language: Language) -> dict[str, str]:
    """Name by code of every department whose published text says one."""
    named = {}
    for code, _, digest in department_codes(store):
        name = _name(text_of(digest, store), language)
        if name is not None:
            named[code] = name
    return named


def type_names(catalogue: Catalogue, store: Store, language: Language) -> dict[str, str]:
    """Name by code of every material type in force."""
    try:
        known = catalogue.types(store).types
    except CommandRejected:
        return {}
    return {code: getattr(one.name, language) for code, one in known.items()}


def _name(text: bytes | None, language: Language) -> str | None:
    if text is None:
        return None
    try:
        said: Json = read_json(text, max_bytes=_MOST_TEXT)
    except FormatError:
        return None
    names = said.get("name") if isinstance(said, dict) else None
    name = names.get(language) if isinstance(names, dict) else None
    return name if isinstance(name, str) else None

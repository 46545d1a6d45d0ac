# SPDX-License-Identifier: Apache-2.0
"""Grounds in law for not asking (免提交依据): how they are read, and which apply to a use. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attest.catalogue.model import Waiver
from attest.fields import CODE, ITEM
from attest.recognition.model import WAIVERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.catalogue.reading import Document

MOST_WAIVERS: Final = 64
KIND: Final = re.compile(r"[0-9]{2}\Z")
"""事项类型, the third and fourth character of an item's basic code."""


def read_waivers(document: Document, types: Collection[str]) -> tuple[Waiver, ...]:
    """The member `waivers`, absent where the document names none; `types` are those that it defines."""
    if not document.has("waivers"):
        return ()
    read = tuple(_waiver(one, types) for one in document.documents("waivers", 1, MOST_WAIVERS))
    if len({one.code for one in read}) != len(read):
        document.fail("waivers", "each code once")
    return read


def _waiver(one: Document, types: Collection[str]) -> Waiver:
    grounds = _listed(one, "grounds", CODE)
    if not grounds or not set(grounds) <= set(WAIVERS):
        one.fail("grounds", "one or more of " + ", ".join(WAIVERS))
    read = Waiver(
        code=one.text("code", 64, CODE),
        grounds=grounds,
        text=one.both("text"),
        citation=one.citation("citation"),
        kinds=_listed(one, "kinds", KIND) if one.has("kinds") else (),
        items=_listed(one, "items", ITEM) if one.has("items") else (),
        types=_listed(one, "types", CODE) if one.has("types") else (),
        lower=one.mark("lower"),
    )
    if not set(read.types) <= set(types):
        one.fail("types", "types of this document")
    one.done()
    return read


def _listed(one: Document, name: str, form: re.Pattern[str]) -> tuple[str, ...]:
    words = one.texts(name, 64, form)
    if not words or len(set(words)) != len(words):
        one.fail(name, "at least one, each once")
    return words


def applying(
    types: MaterialTypes, ground: str, item: ServiceItem, type_: str, *, lower: bool
) -> Iterator[Waiver]:
    """Those that hold for a use, in the document's order.

    `ground` is that of the use (`recognition`, `data_check`), `type_` that of the paper; `lower`: it was
    accepted by a department of a lower level than the one that decides.
    """
    for one in types.waivers:
        if (
            ground in one.grounds
            and item.kind in (one.kinds or (item.kind,))
            and item.code in (one.items or (item.code,))
            and type_ in (one.types or (type_,))
            and (lower or not one.lower)
        ):
            yield one

# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of linking holders."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, log, registry
from api.thin import RouteDoc

_EXAMPLE: Final = {"holder": examples.HOLDER}
_REFUSALS: Final = ("holder.linked", "holder.not_provisional", "holder.unknown", "issuer.mismatch")

LINK: Final = RouteDoc(
    "临时标识关联正式证件号",
    "Link a provisional identifier to the number that came later",
    "holders",
    _EXAMPLE,
    {201: ("linked, for good", {**examples.CREATED, "receipt": examples.RECEIPT})},
    _REFUSALS,
    schema=registry.LINK_REQUEST,
    shapes={201: registry.LINK_ANSWER},
    notes="`{id}` is the holder that was named `provisional`, `holder` the one named by number; both by `POST"
    " holders`. What is accepted of either is found for both; nothing is accepted twice for it."
    " `holder.unknown` says `which`: `earlier` (`{id}`) or `holder`.",
)
LINK_PREPARE: Final = RouteDoc(
    "生成关联持有主体的待签内容",
    "What to sign to link a provisional identifier",
    "holders",
    _EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("holder.unknown",),
    schema=registry.LINK_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)

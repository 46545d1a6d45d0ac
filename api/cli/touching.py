# SPDX-License-Identifier: Apache-2.0
"""`once catalogue check --url`: which published bundles have the guides as steps, and which fit no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from api.cli import ExitCode
from api.cli.client import ClientError
from api.cli.words import of_two, printable
from attest.bundles.document import parse_bundle
from attest.bundles.fitting import check_bundle
from attest.catalogue.item_document import parse_item
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import parse_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import httpx

    from attest.catalogue.model import ServiceItem

SECONDS: Final = 20.0
_FITS: Final = ("公布后照常使用", "it will still fit")
_UNFIT: Final = (
    "公布后就不再适用（{place}），要由 {authority} 更新；请先同它说好",
    "it will not fit any more ({place}); {authority} has to renew it: agree with them first",
)
_LINE: Final = (
    "联办清单 {bundle} v{version}（{authority} 牵头）：",
    "bundle {bundle} v{version} (led by {authority}): ",
)


def touching(url: str, items: Sequence[ServiceItem]) -> list[dict[str, Any]]:
    """The newest bundles with any of these items as a step, with these as the newest guides.

    ClientError (3) where the ledger is away.
    """
    import httpx

    try:
        with httpx.Client(base_url=url, timeout=SECONDS, trust_env=False) as client:
            return list(_touched(client, {one.code: one for one in items}))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ClientError(f"no answer: {type(error).__name__}", ExitCode.CANNOT_TELL) from error


def every_version(client: httpx.Client, url: str = "") -> list[dict[str, Any]]:
    """Everything published, however many pages that is; raises httpx.HTTPError."""
    rows: list[dict[str, Any]] = []
    path: str | None = "/api/v1/catalogue/versions"
    while path is not None:
        answer = client.get(f"{url}{path}").raise_for_status()
        rows += answer.json()["versions"]
        path = answer.links.get("next", {}).get("url")
    return rows


def _touched(client: httpx.Client, drafted: Mapping[str, ServiceItem]) -> Iterator[dict[str, Any]]:
    every = every_version(client)
    newest = {(one["subject"], one["code"]): one["version"] for one in every}

    def document(subject: str, code: str, version: int | None) -> Any:
        wanted = newest.get((subject, code)) if version is None else version
        place = f"{subject}/{quote(code, safe='')}/{wanted}"
        return client.get(f"/api/v1/catalogue/versions/{place}").raise_for_status().json()

    for subject, code in newest:
        if subject != "bundle":
            continue
        bundle = parse_bundle(document("bundle", code, None))
        steps = [one for one in bundle.members if one.item in drafted]
        if not steps:
            continue
        guides = {
            one.step: drafted[one.item]
            if one.version is None and one.item in drafted
            else parse_item(document("item", one.item, one.version))
            for one in bundle.members
        }
        said = {"code": code, "version": bundle.version, "authority": bundle.authority}
        try:
            check_bundle(bundle, guides, parse_types(document("types", "types", None)))
        except CatalogueError as error:
            yield {**said, "fits": False, "place": error.path}
        else:
            yield {**said, "fits": True}


def lines_of(found: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """The same for people."""
    lines = []
    for one in found:
        fill = {name: printable(str(text)) for name, text in one.items()}
        said = of_two(_FITS if one["fits"] else _UNFIT, language)
        lines.append(of_two(_LINE, language).format(bundle=fill.pop("code"), **fill) + said.format(**fill))
    return lines

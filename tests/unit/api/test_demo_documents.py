# SPDX-License-Identifier: Apache-2.0
"""The demo's sample papers are what their lists say, and belong to nobody real."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from attest.codes import organisation_code, validate_citizen_number, validate_credit_code
from attest.parties import ABOUT_KINDS, MOST_PARTIES

DEMO = Path(__file__).resolve().parents[3] / "api" / "demo"
FOLDER = DEMO / "documents"
PEOPLE: list[dict[str, str]] = json.loads((DEMO / "people.json").read_bytes())
DOCUMENTS: list[dict[str, Any]] = json.loads((DEMO / "documents.json").read_bytes())
MEMBERS = {
    "file", "type", "issuer", "number", "issued", "valid_until", "media", "size", "sha256", "parties",
    "about", "title",
}  # fmt: skip
TYPES = {
    "business_licence", "fire_promise", "fire_rules_plan", "fire_drawings", "lease_contract",
    "real_estate_deed",
    "food_application", "food_layout", "food_rules_list", "health_certificate", "residence_permit",
    "deed_tax_receipt", "sale_contract", "marriage_certificate", "household_register", "transfer_application",
    "tobacco_application", "premises_photo",
}  # fmt: skip
ISSUERS = {"SC", "XF", "YC", "WJ", "ZR", "SW", "GA", "MZ", "own", "third_party"}

every_document = pytest.mark.parametrize("record", DOCUMENTS, ids=lambda record: record["file"])
every_pdf = pytest.mark.parametrize(
    "file", [record["file"] for record in DOCUMENTS if record["media"] == "application/pdf"]
)
every_jpeg = pytest.mark.parametrize(
    "file", [record["file"] for record in DOCUMENTS if record["media"] == "image/jpeg"]
)


def by_file(name: str) -> dict[str, Any]:
    return next(record for record in DOCUMENTS if record["file"] == name)


def unpacked(pdf: bytes) -> bytes:
    """The file and all its deflated streams, among them the object streams."""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n", pdf):
        try:
            parts.append(zlib.decompressobj().decompress(pdf[match.end() :]))
        except zlib.error:
            continue  # not a deflated stream
    return b"\n".join(parts)


def frame_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in the frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker in {0xC0, 0xC1, 0xC2}:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + length
    raise AssertionError("no frame header")


@every_document
def test_record_describes_its_file(record: dict[str, Any]) -> None:
    """Size and SHA-256 in the list are those of the file."""
    content = (FOLDER / record["file"]).read_bytes()
    assert (record["size"], record["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@every_document
def test_record_has_the_agreed_shape(record: dict[str, Any]) -> None:
    """A record has exactly the agreed members, known codes, real days and titles in both languages."""
    assert set(record) == MEMBERS
    assert record["type"] in TYPES
    assert record["issuer"] in ISSUERS
    assert set(record["title"]) == {"zh", "en"}
    assert all(record["title"].values())
    days = [date.fromisoformat(day) for day in (record["issued"], record["valid_until"]) if day is not None]
    assert days == sorted(days)
    about = record["about"]
    assert about is None or (set(about) == {"kind", "id"} and about["id"].startswith("990101"))
    assert about is None or about["kind"] in ABOUT_KINDS


@every_document
def test_parties_are_people_of_the_list(record: dict[str, Any]) -> None:
    """One to eight parties, each a role and a key of people.json, none twice, never the stranger."""
    parties = [(party["role"], party["holder"]) for party in record["parties"]]
    assert 1 <= len(parties) <= MOST_PARTIES
    assert len(set(parties)) == len(parties)
    assert {holder for _, holder in parties} <= {person["key"] for person in PEOPLE} - {"luo"}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["key"])
def test_number_is_well_formed_and_invented(person: dict[str, str]) -> None:
    """Numbers have valid check characters and lie in division 99, where nobody lives."""
    number = person["number"]
    if person["id_type"] == "111":
        validate_citizen_number(number)
        assert number[:2] == "99"
    else:
        assert person["id_type"] == "001"
        validate_credit_code(number)
        assert number[2:4] == "99"
        assert organisation_code(number[8:16]) == number[8:17]


def test_people_are_distinct() -> None:
    """Nobody shares a key, a number or a name."""
    for member in ("key", "number", "name"):
        assert len({person[member] for person in PEOPLE}) == len(PEOPLE)


@every_pdf
def test_pdf_embeds_its_chinese_font(file: str) -> None:
    """A PDF has its header, a trailer, and a subset of the CJK font as a font file inside."""
    content = (FOLDER / file).read_bytes()
    objects = unpacked(content)
    assert content.startswith(b"%PDF-1.")
    assert content.rstrip().endswith(b"%%EOF")
    assert re.search(rb"/FontFile3 \d+ 0 R", objects)
    assert re.search(rb"/FontName ?/[A-Z]{6}\+Noto(Serif|Sans)CJKsc", objects)


@every_jpeg
def test_jpeg_has_a_frame(file: str) -> None:
    """A JPEG begins and ends as one, and its frame is large enough to read."""
    content = (FOLDER / file).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert content.endswith(b"\xff\xd9")
    assert min(frame_size(content)) >= 700


def test_every_type_is_there_and_fits() -> None:
    """Every agreed type has a paper, no file is left over, one has several megabytes, all at most 8 MB."""
    assert {record["type"] for record in DOCUMENTS} == TYPES
    assert {record["file"] for record in DOCUMENTS} == {path.name for path in FOLDER.iterdir()}
    assert 3_000_000 <= by_file("fire-drawings.jpg")["size"] <= 4_500_000
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) <= 8_000_000


def test_rescan_has_other_bytes_and_the_same_number() -> None:
    """The second scan of the deed differs in its digest and in nothing that recognition by number reads."""
    first, second = by_file("deed-shop.jpg"), by_file("deed-shop-rescan.jpg")
    assert first["sha256"] != second["sha256"]
    assert first["number"] is not None
    for member in ("type", "issuer", "number", "parties", "about"):
        assert first[member] == second[member]


def test_terms_do_not_age_with_the_demo() -> None:
    """What the story calls expired ended before 2021; every other term runs at least to 2045."""
    expired = {"health-certificate.jpg", "residence-permit.jpg"}
    for record in DOCUMENTS:
        until = record["valid_until"]
        if record["file"] in expired:
            assert until is not None
            assert until < "2021"
        else:
            assert until is None or until >= "2045"


def test_premises_papers_name_one_unit() -> None:
    """The landlord's deed, the lease and the tenant's drawings are about the same real-estate unit."""
    files = (
        "deed-shop.jpg",
        "lease-contract.pdf",
        "fire-drawings.jpg",
        "food-layout.pdf",
        "premises-photo.jpg",
    )
    assert len({by_file(file)["about"]["id"] for file in files}) == 1
    assert len(by_file("deed-shop.jpg")["about"]["id"]) == 28


def test_sale_papers_name_one_flat() -> None:
    """The seller's deed, the contract, the tax receipt and the application are about the same flat."""
    files = ("deed-flat.jpg", "sale-contract.pdf", "deed-tax-receipt.pdf", "transfer-application.pdf")
    units = {by_file(file)["about"]["id"] for file in files}
    assert len(units) == 1
    assert by_file("deed-shop.jpg")["about"]["id"] not in units


def test_no_font_or_source_is_shipped() -> None:
    """The folder of papers holds PDFs and JPEGs alone: no font file, no typst source."""
    assert {path.suffix for path in FOLDER.iterdir()} == {".pdf", ".jpg"}


@every_document
def test_record_fits_its_type_in_the_catalogue(record: dict[str, Any]) -> None:
    """Issuer, roles and, where the type asks for one, the kind of thing are those of the sample catalogue."""
    published = json.loads((DEMO / "catalogue" / "types.json").read_bytes())["types"]
    kind = next(entry for entry in published if entry["code"] == record["type"])
    issuer = {"own": "own", "third_party": "third_party"}.get(record["issuer"], "issued")
    assert kind["source"] == issuer
    assert issuer != "issued" or record["issuer"] in kind["issuers"]
    assert {party["role"] for party in record["parties"]} <= set(kind["roles"])
    assert "about" not in kind or record["about"]["kind"] == kind["about"]

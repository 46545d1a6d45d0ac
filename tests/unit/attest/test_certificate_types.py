# SPDX-License-Identifier: Apache-2.0
"""Certificate types: their code, their members, what the sample types say of them, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.demo import samples
from attest.catalogue.certificates import METADATA, is_type_code
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import format_types, parse_types
from attest.codes import Scheme, is_valid, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = "11990000MA0TE5T914001"


def test_the_sample_certificates_have_codes_of_their_own() -> None:
    """Twenty-one characters, each once, of the invented division and marked so."""
    types = parse_types(samples.types())
    found = {one.code: one.certificate for one in types.types.values() if one.certificate is not None}
    codes = [one.type_code for one in found.values()]
    assert len(found) == len(set(codes)) == 21
    assert {"business_licence", "id_card", "real_estate_deed", "nurse_licence"} <= found.keys()
    for one in found.values():
        assert is_type_code(one.type_code)
        assert one.type_code[2:4] == "99"
        assert one.sample
        assert one.citation.certainty.startswith("[ran")
        assert {"ZZMC", "ZZLXDM", "ZZBH", "ZZBS", "CZZT"} <= set(one.metadata) <= METADATA.keys()
    assert parse_types(format_types(types)) == types


def test_the_code_is_the_one_inside_an_identifier() -> None:
    """A GB/T 36904 identifier of the type holds it in front."""
    identifier = f"1.2.156.3005.2.{EXAMPLE}.11990000MA0TE5T914.20260000000000000001.001.B"
    validate(Scheme.CERTIFICATE_ID, identifier)
    assert identifier.split(".")[5] == EXAMPLE
    assert is_valid(Scheme.CREDIT_CODE, EXAMPLE[:18])


@pytest.mark.parametrize(
    "wrong",
    [
        {"type_code": EXAMPLE[:-1]},
        {"type_code": "11990000MA0TE5T915001"},
        {"type_code": EXAMPLE[:-3] + "00A"},
        {"metadata": ["ZZMC", "ZZMC"]},
        {"metadata": ["UNHEARD_OF"]},
        {"holder_code_type": "099"},
        {"sample": False},
        {"more": 1},
    ],
)
def test_what_is_no_certificate_type_is_refused(wrong: Mapping[str, Any]) -> None:
    """Another length, check character or sequence, members twice or of no standard; extensions are taken."""
    document = samples.types()
    licence = document["types"][0]
    licence["certificate"]["metadata"].append("KZ_JYFW")
    parse_types(document)
    licence["certificate"] |= wrong
    with pytest.raises(CatalogueError):
        parse_types(document)


def test_only_departments_issue_certificates() -> None:
    """What the applicant makes is no certificate."""
    document = samples.types()
    own = next(one for one in document["types"] if one["source"] == "own")
    own["certificate"] = document["types"][0]["certificate"]
    with pytest.raises(CatalogueError):
        parse_types(document)

# SPDX-License-Identifier: Apache-2.0
"""The materials of a list: rows of one requirement, its alternatives, and what each row asks for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.listing.columns import BY_KEY, word_of
from attest.catalogue.listing.model import WARNING, Row
from attest.catalogue.listing.names import like, type_named
from attest.catalogue.listing.table import parts
from attest.catalogue.listing.writing import told_of

if TYPE_CHECKING:
    from attest.catalogue.listing.making import Making
    from attest.catalogue.model import MaterialType

_TOLD: Final = ("source", "issuer", "handling")
_ASKED: Final = ("requirement", "requirement_zh", "type", "type_name")


_MEMBERS: Final = (
    ("when", "when"),
    ("necessity", "need"),
    ("citation", "requirement_mark"),
    ("consent", "consent_mark"),
)
"""Members of a requirement, each with the column that says it."""


class Materials:
    """Fills `requirements` of an item's document."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._requirements: dict[str, dict[str, Any]] = {}

    def fill(self) -> None:
        """Read every row that asks for a material."""
        asking = [row for row in self._making.rows if row.has(*_ASKED)]
        for row in asking:
            self._row(row)
        if not asking:
            first = self._making.rows[0]
            zh, en = "本事项没有材料。", "The item asks for no material."
            self._making.fault("list.missing", first, "requirement_zh", zh, en)
        for requirement in self._requirements.values():
            requirement["alternatives"] = [
                {"evidence": requirement["alternatives"][n]} for n in sorted(requirement["alternatives"])
            ]
        self._making.document["requirements"] = list(self._requirements.values())

    def _row(self, row: Row) -> None:
        making = self._making
        kind = self._kind(row)
        if kind is None:
            return
        code = row.get("requirement") or self._free(kind.code)
        stated = self._requirement(row, code, kind)
        known = self._requirements.get(code)
        place = f"/requirements/{list(self._requirements).index(code) if known else len(self._requirements)}"
        if known is None:
            known = self._requirements[code] = {**stated, "alternatives": {}}
            making.put(place, row, "requirement_zh")
            for member, column in _MEMBERS:
                making.put(f"{place}/{member}", row, column)
        elif {key: known.get(key) for key in stated} != stated:
            zh, en = "与本要件前面的行不一致。", "This differs from an earlier row of the requirement."
            making.fault("list.item_differs", row, "requirement", zh, en)
        number = making.whole(row, "alternative") if row.get("alternative") else 1
        if number is None:
            return
        evidence = known["alternatives"].setdefault(number, [])
        position = sorted(known["alternatives"]).index(number)
        here = f"{place}/alternatives/{position}/evidence/{len(evidence)}"
        making.put(here, row, "type")
        for member in ("issuers", "assurance", "max_age_days", "counted_at", "each", "originals", "copies"):
            making.put(f"{here}/{member}", row, member)
        making.put(f"{here}/role", row, "roles")
        evidence.append(self._evidence(row, kind))
        self._compare(row, kind)

    def _kind(self, row: Row) -> MaterialType | None:
        """The material type that a row means, by code or else by name."""
        making = self._making
        if row.get("type"):
            kind = making.types.get(row.get("type"))
            if kind is None:
                zh, en = "材料类型目录中没有这个代码。", "The material types have no such code."
                making.fault("list.unknown_type", row, "type", zh, en)
            return kind
        name = row.get("type_name") or row.get("requirement_zh")
        kind = type_named(name, making.types)
        if kind is None:
            near = like(name, making.types)
            zh = "材料类型目录中没有这个名称" + (f"；相近的有：{'；'.join(near)}。" if near else "。")
            en = "No one material type has this name" + (f"; near it: {'; '.join(near)}." if near else ".")
            making.fault(
                "list.unknown_type", row, "type_name" if row.get("type_name") else "requirement_zh", zh, en
            )
        return kind

    def _free(self, code: str) -> str:
        number = 2
        wanted = code
        while wanted in self._requirements:
            wanted, number = f"{code}_{number}", number + 1
        return wanted

    def _requirement(self, row: Row, code: str, kind: MaterialType) -> dict[str, Any]:
        making = self._making
        when = making.conditions(row, "when")
        stated: dict[str, Any] = {
            "code": code,
            "text": {
                "zh": row.get("requirement_zh") or kind.name.zh,
                "en": row.get("requirement_en") or kind.name.en,
            },
            "necessity": row.get("need") or ("situation" if when else "always"),
        }
        if when:
            stated["when"] = when
        if row.has("requirement_ground", "requirement_mark"):
            stated["citation"] = making.citation(row, "requirement")
        if row.has("consent_ground", "consent_mark"):
            stated["consent"] = making.citation(row, "consent")
        return stated

    def _evidence(self, row: Row, kind: MaterialType) -> dict[str, Any]:
        making = self._making
        evidence: dict[str, Any] = {
            "type": kind.code,
            "role": self._roles(row, kind),
            "valid": row.get("valid") != "no",
        }
        for key in ("issuers", "assurance"):
            if row.get(key):
                evidence[key] = parts(row.get(key))
        for key in ("max_age_days", "originals", "copies"):
            number = making.whole(row, key)
            if number is not None:
                evidence[key] = number
        if row.get("counted_at"):
            evidence["counted_at"] = row.get("counted_at")
        for key in ("each", "surrender"):
            if row.get(key) == "yes":
                evidence[key] = True
        return evidence

    def _roles(self, row: Row, kind: MaterialType) -> dict[str, Any]:
        """`lessee=applicant; holder=lease_contract.lessor`; the first role of the type is the applicant's."""
        roles: dict[str, Any] = {}
        for part in parts(row.get("roles")):
            role, equals, by = (one.strip() for one in part.partition("="))
            if not equals or not role or not by or role in roles:
                zh = "须写成“材料角色=办件角色”，多项之间用分号。"
                en = "Write “role of the material=role of the case”, with semicolons between."
                self._making.fault("list.roles", row, "roles", zh, en)
                return {}
            other, dot, of = by.partition(".")
            roles[role] = {"role_of": other, "role": of} if dot else by
        return roles or {kind.roles[0]: "applicant"}

    def _compare(self, row: Row, kind: MaterialType) -> None:
        """Warn where a list contradicts a material's type; names of issuers are not compared."""
        said = told_of(kind.code, self._making.types)
        for key in _TOLD:
            listed = row.get(key)
            if listed and parts(listed) != parts(said[key]) and (key != "issuer" or listed.isascii()):
                column = BY_KEY[key]
                zh = f"与材料类型目录不一致，以目录为准：{word_of(column, said[key], 'zh') or '未限定'}。"
                decides = word_of(column, said[key], "en") or "not limited"
                en = f"The material types say otherwise, and they decide: {decides}."
                self._making.fault("list.type_differs", row, key, zh, en, WARNING)

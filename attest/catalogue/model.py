# SPDX-License-Identifier: Apache-2.0
"""Material types and service items, as their published documents say them; texts in zh and en."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from attest.codes import Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from attest.catalogue.certificates import Certificate

ASSURANCES: Final = ("data_check", "original", "certified_copy", "scan")
"""How an accepted material was checked, strongest first: the ground order of recognition."""
SOURCES: Final = ("issued", "own", "third_party")
HANDLINGS: Final = ("check", "show", "keep")
REUSES: Final = ("free", "same_thing", "this_case", "single_use")
VALIDITIES: Final = ("until", "max_age", "none")
NECESSITIES: Final = ("always", "situation", "may_follow")
COUNTED: Final = ("application", "decision")
COUNTED_FROM: Final = ("application",)
"""Where a limit begins if not where its profile says: 收到申请之日."""
AGENT, GUARDIAN = "agent", "guardian"
RELATIONS: Final = (AGENT, GUARDIAN)
"""By what somebody acts for another: 委托代理 by their own will, 监护 by law or ruling."""
THINGS: Final = ("premises", "real_estate_unit", "vehicle", "project")
NUMBERS: Final = (
    Scheme.CREDIT_CODE,
    Scheme.CITIZEN_NUMBER,
    Scheme.ORGANISATION_CODE,
    Scheme.CERTIFICATE_ID,
)
"""National codes that the number on a paper can be: GB 32100, GB 11643, GB 11714, GB/T 36904."""
LEVELS: Final = ("national", "province", "city", "county", "town", "village")
LIMIT_UNITS: Final = ("WD", "ND", "WH", "NH")
"""Working days, natural days, working hours, natural hours."""
CASE_TYPES: Final = {"on_spot": "1", "promised": "2", "other": "9"}
"""办件类型, with the code of the national exchange tables."""
CLOCK_PROFILES: Final = (
    "licence",
    "real_estate",
    "market",
    "fire_promise",
    "fire_check",
    "social_insurance",
    "days",
    "on_spot",
    "relief",
)
RESULT_TERMS: Final = ("years", "years_at_most", "printed", "none")
"""How long a result holds: n years, at most n years, to the day printed on it, without a term."""
SAMPLE_NOTICE: Final = "样例数据，依公开办事指南整理，非正式文本"
MAX_QUESTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages; any Unicode but control characters."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement of the catalogue comes from, and how sure it is: `[read L …]`, `[gen]` and so on."""

    text: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a material holds: `until` its named day (none: long-term), `max_age` days after issue, `none`.

    A day that a material itself names ends it under every rule.
    """

    rule: Literal["until", "max_age", "none"]
    days: int | None = None


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field of a paper or form, and the field of a data standard (数据标准) that its value must meet."""

    code: str
    standard: str
    field: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """Whose archive keeps the archival copy (档案副本), by which law; None: it is the copy here."""

    kept_by: str | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what was accepted must be kept: years after its last use, None for ever; by which law."""

    years: int | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Representation:
    """Whom a paper lets act for whom: whoever stands in a role of `by`, for whoever stands in `principal`.

    `adults`: it can prove a guardian of somebody who is of age, too. `citation`: by which law or practice.
    """

    relation: Literal["agent", "guardian"]
    principal: str
    by: tuple[str, ...]
    citation: Citation
    adults: bool = False


@dataclass(frozen=True, slots=True)
class MaterialType:
    """A kind of material. `printed` keeps the guides' own word for handling where ours differs (核).

    `issuers` are the department codes that may issue it, empty where anybody or the applicant may;
    `roles` are the roles its parties can have; `about` is the kind of thing it speaks of; `fields` are those
    whose values a data standard bounds. `represents` says whose agent or guardian it proves, if anybody's.
    `number` is the national code that the number on it (证照编号) is, None where it is of no such code.
    `retention` and `archive` say what an erasure has to wait for.
    """

    code: str
    name: Text
    source: Literal["issued", "own", "third_party"]
    issuers: tuple[str, ...]
    handling: Literal["check", "show", "keep"]
    reuse: Literal["free", "same_thing", "this_case", "single_use"]
    validity: Validity
    roles: tuple[str, ...]
    owner: str
    citation: Citation
    about: str | None = None
    printed: str | None = None
    fields: tuple[FieldUse, ...] = ()
    retention: Retention | None = None
    represents: Representation | None = None
    number: str | None = None
    certificate: Certificate | None = None
    archive: Archive | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A ground in law for not asking (免提交依据), by the waiver ground of a use, and what narrows it.

    `kinds` (事项类型), `items` and `types` narrow it where they are named; `lower`: only where a department
    of a lower level accepted the paper.
    """

    code: str
    grounds: tuple[str, ...]
    text: Text
    citation: Citation
    kinds: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    lower: bool = False


@dataclass(frozen=True, slots=True)
class MaterialTypes:
    """One version of all material types, by code, in the document's order, with the grounds for not asking.

    `agency` are the types whose paper proves an agent.
    """

    version: int
    types: Mapping[str, MaterialType]
    waivers: tuple[Waiver, ...] = ()
    agency: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        shown = {code: one.represents for code, one in self.types.items()}
        agency = frozenset(code for code, one in shown.items() if one is not None and one.relation == AGENT)
        object.__setattr__(self, "agency", agency)

    def get(self, code: str) -> MaterialType | None:
        """The type, or None where this version does not define it."""
        return self.types.get(code)


@dataclass(frozen=True, slots=True)
class CaseRole:
    """Whoever stands in this role of the case, such as `applicant`."""

    role: str


@dataclass(frozen=True, slots=True)
class RoleOf:
    """Whoever stands in `role` of the material of `type` in the same combination: that lease's lessor."""

    type: str
    role: str


@dataclass(frozen=True, slots=True)
class Binding:
    """Who must stand in `role` of the material. `holder` is met by a co-holder too."""

    role: str
    by: CaseRole | RoleOf


@dataclass(frozen=True, slots=True)
class Evidence:
    """One material that a combination needs; None leaves the type's or the policy's own rule in force.

    `each`: one material for every holder in the case role of the (only) binding. `surrender`: the original is
    taken in with this case, so no earlier acceptance can stand in. `valid`: must be in force. `originals` and
    `copies` are the counts that a printed guide asks for (原件份数, 复印件份数), None where it prints none.
    """

    type: str
    bindings: tuple[Binding, ...]
    valid: bool = True
    issuers: tuple[str, ...] | None = None
    assurance: tuple[str, ...] | None = None
    max_age_days: int | None = None
    counted_at: Literal["application", "decision"] | None = None
    each: bool = False
    surrender: bool = False
    originals: int | None = None
    copies: int | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Materials that meet a requirement together; all of them are needed.

    `referenced` is the position of the one evidence whose parties others name, or None.
    """

    evidence: tuple[Evidence, ...]
    referenced: int | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        named = {b.by.type for e in self.evidence for b in e.bindings if isinstance(b.by, RoleOf)}
        first = next((n for n, e in enumerate(self.evidence) if e.type in named), None)
        object.__setattr__(self, "referenced", first)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must be proved (证明事项): met by any one of the alternatives, the preferred one first.

    `when` maps questions to options: it applies where every named question has one of the named answers.
    `citation` is the ground on which it is asked, where the guide names one for this material alone;
    `consent` the law by which what another accepted serves only with the consent of whose paper it is.
    `types` are all material types that it names, `named` the (type, type that names its holder, role there)
    of every binding to another paper; `counts_apart` says that an evidence can be several papers, or two
    evidences of a combination the same paper.
    """

    code: str
    text: Text
    necessity: Literal["always", "situation", "may_follow"]
    when: Mapping[str, tuple[str, ...]]
    alternatives: tuple[Combination, ...]
    citation: Citation | None = None
    consent: Citation | None = None
    types: frozenset[str] = field(init=False, compare=False, repr=False)
    named: frozenset[tuple[str, str, str]] = field(init=False, compare=False, repr=False)
    counts_apart: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        every = [[e.type for e in c.evidence] for c in self.alternatives]
        evidence = [e for c in self.alternatives for e in c.evidence]
        apart = any(len(set(types)) < len(types) for types in every)
        apart = apart or any(e.each for e in evidence)
        named = {
            (e.type, b.by.type, b.by.role) for e in evidence for b in e.bindings if isinstance(b.by, RoleOf)
        }
        object.__setattr__(self, "types", frozenset(e.type for e in evidence))
        object.__setattr__(self, "named", frozenset(named))
        object.__setattr__(self, "counts_apart", apart)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer; one with `instead` shows that this item is not the right one, and says what is."""

    code: str
    text: Text
    instead: Text | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A closed situation question, asked before any material."""

    code: str
    text: Text
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: so many units, and what it rests on."""

    n: int
    unit: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock in the situation `when`: profile, statutory and promised limit in the same unit.

    `extension` is what a special law allows beside the profile's own; `counted_from` is None where the limit
    begins where the profile says.
    """

    profile: str
    when: Mapping[str, tuple[str, ...]]
    statutory_limit: Limit
    promised_limit: Limit
    extension: Limit | None = None
    counted_from: Literal["application"] | None = None

    @property
    def from_application(self) -> bool:
        """Whether the limit runs from the application, before anybody has admitted it."""
        return self.counted_from == "application" or self.profile == "social_insurance"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What an item ends in: a material type, others issued with it, and how long it holds."""

    type: str
    term: Literal["years", "years_at_most", "printed", "none"]
    years: int | None
    citation: Citation
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One version of a service item (政务服务事项): what a published guide says, pinned by its digest.

    `clocks` are in order: the first whose `when` holds is the case's clock; the last holds always. `in_force`
    is the first day of this version (施行日期), None where it holds from its publication.
    """

    code: str
    version: int
    name: Text
    basic_code: str
    impl_code: str
    authority: str
    level: str
    receivers: tuple[str, ...]
    case_type: str
    clocks: tuple[Clock, ...]
    result: ItemResult
    notice: str
    sources: tuple[Citation, ...]
    roles: tuple[str, ...]
    questions: tuple[Question, ...]
    requirements: tuple[Requirement, ...]
    in_force: date | None = None
    handling_code: str | None = None
    """业务办理项编码, where there is one; several may stand under one implementation code."""

    @property
    def kind(self) -> str:
        """事项类型, as the basic code says: `01` is a licence (行政许可)."""
        return self.basic_code[2:4]

    def requirement(self, code: str) -> Requirement | None:
        """The requirement of that code, or None."""
        return next((r for r in self.requirements if r.code == code), None)

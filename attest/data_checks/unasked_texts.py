# SPDX-License-Identifier: Apache-2.0
"""Why an issuer was not asked, in zh and en; the codes are stable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.catalogue.model import Text
from attest.data_checks import model

if TYPE_CHECKING:
    from typing import Literal

    from attest.data_checks.model import Unasked

UNASKED: Final[dict[str, Text]] = {
    model.SHOWN_ONLY: Text(
        "没有向发证单位核验：这类材料只看原件，不以答复代替。",
        "The issuer was not asked: this kind is shown in the original, and no answer stands in for it.",
    ),
    model.TAKEN_IN: Text(
        "没有向发证单位核验：办理时要收回原证。",
        "The issuer was not asked: the original is taken in.",
    ),
    model.NO_ADDRESS: Text(
        "没有向发证单位核验：本系统还没有接通该单位。",
        "The issuer was not asked: it is not connected to this service.",
    ),
    model.SEVERAL_ISSUERS: Text(
        "没有向发证单位核验：不止一个单位可能出具，请写明发证单位再查。",
        "No issuer was asked: more than one may have issued it. Name the issuer and check again.",
    ),
    model.SEVERAL_ROLES: Text(
        "没有向发证单位核验：材料写明几个当事人，一次只能问一个人。",
        "The issuer was not asked: the paper names several parties, and a question names one.",
    ),
    model.NAMED_ELSEWHERE: Text(
        "没有向发证单位核验：持有人要看另一份材料才知道。",
        "The issuer was not asked: another paper says who the holder is.",
    ),
    model.NO_HOLDER: Text(
        "没有向发证单位核验：办件没有写明持有人。",
        "The issuer was not asked: the case does not say who the holder is.",
    ),
    model.NO_CONSENT: Text(
        "没有向发证单位核验：依法要先取得本人同意。",
        "The issuer was not asked: by law the holder has to consent first.",
    ),
    model.SEVERAL_HOLDERS: Text(
        "没有向发证单位核验：同一身份不止一人，出示的编号是谁的不能猜。",
        "The issuer was not asked: several people stand in the role, and whose number it is, is not guessed.",
    ),
    model.THING_UNKNOWN: Text(
        "没有向发证单位核验：办件没有写明是哪一处标的。",
        "The issuer was not asked: the case does not say which thing it is about.",
    ),
    model.NUMBER_UNKNOWN: Text(
        "没有向发证单位核验：不知道编号。看到原件时请写明编号再查。",
        "The issuer was not asked: no number is known. Give the number of the paper shown and check again.",
    ),
    model.NUMBERS_DIFFER: Text(
        "没有向发证单位核验：有几个不同的编号，不能猜是哪一个。",
        "The issuer was not asked: there are different numbers, and which it is, is not guessed.",
    ),
    model.HOLDER_UNNAMED: Text(
        "没有向发证单位核验：持有人的登记已不再保存。",
        "The issuer was not asked: the holder's own record is no longer kept.",
    ),
    model.TOO_MANY: Text(
        "没有向发证单位核验：一次查询的问题已满，请只查这一项。",
        "The issuer was not asked: a look-up puts so many questions and no more. Check this one alone.",
    ),
}
"""Every code and its sentence."""


def said_unasked(one: Unasked, language: Literal["zh", "en"]) -> str:
    """The sentence."""
    text = UNASKED[one.reason]
    return text.zh if language == "zh" else text.en

# SPDX-License-Identifier: Apache-2.0
"""Problem codes of numbers on papers that are not the national code which their type names."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import ProblemText

_NEXT_ZH: Final = "请对照原件逐位核对后重填；原件就是这样印的，请向发证单位核实，不要收下。"
_NEXT_EN: Final = (
    "Compare it with the original, character by character, and send it again."
    " If the original itself has it so, ask the issuer and do not take it in."
)

NUMBER_TEXTS: Final[dict[str, ProblemText]] = {
    "number.credit_code": ProblemText(
        422,
        "编号不是合格的统一社会信用代码（GB 32100）",
        "The number is no unified social credit code (GB 32100)",
        "应为 18 位大写字母和数字，末位是校验码。" + _NEXT_ZH,
        "It has 18 capital letters and digits, the last one its check character. " + _NEXT_EN,
    ),
    "number.citizen_number": ProblemText(
        422,
        "编号不是合格的公民身份号码（GB 11643）",
        "The number is no citizen number (GB 11643)",
        "应为 18 位，含出生日期，末位是校验码。" + _NEXT_ZH,
        "It has 18 characters with a day of birth inside, the last one its check character. " + _NEXT_EN,
    ),
    "number.organisation_code": ProblemText(
        422,
        "编号不是合格的组织机构代码（GB 11714）",
        "The number is no organisation code (GB 11714)",
        "应为 9 位，末位是校验码。" + _NEXT_ZH,
        "It has 9 characters, the last one its check character. " + _NEXT_EN,
    ),
    "number.certificate_id": ProblemText(
        422,
        "编号不是合格的电子证照标识（GB/T 36904）",
        "The number is no certificate identifier (GB/T 36904)",
        "应以 1.2.156.3005.2 开头，末位是校验码。" + _NEXT_ZH,
        "It begins with 1.2.156.3005.2 and ends in its check character. " + _NEXT_EN,
    ),
}

# SPDX-License-Identifier: Apache-2.0
"""What is wrong with values, and what to do, in zh and en."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.model import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attest.standards.rules import Fault

SCHEME_NAMES: Final = {
    "credit_code": Text("统一社会信用代码（GB 32100）", "unified social credit code (GB 32100)"),
    "citizen_number": Text("公民身份号码（GB 11643）", "citizen number (GB 11643)"),
    "organisation_code": Text("组织机构代码（GB 11714）", "organisation code (GB 11714)"),
    "certificate_id": Text("电子证照标识（GB/T 36904）", "certificate identifier (GB/T 36904)"),
    "item_basic": Text("事项基本编码（GB/T 39554）", "basic code of an item (GB/T 39554)"),
    "item_implementation": Text("事项实施编码（GB/T 39554）", "implementation code of an item (GB/T 39554)"),
    "item_handling": Text("业务办理项编码（GB/T 39554）", "handling code of an item (GB/T 39554)"),
}
_CAUSES: Final = {
    "shape": Text("位数或者字符不对", "wrong length or characters"),
    "date": Text("其中的日期不存在", "the date in it does not exist"),
    "check": Text("校验码不符", "the check character does not fit"),
    "version": Text("版本号须从 001 起", "versions begin with 001"),
    "credit_code": Text("其中的统一社会信用代码不对", "the credit code in it is wrong"),
    "check_variant": Text(
        "校验码按另一算法得出（字母差一位）", "the check character is of a variant, letters off by one"
    ),
}
TEXTS: Final[dict[str, tuple[str, str, str, str]]] = {
    "value.missing": (
        "“{name}”没有填写。",
        "“{name}” is missing.",
        "请填写后再提交。",
        "Fill it in and send again.",
    ),
    "value.code": (
        "“{name}”不是{scheme}：{cause}。",
        "“{name}” is no {scheme}: {cause}.",
        "请对照证件逐位核对。",
        "Compare it with the paper, character by character.",
    ),
    "value.not_listed": (
        "“{name}”须是“{list}”中的代码（共 {n} 个）。",
        "“{name}” must be a code of “{list}” ({n} codes).",
        "请从代码表中选择。",
        "Choose from the code list.",
    ),
    "value.day": (
        "“{name}”须是存在的日期，写作 YYYY-MM-DD。",
        "“{name}” must be a day that exists, written YYYY-MM-DD.",
        "请改正日期。",
        "Correct the day.",
    ),
    "value.whole": (
        "“{name}”须是 {least} 到 {most} 的整数。",
        "“{name}” must be a whole number from {least} to {most}.",
        "请改正数字。",
        "Correct the number.",
    ),
    "value.too_long": (
        "“{name}”最多 {n} 个字。",
        "“{name}” has at most {n} characters.",
        "请缩短。",
        "Shorten it.",
    ),
    "value.text": (
        "“{name}”中有看不见的字符或者控制字符。",
        "“{name}” has invisible or control characters.",
        "请重新键入，不要粘贴。",
        "Type it again instead of pasting.",
    ),
    "value.rule": ("不合质量规则：{rule}", "Against a quality rule: {rule}", "请改正。", "Correct it."),
    "value.no_such_field": (
        "标准 {standard} 第 {version} 版没有这个字段。",
        "Version {version} of the standard {standard} has no such field.",
        "请按现行版本填写。",
        "Use the version in force.",
    ),
    "value.unknown_field": (
        "有 {n} 个字段这种材料没有。",
        "{n} of the fields do not belong to this material.",
        "请对照材料的字段表删去。",
        "Compare with the material's fields and leave them out.",
    ),
    "standard.unknown": (
        "标准 {standard} 还没有公布，暂时不能核对。",
        "The standard {standard} is not published yet: its values cannot be told.",
        "请等标准公布，或者联系公布单位。",
        "Wait until it is published, or ask who publishes it.",
    ),
    "standard.unknown_version": (
        "标准 {standard} 没有这一版。",
        "The standard {standard} has no such version.",
        "请按现行版本填写。",
        "Use the version in force.",
    ),
    "standard.not_in_force": (
        "标准 {standard} 这一版当日不在有效期内。",
        "This version of the standard {standard} is not in force on that day.",
        "请按现行版本填写。",
        "Use the version in force.",
    ),
    "standard.replaced": (
        "标准 {standard} 的旧版已停用（用至{until}），现行第 {version} 版。",
        "The older version of the standard {standard} ended on {until}; version {version} is in force.",
        "请按迁移说明改：{notes}",
        "Change the values by the migration notes: {notes}",
    ),
}


def texts_of(fault: Fault) -> tuple[Text, Text]:
    """What is so, and what to do."""
    zh, en, next_zh, next_en = TEXTS[fault.code]
    chinese, english = (_filled(fault.facts, language) for language in ("zh", "en"))
    return Text(zh.format_map(chinese), en.format_map(english)), Text(
        next_zh.format_map(chinese), next_en.format_map(english)
    )


def _filled(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    made = {name: _said(value, language) for name, value in facts.items()}
    if "scheme" in facts:
        made["scheme"] = _said(SCHEME_NAMES[facts["scheme"]], language)
        made["cause"] = _said(_CAUSES[str(facts["cause"]).rpartition(".")[2]], language)
    made.setdefault("until", "—")
    made.setdefault("notes", "—")
    return made


def _said(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.zh if language == "zh" else value.en
    if isinstance(value, list):
        return ("；" if language == "zh" else " ").join(_said(one, language) for one in value)
    return value

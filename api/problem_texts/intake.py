# SPDX-License-Identifier: Apache-2.0
"""Problem codes of files that come in and cannot be taken as they are."""

from __future__ import annotations

from typing import Final

from api.problem_texts.row import RETRY_EN, RETRY_ZH, ProblemText

INTAKE_TEXTS: Final[dict[str, ProblemText]] = {
    "media.mismatch": ProblemText(
        422,
        "文件内容与所称类型不符",
        "The file is not of the type it is said to be",
        "请确认文件未改扩展名；非 PDF、JPEG、PNG 的请重新扫描或另存后再上传。",
        "Check that it was not renamed; scan it again or save it as PDF, JPEG or PNG.",
    ),
    "document.empty": ProblemText(
        422,
        "文件是空的，没有内容",
        "The file is empty: it has 0 bytes",
        "保存或传输时可能中断，请重新扫描或重新导出后再上传。",
        "Saving or sending it may have broken off: scan it or export it again, then upload it.",
    ),
    "document.unreadable": ProblemText(
        422,
        "文件打不开",
        "The file cannot be opened",
        "文件不完整或已损坏，请重新扫描或重新导出后再上传。",
        "It is incomplete or damaged: scan it or export it again, then upload it.",
    ),
    "document.encrypted": ProblemText(
        422,
        "文件设有打开密码",
        "The file needs a password to open",
        "请去掉打开密码，或打印后扫描，再上传。",
        "Remove the password, or print and scan it, then upload it.",
    ),
    "document.blank": ProblemText(
        422,
        "文件是空白的",
        "Nothing is on the paper",
        "可能放反了面或曝光不当，请重新扫描或拍照。",
        "It may have lain the wrong way round: scan it or photograph it again.",
    ),
    "document.too_heavy": ProblemText(
        422,
        "文件超出能检查的范围",
        "The file is more than can be looked at",
        "请降低分辨率或分成几份后再上传。",
        "Scan it at a lower resolution or split it, then upload it.",
    ),
    "document.busy": ProblemText(
        503, "暂时无法检查文件", "Files cannot be looked at just now", RETRY_ZH, RETRY_EN
    ),
}

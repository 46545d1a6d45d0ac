# SPDX-License-Identifier: Apache-2.0
"""What GB/T 36903 and 36904 give a certificate: its type code, the names of its members. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.codes import Scheme, is_valid

if TYPE_CHECKING:
    from attest.catalogue.model import Citation

METADATA: Final = {
    "ZZMC": ("证照名称", "name of the certificate"),
    "ZZLXDM": ("证照类型代码", "certificate type code"),
    "ZZBH": ("证照编号", "number on the certificate"),
    "ZZBS": ("证照标识", "certificate identifier"),
    "ZZBFJG": ("证照颁发机构", "issuing authority"),
    "ZZBFJGDM": ("证照颁发机构代码", "code of the issuing authority"),
    "ZZBFRQ": ("证照颁发日期", "day of issue"),
    "CZZT": ("持证主体", "holder"),
    "CZZTDM": ("持证主体代码", "code of the holder"),
    "CZZTDMLX": ("持证主体代码类型", "kind of the holder's code"),
    "CZZTDMLXDM": ("持证主体代码类型代码", "code of the kind of the holder's code"),
    "ZZYXQQSRQ": ("证照有效期起始日期", "valid from"),
    "ZZYXQJZRQ": ("证照有效期截止日期", "valid until"),
    "ZZQZR": ("证照签章人", "who signed it"),
    "ZZQZSJ": ("证照签章时间", "when it was signed"),
    "ZZQZMC": ("证照签章名称", "name of the seal"),
    "CJSJ": ("创建时间", "made at"),
    "JZJZZSJ": ("加注件制作时间", "annotated copy: made at"),
    "JZJZZZ": ("加注件制作者", "annotated copy: made by"),
    "JZJZZSY": ("加注件制作事由", "annotated copy: reason"),
    "JZJYXQJZSJ": ("加注件有效期截止时间", "annotated copy: valid until"),
}
"""Members of a certificate (GB/T 36903, as real systems write them; the standard's text was not read)."""
EXTENSION: Final = re.compile(r"KZ_[A-Z0-9][A-Z0-9_]{0,28}\Z")
"""A member beyond the standard's (扩展属性)."""
HOLDER_CODES: Final = ("001", "111")
"""持证主体代码类型: unified social credit code, citizen number."""
_TYPE_CODE: Final = re.compile(r"(.{18})[0-9]{3}\Z")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A type of certificate (证照类型) by GB/T 36903 and 36904.

    `type_code` has 21 characters; `metadata` are codes of its members, `holder_code_type` says what the
    holder's code is, None where it can be several. `sample`: the code is invented (division 99xxxx).
    """

    type_code: str
    metadata: tuple[str, ...]
    citation: Citation
    holder_code_type: str | None = None
    sample: bool = False


def is_type_code(text: str) -> bool:
    """Whether it is a 证照类型代码: the credit code of the body that defines the type, and three digits."""
    found = _TYPE_CODE.match(text)
    return found is not None and is_valid(Scheme.CREDIT_CODE, found[1])


def is_member(code: str) -> bool:
    """Whether a certificate can have a member of this code."""
    return code in METADATA or EXTENSION.match(code) is not None

# SPDX-License-Identifier: Apache-2.0
"""Names of materials as lists print them, brought to one form so that the same thing is known again. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.catalogue.model import MaterialType, MaterialTypes

_ASIDE: Final = re.compile(r"[（(〔\[【][^）)〕\]】]*[）)〕\]】]")
_FORM: Final = re.compile(
    r"(原件及复印件|原件和复印件|原件与复印件|原件|复印件|影印件|扫描件|副本|正本|正反面|电子件|电子版"
    r"|加盖公章|盖章|一式[一二两三四五]份|各?[一二两三四五\d]份)"
)
_MARKS: Final = re.compile(r"[\s《》“”\"'「」、，,。；;：:·\-—_/的]+")
SAME: Final = {
    "身份证": "居民身份证",
    "身份证明": "居民身份证",
    "身份证件": "居民身份证",
    "有效身份证件": "居民身份证",
    "二代身份证": "居民身份证",
    "二代居民身份证": "居民身份证",
    "第二代居民身份证": "居民身份证",
    "户口本": "居民户口簿",
    "户口簿": "居民户口簿",
    "户籍证明": "居民户口簿",
    "工商营业执照": "营业执照",
    "法人营业执照": "营业执照",
    "营业执照主体资格": "营业执照",
    "房产证": "不动产权证书",
    "房屋所有权证": "不动产权证书",
    "房屋产权证": "不动产权证书",
    "不动产权证": "不动产权证书",
    "房屋权属证明": "不动产权证书",
    "经营场所权属证明": "不动产权证书",
    "租赁合同": "房屋租赁合同",
    "房屋租赁协议": "房屋租赁合同",
    "租房合同": "房屋租赁合同",
    "委托书": "授权委托书",
    "授权书": "授权委托书",
    "结婚证书": "结婚证",
    "社保卡": "社会保障卡",
    "行驶证": "机动车行驶证",
    "驾驶证": "机动车驾驶证",
    "出生证": "出生医学证明",
    "出生证明": "出生医学证明",
    "完税证明": "契税完税凭证",
    "契税完税证明": "契税完税凭证",
}
"""Other names under which lists ask for a thing, in their short form."""
_WHOSE: Final = re.compile(
    r"^(全体家庭成员|家庭成员|落户方|机动车|现|买卖双方|申请人|经办人|代理人|代办人|委托代理人|受托人|法定代表人"
    r"|法人代表|法人(?=有效|居民|二代|身份)|股东|投资人|监护人|负责人|经营者|委托人|本人|双方|夫妻双方|父母|所有人"
    r"|业主|企业|单位|配偶|及|和|或者|或|与)+"
)


def short(name: str) -> str:
    """A name in its short form: no asides, no form, no marks, no owner in front."""
    text = unicodedata.normalize("NFKC", name)
    text = _MARKS.sub("", _FORM.sub("", _ASIDE.sub("", text)))
    return _WHOSE.sub("", text) or text


@lru_cache(4096)  # every row is compared with the names of all types
def known_as(name: str) -> str:
    """The usual name of what is asked for under this one."""
    plain = short(name)
    return SAME.get(plain, plain)


def type_named(name: str, types: MaterialTypes) -> MaterialType | None:
    """The one material type of that name, or None where there is none or several."""
    wanted = known_as(name)
    found = [kind for kind in types.types.values() if known_as(kind.name.zh) == wanted]
    if not found:
        plain = name.strip().casefold()
        found = [kind for kind in types.types.values() if kind.name.en.casefold() == plain]
    return found[0] if len(found) == 1 else None


def like(name: str, types: MaterialTypes) -> list[str]:
    """Names of up to three types that come close, to be offered."""
    names = {known_as(kind.name.zh): kind.name.zh for kind in types.types.values()}
    return [names[one] for one in difflib.get_close_matches(known_as(name), names, n=3, cutoff=0.5)]

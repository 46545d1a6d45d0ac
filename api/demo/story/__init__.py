# SPDX-License-Identifier: Apache-2.0
"""The whole story over HTTP, step by step; every verdict is read from answers and exit codes."""

from __future__ import annotations

from typing import Final

from api.demo.story import asking, beginning, checking, proving, reasking, signing, trouble
from api.demo.story.play import Step

STEPS: Final = (
    Step(
        "story.founded", "建账：部门、密钥、办事指南", "founded: departments, keys, guides", beginning.found
    ),
    Step(
        "story.accepted",
        "综合窗口代收五份材料",
        "a window accepts five files for the authority",
        beginning.take_files,
    ),
    Step("story.anchored", "锚定：合约根值与日志一致", "anchored: one root", beginning.anchor),
    Step(
        "story.recognised",
        "其他部门：谁在何时核验、有效至何时",
        "others: recognised, by whom and when",
        asking.recognise,
    ),
    Step("story.required", "仍需提交的，各有原因", "required, each with its reason", asking.require),
    Step("story.reliance", "采信回执写明依据", "reliance receipts with ground", asking.rely_on_them),
    Step("story.policy", "按公布的采信政策判断", "decided by published policies", asking.hold_to_policy),
    Step(
        "story.rescan",
        "重新扫描凭编号认得，同一文件在他人手里不算",
        "another scan, another person",
        proving.rescan,
    ),
    Step("story.content", "改动一个字节即内容不符", "one byte changed", proving.content),
    Step(
        "story.roles",
        "房东的产权证经租赁合同为租户所用",
        "the landlord's deed serves the tenant",
        asking.roles,
    ),
    Step("story.refused", "无办件、无事由、超清单的查询被拒并留痕", "look-ups refused", asking.refuse),
    Step("story.own_key", "部门自持密钥签署", "a department's own key", signing.sign_alone),
    Step(
        "story.data_check",
        "向发证单位核验：有效、已撤销、没有答复",
        "the issuer is asked: valid, not valid, silent",
        checking.check_data,
    ),
    Step("story.evidence", "存证文件离线核验", "evidence verifies without network", proving.evidence),
    Step(
        "story.reask", "应免未免当场认定、可证", "asked in vain: told, counted, proved", reasking.ask_in_vain
    ),
    Step("story.retracted", "撤回核验结论与追溯", "retracted; who relied is told", proving.retract),
    Step("story.recall", "采信追溯到每个办件", "the recall names each case", reasking.recalled),
    Step("story.chain_down", "断链照常受理，恢复后自动锚定", "the chain is killed", trouble.chain_down),
    Step(
        "story.tampered",
        "篡改被审计指出，旧备份只读启动",
        "an edited row, yesterday's copy",
        trouble.tampered,
    ),
    Step("story.trace", "办件全程留痕", "the trace of the case", trouble.trace),
)
"""In the order of the story."""

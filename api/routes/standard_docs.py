# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of values against data standards."""

from __future__ import annotations

from typing import Final

from api.schemas import standards
from api.thin import RouteDoc

VALUES_CHECK: Final = RouteDoc(
    "按数据标准核对表单或材料的字段值",
    "Check values of a form or paper against the data standards",
    "catalogue",
    standards.VALUES_EXAMPLE,
    {200: ("verdict, the versions that were applied, every fault", standards.VALUES_ANSWERED)},
    ("types.unknown", "bundle.unknown"),
    schema=standards.VALUES_REQUEST,
    shapes={200: standards.VALUES_ANSWER},
    notes="Nothing is kept, logged or counted, and no fault repeats a value. For a stated time the version"
    " of a standard before the current one is accepted as well (`state` is then `older`, with the day and the"
    " migration notes); afterwards it is refused as `standard.replaced`, with the notes as next step. What no"
    " standard in force covers is `cannot_tell`.",
)

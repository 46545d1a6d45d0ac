# SPDX-License-Identifier: Apache-2.0
"""Modules put into one script: known forms alone, each module once, in the order of need."""

from __future__ import annotations

import pytest

from api.proving.linked import LinkError, link
from api.proving.saved import policy, saved_script


def linked(**modules: str) -> str:
    """The script of `main.js`."""
    return link("main.js", lambda path: modules[path.removesuffix(".js")])


def test_each_module_once_before_its_users() -> None:
    """What two modules need stands once, before both."""
    script = linked(
        main='import { b } from "./b.js";\nimport * as all from "./a.js";\nexport const c = b + all.a;\n',
        b='import {\n  a as one,\n} from "./a.js";\nexport function b() {}\nexport { one };\n',
        a="const hidden = 1;\nexport { hidden as a };\n",
    )
    assert script.count("hidden = 1") == 1
    assert script.index("// a.js") < script.index("// b.js") < script.index("// main.js")
    assert "const { a: one } = $m0;" in script
    assert "return { b, one: one };" in script or "return { one: one, b };" in script
    assert "import" not in script
    assert "export" not in script


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        'export * from "./a.js";\n',
        'const a = import("./a.js");\n',
        "console.log(import.meta.url);\n",
        'import "./a.js";\n',
        "export let a = 1;\n",
        'import { a } from "bare";\n',
        'import { a } from "./main.js";\n',
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    """A form that the linker does not know, a bare name or a circle ends in an error, never in a script."""
    with pytest.raises(LinkError):
        linked(main=text, a="export const a = 1;\n")


def test_the_verifier_links() -> None:
    """The saved page's script is whole, ends no element early, and its digest stands in the policy."""
    script = saved_script()
    assert "</script" not in script.lower()
    assert policy().count("sha256-") == 2
    assert "unsafe" not in policy()

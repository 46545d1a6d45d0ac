# SPDX-License-Identifier: Apache-2.0
"""A form that comes back says each fault twice: in the summary that links to the field, and at the field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.acceptance.test_counter_retract import taken_in
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def faults(page: str) -> dict[str, str]:
    """Fault by field, each of which stands at its field in the same words and describes it."""
    summary = dict(re.findall(r'<li><a href="#([\w.-]+)">(.*?)</a></li>', page))
    at = {
        id_: said.strip()
        for id_, said in re.findall(r'<p class="msg" id="([\w.-]+)-said"><svg.*?</svg>(.*?)</p>', page)
    }
    assert at == summary
    for id_ in at:
        assert f' id="{id_}"' in page
        assert re.search(rf'aria-describedby="[^"]*{re.escape(id_)}-said"', page), id_
    return at


def sent(browser: Browser, path: str, **form: str) -> dict[str, str]:
    """The faults of what is sent."""
    answer = browser.post(path, key=a_request_key(), **form)
    assert answer.status_code == 422, answer.text
    return faults(answer.text)


def test_forms_of_the_counter(own_world: World) -> None:
    """Opening a case and taking a paper back; what was typed stays."""
    clerk, case, acceptance = taken_in(own_world)
    found = sent(clerk, "/counter/retract", case=case, acceptance=acceptance)
    assert set(found) == {"f-reason"}
    page = clerk.post("/counter/new", key=a_request_key(), item="SC-002", **{"name.applicant.0": "某人"}).text
    assert {"f-applicant", "q-catering"} <= set(faults(page))
    assert 'value="某人"' in page
    assert "?:" not in "".join(faults(page).values())


def test_forms_of_a_citizen(own_world: World) -> None:
    """Granting a mandate, 「我已交过」, a dispute."""
    chen, case = as_person(own_world, "chen"), own_world.cases["SC-002"]
    licence = own_world.accepted["licence"]["id"]
    assert set(sent(chen, "/my/mandates/new")) >= {"f-number", "f-acts", "f-until"}
    assert set(sent(chen, f"/my/handed-in/{case}")) == {"f-requirement", "f-again"}
    assert set(sent(chen, f"/my/materials/{licence}/dispute")) == {"f-reason"}


def test_forms_of_an_auditor(own_world: World) -> None:
    """Looking at a case and at who looked."""
    add_accounts(own_world)
    auditor = signed_in(own_world, "auditor")
    assert set(sent(auditor, "/trace")) == {"q", "purpose"}
    assert set(sent(auditor, "/oversight/person", number="12")) == {"number", "purpose"}

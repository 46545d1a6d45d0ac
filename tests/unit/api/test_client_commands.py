# SPDX-License-Identifier: Apache-2.0
"""`once submit`, `check`, `trace` and `export` against a demo that really runs."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from api.cli.child import once_command
from api.cli.client import Client, ClientError, Place, find_place
from api.cli.faults import GivenError
from api.demo.samples import FOLDER, items
from api.demo.samples import types as types_document
from api.lists.files import read_list
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.reading import items_of
from attest.catalogue.types_document import parse_types
from ledger.canonical import dump
from tests.homes import once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LICENCE = FOLDER / "documents" / "business-licence.pdf"
NUMBER = "92990101MA99A1172F"


@dataclass
class Shell:
    """A shell in which a demo's home is set."""

    home: Path

    @property
    def facts(self) -> Any:
        return json.loads((self.home / "demo.json").read_text(encoding="utf-8"))

    @property
    def case(self) -> str:
        case: str = self.facts["cases"]["XF-001"]
        return case

    def once(self, *arguments: str, code: int = 0, who: str = "XF") -> tuple[str, str]:
        """Both outputs of a command that ends with `code`."""
        ended = once(self.home, *arguments, "--as", who)
        assert ended.returncode == code, ended.stderr
        return ended.stdout, ended.stderr

    def submit(self) -> Any:
        out, _ = self.once(
            "submit", str(LICENCE), "--case", self.case, "--type", "business_licence", "--issuer", "SC",
            "--number", NUMBER, "--party", "holder=eatery", "--party", "operator=chen",
            "--json",
        )  # fmt: skip
        return json.loads(out)["acceptances"][0]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    home = tmp_path_factory.mktemp("demo") / "home"
    with subprocess.Popen(
        once_command("demo", "--dir", str(home)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        try:
            assert demo.stdout.readline().startswith("READY ")
            yield Shell(home)
        finally:
            demo.terminate()
            demo.wait()


def test_a_file_is_accepted_once(shell: Shell) -> None:
    """The same command again answers with the first entry, and the trace shows one acceptance."""
    first, again = shell.submit(), shell.submit()
    assert (first["index"], first["id"]) == (again["index"], again["id"])
    out, _ = shell.once("trace", shell.case, "--json")
    kinds = [one["kind"] for one in json.loads(out)["entries"]]
    assert kinds[0] == "case.opened"
    assert kinds.count("material.accepted") == 1


def test_the_trace_is_a_table(shell: Shell) -> None:
    """Without --json the trace is one line an entry, in the log's order."""
    out, _ = shell.once("trace", shell.case)
    lines = out.splitlines()[1:-1]
    assert [int(line.split()[0]) for line in lines] == sorted(int(line.split()[0]) for line in lines)
    assert "case.opened" in lines[0]


def test_evidence_verifies_offline(shell: Shell, tmp_path: Path) -> None:
    """What `export` writes, `verify --offline` judges valid by the ledger's trust file, once anchored."""
    made, file = shell.submit(), tmp_path / "paper.evidence.json"
    trust, verdict, deadline = str(shell.home / "trust.json"), "", time.monotonic() + 20
    while verdict != "valid" and time.monotonic() < deadline:
        out, _ = shell.once("export", made["id"], "--out", str(file), "--json")
        assert json.loads(out) == {"file": str(file), "bytes": file.stat().st_size}
        done = once(shell.home, "verify", str(file), "--trust", trust, "--offline", "--json")
        verdict = json.loads(done.stdout)["verdict"]
    assert verdict == "valid"


def test_published_guides_as_a_list(shell: Shell, tmp_path: Path) -> None:
    """The newest version of every published guide is written as a list and comes back as published."""
    file, types = tmp_path / "guides.xlsx", parse_types(types_document())
    out, _ = shell.once("catalogue", "export", str(file), "--json")
    newest = {one["code"]: one for one in items()}  # a later version of a code stands later
    rows, faults = read_list(file, types)
    guides, more = items_of(rows, types)
    assert (json.loads(out)["items"], faults, more) == (len(newest), [], [])
    assert {guide.code: format_item(guide) for guide in guides} == newest


def test_a_check_says_what_is_needed(shell: Shell) -> None:
    """Each requirement of the guide gets its verdict with a sentence, under the guide's own words."""
    shell.submit()
    out, _ = shell.once("check", "--case", shell.case, "--item", "XF-001", "--json")
    answer = json.loads(out)
    assert {one["verdict"] for one in answer["results"]} <= {"recognised", "required"}
    text, _ = shell.once("check", "--case", shell.case, "--item", "XF-001")
    assert all(one["text"] in text for one in answer["results"])
    assert f"version {answer['version']}, guide hash {answer['guide']}" in text


def test_an_item_that_is_not_the_case_s_is_usage(shell: Shell) -> None:
    """Naming another item than the case's is refused with exit code 2, in both languages."""
    asked = ("check", "--case", shell.case, "--item", "ZR-007", "--lang")
    _, said = shell.once(*asked, "en", code=2)
    assert "not of ZR-007: it is of XF-001" in said
    _, said = shell.once(*asked, "zh", code=2)
    assert "办的不是 ZR-007，是 XF-001" in said


def test_a_refusal_has_code_and_next_step(shell: Shell) -> None:
    """A case of another department is refused with the problem's code and what to do, exit code 1."""
    _, said = shell.once("trace", shell.case, who="SW", code=1)
    assert "case.unknown" in said
    assert len(said.splitlines()) > 1


def test_a_ledger_that_is_away_is_no_verdict(shell: Shell) -> None:
    """Where nothing answers the exit code is 3."""
    _, said = shell.once("trace", shell.case, "--url", "http://127.0.0.1:9", code=3)
    assert "once serve" in said


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--issued", "2026-02-31"), "2026-02-31"),
        (("--valid-until", "20260201"), "20260201"),
        (("--assurance", "magic"), "data_check"),
        (("--party", "holder=nobody"), "eatery"),
    ],
)
def test_what_no_ledger_takes_is_not_sent(shell: Shell, options: tuple[str, str], named: str) -> None:
    """A day, a word or a holder that cannot be is refused with exit 2 before the file is uploaded."""
    given = ("--case", shell.case, "--type", "business_licence", "--party", "holder=eatery")
    _, said = shell.once("submit", str(LICENCE), *given, *options, code=2)
    assert named in said
    assert "uploading" not in said


def test_a_refusal_names_the_field(shell: Shell) -> None:
    """What only the ledger can judge is refused with the path of the field."""
    given = ("--case", shell.case, "--type", "business_licence", "--party", "Holder=eatery")
    _, said = shell.once("submit", str(LICENCE), *given, code=1)
    assert "field: /parties/0/role" in said


def test_who_and_where_must_be_known(tmp_path: Path) -> None:
    """A department that the home does not know and a URL that is none are usage errors that say what is."""
    home = tmp_path / "demo.json"
    home.touch(mode=0o600)
    home.write_text('{"url":"http://127.0.0.1:1","api_keys":{"XF":"k","SC":"l"}}', encoding="utf-8")
    environ = {"ONCE_HOME": str(tmp_path), "ONCE_API_KEY": "other"}
    with pytest.raises(GivenError, match=r"knows no department XX") as unknown:
        find_place(None, None, "XX", environ)
    assert unknown.value.next_en == "It knows SC, XF."
    assert find_place(None, None, "XF", environ).api_key == "k"
    for url in ("ftp://x", "127.0.0.1:8460", "http://", "http://h:99999"):
        with pytest.raises(GivenError) as refused:
            find_place(url, None, "XF", environ)
        assert refused.value.exit_code == 2


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Without URL or key the message names the options and variables that give them."""
    environ = {"ONCE_HOME": str(tmp_path)}
    with pytest.raises(ClientError, match="ONCE_URL"):
        find_place(None, None, None, environ)
    with pytest.raises(ClientError, match="ONCE_API_KEY"):
        find_place("http://127.0.0.1:1", None, None, environ)
    assert find_place("http://h/", None, None, {**environ, "ONCE_API_KEY": "k"}).url == "http://h"


def test_what_ends_soon_is_listed(shell: Shell) -> None:
    """`expiring` lists a department's notices as lines and as JSON with the same count."""
    found = json.loads(shell.once("expiring", "--json", "--days", "366", who="SC")[0])
    out, _ = shell.once("expiring", "--days", "366", "--lang", "en", who="SC")
    assert out.splitlines()[-1] == f"{len(found['expiries'])} within 366 days"
    assert len(out.splitlines()) == len(found["expiries"]) + 1
    assert json.loads(shell.once("expiring", "--json", who="SC")[0])["days"] == 30


def test_rates_of_re_asks_and_every_asking_again(shell: Shell) -> None:
    """`reask report` is a table or JSON with the same counts; `reask replay` finds nothing to object to."""
    shell.submit()
    out, _ = shell.once("reask", "report", "--json")
    said = json.loads(out)
    assert said["total"]["askings"] == sum(one["receipts"] + one["requests"] for one in said["rates"]) > 0
    assert {one["department"] for one in said["rates"]} == {"XF"}
    out, _ = shell.once("reask", "report", "--lang", "zh")
    assert "应免未免" in out.splitlines()[0]
    assert len(out.splitlines()) == len(said["rates"]) + 2
    ended = once(shell.home, "reask", "replay", "--json")
    found = json.loads(ended.stdout)
    assert (ended.returncode, found["missing"], found["unfounded"]) == (0, [], []), ended.stderr
    assert found["askings"] > 0


def test_a_guide_check_names_the_bundles_that_break(shell: Shell, tmp_path: Path) -> None:
    """With a ledger's URL the check says which bundles have the guide as a step, and which fit no more."""
    guide = next(one for one in items() if one["code"] == "SC-002")
    file, said = tmp_path / "guide.json", {}
    for name, roles in (("same", guide["roles"]), ("other", [*guide["roles"], "owner"])):
        file.write_text(json.dumps({**guide, "version": 2, "roles": roles}), encoding="utf-8")
        asked = ("catalogue", "check", str(file), "--url", shell.facts["url"])
        said[name] = json.loads(once(shell.home, *asked, "--json").stdout)["bundles"]
        text = once(shell.home, *asked, "--lang", "zh").stdout
    assert [(one["code"], one["fits"]) for one in said["same"]] == [("restaurant", True)]
    assert [(one["code"], one["fits"]) for one in said["other"]] == [("restaurant", False)]
    assert "联办清单 restaurant v1（ZW 牵头）：公布后就不再适用" in text


def test_a_case_is_checked_by_the_guide_that_it_pins(shell: Shell) -> None:
    """A newer guide under other requirement codes changes nothing for a case of the version before it."""
    (newest,) = [one for one in items() if one["code"] == "XF-001"][-1:]
    newer = json.loads(json.dumps(newest))
    newer["version"] += 1
    for one in newer["requirements"]:
        one["code"] = f"{one['code']}_anew"
    place = find_place(None, None, "XF", {"ONCE_HOME": str(shell.home)})
    with Client(place) as client:
        client.post("catalogue/versions", {"subject": "item", "document": newer})
    out, _ = shell.once("check", "--case", shell.case, "--item", "XF-001", "--json")
    told = json.loads(out)
    codes = {one["code"] for one in newest["requirements"]}
    assert (told["item"], told["version"]) == ("XF-001", newest["version"])
    with Client(place) as client:
        hashes = {
            version: sha256(dump(client.get(f"catalogue/versions/item/XF-001/{version}"))).hexdigest()
            for version in (newest["version"], newer["version"])
        }
    assert told["guide"] == hashes[newest["version"]] != hashes[newer["version"]]
    assert {one["requirement"] for one in told["results"]} <= codes


def test_a_paper_whose_issuer_has_said_no_is_told(shell: Shell) -> None:
    """`submit` is taken and says that this number stands no more; `trace` of those before, and why."""
    facts, of = shell.facts, shell.submit()["index"]
    with Client(Place(facts["url"], facts["api_keys"]["SC"], {})) as client:
        parties = [{"role": "holder", "holder": facts["holders"]["eatery"]}]
        paper = {"type": "business_licence", "number": NUMBER, "parties": parties}
        index = client.post("denials", {**paper, "reason": "revoked", "since": "2026-01-05"})["index"]
    asked = (
        *("submit", str(LICENCE), "--case", shell.case, "--type", "business_licence", "--issuer", "SC"),
        *("--number", NUMBER, "--party", "holder=eatery", "--party", "operator=chen"),
    )
    out, _ = shell.once(*asked, "--assurance", "certified_copy", "--lang", "en")
    assert f"SC said: no more since 2026-01-05 (entry {index})" in out.splitlines()[-1]
    assert "no more since" not in shell.once(*asked, "--assurance", "original", "--lang", "en")[0]
    for lang, words in (
        ("en", f"the paper of entry {of} since: issuer says it stands no more, revoked (SC, entry {index})"),
        ("zh", f"第 {of} 条的材料后来：发证单位答复不再有效，已撤销或吊销（SC，第 {index} 条）"),
    ):
        assert words in shell.once("trace", shell.case, "--lang", lang)[0].splitlines()

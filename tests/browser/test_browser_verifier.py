# SPDX-License-Identifier: Apache-2.0
"""The browser's verifier says what `attest.verify` says, check by check, and passes the same vectors."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.web.assets import ASSETS
from attest.verify import Trust
from attest.verify.reasons import REASONS
from ledger.canonical import read_canonical, read_json
from ledger.errors import FormatError, SignatureError
from ledger.hashing import sha256
from ledger.secp256k1 import recover
from tests.vectors.test_golden import VERDICTS
from tests.verdict_cases import Case, every_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytest_plugins = ["tests.browser_homes"]

FEWEST: Final = 200
# Served over https a page has the browser's own SHA-256 and Ed25519; over http it has neither.
PLACES: Final = {"own": "https://verifier.test", "portable": "http://verifier.test"}
_LOAD: Final = """async () => {
  const at = (name) => import(`/verify/${name}.js`);
  const names = ["canonical", "engine", "errors", "hashing", "merkle", "note", "octets"];
  const loaded = await Promise.all(names.map(at));
  Object.assign(window, Object.fromEntries(names.map((name, n) => [name, loaded[n]])));
}"""
_JUDGE: Final = """async (cases) => {
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const told = [];
  for (const one of cases) {
    const trust = await engine.readTrust(octets.encode(one.trust));
    const chain = one.roots && { roots: new Map(Object.entries(one.roots)) };
    const live = one.checkpoint && bytes(one.checkpoint);
    const facts = { chain, problem: one.problem, checkpoint: live, silent: one.silent };
    const options = { ...one, facts, document: one.document && octets.fromHex(one.document) };
    const { evidence, ...verdict } = await engine.verify(bytes(one.evidence), trust, one.now, options);
    told.push(verdict);
  }
  return told;
}"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Every case, made once."""
    return list(every_case(tmp_path_factory.mktemp("cases")))


@pytest.fixture(scope="module", params=PLACES)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page with the verifier's modules, with the browser's own cryptography and without."""
    context = chromium.new_context()
    tab = context.new_page()

    def answer(route: Route) -> None:
        name = route.request.url.split("/", 3)[3]
        one = ASSETS.files.get(name)
        if one is None:
            route.fulfill(body="<!doctype html><title>verifier</title>", content_type="text/html")
        else:
            route.fulfill(body=one.body, content_type=one.media)

    origin = PLACES[request.param]
    tab.route(f"{origin}/**", answer)
    tab.goto(f"{origin}/")
    assert tab.evaluate("Boolean(globalThis.crypto.subtle)") == (request.param == "own")
    tab.evaluate(_LOAD)
    yield tab
    context.close()


def test_the_cases_are_many_and_of_all_kinds(cases: list[Case]) -> None:
    """There are at least 200 files; every verdict, state and nearly every reason is among their answers."""
    assert len({one.evidence for one in cases}) >= FEWEST
    verdicts = [one.verdict() for one in cases]
    assert {one.verdict for one in verdicts} == {"valid", "not_valid", "cannot_tell"}
    states = {check.state for one in verdicts for check in one.checks}
    assert states == {"passed", "failed", "unknown", "not_applicable"}
    reasons = {check.reason for one in verdicts for check in one.checks}
    assert len(reasons) >= len(REASONS) * 4 // 5, sorted(set(REASONS) - reasons)


def test_every_verdict_is_the_same(page: Page, cases: list[Case]) -> None:
    """Verdict, reason and each check's name, state and reason agree on every file."""
    told: list[dict[str, Any]] = []
    for start in range(0, len(cases), 40):
        told += page.evaluate(_JUDGE, [one.for_browser() for one in cases[start : start + 40]])
    differ = [
        (case.name, ours, theirs)
        for case, theirs in zip(cases, told, strict=True)
        if (ours := case.verdict().document()) != theirs
    ]
    assert differ == []


def test_golden_verdicts(page: Page) -> None:
    """The committed golden files get exactly their verdicts."""
    digest = sha256(bytes.fromhex(VERDICTS["document"]))
    trust = Trust.parse(VERDICTS["trust"].encode())
    asked = [
        Case(one["name"], one["evidence"].encode(), trust, one["now"], document=digest).for_browser()
        for one in VERDICTS["cases"]
    ]
    assert page.evaluate(_JUDGE, asked) == [one["verdict"] for one in VERDICTS["cases"]]


def _accepts(reader: Any, content: bytes) -> bool:
    try:
        reader(content, max_bytes=1 << 20)
    except FormatError:
        return False
    return True


def test_json_texts(page: Page, vectors: Path) -> None:
    """Every text of JSONTestSuite is read or refused as `ledger.canonical` does, canonical or not."""
    texts = [one.read_bytes() for one in sorted((vectors / "JSONTestSuite" / "test_parsing").glob("*.json"))]
    texts += [
        b"-0",
        b'{"__proto__":{}}',
        b'{"a":1,"a":2}',
        b"9007199254740991",
        b"9007199254740992",
        b'"\\u0041"',
    ]
    texts += ['"é"'.encode(), '{"é":1}'.encode(), b'"\x7f"', b'"\\u007f"', b'"\\/"', b"[" * 16 + b"]" * 16]
    assert len(texts) > 290
    got = page.evaluate(
        """(texts) => texts.map((text) => {
          const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
          return ["readJson", "readCanonical"].map((reader) => {
            try { canonical[reader](bytes, { maxBytes: 1 << 20 }); return true; }
            catch (error) { if (error instanceof errors.FormatError) return false; throw error; }
          });
        })""",
        [base64.b64encode(one).decode() for one in texts],
    )
    for text, found in zip(texts, got, strict=True):
        assert found == [_accepts(read_json, text), _accepts(read_canonical, text)], text[:80]


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_merkle_vectors(page: Page, vectors: Path, kind: str) -> None:
    """Each proof of transparency-dev/merkle is accepted or refused as its author says."""
    folder = vectors / "transparency-dev-merkle" / "testdata" / kind
    asked = [json.loads(one.read_bytes()) for one in sorted(folder.rglob("*.json"))]
    assert len(asked) > 40
    got = page.evaluate(
        """async (asked) => {
          const raw = (text) => Uint8Array.from(atob(text ?? ""), (one) => one.charCodeAt(0));
          const told = [];
          for (const one of asked) {
            const proof = (one.proof ?? []).map(raw);
            const [index, size] = [one.leafIdx ?? 0, one.treeSize ?? 0].map(BigInt);
            const [old, grown] = [one.size1 ?? 0, one.size2 ?? 0].map(BigInt);
            const run = "leafHash" in one
              ? merkle.verifyInclusion(raw(one.leafHash), index, size, proof, raw(one.root))
              : merkle.verifyConsistency(old, raw(one.root1), grown, raw(one.root2), proof);
            told.push(await run.then(() => true, (error) => {
              if (error instanceof errors.ProofError) return false;
              throw error;
            }));
          }
          return told;
        }""",
        asked,
    )
    wanted = [not one["wantErr"] and not (kind == "consistency" and one["size1"] == 0) for one in asked]
    assert got == wanted


def test_signature_vectors(page: Page, vectors: Path) -> None:
    """Wycheproof's Ed25519 signatures are accepted or refused as their authors say."""
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / "ed25519_test.json").read_bytes())
    asked = [
        [group["publicKey"]["pk"], one["sig"], one["msg"]]
        for group in document["testGroups"]
        for one in group["tests"]
    ]
    wanted = [one["result"] == "valid" for group in document["testGroups"] for one in group["tests"]]
    got = page.evaluate(
        """async (asked) => {
          const told = [];
          for (const one of asked) told.push(await hashing.ed25519Verifies(...one.map(octets.fromHex)));
          return told;
        }""",
        asked,
    )
    assert got == wanted


def test_recovery_vectors(page: Page, vectors: Path) -> None:
    """Every recoverable signature of Wycheproof leads to the address that `ledger.secp256k1` finds."""
    name = "ecdsa_secp256k1_sha256_p1363_test.json"
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / name).read_bytes())
    asked, wanted = [], []
    for group in document["testGroups"]:
        for one in group["tests"]:
            digest = sha256(bytes.fromhex(one["msg"]))
            for v in ("1b", "1c", "1d", "00"):
                signature = bytes.fromhex(one["sig"] + v)
                asked.append([digest.hex(), signature.hex()])
                try:
                    wanted.append(recover(digest, signature).hex())
                except SignatureError:
                    wanted.append("")
    got = page.evaluate(
        """(asked) => asked.map((one) => {
          try { return octets.toHex(hashing.recover(...one.map(octets.fromHex))); }
          catch (error) { if (error instanceof errors.SignatureError) return ""; throw error; }
        })""",
        asked,
    )
    assert got == wanted

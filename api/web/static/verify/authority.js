// SPDX-License-Identifier: Apache-2.0
// Who could sign for whom at a position of the log, proved by governance's entries and its snapshot.

import { dump } from "./canonical.js";
import { genuine } from "./entries.js";
import { FormatError } from "./errors.js";
import { DEPARTMENT, Fields } from "./fields.js";
import { failed, passed, unknown } from "./inquiry.js";
import { same, toHex } from "./octets.js";
import { SNAPSHOT } from "./statements.js";

const AUTHORITY = "issuer_authority";
const CUSTODY = ["service", "department"];

/** Null if the key counts at `index`, else the reason: by position, from after its entry to its end. */
function keyFault(span, index) {
  if (index <= span.added) return "authority.key_too_early";
  if (span.compromisedSince !== null && index >= span.compromisedSince) return "authority.key_compromised";
  if (span.retired !== null && index >= span.retired) return "authority.key_retired";
  return null;
}

/** The span as it was known at an index: an end declared later does not count. */
function asKnown(span, known) {
  if (known === null || span.retired === null || span.retired <= known) return span;
  return { ...span, retired: null, compromisedSince: null };
}

/** Keys by address (hex) as the file's governance entries prove them, and governance's signed snapshot. */
export class KeyBook {
  constructor(trust, snapshot) {
    this.trust = trust;
    this.snapshot = snapshot;
    this.proved = new Map();
    this.custody = new Map();
    this.departments = new Map();
  }

  /** `[state, reason]`: whether the envelope's key spoke for its issuer at `index`. */
  ruling(envelope, index, { proved, known = null }) {
    const { issuer } = envelope.entry;
    if (issuer === "governance" || issuer === "service") {
      const own = issuer === "governance" ? this.trust.governance : this.trust.service;
      return same(own, envelope.key) ? ["passed", "authority.own_key"] : ["failed", "authority.foreign_key"];
    }
    const address = toHex(envelope.key);
    const listed = this.listed(address);
    const entered = this.proved.get(address) ?? null;
    for (const span of [entered, listed]) {
      if (span === null) continue;
      if (span.department !== issuer) return ["failed", "authority.foreign_key"];
      const fault = keyFault(asKnown(span, known), index);
      if (fault !== null) return ["failed", fault];
    }
    const negative = this.#negative(issuer, address, index, listed);
    const shown = entered !== null && (this.departments.get(issuer) ?? entered.added) < entered.added;
    if (proved && !shown && negative[0] !== "failed") return ["unknown", "authority.key_missing"];
    return negative;
  }

  /**
   * `[state, reason]`: whether the signer of a statement still speaks for its issuer, as far as the file knows.
   * What is not in the log has no position there: a key that was retired could claim any it likes.
   */
  speaks(envelope, asOfSize) {
    const { issuer } = envelope.entry;
    const address = toHex(envelope.key);
    const listed = this.listed(address);
    for (const span of [this.proved.get(address) ?? null, listed]) {
      if (span !== null && span.department !== issuer) return ["failed", "authority.foreign_key"];
      if (span !== null && span.retired !== null) return ["failed", "authority.key_retired"];
    }
    if (listed !== null) return ["passed", "authority.own_key"];
    return this.#negative(issuer, address, asOfSize, null);
  }

  /** What the snapshot adds: that the key was not retired or declared compromised meanwhile. */
  #negative(issuer, address, index, listed) {
    const { snapshot } = this;
    if (snapshot === null) return ["unknown", "authority.snapshot_missing"];
    if (snapshot.asOfSize < index) return ["unknown", "authority.snapshot_old"];
    if (listed === null) {
      const named = snapshot.keys.some((one) => one.department === issuer);
      return named ? ["failed", "authority.unregistered"] : ["unknown", "authority.snapshot_old"];
    }
    const own = this.custody.get(address) === "department";
    return ["passed", own ? "authority.own_key" : "authority.custodial"];
  }

  listed(address) {
    return this.snapshot?.keys.find((one) => one.address === address) ?? null;
  }

  /** Whether governance's entries and its snapshot tell different stories of a key. */
  contradiction() {
    for (const [address, span] of this.proved) {
      const listed = this.listed(address);
      if (listed === null) continue;
      if (listed.department !== span.department || listed.added !== span.added) return true;
      const ended = span.retired !== null && span.retired < this.snapshot.asOfSize;
      const agree = listed.retired === span.retired && listed.compromisedSince === span.compromisedSince;
      if (ended && !agree) return true;
    }
    return false;
  }
}

/** Read the governance entries of a file (FormatError); whether they are genuine is `checkAuthority`'s. */
export function keyBook(evidence, trust, snapshot) {
  const book = new KeyBook(trust, snapshot);
  for (const one of evidence.ofRole("department")) {
    book.departments.set(new Fields(one.envelope.entry.body).text("department", 32, DEPARTMENT), one.index);
  }
  for (const one of evidence.ofRole("key")) {
    const fields = new Fields(one.envelope.entry.body);
    const address = toHex(fields.octets("address", 20));
    if (book.proved.has(address)) throw new FormatError("a key is added once in a log");
    const department = fields.text("department", 32, DEPARTMENT);
    book.proved.set(address, { department, added: one.index, retired: null, compromisedSince: null });
    book.custody.set(address, fields.choice("custody", CUSTODY));
  }
  for (const one of evidence.ofRole("retirement")) retire(new Fields(one.envelope.entry.body), one.index, book);
  return book;
}

function retire(fields, index, book) {
  const address = toHex(fields.octets("address", 20));
  const span = book.proved.get(address);
  if (span === undefined || span.department !== fields.text("department", 32, DEPARTMENT)) {
    throw new FormatError("a retirement of a key that the file does not show");
  }
  const compromisedSince = fields.optionalInteger("compromised_since");
  book.proved.set(address, { ...span, retired: index, compromisedSince });
}

/** The founding, governance's own signatures, and the keys of the subject and of what it cites. */
export function checkAuthority(inquiry, book) {
  const { evidence, trust } = inquiry;
  const roles = ["founding", "department", "key", "retirement", "rotation"];
  const registry = roles.flatMap((role) => evidence.ofRole(role));
  if (!registry.every((one) => isGovernances(one.envelope, trust))) {
    return failed(AUTHORITY, "authority.governance");
  }
  const founding = evidence.ofRole("founding")[0] ?? null;
  if (founding !== null && !founds(founding, trust)) return failed(AUTHORITY, "authority.founding");
  const snapshot = inquiry.statement(SNAPSHOT);
  if (snapshot !== null && !byGovernance(snapshot.envelope, trust)) {
    return failed(AUTHORITY, "authority.snapshot_signature");
  }
  if (book.contradiction()) return failed(AUTHORITY, "authority.contradiction");
  if (inquiry.reasks && inquiry.subject.envelope.entry.issuer !== "service") {
    return failed(AUTHORITY, "authority.foreign_key");
  }
  const rulings = [inquiry.citation, inquiry.policy, inquiry.subject]
    .filter((one) => one !== null)
    .map((one) => {
      const known = one.role === "subject" ? null : inquiry.subject.index;
      return book.ruling(one.envelope, one.index, { proved: true, known });
    });
  for (const state of ["failed", "unknown"]) {
    const found = rulings.find((ruling) => ruling[0] === state);
    if (found) return { name: AUTHORITY, state, reason: found[1] };
  }
  if (founding === null) return unknown(AUTHORITY, "authority.founding_missing");
  return passed(AUTHORITY, rulings.at(-1)[1]);
}

function isGovernances(envelope, trust) {
  return envelope.entry.issuer === "governance" && same(envelope.key, trust.governance);
}

/** Whether the trusted governance key signed this for the trusted log. */
export function byGovernance(envelope, trust) {
  return isGovernances(envelope, trust) && genuine(envelope, trust.log);
}

/** Entry 0 says exactly the keys that the trust file names, whose digest is the log id. */
function founds(founding, trust) {
  const wanted = {
    origin: trust.origin,
    log_key: toHex(trust.verifier.key),
    checkpoint_signer: toHex(trust.checkpointSigner),
    governance: toHex(trust.governance),
    service: toHex(trust.service),
    profile: trust.profile,
  };
  return founding.index === 0 && same(dump(founding.envelope.entry.body), dump(wanted));
}

// SPDX-License-Identifier: Apache-2.0
// The evidence file (`*.evidence.json`): entries with proofs, openings, signed statements, anchor data.

import { isObject, readCanonical } from "./canonical.js";
import { readKnownEnvelope } from "./entries.js";
import { FormatError, UnknownVersionError } from "./errors.js";
import { CODE, withoutNull } from "./fields.js";
import { leafHash } from "./hashing.js";
import { readProof } from "./note.js";
import { encode, fromBase64, fromHex } from "./octets.js";
import { STATUS, readStatement } from "./statements.js";

export const MAX_BYTES = 4 * 1024 * 1024;
export const ACCEPTED = "material.accepted";
export const RELIED = "material.relied";
export const REASKED = "reask.recorded";
export const RECORDED = "mandate.recorded";
export const SUBJECTS = [ACCEPTED, RELIED, REASKED, RECORDED];
export const RETRACTION = "acceptance.retracted";
export const PUBLISHED = "catalogue.published";

const DEPTH = 20;
const MOST_ENTRIES = 64;
const MOST_TEXT = 300_000;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LINES = /^[^]+$/;
const VALUE = /^(?:[0-9a-f]{2})+$/;
const HASH = /^[0-9a-f]{64}$/;
const KIND_OF_ROLE = {
  citation: ACCEPTED,
  retraction: RETRACTION,
  policy: PUBLISHED,
  founding: "log.founded",
  department: "department.registered",
  key: "department.key.added",
  retirement: "department.key.retired",
  rotation: "log.key.rotated",
};
const ROLES = ["subject", ...Object.keys(KIND_OF_ROLE)];
const ONCE_ONLY = ["subject", "citation", "retraction", "policy", "founding"];

async function readIncluded(fields) {
  const leaf = fromBase64(fields.text("leaf", MOST_TEXT, BASE64));
  const proof = readProof(encode(fields.text("proof", MOST_TEXT, LINES)));
  if (proof.extra !== null) throw new FormatError("a proof with extra content, which nothing authenticates");
  const envelope = await readKnownEnvelope(leaf);
  const role = fields.choice("role", ROLES);
  const one = { index: fields.integer("index"), leaf, proof, role, envelope, hash: await leafHash(leaf) };
  fields.done();
  const wanted = Object.hasOwn(KIND_OF_ROLE, role) ? KIND_OF_ROLE[role] : null;
  if (envelope !== null && wanted !== null && envelope.entry.kind !== wanted) {
    throw new FormatError("a role for entries of another kind");
  }
  return one;
}

function readOpening(fields, entries) {
  const opening = {
    entry: fields.integer("entry", 0, entries - 1),
    name: fields.text("name", 64, CODE),
    salt: fields.octets("salt", 32),
    value: fromHex(fields.text("value", 1024, VALUE)),
  };
  fields.done();
  return opening;
}

function readOpened(fields, entries) {
  const record = fields.raw("record");
  if (!isObject(record)) throw new FormatError("a record is an object");
  const opened = { entry: fields.integer("entry", 0, entries - 1), salt: fields.octets("salt", 32), record };
  fields.done();
  return opened;
}

function readAnchor(fields) {
  const anchor = {
    size: fields.integer("size", 1),
    root: fields.octets("root", 32),
    consistency: fields.texts("consistency", 64, HASH).map(fromHex),
  };
  fields.done();
  return anchor;
}

function eachOnce(things) {
  if (new Set(things).size !== things.length) throw new FormatError("the same thing twice");
}

/** One evidence file; `subject` is a position in `entries`. */
export class Evidence {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Read strictly: canonical, complete, nothing unknown. FormatError, or UnknownVersionError. */
  static async read(octets) {
    const document = readCanonical(octets, { maxBytes: MAX_BYTES, maxDepth: DEPTH });
    const [fields, absent] = withoutNull(document, "anchor");
    const version = fields.integer("v", 1);
    if (![1, 2, 3].includes(version)) throw new UnknownVersionError("another version of evidence");
    if (fields.text("kind", 64) !== "once.evidence") throw new UnknownVersionError("another kind of file");
    const entries = [];
    for (const one of fields.objects("entries", 1, MOST_ENTRIES)) entries.push(await readIncluded(one));
    const statements = [];
    for (const text of fields.texts("statements", 16, BASE64)) {
      statements.push(await readStatement(fromBase64(text)));
    }
    const evidence = new Evidence({
      log: fields.octets("log", 32),
      origin: fields.text("origin", 255),
      subject: fields.integer("subject", 0, entries.length - 1),
      entries,
      openings: fields.objects("openings").map((one) => readOpening(one, entries.length)),
      private: fields.objects("private").map((one) => readOpened(one, entries.length)),
      statements,
      anchor: absent.has("anchor") ? null : readAnchor(fields.fields("anchor")),
    });
    fields.done();
    if (version !== evidence.version) throw new FormatError("a version above 1 where a status says what came later");
    evidence.requireCoherent();
    return evidence;
  }

  /** The version that this file has to have: the oldest one that can say all it says. */
  get version() {
    const told = this.statements.map(({ says }) => says).filter((says) => says?.kind === STATUS);
    if (told.some((says) => says.denied !== null)) return 3;
    return told.some((says) => says.superseded !== null || says.disputed !== null) ? 2 : 1;
  }

  /** FormatError where a role, an entry, an opening or a statement stands twice, or in a wrong place. */
  requireCoherent() {
    for (const role of ONCE_ONLY) {
      if (this.ofRole(role).length > 1) throw new FormatError(`more than one ${role}`);
    }
    if (this.entries[this.subject].role !== "subject") throw new FormatError("the subject is another entry");
    eachOnce(this.entries.map((one) => one.index));
    eachOnce(this.openings.map((one) => `${one.entry} ${one.name}`));
    eachOnce(this.private.map((one) => one.entry));
    const known = this.statements.map((one) => one.says).filter((says) => says !== null);
    eachOnce(known.map((says) => (says.kind === STATUS ? says.subject : says.kind)));
  }

  /** Entries of a role. */
  ofRole(role) {
    return this.entries.filter((one) => one.role === role);
  }

  /** The opening of a commitment of an entry, or null. */
  opening(one, name) {
    const at = this.entries.indexOf(one);
    return this.openings.find((shown) => shown.entry === at && shown.name === name) ?? null;
  }

  /** The private record of an entry where it is shown, or null. */
  record(one) {
    const at = this.entries.indexOf(one);
    return this.private.find((shown) => shown.entry === at)?.record ?? null;
  }
}

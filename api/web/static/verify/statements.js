// SPDX-License-Identifier: Apache-2.0
// What is signed but not logged: short-lived statements that prove a negative, or what the chain held.

import { readKnownEnvelope } from "./entries.js";
import { FormatError } from "./errors.js";
import { DEPARTMENT, Fields } from "./fields.js";
import { readRotations } from "./log_keys.js";
import { toHex } from "./octets.js";

export const SNAPSHOT = "registry.snapshot";
export const STATUS = "acceptance.status";
export const ANCHOR_SEEN = "anchor.seen";

const MOST_KEYS = 256;
const MOST_POLICIES = 256;

function readKey(fields) {
  const span = {
    department: fields.text("department", 32, DEPARTMENT),
    address: toHex(fields.octets("address", 20)),
    added: fields.integer("added"),
    retired: fields.optionalInteger("retired"),
    compromisedSince: fields.optionalInteger("compromised_since"),
  };
  fields.done();
  return span;
}

function readPolicy(fields) {
  const span = {
    department: fields.text("department", 32, DEPARTMENT),
    version: fields.integer("version", 1),
    index: fields.integer("index"),
    document: toHex(fields.octets("document", 32)),
    inForce: fields.optionalDay("in_force"),
  };
  fields.done();
  return span;
}

function readPolicies(fields) {
  if (!fields.has("policies")) return [];
  const policies = fields.objects("policies", 1, MOST_POLICIES).map(readPolicy);
  const versions = new Set(policies.map((one) => `${one.department} ${one.version}`));
  if (versions.size !== policies.length || new Set(policies.map((one) => one.index)).size !== policies.length) {
    throw new FormatError("a version twice");
  }
  return policies;
}

function readSnapshot(fields) {
  const keys = fields.objects("keys", 0, MOST_KEYS).map(readKey);
  if (new Set(keys.map((one) => one.address)).size !== keys.length) throw new FormatError("an address twice");
  return {
    kind: SNAPSHOT,
    keys,
    asOfSize: fields.integer("as_of_size"),
    expires: fields.integer("expires"),
    rotations: readRotations(fields, "log_keys"),
    policies: readPolicies(fields),
  };
}

function readSuperseded(fields) {
  const newer = {
    how: fields.choice("how", ["better_copy", "renewed"]),
    index: fields.integer("index"),
    time: fields.integer("time"),
  };
  fields.done();
  return newer;
}

function readDisputed(fields) {
  const due = fields.optionalDay("due");
  if (due === null) throw new FormatError("a day to answer");
  const dispute = { index: fields.integer("index"), time: fields.integer("time"), due };
  fields.done();
  return dispute;
}

function readDenied(fields) {
  const since = fields.optionalDay("since");
  if (since === null) throw new FormatError("a day since when");
  const denied = {
    by: fields.text("by", 32, DEPARTMENT),
    index: fields.integer("index"),
    time: fields.integer("time"),
    reason: fields.choice("reason", ["revoked", "expired", "superseded"]),
    since,
  };
  fields.done();
  return denied;
}

function readStatus(fields) {
  const state = fields.choice("state", ["standing", "retracted"]);
  let retracted = null;
  if (fields.has("retracted")) {
    const inner = fields.fields("retracted");
    retracted = { index: inner.integer("index"), time: inner.integer("time") };
    inner.done();
  }
  if ((retracted !== null) !== (state === "retracted")) throw new FormatError("retracted, and where");
  return {
    kind: STATUS,
    state,
    retracted,
    subject: toHex(fields.octets("subject", 32)),
    asOfSize: fields.integer("as_of_size"),
    expires: fields.integer("expires"),
    validFrom: fields.optionalDay("valid_from"),
    validUntil: fields.optionalDay("valid_until"),
    superseded: fields.has("superseded") ? readSuperseded(fields.fields("superseded")) : null,
    disputed: fields.has("disputed") ? readDisputed(fields.fields("disputed")) : null,
    denied: fields.has("denied") ? readDenied(fields.fields("denied")) : null,
  };
}

function readAnchorSeen(fields) {
  return {
    kind: ANCHOR_SEEN,
    chainId: fields.integer("chain_id", 1),
    contract: fields.octets("contract", 20),
    codeHash: fields.octets("code_hash", 32),
    size: fields.integer("size", 1),
    root: fields.octets("root", 32),
    block: fields.integer("block"),
    blockHash: fields.octets("block_hash", 32),
    tx: fields.octets("tx", 32),
    time: fields.integer("time"),
    expires: fields.integer("expires"),
  };
}

const READERS = { [SNAPSHOT]: readSnapshot, [STATUS]: readStatus, [ANCHOR_SEEN]: readAnchorSeen };

/** `{envelope, says}` of a statement, both null where a newer version made it. Nothing is verified here. */
export async function readStatement(octets) {
  const envelope = await readKnownEnvelope(octets);
  if (envelope === null || !Object.hasOwn(READERS, envelope.entry.kind)) return { envelope: null, says: null };
  if (envelope.entry.private !== null) throw new FormatError("a statement has no private record");
  const fields = new Fields(envelope.entry.body);
  const says = READERS[envelope.entry.kind](fields);
  fields.done();
  return { envelope, says };
}

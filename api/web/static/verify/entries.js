// SPDX-License-Identifier: Apache-2.0
// Entries, their EIP-712 statement, the signed envelope that is a leaf of the log, and commitments.

import { dump, isObject, member, readCanonical } from "./canonical.js";
import { FormatError, SignatureError, UnknownVersionError } from "./errors.js";
import { keccak, recover, sha256 } from "./hashing.js";
import { encode, fromHex, join, same, uint } from "./octets.js";

const MAX_LEAF = 65_535;
const MAX_KIND = 64;
const SUITE = "secp256k1-eip712";
const MEMBERS = ["body", "id", "issuer", "kind", "log", "suite", "time", "v"];
const SUITE_NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const KIND = /^[a-z_]+(?:\.[a-z_]+)+$/;
const ISSUER = /^(?:[A-Z][A-Z0-9_-]{0,31}|service|governance)$/;
const COMMITMENT_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const HEX = /^[0-9a-f]*$/;

const DOMAIN_TYPE = "EIP712Domain(string name,string version,bytes32 salt)";
const STATEMENT_TYPE = "Statement(bytes32 entry,string kind,string issuer,uint64 time)";
const textHash = (text) => keccak(encode(text));

/** Hash of the domain `{name: "Once Ledger", version: "1", salt: log id}`. */
export function domainSeparator(log) {
  return keccak(join(textHash(DOMAIN_TYPE), textHash("Once Ledger"), textHash("1"), log));
}

/** EIP-712 digest of a statement about an entry (digest of 32 bytes) in a log's domain. */
export function statementDigest(log, digest, kind, issuer, time) {
  const struct = join(textHash(STATEMENT_TYPE), digest, textHash(kind), textHash(issuer), uint(time, 32));
  return keccak(join(Uint8Array.of(0x19, 0x01), domainSeparator(log), keccak(struct)));
}

function unhex(text, size) {
  if (typeof text !== "string" || text.length !== 2 * size || !HEX.test(text)) {
    throw new FormatError(`${2 * size} lower-case hexadecimal digits were expected`);
  }
  return fromHex(text);
}

function hasExactly(object, names) {
  const keys = Object.keys(object).sort();
  return keys.length === names.length && keys.every((key, at) => key === names[at]);
}

/** Tell what is newer than this program (nobody may judge it) from what is malformed. */
function requireKnown(entry) {
  const version = member(entry, "v");
  const suite = member(entry, "suite");
  if (typeof version !== "number" || version < 1) throw new FormatError("v must be a positive whole number");
  if (typeof suite !== "string" || !SUITE_NAME.test(suite)) throw new FormatError("suite must name algorithms");
  if (version !== 1 || suite !== SUITE) throw new UnknownVersionError("another version or suite");
}

async function readEntry(document) {
  const { private: secret, ...rest } = document;
  if (!hasExactly(rest, MEMBERS)) throw new FormatError("an entry with missing or unknown members");
  const { kind, issuer, time, body } = document;
  if (typeof kind !== "string" || kind.length > MAX_KIND || !KIND.test(kind)) throw new FormatError("kind");
  if (typeof issuer !== "string" || !ISSUER.test(issuer)) throw new FormatError("issuer");
  if (typeof time !== "number" || time < 0) throw new FormatError("time");
  if (!isObject(body)) throw new FormatError("body must be an object");
  return {
    id: unhex(document.id, 16),
    kind,
    log: unhex(document.log, 32),
    issuer,
    time,
    body,
    private: secret === undefined ? null : unhex(secret, 32),
    digest: await sha256(dump(document)),
  };
}

/** `{entry, key, sig}` of a leaf; its signature is not checked here. FormatError, UnknownVersionError. */
export async function readEnvelope(octets) {
  const document = readCanonical(octets, { asciiOnly: true, maxBytes: MAX_LEAF });
  if (!isObject(document) || !hasExactly(document, ["entry", "key", "sig"])) {
    throw new FormatError("an envelope has exactly the members entry, key and sig");
  }
  if (!isObject(document.entry)) throw new FormatError("an entry is an object");
  requireKnown(document.entry);
  const key = unhex(document.key, 20);
  const sig = unhex(document.sig, 65);
  return { entry: await readEntry(document.entry), key, sig };
}

/** As `readEnvelope`, but null for what a newer version wrote. */
export async function readKnownEnvelope(octets) {
  try {
    return await readEnvelope(octets);
  } catch (error) {
    if (error instanceof UnknownVersionError) return null;
    throw error;
  }
}

/** Whether the envelope's key signed it, for this log. */
export function genuine({ entry, key, sig }, log) {
  const digest = statementDigest(entry.log, entry.digest, entry.kind, entry.issuer, entry.time);
  try {
    return same(recover(digest, sig), key) && same(entry.log, log);
  } catch (error) {
    if (error instanceof SignatureError) return false;
    throw error;
  }
}

/** `SHA-256("once/commit/" name "/1" LF salt value)`, 32 bytes; FormatError for no name or salt of that kind. */
export function commit(name, salt, value) {
  if (!COMMITMENT_NAME.test(name) || salt.length !== 32) throw new FormatError("no commitment");
  return sha256(join(encode(`once/commit/${name}/1\n`), salt, value));
}

/** `SHA-256(salt JCS(record))`: the `private` member of an entry. FormatError for a record nested too deep. */
export function privateDigest(salt, record) {
  return sha256(join(salt, dump(record)));
}

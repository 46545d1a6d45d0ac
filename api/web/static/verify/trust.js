// SPDX-License-Identifier: Apache-2.0
// `trust.json`: all that a verifier believes beforehand. Nothing in an evidence file can add to it.

import { FormatError } from "./errors.js";
import { withoutNull } from "./fields.js";
import { readJson } from "./canonical.js";
import { sha256 } from "./hashing.js";
import { readRotations } from "./log_keys.js";
import { NoteVerifier, requireName } from "./note.js";
import { encode, join, same } from "./octets.js";

export const CHECKS = [
  "content",
  "inclusion",
  "checkpoint_signature",
  "anchor",
  "issuer_signature",
  "issuer_authority",
  "status",
  "freshness",
];

const MAX_TRUST_BYTES = 64 * 1024;
const MOST_SECONDS = 10 * 366 * 86_400;
const PROFILES = ["demo", "production"];

/** SHA-256("once/log/1" LF origin LF ‖ Ed25519 key ‖ checkpoint signer ‖ governance): who the log is. */
export function logId(origin, key, signer, governance) {
  requireName(origin);
  return sha256(join(encode(`once/log/1\n${origin}\n`), key, signer, governance));
}

function readChain(fields) {
  const chain = {
    chainId: fields.integer("chain_id", 1),
    contract: fields.octets("contract", 20),
    codeHash: fields.octets("code_hash", 32),
    genesisSize: fields.integer("genesis_size", 1),
    genesisRoot: fields.octets("genesis_root", 32),
  };
  fields.done();
  return chain;
}

/**
 * Read a trust file in any layout; FormatError for what is missing, unknown or contradictory.
 * `logKey` is the founding's; `rotations` are those known beforehand. `demanded` names the checks that must be known: only the anchor can be waived.
 */
export async function readTrust(octets) {
  const [fields, absent] = withoutNull(readJson(octets, { maxBytes: MAX_TRUST_BYTES }), "chain", "quorum");
  if (fields.integer("v", 1) !== 1) throw new FormatError("another version of trust file");
  const ages = fields.fields("max_age");
  // Witnesses are not counted by this version: a file that wants them must not seem to be obeyed.
  if (fields.texts("witnesses", 0).length || !absent.has("quorum")) throw new FormatError("witnesses");
  const trust = {
    origin: fields.text("origin", 255),
    log: fields.octets("log", 32),
    logKey: fields.text("log_key", 400),
    checkpointSigner: fields.octets("checkpoint_signer", 20),
    governance: fields.octets("governance", 20),
    service: fields.octets("service", 20),
    profile: fields.choice("profile", PROFILES),
    chain: absent.has("chain") ? null : readChain(fields.fields("chain")),
    maxAgeAnchor: ages.integer("anchor", 1, MOST_SECONDS),
    maxAgeStatus: ages.integer("status", 1, MOST_SECONDS),
    required: fields.texts("required", CHECKS.length),
    rotations: readRotations(fields, "rotations"),
  };
  ages.done();
  fields.done();
  await requireCoherent(trust);
  trust.demanded = new Set([...CHECKS.filter((name) => name !== "anchor"), ...trust.required]);
  return trust;
}

async function requireCoherent(trust) {
  const verifier = await NoteVerifier.of(trust.logKey);
  trust.verifier = verifier;
  if (verifier.name !== trust.origin) throw new FormatError("the log key carries another name");
  const id = await logId(trust.origin, verifier.key, trust.checkpointSigner, trust.governance);
  if (!same(id, trust.log)) throw new FormatError("the log id is not the id of its origin and keys");
  const once = new Set(trust.required);
  if (once.size !== trust.required.length || !trust.required.every((name) => CHECKS.includes(name))) {
    throw new FormatError("required names each check once at most");
  }
  if (trust.chain === null && once.has("anchor")) throw new FormatError("an anchor is required without chain");
}

// SPDX-License-Identifier: Apache-2.0
// The checks of content, tree, notes, chain, signatures and age: each a named state and its reason.

import { byGovernance } from "./authority.js";
import { genuine } from "./entries.js";
import { FormatError, ProofError, SignatureError } from "./errors.js";
import { Fields } from "./fields.js";
import { CLOCK_SKEW, failed, notApplicable, passed, unknown } from "./inquiry.js";
import { LogKeys, readRotation, rotationKey } from "./log_keys.js";
import { verifyConsistency, verifyInclusion } from "./merkle.js";
import { openCheckpoint, readCheckpoint, readNote } from "./note.js";
import { fromHex, same, toHex } from "./octets.js";
import { opens, recordOpens } from "./records.js";
import { ANCHOR_SEEN, SNAPSHOT, STATUS } from "./statements.js";

const CONTENT = "content";
const INCLUSION = "inclusion";
const CHECKPOINT = "checkpoint_signature";
const ANCHOR = "anchor";
const SIGNATURE = "issuer_signature";
const FRESHNESS = "freshness";

/** True, or false where one of the named errors was thrown. */
async function succeeds(attempt, ...errors) {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (errors.some((kind) => error instanceof kind)) return false;
    throw error;
  }
}

/** Every opening and record opens its entry, and the document in hand is the one accepted. */
export async function checkContent(inquiry) {
  const { evidence } = inquiry;
  for (const { entry, name, salt, value } of evidence.openings) {
    if (!(await opens(evidence.entries[entry].envelope.entry, name, salt, value))) {
      return failed(CONTENT, "content.opening");
    }
  }
  for (const { entry, salt, record } of evidence.private) {
    if (!(await recordOpens(evidence.entries[entry].envelope.entry, salt, record))) {
      return failed(CONTENT, "content.record");
    }
  }
  if (inquiry.document !== null) {
    const digest = inquiry.accepted === null ? null : documentDigest(evidence, inquiry.accepted);
    if (digest === null) return unknown(CONTENT, "content.no_opening");
    if (!same(digest, inquiry.document)) return failed(CONTENT, "content.other_document");
    return passed(CONTENT, "content.document");
  }
  if (evidence.openings.length || evidence.private.length) return passed(CONTENT, "content.opened");
  return notApplicable(CONTENT, "content.sealed");
}

/** The digest that the accepting entry was proved to commit to, or null. */
function documentDigest(evidence, accepted) {
  const opening = evidence.opening(accepted, "document");
  if (opening !== null) return opening.value;
  const record = evidence.record(accepted);
  return record === null ? null : fromHex(record.document.sha256);
}

/** Every entry of the file is a leaf of one and the same tree. */
export async function checkInclusion(inquiry) {
  const { checkpoint, subject } = inquiry;
  for (const { index, hash, proof } of inquiry.evidence.entries) {
    if (!same(proof.checkpoint, subject.proof.checkpoint)) return failed(INCLUSION, "inclusion.two_checkpoints");
    if (proof.index !== BigInt(index)) return failed(INCLUSION, "inclusion.index");
    const prove = () => verifyInclusion(hash, proof.index, checkpoint.size, proof.hashes, checkpoint.root);
    if (!(await succeeds(prove, ProofError))) return failed(INCLUSION, "inclusion.proof");
  }
  return passed(INCLUSION, "inclusion.proved");
}

/** The tree is the trusted log's, by its key; the ledger shows everybody the same tree, where asked. */
export async function checkCheckpoint(inquiry) {
  const { evidence, trust, facts } = inquiry;
  if (!same(evidence.log, trust.log) || evidence.origin !== trust.origin) {
    return failed(CHECKPOINT, "checkpoint.other_log");
  }
  const keys = await logKeys(inquiry);
  if (keys === null) return failed(CHECKPOINT, "checkpoint.contradiction");
  const octets = inquiry.subject.proof.checkpoint;
  const note = readNote(octets);
  const ours = inquiry.checkpoint;
  const { verifier, stolen } = await keys.at(ours.size);
  const open = () => openCheckpoint(octets, verifier, trust.origin);
  if (!(await succeeds(open, FormatError, SignatureError))) {
    const retired = await keys.retired(note, ours.size);
    return failed(CHECKPOINT, retired ? "checkpoint.retired_key" : "checkpoint.signature");
  }
  // Other signatures of a note count for nothing and could be altered unseen, so none may stand there.
  if (note.signatures.length !== 1) return failed(CHECKPOINT, "checkpoint.other_signatures");
  if (stolen) return unknown(CHECKPOINT, "checkpoint.compromised_key");
  if (!facts.checkpoint && facts.silent) return unknown(CHECKPOINT, "checkpoint.unreachable");
  if (!facts.checkpoint) return passed(CHECKPOINT, "checkpoint.signed");
  let shown;
  const openLive = async () => {
    const live = await keys.at(readCheckpoint(readNote(facts.checkpoint).text).size);
    shown = await openCheckpoint(facts.checkpoint, live.verifier, trust.origin);
  };
  if (!(await succeeds(openLive, FormatError, SignatureError))) return unknown(CHECKPOINT, "checkpoint.live");
  const forked = shown.size === ours.size && !same(shown.root, ours.root);
  return forked ? failed(CHECKPOINT, "checkpoint.fork") : passed(CHECKPOINT, "checkpoint.compared");
}

/** The rotations that trust file, governance's entries and its snapshot tell of; null if they differ. */
async function logKeys(inquiry) {
  const { evidence, trust } = inquiry;
  const snapshot = inquiry.statement(SNAPSHOT);
  const entered = evidence
    .ofRole("rotation")
    .filter((one) => one.envelope !== null && byGovernance(one.envelope, trust))
    .map((one) => readRotation(new Fields(one.envelope.entry.body), one.index));
  let told = [];
  if (snapshot !== null && byGovernance(snapshot.envelope, trust)) {
    told = snapshot.says.rotations;
    const known = new Set(told.map(rotationKey));
    const before = [...trust.rotations, ...entered].filter((one) => one.index < snapshot.says.asOfSize);
    if (before.some((one) => !known.has(rotationKey(one)))) return null;
  }
  try {
    return LogKeys.of(trust.verifier, [...trust.rotations, ...entered, ...told]);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** The root that the chain was seen to hold for a size (live facts: a Map of decimal size to root in hex). */
function liveRoot(live, size) {
  return live.roots.get(String(size)) ?? null;
}

/** A root that covers the subject stands on the chain, and the file's tree agrees with it. */
export async function checkAnchor(inquiry) {
  const { trust, checkpoint } = inquiry;
  const { anchor } = inquiry.evidence;
  const seen = inquiry.statement(ANCHOR_SEEN);
  if (trust.chain === null) return notApplicable(ANCHOR, "anchor.no_chain");
  const live = inquiry.online ? inquiry.facts.chain ?? null : null;
  const held = live === null ? null : liveRoot(live, checkpoint.size);
  if (held !== null && held !== toHex(checkpoint.root)) return failed(ANCHOR, "anchor.other_root");
  if (seen !== null) {
    const { envelope, says } = seen;
    const own = envelope.entry.issuer === "service" && same(envelope.key, trust.service);
    if (!own || !genuine(envelope, trust.log)) return failed(ANCHOR, "anchor.signature");
    if (anchor === null || says.size !== anchor.size || !same(says.root, anchor.root)) {
      return failed(ANCHOR, "anchor.contradiction");
    }
  }
  if (anchor === null) return unknown(ANCHOR, "anchor.none");
  if (!(await agrees(checkpoint, anchor))) return failed(ANCHOR, "anchor.inconsistent");
  if (inquiry.online) return checkLiveAnchor(inquiry, anchor, live);
  if (seen === null) return unknown(ANCHOR, "anchor.unseen");
  const { says } = seen;
  const pinned =
    says.chainId === trust.chain.chainId &&
    same(says.contract, trust.chain.contract) &&
    same(says.codeHash, trust.chain.codeHash);
  if (!pinned) return unknown(ANCHOR, "anchor.other_contract");
  return covering(inquiry, anchor, "anchor.seen");
}

function checkLiveAnchor(inquiry, anchor, live) {
  if (live === null) return unknown(ANCHOR, inquiry.facts.problem ?? "anchor.unreachable");
  const root = liveRoot(live, anchor.size);
  if (root === null) return unknown(ANCHOR, "anchor.absent");
  if (root !== toHex(anchor.root)) return failed(ANCHOR, "anchor.other_root");
  return covering(inquiry, anchor, "anchor.live");
}

function covering(inquiry, anchor, reason) {
  if (anchor.size <= inquiry.subject.index) return unknown(ANCHOR, "anchor.not_covering");
  return passed(ANCHOR, reason);
}

function agrees(checkpoint, anchor) {
  const ours = [checkpoint.size, checkpoint.root];
  const theirs = [BigInt(anchor.size), anchor.root];
  const heads = theirs[0] < ours[0] ? [theirs, ours] : [ours, theirs];
  return succeeds(() => verifyConsistency(...heads[0], ...heads[1], anchor.consistency), ProofError);
}

/** Every entry carries the signature of its own key, made for this log. */
export function checkSignatures(inquiry) {
  for (const { envelope } of inquiry.evidence.entries) {
    if (!same(envelope.entry.log, inquiry.trust.log)) return failed(SIGNATURE, "signature.other_log");
    if (!genuine(envelope, inquiry.trust.log)) return failed(SIGNATURE, "signature.invalid");
  }
  return passed(SIGNATURE, "signature.genuine");
}

/** What proves a negative, or what the chain held, is young enough at the moment asked. */
export function checkFreshness(inquiry) {
  const { moment, now } = inquiry;
  if (moment > now + CLOCK_SKEW) return unknown(FRESHNESS, "freshness.future");
  const wanted = [[SNAPSHOT, inquiry.maxAgeStatus]];
  // What stood when it was relied on, stood: that does not age.
  if (inquiry.records || inquiry.accepted === inquiry.subject) wanted.push([STATUS, inquiry.maxAgeStatus]);
  if (inquiry.trust.demanded.has(ANCHOR) && !inquiry.online) wanted.push([ANCHOR_SEEN, inquiry.maxAgeAnchor]);
  for (const [kind, age] of wanted) {
    const found = inquiry.statement(kind);
    if (found === null) return unknown(FRESHNESS, "freshness.missing");
    const made = found.envelope.entry.time;
    if (made > now + CLOCK_SKEW) return unknown(FRESHNESS, "freshness.future");
    if (found.says.expires < moment || moment - made > age) return unknown(FRESHNESS, "freshness.stale");
  }
  return passed(FRESHNESS, "freshness.recent");
}

// SPDX-License-Identifier: Apache-2.0
// `verify`: any failed check is not valid, any unknown one among those demanded is no verdict.
// The same checks, states and reasons as `attest.verify`, file by file.

import { checkAuthority, keyBook } from "./authority.js";
import {
  checkAnchor,
  checkCheckpoint,
  checkContent,
  checkFreshness,
  checkInclusion,
  checkSignatures,
} from "./checks.js";
import { FormatError, UnknownVersionError } from "./errors.js";
import { Evidence, SUBJECTS } from "./evidence.js";
import { Inquiry, failed, unknown } from "./inquiry.js";
import { DENIED, DISPUTED, checkStatus, laterFacts } from "./standing.js";
import { SNAPSHOT } from "./statements.js";
import { CHECKS } from "./trust.js";

/**
 * Judge an evidence file at `asOf` (default `now`, Unix seconds) by nothing but `trust` and `facts`.
 *
 * `profile` online | offline; `document` SHA-256 of the file in hand; `maxAge` (seconds) replaces the trust
 * file's ages; `facts` {chain: {roots: Map}, problem, checkpoint}. Gives `{verdict, reason, as_of, checks,
 * superseded?, disputed?, denied?}` and, beside it, the evidence as it was read (null if it could not be). Never
 * throws for what the file holds.
 */
export async function verify(octets, trust, now, options = {}) {
  const { profile = "offline", document = null, facts = {}, maxAge = null, asOf = null } = options;
  const moment = asOf ?? now;
  let evidence;
  try {
    evidence = await Evidence.read(octets);
  } catch (error) {
    if (error instanceof UnknownVersionError) return unread("cannot_tell", "format.unknown_version", moment);
    if (error instanceof FormatError) return unread("not_valid", "format.invalid", moment);
    throw error;
  }
  const inquiry = new Inquiry({
    evidence,
    trust,
    now,
    moment,
    online: profile === "online",
    document,
    facts,
    maxAgeAnchor: maxAge ?? trust.maxAgeAnchor,
    maxAgeStatus: maxAge ?? trust.maxAgeStatus,
  });
  return { ...(await judge(inquiry)), evidence };
}

async function judge(inquiry) {
  const { evidence, trust, moment } = inquiry;
  const strange = strangeness(evidence);
  try {
    if (strange !== null) return conclude(await treeAlone(inquiry, strange), trust, moment);
    const book = keyBook(evidence, trust, inquiry.statement(SNAPSHOT)?.says ?? null);
    return conclude(await everyCheck(inquiry, book), trust, moment, laterFacts(inquiry, book));
  } catch (error) {
    if (error instanceof FormatError) return unread("not_valid", "format.invalid", moment);
    throw error;
  }
}

async function everyCheck(inquiry, book) {
  return [
    await checkContent(inquiry),
    await checkInclusion(inquiry),
    await checkCheckpoint(inquiry),
    await checkAnchor(inquiry),
    checkSignatures(inquiry),
    checkAuthority(inquiry, book),
    checkStatus(inquiry, book),
    checkFreshness(inquiry),
  ];
}

/** The tree and its key need no reading of the entries: a forged file is still told from a newer one. */
async function treeAlone(inquiry, strange) {
  const tree = [await checkInclusion(inquiry), await checkCheckpoint(inquiry)];
  return CHECKS.map((name) => tree.find((one) => one.name === name) ?? unknown(name, strange));
}

/** Why this version cannot judge the file, or null. */
function strangeness(evidence) {
  if (evidence.entries.some((one) => one.envelope === null)) return "format.unknown_version";
  if (!SUBJECTS.includes(evidence.entries[evidence.subject].envelope.entry.kind)) {
    return "format.unknown_kind";
  }
  return evidence.statements.some((one) => one.says === null) ? "format.unknown_kind" : null;
}

function conclude(checks, trust, moment, { superseded = null, disputed = null, denied = null } = {}) {
  const bad = checks.find((one) => one.state === "failed");
  if (bad) {
    const told = DENIED.includes(bad.reason) && denied !== null ? { denied } : {};
    return { verdict: "not_valid", reason: bad.reason, as_of: moment, checks, ...told };
  }
  const open = checks.find((one) => one.state === "unknown" && trust.demanded.has(one.name));
  if (open) {
    const shown = open.reason === DISPUTED && disputed !== null ? { disputed } : {};
    return { verdict: "cannot_tell", reason: open.reason, as_of: moment, checks, ...shown };
  }
  const status = checks.find((one) => one.name === "status");
  const verdict = { verdict: "valid", reason: status.reason, as_of: moment, checks };
  return { ...verdict, ...(superseded && { superseded }), ...(disputed && { disputed }), ...(denied && { denied }) };
}

/** Of a file that cannot be read nothing is checked. */
function unread(verdict, reason, moment) {
  const first = (verdict === "not_valid" ? failed : unknown)("content", reason);
  const rest = CHECKS.slice(1).map((name) => unknown(name, "format.not_checked"));
  return { verdict, reason, as_of: moment, checks: [first, ...rest], evidence: null };
}

// SPDX-License-Identifier: Apache-2.0
// Whether an acceptance stands at the moment asked, or stood when a department relied on it.

import { member } from "./canonical.js";
import { genuine } from "./entries.js";
import { isDay } from "./fields.js";
import { CLOCK_SKEW, failed, notApplicable, passed, unknown } from "./inquiry.js";
import { same, toHex } from "./octets.js";
import { policyFault } from "./policies.js";
import { STATUS } from "./statements.js";

export const DISPUTED = "status.disputed";
// Reasons of files that are not valid beside which the issuer's denial is shown, where there is one.
export const DENIED = ["status.denied", "status.denied_before", "status.mandate_fallen"];
const NAME = "status";
const CHINA_OFFSET = 8 * 3600;
const LAST_SECOND = 253_000_000_000; // in the year 9987: what no date can name is far in the future

/** The civil day of a Unix time, `YYYY-MM-DD`: validity is counted in UTC+8. */
export function dayOf(seconds) {
  const shifted = Math.min(seconds, LAST_SECOND) + CHINA_OFFSET;
  return new Date(shifted * 1000).toISOString().slice(0, 10);
}

/** Standing now for an acceptance; for a reliance, and for its policy, as of its own index. */
export function checkStatus(inquiry, book) {
  const standing = checkStanding(inquiry, book);
  if (!inquiry.relies || standing.state === "failed") return standing;
  const fault = policyFault(inquiry, book.snapshot, dayOf);
  return fault !== null && (fault.state === "failed" || standing.state === "passed") ? fault : standing;
}

function checkStanding(inquiry, book) {
  const shown = [inquiry.subject, inquiry.citation].filter((one) => one !== null).map((one) => toHex(one.hash));
  for (const { says } of inquiry.evidence.statements) {
    if (says?.kind === STATUS && !shown.includes(says.subject)) return failed(NAME, "status.other_subject");
  }
  if (inquiry.policy !== null && !inquiry.relies) return failed(NAME, "status.other_policy");
  if (!inquiry.cites && inquiry.citation !== null) return failed(NAME, "status.other_citation");
  if (inquiry.reasks && !inquiry.cites) return notApplicable(NAME, "status.outside_list");
  return inquiry.cites ? checkReliance(inquiry, book) : checkAcceptance(inquiry, book);
}

function checkAcceptance(inquiry, book) {
  const { subject, moment } = inquiry;
  if (subject.envelope.entry.time > moment + CLOCK_SKEW) return failed(NAME, "status.not_yet");
  const status = signedStatus(inquiry, subject, book);
  if (status.check) return status.check;
  const shown = retraction(inquiry, subject, book);
  if (shown.check) return shown.check;
  const ended = shown.ended ?? status.says?.retracted ?? null;
  if (ended !== null && hasCome(inquiry, ended.time)) {
    return failed(NAME, ended.rectified ? "status.rectified" : "status.retracted");
  }
  const denied = status.says?.denied ?? null;
  if (denied !== null && hasCome(inquiry, denied.time)) return failed(NAME, "status.denied");
  const outside = period(inquiry, subject, status.says, dayOf(moment));
  if (outside !== null) return outside;
  if (ended !== null) return passed(NAME, "status.stood_then");
  if (status.says === null) return missing(subject, book);
  if (status.says.asOfSize <= subject.index) return unknown(NAME, "status.too_early");
  if (disputedBy(inquiry, status.says) !== null) return unknown(NAME, DISPUTED);
  if (denied !== null) return passed(NAME, "status.denied_then");
  const newer = supersededBy(inquiry, status.says);
  return passed(NAME, newer === null ? "status.standing" : `status.${newer.how}`);
}

/** `{superseded, disputed, denied}`: what the acceptance's own department says came later, each or null. */
export function laterFacts(inquiry, book) {
  const status = inquiry.accepted === null ? null : signedStatus(inquiry, inquiry.accepted, book);
  if (!status?.says) return {};
  const { says } = status;
  return { superseded: supersededBy(inquiry, says), disputed: disputedBy(inquiry, says), denied: deniedBy(says) };
}

/** The newer acceptance that a believed status names, at the moment asked about; or null. */
function supersededBy(inquiry, says) {
  const newer = says.superseded;
  if (newer === null || !hasCome(inquiry, newer.time)) return null;
  return { how: newer.how, index: newer.index, time: newer.time, as_of_size: says.asOfSize };
}

/** The open dispute that a believed status names, at the moment asked about; or null. */
function disputedBy(inquiry, says) {
  const dispute = says.disputed;
  if (dispute === null || !hasCome(inquiry, dispute.time)) return null;
  return { index: dispute.index, time: dispute.time, due: dispute.due, as_of_size: says.asOfSize };
}

/** The issuer's denial that a believed status names, of whatever moment: as a retraction it stays; or null. */
function deniedBy({ denied, asOfSize }) {
  return denied === null ? null : { ...denied, as_of_size: asOfSize };
}

/** Asked about now, what is known counts even where the reader's clock is behind the log's. */
function hasCome({ moment, now }, time) {
  return moment >= Math.min(now, time);
}

function checkReliance(inquiry, book) {
  const { citation: cited, subject } = inquiry;
  const opening = inquiry.evidence.opening(subject, "citation");
  if (cited === null || opening === null) return unknown(NAME, "status.citation_missing");
  if (!same(opening.value, cited.hash) || cited.index >= subject.index) {
    return failed(NAME, "status.other_citation");
  }
  if (inquiry.relies && !isGround(subject.envelope.entry, cited.envelope.entry)) {
    return failed(NAME, "status.other_ground");
  }
  const accepted = cited.envelope.entry;
  const recorders = [accepted.issuer, member(accepted.body, "authority")];
  if (inquiry.records && !recorders.includes(subject.envelope.entry.issuer)) {
    return failed(NAME, "status.foreign_recorder");
  }
  const { time } = subject.envelope.entry;
  if (time > inquiry.moment + CLOCK_SKEW) return failed(NAME, "status.not_yet");
  const status = signedStatus(inquiry, cited, book);
  if (status.check) return status.check;
  const shown = retraction(inquiry, cited, book);
  if (shown.check) return shown.check;
  const ended = shown.ended ?? status.says?.retracted ?? null;
  if (ended !== null && ended.index < subject.index) return failed(NAME, "status.retracted_before");
  const denied = status.says?.denied ?? null;
  if (denied !== null && denied.index < subject.index) return failed(NAME, "status.denied_before");
  const outside = period(inquiry, cited, status.says, dayOf(time));
  if (outside !== null) return outside;
  const over = inquiry.records ? mandateOver(inquiry, ended ?? denied) : null;
  if (over !== null) return over;
  const fell = ended?.rectified ? "status.rectified_later" : "status.retracted_later";
  if (ended !== null) return passed(NAME, inquiry.reasks ? "status.recognisable" : fell);
  if (status.says === null) return missing(cited, book);
  if (status.says.asOfSize <= subject.index) return unknown(NAME, "status.too_early");
  const disputed = disputedBy(inquiry, status.says);
  if (disputed !== null && disputed.index < subject.index) return unknown(NAME, DISPUTED);
  if (inquiry.reasks) return passed(NAME, "status.recognisable");
  if (inquiry.records) return passed(NAME, "status.recorded");
  if (denied !== null) return passed(NAME, "status.denied_later");
  return passed(NAME, disputed === null ? "status.stood" : "status.disputed_later");
}

/** What ends a recorded mandate at the moment asked: its paper taken back or denied, or its own end; else null. */
function mandateOver(inquiry, ended) {
  if (ended !== null && hasCome(inquiry, ended.time)) return failed(NAME, "status.mandate_fallen");
  const until = member(inquiry.subject.envelope.entry.body, "until");
  if (!Number.isInteger(until) || until <= inquiry.moment) return failed(NAME, "status.mandate_expired");
  return ended === null ? null : passed(NAME, "status.recorded_then");
}

/** Whether what is cited is the issuer's own word, where the reliance says that it rests on one. */
function isGround(relied, cited) {
  if (member(relied.body, "ground") !== "data_check") return true;
  return member(cited.body, "assurance") === "data_check" && member(cited.body, "issuer") === cited.issuer;
}

/** `{says}` once signature and signer are the accepting department's (null without one), else `{check}`. */
function signedStatus(inquiry, accepted, book) {
  const found = inquiry.statement(STATUS);
  if (found === null) return { says: null };
  const { envelope, says } = found;
  if (!genuine(envelope, inquiry.trust.log)) return { check: failed(NAME, "status.signature") };
  if (envelope.entry.issuer !== accepted.envelope.entry.issuer) {
    return { check: failed(NAME, "status.foreign_signer") };
  }
  const [state] = book.speaks(envelope, says.asOfSize);
  if (state === "passed") return { says };
  return { check: { name: NAME, state, reason: "status.foreign_signer" } };
}

/** `{ended: {index, time}}` of a retraction in the log that the file shows, null without one; or `{check}`. */
function retraction(inquiry, accepted, book) {
  const one = inquiry.evidence.ofRole("retraction")[0] ?? null;
  if (one === null) return { ended: null };
  const opening = inquiry.evidence.opening(one, "citation");
  if (opening === null) return { check: unknown(NAME, "status.retraction_unproved") };
  if (!same(opening.value, accepted.hash) || one.index <= accepted.index) {
    return { check: failed(NAME, "status.other_citation") };
  }
  const { entry } = one.envelope;
  const first = accepted.envelope.entry;
  if (![first.issuer, member(first.body, "authority")].includes(entry.issuer)) {
    return { check: failed(NAME, "status.foreign_signer") };
  }
  const [state] = book.ruling(one.envelope, one.index, { proved: false });
  if (state !== "passed") return { check: { name: NAME, state, reason: "status.retraction_unproved" } };
  const rectified = member(entry.body, "reason") === "rectified";
  return { ended: { index: one.index, time: entry.time, rectified } };
}

/** A failure if `day` is outside the period that the status or the shown record states, else null. */
function period(inquiry, accepted, says, day) {
  const record = inquiry.evidence.record(accepted) ?? {};
  const days = (own, name) => [own, member(record, name)].filter(isDay);
  if (days(says?.validUntil, "valid_until").some((end) => day > end)) return failed(NAME, "status.expired");
  if (days(says?.validFrom, "valid_from").some((start) => day < start)) return failed(NAME, "status.not_yet");
  return null;
}

function missing(accepted, book) {
  const own = book.custody.get(toHex(accepted.envelope.key)) === "department";
  return unknown(NAME, own ? "status.ask_department" : "status.missing");
}

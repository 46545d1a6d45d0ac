// SPDX-License-Identifier: Apache-2.0
// A verdict in words: the answer first, then what to do, then each check. The texts come with the page.

import { member } from "./canonical.js";
import { REASKED, RECORDED, RELIED } from "./evidence.js";
import { toHex } from "./octets.js";
import { STATUS } from "./statements.js";
import { say } from "./words.js";

const CLAIM = "claim"; // the source of a re-ask that the applicant's word alone shows
const KIND_OF_VERDICT = { valid: "ok", not_valid: "fail", cannot_tell: "wait" };
const KIND_OF_STATE = { passed: "ok", failed: "fail", unknown: "wait", not_applicable: "na" };
const STATES = ["failed", "unknown", "passed", "not_applicable"];
// The reason of a valid verdict on a paper of the past: true, and nothing to rely on in a new case.
const AGES = [
  [86_400, "ago_days"],
  [3600, "ago_hours"],
  [60, "ago_minutes"],
];

/** `3 分钟前`, in the page's words. */
function ago(seconds, words) {
  const [unit, name] = AGES.find(([length]) => seconds >= length) ?? [1, "ago_now"];
  return say(words[name], { n: Math.round(seconds / unit) });
}

/** A moment (Unix seconds) in full, in China standard time. */
function exact(moment, words) {
  const form = { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" };
  return new Intl.DateTimeFormat(words.locale, form).format(new Date(moment * 1000));
}

/** What the page shows of a verdict; `digest` is the evidence file's SHA-256, `now` the reader's clock. */
export function factsOf(verdict, trust, digest, now, words) {
  const [sentence, next] = words.reasons[verdict.reason];
  const rests = verdict.verdict === "valid" || verdict.disputed !== undefined || verdict.denied !== undefined;
  return {
    kind: KIND_OF_VERDICT[verdict.verdict],
    verdict: words.verdicts[verdict.verdict],
    sentence: verdict.verdict === "valid" ? relyOn(verdict, sentence, words) : sentence,
    file: "",
    age: rests ? stated(verdict.evidence, trust, now, words) : "",
    next: next || words[`next_${verdict.verdict}`],
    caution: words[`caution_${verdict.verdict}`] ?? "",
    count: STATES.map((state) => [state, verdict.checks.filter((one) => one.state === state).length])
      .filter(([, n]) => n > 0)
      .map(([state, n]) => say(words[`count_${state}`], { n }))
      .join(" · "),
    subject: verdict.verdict === "not_valid" ? words.subject_claimed : words.subject,
    checks: verdict.checks.map(({ name, state, reason }) => ({
      code: name,
      kind: KIND_OF_STATE[state],
      name: words[`check_${name}`],
      word: words[`state_${state}`],
      text: words.reasons[reason][0],
    })),
    facts: [...subjectFacts(verdict.evidence, words), ...ownFacts(verdict, trust, digest, words)],
  };
}

/** The acceptance that a file is about: its subject, or what its subject cites; undefined where it is not shown. */
function acceptedOf(evidence) {
  const subject = evidence.entries[evidence.subject];
  return [RELIED, REASKED, RECORDED].includes(subject.envelope?.entry.kind) ? evidence.ofRole("citation")[0] : subject;
}

function department(code, words) {
  return member(words.departments, code) ?? code;
}

/** Whose word it is, and whether it may be relied on. */
function relyOn({ evidence, reason }, sentence, words) {
  const whose = words.then_only.includes(reason) ? words.sentence_then : words.sentence_valid;
  return joined([whoseWord(evidence, whose, words), sentence], words);
}

/** By whom the paper was accepted, in this sentence; empty of re-asks and mandates. */
function whoseWord(evidence, sentence, words) {
  if ([REASKED, RECORDED].includes(evidence.entries[evidence.subject].envelope.entry.kind)) return "";
  return say(sentence, { department: department(authorityOf(acceptedOf(evidence).envelope.entry), words) });
}

function joined(sentences, words) {
  return sentences.filter(Boolean).join(words.space);
}

/** When the status that the verdict rests on was signed and until when it counts: nothing later is in it. */
function stated(evidence, trust, now, words) {
  const found = evidence.statements.find(({ says }) => says?.kind === STATUS);
  if (!found) return "";
  const made = found.envelope.entry.time;
  const until = Math.min(found.says.expires, made + trust.maxAgeStatus);
  const when = ago(Math.max(0, now - made), words);
  return say(words.stated, { when, made: exact(made, words), until: exact(until, words) });
}

/** The acceptance that the ledger can be asked about, `{entry, digest}`; null where the file shows none. */
export function askedOf({ verdict, evidence }) {
  if (verdict === "not_valid" || evidence === null) return null;
  const accepted = acceptedOf(evidence);
  return accepted?.envelope ? { entry: accepted.index, digest: toHex(accepted.envelope.entry.digest) } : null;
}

/** The reliance that the ledger can be asked about, `{entry, digest}`: what it rests on in law; null for others. */
export function reliedOf({ verdict, evidence }) {
  const subject = evidence?.entries[evidence.subject];
  if (verdict === "not_valid" || subject?.envelope?.entry.kind !== RELIED) return null;
  return { entry: subject.index, digest: toHex(subject.envelope.entry.digest) };
}

/** The line of what the ledger says now (`{state, size, index}`); `worse` is what goes before a valid file's word. */
export function nowOf(present, verdict, words) {
  const places = { n: present.index?.toLocaleString(words.locale), size: present.size?.toLocaleString(words.locale) };
  return {
    kind: words.now_kinds[present.state] ?? "wait",
    text: say(words[`now_${present.state}`] ?? words.now_unasked, places),
    worse: worseOf(present.state, verdict, words),
  };
}

/** Headline, kind, sentence and next step where the ledger knows worse now than a valid file; null elsewhere. */
function worseOf(state, { verdict, evidence }, words) {
  if (verdict !== "valid") return null;
  const known = member(words.now_worse, evidence.entries[evidence.subject].envelope.entry.kind);
  const worse = known && member(known, state);
  if (!worse) return null;
  const reasons = worse.reasons.map((code) => words.reasons[code]);
  const whose = reasons.length ? whoseWord(evidence, words.sentence_then, words) : "";
  const said = reasons.length ? reasons.map(([sentence]) => sentence) : [words[`said_${state}`]];
  return {
    kind: worse.kind,
    verdict: words[worse.head],
    sentence: joined([whose, ...said], words),
    file: say(words.file_says, { verdict: words.verdicts[verdict] }),
    next: reasons.length ? reasons.at(-1)[1] : words.next_not_valid,
  };
}

/** The department whose acceptance it is; who signed may have received the paper for it. */
function authorityOf({ body, issuer }) {
  const said = member(body, "authority");
  return typeof said === "string" ? said : issuer;
}

function subjectFacts(evidence, words) {
  const subject = evidence?.entries[evidence.subject];
  if (!subject?.envelope) return [];
  const { entry } = subject.envelope;
  const cited = acceptedOf(evidence);
  const facts = [];
  const type = cited?.envelope && member(cited.envelope.entry.body, "type");
  if (typeof type === "string") facts.push({ name: words.fact_type, value: member(words.types, type) ?? type });
  if (cited?.envelope) {
    const first = cited.envelope.entry;
    const authority = authorityOf(first);
    facts.push({ name: words.fact_department, value: department(authority, words) });
    if (first.issuer !== authority) facts.push({ name: words.fact_through, value: department(first.issuer, words) });
  }
  const asking = entry.kind === REASKED ? member(entry.body, "department") : null;
  const shown = member(entry.body, "source") === CLAIM ? words.fact_reported : words.fact_reasked;
  if (asking !== null) facts.push({ name: shown, value: department(asking, words) });
  else if (cited !== subject) facts.push({ name: entry.kind === RECORDED ? words.fact_recorded : words.fact_relied, value: department(entry.issuer, words) });
  const ground = entry.kind === RELIED && member(words, `ground_${member(entry.body, "ground")}`);
  if (ground) facts.push({ name: words.fact_ground, value: ground });
  facts.push({ name: words.fact_accepted, value: exact(entry.time, words) });
  facts.push(...placeOf(subject, "", words));
  if (cited?.envelope && cited !== subject) facts.push(...placeOf(cited, "_cited", words));
  const opening = cited && evidence.opening(cited, "document");
  if (opening) facts.push({ name: words.fact_document, digest: toHex(opening.value) });
  return facts;
}

/** Where an entry stands and its digest: what a check sheet in print says, to compare. */
function placeOf({ index, envelope }, which, words) {
  return [
    { name: words[`fact_index${which}`], value: say(words.index, { n: index.toLocaleString(words.locale) }) },
    { name: words[`fact_digest${which}`], digest: toHex(envelope.entry.digest), whole: true },
  ];
}

/** That the paper was renewed, copied better, disputed or denied since, by which entries; nothing without it. */
function laterFacts({ superseded, disputed, denied }, words) {
  const places = (one) => ({
    n: one.index.toLocaleString(words.locale),
    size: one.as_of_size.toLocaleString(words.locale),
    due: one.due,
  });
  const facts = [];
  if (superseded) {
    facts.push({ name: words[`fact_${superseded.how}`], value: say(words.newer_entry, places(superseded)) });
  }
  if (disputed) facts.push({ name: words.fact_disputed, value: say(words.disputed_entry, places(disputed)) });
  if (denied) {
    const who = { by: department(denied.by, words), since: denied.since, reason: words.denials[denied.reason] };
    facts.push({ name: words.fact_denied, value: say(words.denied_entry, { ...places(denied), ...who }) });
  }
  return facts;
}

function ownFacts(verdict, trust, digest, words) {
  return [
    ...laterFacts(verdict, words),
    { name: words.fact_file, digest: toHex(digest) },
    { name: words.fact_moment, value: exact(verdict.as_of, words) },
    { name: words.fact_trust, value: trust.origin },
  ];
}

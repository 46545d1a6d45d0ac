// SPDX-License-Identifier: Apache-2.0
// A verdict in words: the answer first, then what to do, then each check. The texts come with the page.

import { member } from "./canonical.js";
import { REASKED, RELIED } from "./evidence.js";
import { toHex } from "./octets.js";
import { STATUS } from "./statements.js";
import { say } from "./words.js";

const CLAIM = "claim"; // the source of a re-ask that the applicant's word alone shows
const KIND_OF_VERDICT = { valid: "ok", not_valid: "fail", cannot_tell: "wait" };
const KIND_OF_STATE = { passed: "ok", failed: "fail", unknown: "wait", not_applicable: "na" };
const STATES = ["failed", "unknown", "passed", "not_applicable"];
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
  const status = newestStatus(verdict.evidence);
  const seen = verdict.verdict === "valid" && status !== null && verdict.as_of === now;
  return {
    kind: KIND_OF_VERDICT[verdict.verdict],
    verdict: words.verdicts[verdict.verdict],
    sentence: verdict.verdict === "valid" ? relyOn(verdict.evidence, sentence, words) : sentence,
    age: seen ? confirmed(status, trust, now, words) : "",
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

/** When the department said last that its acceptance stands, or null. */
function newestStatus(evidence) {
  const found = evidence?.statements.find(({ says }) => says?.kind === STATUS);
  return found ? found.envelope.entry.time : null;
}

/** The acceptance that a file is about: its subject, or what its subject cites; undefined where it is not shown. */
function acceptedOf(evidence) {
  const subject = evidence.entries[evidence.subject];
  return [RELIED, REASKED].includes(subject.envelope?.entry.kind) ? evidence.ofRole("citation")[0] : subject;
}

function department(code, words) {
  return member(words.departments, code) ?? code;
}

function relyOn(evidence, sentence, words) {
  if (evidence.entries[evidence.subject].envelope.entry.kind === REASKED) return sentence;
  const name = department(acceptedOf(evidence).envelope.entry.issuer, words);
  return `${say(words.sentence_valid, { department: name })}${words.space}${sentence}`;
}

function confirmed(made, trust, now, words) {
  return say(words.confirmed, { when: ago(Math.max(0, now - made), words), hours: Math.floor(trust.maxAgeStatus / 3600) });
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
    facts.push({ name: words.fact_department, value: department(cited.envelope.entry.issuer, words) });
  }
  const asking = entry.kind === REASKED ? member(entry.body, "department") : null;
  const shown = member(entry.body, "source") === CLAIM ? words.fact_reported : words.fact_reasked;
  if (asking !== null) facts.push({ name: shown, value: department(asking, words) });
  else if (cited !== subject) facts.push({ name: words.fact_relied, value: department(entry.issuer, words) });
  facts.push({ name: words.fact_accepted, value: exact(entry.time, words) });
  facts.push({ name: words.fact_index, value: say(words.index, { n: subject.index.toLocaleString(words.locale) }) });
  const opening = cited && evidence.opening(cited, "document");
  if (opening) facts.push({ name: words.fact_document, digest: toHex(opening.value) });
  return facts;
}

/** That the paper was renewed or copied better since, by which entry, as of which size; nothing without it. */
function newerFact({ superseded }, words) {
  if (!superseded) return [];
  const said = { n: superseded.index.toLocaleString(words.locale), size: superseded.as_of_size.toLocaleString(words.locale) };
  return [{ name: words[`fact_${superseded.how}`], value: say(words.newer_entry, said) }];
}

function ownFacts(verdict, trust, digest, words) {
  return [
    ...newerFact(verdict, words),
    { name: words.fact_file, digest: toHex(digest) },
    { name: words.fact_moment, value: exact(verdict.as_of, words) },
    { name: words.fact_trust, value: trust.origin },
  ];
}

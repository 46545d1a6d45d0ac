// SPDX-License-Identifier: Apache-2.0
// The page of public verification: files in, an answer in words out. No file is sent anywhere; the ledger
// that served the page is asked, by entry and digest alone, how the entry stands now.

import { say } from "./words.js";

const EVIDENCE_NAME = /\.evidence\.json$/i;
const MARK = '"kind":"once.evidence"';
const MOST_TO_LOOK_AT = 4 * 1024 * 1024;
const DAY_END = "T23:59:59+08:00";
const WAIT_BEFORE_WORKING = 300;
// How long the ledger's word is waited for before the file's is shown by itself.
const WAIT_FOR_NOW = 1500;
// What may stand around pasted evidence, as on the page that the server judges; trim() would cut more.
const AROUND = /^[ \t\r\n\u00a0\ufeff]+|[ \t\r\n\u00a0\ufeff]+$/gu;

const page = document;
const one = (selector, from = page) => from.querySelector(selector);
const slot = (from, name) => one(`[data-slot="${name}"]`, from);

function copyOf(name) {
  return one(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);
}

/** Put a shape and its colour on an element with an icon. */
function shape(element, kind) {
  element.classList.remove("ok", "fail", "wait", "na");
  element.classList.add(kind);
  const use = one("use", element);
  use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#i-${kind}`));
}

/** `load.engine`, `load.trust`: the verifier's module, the trust file's bytes; `load.now`, `load.legal`: how an entry
 * stands now, what a reliance rests on in law. */
export function start(load) {
  const words = JSON.parse(one("#words").textContent);
  new Form(load, words).listen();
}

class Form {
  constructor(load, words) {
    this.load = load;
    this.words = words;
    this.root = one("[data-verify]");
    this.form = one("form", this.root);
    this.files = [];
  }

  listen() {
    const drop = one("[data-scripted]", this.root);
    if (!drop) return;
    drop.hidden = false;
    const input = one("[data-files]", drop);
    for (const event of ["pointerenter", "focusin", "dragenter"]) {
      this.root.addEventListener(event, () => this.prepare().catch(() => {}), { once: true });
    }
    input.addEventListener("change", () => this.choose([...input.files]));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.judge();
    });
    page.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    page.addEventListener("dragleave", () => drop.classList.remove("over"));
    page.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.choose([...event.dataTransfer.files]);
    });
    this.root.addEventListener("click", (event) => {
      if (event.target.closest("[data-again]") && one("[data-result]", this.root)) {
        event.preventDefault();
        this.again();
      }
    });
    this.root.dataset.listening = "";
  }

  /** Load everything that judging needs. */
  prepare() {
    this.ready ??= this.#prepare().catch((error) => {
      this.ready = undefined;
      throw error;
    });
    return this.ready;
  }

  async #prepare() {
    const [engine, octets] = await Promise.all([this.load.engine(), this.load.trust()]);
    const trust = await engine.readTrust(octets);
    this.root.dataset.ready = "";
    return { engine, trust };
  }

  async choose(files) {
    if (!files.length) return;
    this.files = files;
    one("[data-chosen]", this.root).textContent =
      this.words.chosen + files.map((file) => file.name).join(this.words.comma);
    await this.judge();
  }

  async judge() {
    one('[data-place="fault"]', this.root).replaceChildren();
    const sorted = await this.#sort();
    if (sorted === null) return;
    const { name, evidence, document } = sorted;
    const waiting = setTimeout(() => this.#working(name), WAIT_BEFORE_WORKING);
    try {
      const { engine, trust } = await this.prepare();
      const now = Math.floor(Date.now() / 1000);
      const options = { document: document && (await engine.sha256(document)), asOf: this.#moment(now) };
      const verdict = await engine.verify(evidence, trust, now, options);
      const digest = await engine.sha256(evidence);
      const present = this.#ask(engine, verdict);
      await Promise.race([present, new Promise((done) => setTimeout(done, WAIT_FOR_NOW))]);
      const result = this.#show(verdict, engine.factsOf(verdict, trust, digest, now, this.words));
      this.#stand(engine, verdict, result, present);
      this.#law(engine, verdict, result);
    } catch {
      const unread = this.root.dataset.ready === undefined ? this.words.trust_none : this.words.broken;
      this.#fault(this.words.verdicts.cannot_tell, unread, "");
    } finally {
      clearTimeout(waiting);
      one("[data-working]", this.root).hidden = true;
    }
  }

  /** `{name, evidence, document}` of what was put in, as bytes; null once a fault is shown. */
  async #sort() {
    const pasted = one("textarea", this.form).value.replace(AROUND, "");
    if (!this.files.length) {
      if (pasted) return { name: this.words.pasted, evidence: new TextEncoder().encode(pasted), document: null };
      return this.#fault(this.words.unreadable, this.words.nothing, this.words.unreadable_next);
    }
    const evidence = [];
    const others = [];
    for (const file of this.files) ((await isEvidence(file)) ? evidence : others).push(file);
    if (evidence.length > 1 || others.length > 1) {
      return this.#fault(this.words.unreadable, this.words.two, this.words.unreadable_next);
    }
    if (evidence.length === 0) {
      if (pasted) {
        return { name: this.words.pasted, evidence: new TextEncoder().encode(pasted), document: await read(others[0]) };
      }
      const text = say(this.words.unreadable_text, { name: others[0].name });
      return this.#fault(this.words.unreadable, text, this.words.unreadable_next);
    }
    const document = others.length ? await read(others[0]) : null;
    return { name: evidence[0].name, evidence: await read(evidence[0]), document };
  }

  /** The end of the day asked about (UTC+8), null for now. */
  #moment(now) {
    const day = one("[name=as_of]", this.form).value;
    if (!day) return null;
    const moment = Math.floor(Date.parse(day + DAY_END) / 1000);
    return moment > now && moment - now < 86_400 ? now : moment;
  }

  #working(name) {
    const working = one("[data-working]", this.root);
    slot(working, "working").textContent = say(this.words.working, { name });
    working.hidden = false;
  }

  #fault(title, text, next) {
    const fault = copyOf("fault");
    slot(fault, "title").textContent = title;
    slot(fault, "text").textContent = text;
    one("b", slot(fault, "next")).textContent = next;
    slot(fault, "next").hidden = !next;
    one('[data-place="fault"]', this.root).replaceChildren(fault);
    fault.focus();
    return null;
  }

  #show(verdict, said) {
    const result = copyOf("result");
    this.#say(result, said, ["age", "caution", "count", "subject"]);
    for (const check of said.checks) {
      const row = copyOf("check");
      shape(row, check.kind);
      row.dataset.check = check.code;
      one("h3", row).textContent = check.name;
      one(".tag", row).textContent = check.word;
      one("p", row).textContent = check.text;
      slot(result, "checks").append(row);
    }
    for (const fact of said.facts) slot(result, "facts").append(...this.#fact(fact));
    result.dataset.verdict = verdict.verdict;
    result.dataset.reason = verdict.reason;
    for (const part of this.root.querySelectorAll("[data-ask]")) part.hidden = true;
    one('[data-place="result"]', this.root).replaceChildren(result);
    window.scrollTo(0, 0);
    slot(result, "band").focus();
    return result;
  }

  /** The answer first: headline, title, colour, sentence and next step, with `more` that only the file says. */
  #say(result, said, more = []) {
    shape(slot(result, "band"), said.kind);
    for (const name of ["verdict", "sentence", "file", "next", ...more]) {
      slot(result, name).textContent = said[name];
      slot(result, name).hidden = !said[name];
    }
    slot(result, said.kind === "ok" ? "print" : "again").classList.add("go");
    slot(result, said.kind === "ok" ? "again" : "print").classList.remove("go");
    this.title ??= page.title;
    page.title = `${said.verdict} · ${this.title}`;
  }

  /** How the ledger has the acceptance now (`{state, size, index}`); null where there is nothing to ask about. */
  async #ask(engine, verdict) {
    const asked = engine.askedOf(verdict);
    return asked === null ? null : this.load.now(asked).catch(() => ({ state: "unasked" }));
  }

  /** Say in `result` how the ledger has it now, or that it could not be asked; what is worse goes first. */
  async #stand(engine, verdict, result, asked) {
    const present = await asked;
    if (present === null) return;
    const said = engine.nowOf(present, verdict, this.words);
    const line = slot(result, "now");
    shape(line, said.kind);
    slot(line, "now_text").textContent = said.text;
    line.dataset.state = present.state;
    line.hidden = false;
    if (said.worse !== null && result.isConnected) this.#say(result, said.worse);
  }

  /** What a reliance rests on in law, as the ledger that holds it says; nothing where it cannot be asked. */
  async #law(engine, verdict, result) {
    const asked = engine.reliedOf(verdict);
    if (asked === null) return;
    const facts = await this.load.legal(asked).catch(() => []);
    for (const fact of facts) slot(result, "facts").append(...this.#fact(fact));
  }

  #fact({ name, value, digest, whole }) {
    const term = page.createElement("dt");
    const told = page.createElement("dd");
    term.textContent = name;
    if (digest) {
      const shown = copyOf("digest");
      one("code", shown).classList.toggle("whole", Boolean(whole));
      one("code", shown).textContent = whole ? digest : `${digest.slice(0, 8)}…${digest.slice(-6)}`;
      const button = one("button", shown);
      button.dataset.copy = digest;
      button.setAttribute("aria-label", say(this.words.copy, { what: name, start: digest.slice(0, 8) }));
      told.append(shown);
    } else {
      told.textContent = value;
    }
    return [term, told];
  }

  again() {
    one('[data-place="result"]', this.root).replaceChildren();
    for (const part of this.root.querySelectorAll("[data-ask]")) part.hidden = false;
    this.files = [];
    this.form.reset();
    one("[data-chosen]", this.root).textContent = "";
    page.title = this.title;
    one("[data-files]", this.root).focus();
  }
}

async function read(file) {
  return new Uint8Array(await file.arrayBuffer());
}

/** Whether a file says of itself that it is evidence; whether it is, is the verifier's question. */
async function isEvidence(file) {
  if (EVIDENCE_NAME.test(file.name)) return true;
  if (file.size > MOST_TO_LOOK_AT) return false;
  const text = new TextDecoder().decode(await read(file));
  return text.trimStart().startsWith("{") && text.replaceAll(/\s/g, "").includes(MARK);
}

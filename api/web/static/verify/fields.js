// SPDX-License-Identifier: Apache-2.0
// A strict reader of JSON objects: each member typed and bounded, none left over. FormatError for all else.

import { isObject } from "./canonical.js";
import { FormatError } from "./errors.js";
import { characters, fromHex } from "./octets.js";

export const CODE = /^[a-z][a-z0-9_.]{0,63}$/;
export const DEPARTMENT = /^[A-Z][A-Z0-9_-]{0,31}$/;

const HEX = /^[0-9a-f]*$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const PRINTABLE = /^[\u0020-\u007e]*$/;
const ASCII = /^[\u0000-\u007f]*$/;
// What would let a text look other than it is: controls, invisible characters, bidirectional overrides.
const UNFIT =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]/u;

/** Whether a text is fit to be signed and shown: NFC, no control or invisible characters. */
export function isPlain(text) {
  if (ASCII.test(text)) return PRINTABLE.test(text);
  return !UNFIT.test(text) && text.normalize("NFC") === text;
}

/** Whether a text names a day that exists, `YYYY-MM-DD` from the year 1 on; such texts sort as days do. */
export function isDay(text) {
  const parts = typeof text === "string" ? DAY.exec(text) : null;
  if (parts === null || parts[1] === "0000") return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1];
}

/** Reads one JSON object member by member; `done()` refuses what was not read. */
export class Fields {
  #object;
  #read = new Set();

  constructor(value) {
    if (!isObject(value)) throw new FormatError("an object was expected");
    this.#object = value;
  }

  has(name) {
    return Object.hasOwn(this.#object, name);
  }

  /** The member as it is. */
  raw(name) {
    if (!this.has(name)) throw new FormatError(`the member ${name} is missing`);
    this.#read.add(name);
    return this.#object[name];
  }

  #must(fits, name) {
    if (!fits) throw new FormatError(`the member ${name} is not of its type`);
  }

  /** A string of 1 to `most` characters, matching `pattern`, or plain text without one. */
  text(name, most = 200, pattern = null) {
    const value = this.raw(name);
    this.#must(typeof value === "string" && value !== "" && characters(value) <= most, name);
    this.#must(pattern === null ? isPlain(value) : pattern.test(value), name);
    return value;
  }

  /** One of the named words. */
  choice(name, among) {
    const value = this.raw(name);
    this.#must(typeof value === "string" && among.includes(value), name);
    return value;
  }

  /** `length` bytes written as lower-case hex. */
  octets(name, length) {
    const value = this.raw(name);
    this.#must(typeof value === "string" && value.length === 2 * length && HEX.test(value), name);
    return fromHex(value);
  }

  /** A whole number between the bounds. */
  integer(name, least = 0, most = Number.MAX_SAFE_INTEGER) {
    const value = this.raw(name);
    this.#must(typeof value === "number" && value >= least && value <= most, name);
    return value;
  }

  optionalInteger(name) {
    return this.has(name) ? this.integer(name) : null;
  }

  /** A day `YYYY-MM-DD`, null where the member is absent. */
  optionalDay(name) {
    if (!this.has(name)) return null;
    const value = this.raw(name);
    this.#must(isDay(value), name);
    return value;
  }

  /** A nested object. */
  fields(name) {
    return new Fields(this.raw(name));
  }

  /** A list of objects. */
  objects(name, least = 0, most = 64) {
    const value = this.raw(name);
    this.#must(Array.isArray(value) && value.length >= least && value.length <= most, name);
    return value.map((one) => new Fields(one));
  }

  /** A list of strings that match `pattern`. */
  texts(name, most = 64, pattern = CODE) {
    const value = this.raw(name);
    this.#must(Array.isArray(value) && value.length <= most, name);
    this.#must(value.every((one) => typeof one === "string" && pattern.test(one)), name);
    return value;
  }

  /** Refuse members that nobody read. */
  done() {
    if (this.#read.size !== Object.keys(this.#object).length) throw new FormatError("an unknown member");
  }
}

/** A reader of the members that are not null, and which of `names` are null (they must be there). */
export function withoutNull(document, ...names) {
  if (!isObject(document)) throw new FormatError("an object was expected");
  const absent = new Set(names.filter((name) => Object.hasOwn(document, name) && document[name] === null));
  const rest = Object.create(null);
  for (const [name, value] of Object.entries(document)) if (!absent.has(name)) rest[name] = value;
  return [new Fields(rest), absent];
}

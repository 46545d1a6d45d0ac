// SPDX-License-Identifier: Apache-2.0
// JSON of one meaning: a narrow profile of I-JSON (RFC 7493), written by JCS (RFC 8785).
//
// Profile: null, true, false, strings, integers |n| < 2**53, arrays, objects with ASCII keys, nested 16
// deep at most. No fractions or exponents, no key twice, no lone surrogates, no byte order mark.
// JSON.parse takes all of these, so it is not used. Objects have no prototype: `__proto__` is a plain key.

import { FormatError } from "./errors.js";
import { decode, encode, same } from "./octets.js";

export const MAX_DEPTH = 16;

const SPACE = /[ \t\n\r]*/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const FOUR_HEX = /[0-9a-fA-F]{4}/y;
const LONE = /[\ud800-\udfff]/u;
const ASCII = /^[\u0000-\u007f]*$/;
const PRINTABLE = /^[\u0020-\u007e]*$/;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Whether a value of the profile is an object. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own member of an object, undefined where it is absent. */
export function member(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

class Reader {
  constructor(text, maxDepth) {
    this.text = text;
    this.at = 0;
    this.room = maxDepth;
  }

  whole() {
    const value = this.value();
    this.match(SPACE);
    if (this.at !== this.text.length) throw new FormatError("more than one JSON value");
    return value;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at += found[0].length;
    return found[0];
  }

  take(character) {
    this.match(SPACE);
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  expect(character) {
    if (!this.take(character)) throw new FormatError(`JSON lacks ${character}`);
  }

  value() {
    if (this.take("{")) return this.inside(() => this.object());
    if (this.take("[")) return this.inside(() => this.array());
    if (this.text[this.at] === '"') return this.string();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.integer();
  }

  inside(read) {
    if (this.room < 1) throw new FormatError("JSON is nested too deep");
    this.room -= 1;
    const value = read();
    this.room += 1;
    return value;
  }

  object() {
    const members = Object.create(null);
    if (this.take("}")) return members;
    do {
      this.match(SPACE);
      const key = this.string();
      if (!ASCII.test(key)) throw new FormatError("an object key is not ASCII");
      if (Object.hasOwn(members, key)) throw new FormatError("an object holds a key twice");
      this.expect(":");
      members[key] = this.value();
    } while (this.take(","));
    this.expect("}");
    return members;
  }

  array() {
    const items = [];
    if (this.take("]")) return items;
    do items.push(this.value());
    while (this.take(","));
    this.expect("]");
    return items;
  }

  integer() {
    const digits = this.match(INTEGER);
    if (digits === null) throw new FormatError("not JSON");
    if (".eE".includes(this.text[this.at] || " ")) throw new FormatError("a number is not an integer");
    const number = Number(digits);
    if (!Number.isSafeInteger(number)) throw new FormatError("an integer reaches 2**53");
    return number === 0 ? 0 : number; // never -0
  }

  string() {
    if (this.text[this.at] !== '"') throw new FormatError("a JSON string was expected");
    this.at += 1;
    let value = "";
    for (;;) {
      value += this.match(PLAIN);
      const end = this.text[this.at];
      this.at += 1;
      if (end === '"') break;
      if (end !== "\\") throw new FormatError("a JSON string holds a control character, or does not end");
      value += this.escaped();
    }
    if (LONE.test(value)) throw new FormatError("a lone surrogate is no character");
    return value;
  }

  escaped() {
    const letter = this.text[this.at];
    this.at += 1;
    if (letter === "u") {
      const digits = this.match(FOUR_HEX);
      if (digits !== null) return String.fromCharCode(parseInt(digits, 16));
    } else if (letter !== undefined && Object.hasOwn(ESCAPES, letter)) {
      return ESCAPES[letter];
    }
    throw new FormatError("a JSON string holds an unknown escape");
  }
}

function written(value, room) {
  if (Array.isArray(value)) {
    if (room < 1) throw new FormatError("JSON is nested too deep");
    return `[${value.map((one) => written(one, room - 1)).join(",")}]`;
  }
  if (isObject(value)) {
    if (room < 1) throw new FormatError("JSON is nested too deep");
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${written(value[key], room - 1)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** A value that `readJson` gave, as JCS bytes; FormatError if it is nested deeper. */
export function dump(value, maxDepth = MAX_DEPTH) {
  return encode(written(value, maxDepth));
}

/** Read any JSON text of the profile, in whatever layout and key order; else FormatError. */
export function readJson(octets, { maxBytes, maxDepth = MAX_DEPTH }) {
  if (octets.length > maxBytes) throw new FormatError(`JSON of more than ${maxBytes} bytes`);
  return new Reader(decode(octets), maxDepth).whole();
}

function printable(value) {
  if (typeof value === "string") return PRINTABLE.test(value);
  if (Array.isArray(value)) return value.every(printable);
  if (isObject(value)) return Object.entries(value).every(([key, one]) => PRINTABLE.test(key) && printable(one));
  return true;
}

/** Read JSON that is already JCS of the profile, byte for byte: `dump(result)` gives it back. */
export function readCanonical(octets, { asciiOnly = false, maxBytes = 65_535, maxDepth = MAX_DEPTH } = {}) {
  const value = readJson(octets, { maxBytes, maxDepth });
  if (!same(dump(value, maxDepth), octets)) throw new FormatError("JSON is not canonical (RFC 8785)");
  if (asciiOnly && !printable(value)) throw new FormatError("only printable ASCII is allowed here");
  return value;
}

// SPDX-License-Identifier: Apache-2.0
// Whether openings and private records open what an entry says openly, and say the same.

import { member } from "./canonical.js";
import { commit, privateDigest } from "./entries.js";
import { FormatError } from "./errors.js";
import { ACCEPTED, REASKED, RECORDED, RELIED, RETRACTION } from "./evidence.js";
import { Fields } from "./fields.js";
import { encode, same, toHex } from "./octets.js";

/** Whether the body holds a commitment of this name to `value` under `salt`. */
export async function opens(entry, name, salt, value) {
  const committed = member(entry.body, name === "citation" ? "cites" : name);
  try {
    return committed === toHex(await commit(name, salt, value));
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** Whether the record is the one that the entry names, and its body says what the record says. */
export async function recordOpens(entry, salt, record) {
  try {
    if (entry.private === null || !same(entry.private, await privateDigest(salt, record))) return false;
    return await saysTheSame(entry, new Fields(record));
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

async function saysTheSame(entry, fields) {
  if (![ACCEPTED, RELIED, RETRACTION, REASKED, RECORDED].includes(entry.kind)) return true;
  const number = encode(fields.text("case", 50));
  if (!(await opens(entry, "case", fields.octets("case_salt", 32), number))) return false;
  let shared;
  if (entry.kind === ACCEPTED) {
    const document = fields.fields("document");
    const digest = document.octets("sha256", 32);
    if (!(await opens(entry, "document", document.octets("salt", 32), digest))) return false;
    if (member(entry.body, "issuer") !== ownWord(fields)) return false;
    shared = ["assurance", "authority", "type"];
  } else if (entry.kind === REASKED) {
    const asked = fields.fields("asked");
    if (!(await opens(entry, "asked", asked.octets("salt", 32), asked.octets("leaf", 32)))) return false;
    if (!(await cites(entry, fields))) return false;
    shared = ["department", "finding", "source"];
  } else if (entry.kind === RECORDED) {
    if (!(await cites(entry, fields)) || !(await namesBoth(entry, fields))) return false;
    shared = ["relation"];
  } else {
    if (!(await cites(entry, fields))) return false;
    if (entry.kind === RELIED && !(await consented(entry, fields))) return false;
    if (entry.kind === RETRACTION && !(await cites(entry, fields, "rectified_by", "rectified_by"))) return false;
    shared = entry.kind === RELIED ? ["authority", "ground", "guide", "policy"] : ["reason"];
  }
  return shared.every((name) => member(entry.body, name) === fields.text(name));
}

/** Whether principal, agent and end of a recorded mandate are the body's. */
async function namesBoth(entry, fields) {
  const principal = await commit("holder", fields.octets("principal_salt", 32), fields.octets("principal", 16));
  const agent = encode(`${fields.text("agent_type")}:${fields.text("agent_number")}`);
  return (
    member(entry.body, "principal") === toHex(principal) &&
    (await opens(entry, "agent", fields.octets("agent_salt", 32), agent)) &&
    member(entry.body, "until") === fields.integer("until")
  );
}

/** Whether the record's consents, where there are any, are the body's in their order. */
async function consented(entry, fields) {
  const said = member(entry.body, "consents");
  if (!fields.has("consents")) return said === undefined;
  const made = [];
  for (const one of fields.objects("consents", 1)) {
    made.push(toHex(await commit("citation", one.octets("salt", 32), one.octets("leaf", 32))));
  }
  return Array.isArray(said) && said.length === made.length && made.every((one, at) => one === said[at]);
}

/** The issuer that says of its own paper that it stands; undefined where another's was accepted. */
function ownWord(fields) {
  const issuer = fields.text("issuer");
  return fields.text("assurance") === "data_check" && fields.text("authority") === issuer ? issuer : undefined;
}

/** Whether the record's citation, where there is one, is that of the body's member `said`. */
async function cites(entry, fields, name = "acceptance", said = "cites") {
  const committed = member(entry.body, said);
  if (!fields.has(name)) return committed === undefined;
  const cited = fields.fields(name);
  return committed === toHex(await commit("citation", cited.octets("salt", 32), cited.octets("leaf", 32)));
}

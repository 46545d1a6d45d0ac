// SPDX-License-Identifier: Apache-2.0
// Whether the policy that a reliance cites was the one in force when it was made.

import { DEPARTMENT, Fields } from "./fields.js";
import { CLOCK_SKEW, failed, unknown } from "./inquiry.js";
import { toHex } from "./octets.js";

const STATUS = "status";

/** SHA-256 of the default policy: what holds for a department that has published none. */
export const DEFAULT_DIGEST = "df9e9fa1636492725467de1e5689272e02df1a3470075f45b2a7c7f135afa071";

/** What speaks against the policy cited, or leaves it unproved; null where nothing does. */
export function policyFault(inquiry, snapshot, dayOf) {
  const { subject, policy: shown } = inquiry;
  const body = new Fields(subject.envelope.entry.body);
  const authority = body.text("authority", 32, DEPARTMENT);
  const cited = toHex(body.octets("policy", 32));
  if (shown !== null) {
    const { issuer } = shown.envelope.entry;
    if (issuer !== authority || shown.index >= subject.index || published(shown) !== cited) {
      return failed(STATUS, "status.other_policy");
    }
  }
  const named = snapshot?.keys.some((one) => one.department === authority) ?? false;
  if (!named || snapshot.asOfSize <= subject.index) return unknown(STATUS, "status.policy_unproved");
  const { time } = subject.envelope.entry;
  // By the writer's clock, not its own: on the eve of a new version either may be meant.
  for (const day of [dayOf(time - CLOCK_SKEW), dayOf(time + CLOCK_SKEW)]) {
    const standing = inForce(snapshot, authority, subject.index, day);
    if (cited !== (standing?.document ?? DEFAULT_DIGEST)) continue;
    if (standing === null) return null;
    if (shown === null) return unknown(STATUS, "status.policy_missing");
    return standing.index === shown.index ? null : failed(STATUS, "status.other_policy");
  }
  return failed(STATUS, "status.other_policy");
}

/** The newest version published below `index` that holds on `day`, or null where the default does. */
function inForce(snapshot, authority, index, day) {
  const holding = snapshot.policies.filter(
    (one) =>
      one.department === authority && one.index < index && (one.inForce === null || one.inForce <= day),
  );
  return holding.reduce((best, one) => (best !== null && best.version > one.version ? best : one), null);
}

/** The document (hex) that an entry publishes as its issuer's policy, or null. */
function published(shown) {
  const fields = new Fields(shown.envelope.entry.body);
  const subject = fields.text("subject", 16);
  const code = fields.text("code", 50);
  const document = toHex(fields.octets("document", 32));
  return subject === "policy" && code === shown.envelope.entry.issuer ? document : null;
}

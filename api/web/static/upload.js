// SPDX-License-Identifier: Apache-2.0
// A file to the vault: its SHA-256 is computed here and stands in the address; the body is the file as it is.
const KINDS = ["image/jpeg", "image/png", "application/pdf"];
const MOST = 64 * 1024 * 1024;

/** `{digest}` in hex once the server has it, `{said}` where it says why not, or `{fault}`: `kind`, `large`, `ended`, `failed`. */
export async function sendFile(file, token) {
  if (!KINDS.includes(file.type)) return { fault: "kind" };
  if (file.size > MOST) return { fault: "large" };
  try {
    const bytes = await file.arrayBuffer();
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const digest = Array.from(hashed, (one) => one.toString(16).padStart(2, "0")).join("");
    const answer = await fetch(`/counter/documents/${digest}`, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Type": file.type, "X-CSRF-Token": token },
    });
    if (answer.status === 201) return { digest };
    if (answer.status === 401) return { fault: "ended" };
    const said = (answer.headers.get("Content-Type") ?? "").startsWith("application/json") && (await answer.json()).said;
    return said ? { said } : { fault: "failed" };
  } catch {
    return { fault: "failed" };
  }
}

// SPDX-License-Identifier: Apache-2.0
// A certified OpenID provider (npm oidc-provider) with one client and invented people, for the sign-in tests.
// argv: port, redirect URI. Stdin ends it. The people's claims come as JSON in PEOPLE.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const people = JSON.parse(process.env.PEOPLE);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "once",
      client_secret: process.env.SECRET,
      redirect_uris: [redirect],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "id_type", "id_number", "staff"] },
  conformIdTokenClaims: process.env.CLAIMS_IN !== "id_token",
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  async findAccount(_, id) {
    return id in people ? { accountId: id, claims: async () => ({ sub: id, ...people[id] }) } : undefined;
  },
});

const server = provider.listen(Number(port), "127.0.0.1", () => console.log("READY"));
process.stdin.resume();
process.stdin.on("end", () => server.close(() => process.exit(0)));

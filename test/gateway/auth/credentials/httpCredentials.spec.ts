import assert from "node:assert/strict";
import * as fc from "fast-check";
import { httpCredentials } from "../../../../gateway/auth/credentials/httpCredentials";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const read = (authorization: string | undefined, query = "") =>
  httpCredentials(authorization, new URLSearchParams(query));

describe("HTTP credentials", () => {
  it("are user and password of Basic, split at the first colon", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((user) => !user.includes(":")),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (user, password) => {
          const expected = { user, password, token: "" };
          assert.deepEqual(read(basic(`${user}:${password}`)), expected);
        },
      ),
    );
  });

  it("are read as Latin-1 where the bytes are not UTF-8, as some programs send it", () => {
    const latin1 = `Basic ${Buffer.from("jürgen:pä§", "latin1").toString("base64")}`;
    assert.deepEqual(read(latin1), { user: "jürgen", password: "pä§", token: "" });
  });

  const ada = { user: "ada", password: "p", token: "" };
  const token = { user: "", password: "", token: "t.o.k" };
  const cases: [string, string | undefined, string, ReturnType<typeof read>][] = [
    ["Bearer", "Bearer t.o.k", "", token],
    ["Bearer in other letters", "bearer t.o.k", "", token],
    ["?token=", undefined, "token=t.o.k", token],
    ["?jwt=", undefined, "jwt=t.o.k", token],
    ["?user=&pass=", undefined, "user=ada&pass=p", ada],
    ["the header, whatever the query says", basic("ada:p"), "token=t.o.k&user=x&pass=y", ada],
    ["a token rather than a user of the query", undefined, "user=x&pass=y&jwt=t.o.k", token],
    ["the first of two equal parameters", undefined, "token=t.o.k&token=other", token],
    ["none without header and query", undefined, "", undefined],
    ["none with an empty login", basic(":"), "", undefined],
    ["none without a colon", basic("ada"), "", undefined],
    ["none with an unknown scheme, whatever the query says", "Digest x", "token=t.o.k", undefined],
    ["none with empty parameters", undefined, "user=&pass=&token=&jwt=", undefined],
  ];
  for (const [name, header, query, expected] of cases) {
    it(`are ${name}`, () => assert.deepEqual(read(header, query), expected));
  }
});

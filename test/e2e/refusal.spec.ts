import { strict as assert } from "node:assert";
import { publish, publishing, read } from "./clients";
import { gatewayLog, loggedSince } from "./system";
import { publishUrls, readUrls } from "./urls";

const cases = [
  {
    what: "a wrong password",
    credentials: "test-user:wr0ng-canary",
    stream: "test-stream",
    reason: "bad-credentials",
  },
  {
    what: "an unknown lease",
    credentials: "test-user:test-pass",
    stream: "no-such-stream",
    reason: "no-lease",
  },
  { what: "no credentials", credentials: "", stream: "test-stream", reason: "bad-credentials" },
];

/** Refusals that say the same are logged once a minute. */
const isLogged = (action: string, protocol: string, reason: string): boolean =>
  loggedSince(0, "auth refused").some(
    (line) =>
      line.action === action &&
      line.reason === reason &&
      protocol.toLowerCase().startsWith(line.protocol ?? "none"),
  );

describe("refused with the reason in the log and without the secret", () => {
  for (const { what, credentials, stream, reason } of cases) {
    for (const [protocol, url] of Object.entries(publishUrls)) {
      it(`publishing over ${protocol} with ${what}`, async () => {
        const before = gatewayLog().length;
        const publisher = publish(url(credentials, stream));
        const code = await publisher.ended;
        assert.notEqual(code, 0, publisher.log());
        assert.equal(publisher.frames() < 30, true, "frames were taken");
        if (credentials || protocol === "RTMPS" || protocol === "SRT") {
          assert.ok(isLogged("publish", protocol, reason), gatewayLog().slice(before));
        }
        assert.equal(gatewayLog().includes("wr0ng-canary"), false);
      });
    }
    for (const [protocol, url] of Object.entries(readUrls)) {
      it(`reading over ${protocol} with ${what}`, async () => {
        const publisher = await publishing(
          "rtmps://localhost:1936/test-user:test-pass:test-stream",
          "test-stream",
        );
        try {
          const before = gatewayLog().length;
          await assert.rejects(read(url(credentials, stream), 15000), /ffprobe/);
          if (credentials || protocol === "SRT") {
            assert.ok(isLogged("read", protocol, reason), gatewayLog().slice(before));
          }
          assert.equal(gatewayLog().includes("wr0ng-canary"), false);
        } finally {
          await publisher.stop();
        }
      });
    }
  }
});

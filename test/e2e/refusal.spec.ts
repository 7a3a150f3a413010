import { strict as assert } from "node:assert";
import { publish, publishing, read } from "./clients";
import { gatewayLog, refusalsSince } from "./system";
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
          assert.ok(refusalsSince(before).includes(reason), gatewayLog().slice(before));
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
            assert.ok(refusalsSince(before).includes(reason), gatewayLog().slice(before));
          }
          assert.equal(gatewayLog().includes("wr0ng-canary"), false);
        } finally {
          await publisher.stop();
        }
      });
    }
  }
});

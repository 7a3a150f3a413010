import { strict as assert } from "node:assert";
import { publish, publishing, read } from "./clients";
import { gatewayLog, refusalsSince } from "./system";

/** URLs by protocol for credentials "user:password" ("" for none) and a stream. */
const publishers: Record<string, (credentials: string, stream: string) => string> = {
  RTMPS: (credentials, stream) =>
    `rtmps://localhost:1936/live/${credentials ? `${credentials}:` : ""}${stream}`,
  RTSPS: (credentials, stream) =>
    `rtsps://${credentials ? `${credentials}@` : ""}localhost:8555/${stream}`,
  SRT: (credentials, stream) =>
    `srt://localhost:8890?streamid=publish:${stream}${credentials ? `:${credentials}` : ""}`,
};

const readers: Record<string, (credentials: string, stream: string) => string> = {
  RTSPS: publishers.RTSPS as (credentials: string, stream: string) => string,
  HLS: (credentials, stream) =>
    `https://${credentials ? `${credentials}@` : ""}localhost:8888/${stream}/index.m3u8`,
  SRT: (credentials, stream) =>
    `srt://localhost:8890?streamid=read:${stream}${credentials ? `:${credentials}` : ""}`,
};

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
    for (const [protocol, url] of Object.entries(publishers)) {
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
    for (const [protocol, url] of Object.entries(readers)) {
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

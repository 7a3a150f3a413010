/** A current FFmpeg, which verifies certificates by default: what it trusts is the authority of this machine. */
import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { certificateAuthorityFolder } from "../../local/cloud/paths";
import { outputOptions, source, untilGone, untilLive } from "./clients";
import { type Program, startProgram } from "./program";
import { system, toolchain } from "./system";
import { publishUrls, readUrls } from "./urls";

const credentials = "test-user:test-pass";
const stream = "test-stream";
const trusting = { SSL_CERT_FILE: `${certificateAuthorityFolder}/rootCA.pem` };

function start(args: readonly string[], env: Record<string, string> = {}): Program {
  const { currentFfmpeg = "" } = toolchain;
  assert.ok(existsSync(currentFfmpeg), "run `node tools/setup.mjs --tests`, which sets it up");
  return startProgram(currentFfmpeg, ["-hide_banner", "-nostdin", ...args], env);
}

const publish = (url: string, env?: Record<string, string>) =>
  start([...source, ...outputOptions(url)], env);

function read(url: string, env?: Record<string, string>): Program {
  const transport = url.startsWith("rtsp") ? ["-rtsp_transport", "tcp"] : [];
  return start([...transport, "-i", url, "-t", "1", "-f", "null", "-"], env);
}

describe("a current FFmpeg", () => {
  before(() => system());

  for (const [protocol, url] of Object.entries(publishUrls)) {
    it(`publishes by ${protocol}`, async () => {
      const publisher = publish(url(credentials, stream), trusting);
      await untilLive(stream, publisher);
      await publisher.stop();
      await untilGone(stream);
    });
  }

  describe("reads", () => {
    let publisher: Program;
    before(async () => {
      publisher = publish(publishUrls.RTMPS?.(credentials, stream) ?? "", trusting);
      await untilLive(stream, publisher);
    });
    after(() => publisher?.stop());

    for (const [protocol, url] of Object.entries(readUrls)) {
      it(`by ${protocol}`, async () => {
        const reader = read(url(credentials, stream), trusting);
        assert.equal(await reader.ended, 0, reader.log());
      });
    }

    it("no stream by a certificate that it does not trust", async () => {
      const reader = read(readUrls.HLS?.(credentials, stream) ?? "", {
        SSL_CERT_FILE: "/dev/null",
      });
      assert.notEqual(await reader.ended, 0);
      assert.match(reader.log(), /certificate verify failed/);
    });
  });
});

import { strict as assert } from "node:assert";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getuid } from "node:process";
import { certificateAuthorityFolder } from "../../local/cloud/paths";
import { type Publisher, publishing, untilGone } from "./clients";
import { type Program, startProgram } from "./program";

const stream = "test-stream";
const nobody = 65534;

/** VLC of Debian has no RTSP. It refuses to run as root, so root starts it as a user without rights. */
describe("VLC", () => {
  let publisher: Publisher;
  let home: string;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), "vlc-"));
    mkdirSync(join(home, "trusted"));
    copyFileSync(join(certificateAuthorityFolder, "rootCA.pem"), join(home, "trusted/ca.pem"));
    chmodSync(home, 0o755);
    chmodSync(join(home, "trusted/ca.pem"), 0o644);
    if (getuid?.() === 0) chownSync(home, nobody, nobody);
    publisher = await publishing(
      `rtmps://localhost:1936/live/test-user:test-pass:${stream}`,
      stream,
    );
  });
  after(async () => {
    await publisher?.stop();
    await untilGone(stream);
    rmSync(home, { recursive: true, force: true });
  });

  function startVlc(url: string, ...more: string[]): Program {
    const asUser =
      getuid?.() === 0
        ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "cvlc"]
        : ["cvlc"];
    const [command = "cvlc", ...before] = asUser;
    const options = ["-I", "dummy", "--play-and-exit", "--run-time=4", "--no-sout-all"];
    return startProgram(command, [...before, ...options, ...more, url], { HOME: home });
  }

  it("plays HLS over https with the login in the URL, once it trusts the authority", async () => {
    const file = join(home, "out.ts");
    const vlc = startVlc(
      `https://test-user:test-pass@localhost:8888/${stream}/index.m3u8`,
      `--gnutls-dir-trust=${join(home, "trusted")}`,
      `--sout=#std{access=file,mux=ts,dst=${file}}`,
    );
    await vlc.ended;
    assert.ok(statSync(file).size > 20_000, vlc.log());
  });
});

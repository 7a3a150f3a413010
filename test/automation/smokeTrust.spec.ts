/** What FFmpeg trusts in a test stream: the certificate of a stack that signs its own, and nothing else. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { SmokeContext } from "../../automation/smoke/context";
import { withTrustedFile } from "../../automation/smoke/trustedFile";
import { readToolchain } from "../../local/cloud/paths";
import { plain } from "../../local/providers/engine/wire";
import { tls } from "../../local/providers/tls";
import { Provider } from "../local/providers/client";

describe("the trust of a test stream", () => {
  let server: Server;
  let certificate: string;

  /** A certificate as the program makes it for a stack without a domain name. */
  before(async () => {
    const provider = await Provider.start(tls, {});
    try {
      const key = await provider.deploy("tls:index/privateKey:PrivateKey", "key", {
        algorithm: "RSA",
        rsaBits: 2048,
      });
      const made = await provider.deploy("tls:index/selfSignedCert:SelfSignedCert", "cert", {
        privateKeyPem: key.outputs.privateKeyPem,
        subject: { commonName: "localhost" },
        dnsNames: ["localhost"],
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
        validityPeriodHours: 24,
      });
      certificate = made.outputs.certPem;
      const privateKey = String(plain(key.outputs.privateKeyPem));
      server = createServer({ key: privateKey, cert: certificate }, (_, response) => {
        response.end("no media");
      });
    } finally {
      provider.stop();
    }
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = () => `https://localhost:${(server.address() as AddressInfo).port}`;
  const contextOf = (kind: "self-signed" | "requested") =>
    ({
      local: undefined,
      outputs: { urls: { srt: "srt://localhost:1", hls: url() } },
      settings: { certificate: { kind } },
    }) as unknown as SmokeContext;
  const { signal } = new AbortController();

  const play = (trusted: string) =>
    new Promise<string>((resolve) => {
      const { currentFfmpeg = "" } = readToolchain();
      const env = { ...process.env, SSL_CERT_FILE: trusted };
      const args = ["-hide_banner", "-i", `${url()}/x`, "-f", "null", "-"];
      execFile(currentFfmpeg, args, { env }, (_error, _stdout, stderr) => resolve(stderr));
    });

  it("is the certificate that the stack shows, while the streams run", async () => {
    let file = "";
    const said = await withTrustedFile(contextOf("self-signed"), signal, async (trusted = "") => {
      file = trusted;
      return play(trusted);
    });
    assert.doesNotMatch(said, /certificate verify failed/);
    assert.match(said, /Invalid data found/);
    assert.equal(existsSync(file), false);
    assert.match(await play("/dev/null"), /certificate verify failed/);
  });

  it("is this machine's for a certificate of ACM, whatever the port shows", async () => {
    await withTrustedFile(contextOf("requested"), signal, async (trusted) =>
      assert.equal(trusted, undefined),
    );
  });
});

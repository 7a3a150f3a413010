import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { CertificateAuthority } from "../../../../local/runtime/acm/certificateAuthority";
import type { TlsPlan } from "../../../../local/runtime/plan/types";
import { freeStack, TestCloud } from "../fixtures";
import { selfSigned } from "../stack";

const versions = { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" } as const;
const deployed = (): TlsPlan => ({ ...selfSigned(), ...versions });

describe("the local certificate authority", () => {
  let home: string;
  let folder: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "authority-"));
    folder = join(home, "ca");
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const certificateFile = () => readFileSync(join(folder, "rootCA.pem"), "utf8");

  /** Why a client that trusts the authority alone refuses what a server presents; undefined when it does not. */
  async function refusal(tls: TlsPlan, servername: string): Promise<string | undefined> {
    const server = createServer({ cert: tls.certificate, key: tls.key }).listen(0, "127.0.0.1");
    await once(server, "listening");
    server.on("connection", (accepted) => socket.once("close", () => accepted.destroy()));
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: "127.0.0.1", servername, ca: certificateFile() });
    try {
      await once(socket, "secureConnect");
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it("makes clients that trust its file trust the listener of a self-signed certificate", async () => {
    const certificateAuthority = new CertificateAuthority(folder);
    const cloud = new TestCloud({ certificateAuthority });
    try {
      await cloud.start(await freeStack());
      const options = { port: cloud.port("tls"), host: "127.0.0.1", servername: "localhost" };
      const socket = connect({ ...options, ca: readFileSync(certificateAuthority.file) });
      await once(socket, "secureConnect").finally(() => socket.destroy());
    } finally {
      await cloud.close();
    }
  });

  it("presents the deployed key, names, uses and validity", async () => {
    const plan = deployed();
    const presented = await new CertificateAuthority(folder).present(plan);
    const [before, after] = [plan, presented].map(
      ({ certificate }) => new X509Certificate(certificate),
    );
    assert.equal(presented.key, plan.key);
    assert.ok(before && after);
    assert.deepEqual(
      after.publicKey.export({ type: "spki", format: "pem" }),
      before.publicKey.export({ type: "spki", format: "pem" }),
    );
    for (const field of [
      "subject",
      "subjectAltName",
      "validFrom",
      "validTo",
      "keyUsage",
    ] as const) {
      assert.deepEqual(after[field], before[field], field);
    }
    assert.equal(after.ca, false);
    assert.equal(await refusal(presented, "localhost"), undefined);
  });

  it("presents the same certificate as long as the same one is deployed", async () => {
    const authority = new CertificateAuthority(folder);
    assert.equal(await authority.present(deployed()), await authority.present(deployed()));
  });

  it("keeps its key from other users, outlives the process, and is one for all that start at once", async () => {
    const authorities = [1, 2, 3].map(() => new CertificateAuthority(folder));
    const plans = await Promise.all(authorities.map((each) => each.present(deployed())));
    for (const plan of plans) assert.equal(await refusal(plan, "localhost"), undefined);
    assert.equal(statSync(join(folder, "rootCA-key.pem")).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(home), ["ca"]);

    const before = certificateFile();
    const later = await new CertificateAuthority(folder).present(deployed());
    assert.equal(certificateFile(), before);
    assert.equal(await refusal(later, "localhost"), undefined);
  });

  it("vouches for no name but this machine's own, whatever it is made to sign", async () => {
    await new CertificateAuthority(folder).present(deployed());
    for (const [name, kind] of [
      ["example.org", "DNS"],
      ["notlocalhost", "DNS"],
      ["198.51.100.1", "IP"],
    ] as const) {
      assert.match(
        (await refusal(signedFor(folder, `${kind}:${name}`), kind === "IP" ? "" : name)) ?? "",
        /permitted subtree violation/,
        name,
      );
    }
    for (const name of ["localhost", "media.localhost"]) {
      assert.equal(await refusal(signedFor(folder, `DNS:${name}`), name), undefined);
    }
  });

  it("leaves a certificate alone that is not self-signed, or is for other names", async () => {
    const authority = new CertificateAuthority(folder);
    const issued = { ...signedByOther(), ...versions };
    assert.equal(await authority.present(issued), issued);
    const foreign = { ...selfSignedFor("media.example.org"), ...versions };
    assert.equal(await authority.present(foreign), foreign);
  });

  it("is made anew when it has expired or cannot be read", async () => {
    const authority = new CertificateAuthority(folder);
    await authority.present(deployed());
    const before = certificateFile();
    writeFileSync(join(folder, "rootCA-key.pem"), "cut sho");
    const presented = await new CertificateAuthority(folder).present(deployed());
    assert.notEqual(certificateFile(), before);
    assert.equal(await refusal(presented, "localhost"), undefined);

    const elevenYears = 11 * 365 * 24 * 3_600_000;
    const unexpired = certificateFile();
    await new CertificateAuthority(folder, () => Date.now() + elevenYears).present(deployed());
    assert.notEqual(certificateFile(), unexpired);
  });

  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });

  /** Made with the authority's own key, past what the class signs. */
  function signedFor(by: string, subjectAltName: string): TlsPlan {
    const [key, request, leaf, extensions] = ["k", "r", "l", "x"].map((name) => join(home, name));
    openssl(
      "req",
      "-new",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/CN=x",
      "-keyout",
      `${key}`,
      "-out",
      `${request}`,
    );
    writeFileSync(`${extensions}`, `subjectAltName=${subjectAltName}`);
    const issuer = [
      "-CA",
      join(by, "rootCA.pem"),
      "-CAkey",
      join(by, "rootCA-key.pem"),
      "-CAcreateserial",
    ];
    openssl(
      "x509",
      "-req",
      "-in",
      `${request}`,
      ...issuer,
      "-days",
      "2",
      "-extfile",
      `${extensions}`,
      "-out",
      `${leaf}`,
    );
    return {
      certificate: readFileSync(`${leaf}`, "utf8"),
      key: readFileSync(`${key}`, "utf8"),
      ...versions,
    };
  }

  function signedByOther() {
    const other = join(home, "other");
    execFileSync("mkdir", [other]);
    openssl(
      ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout".split(" "),
      join(other, "rootCA-key.pem"),
      "-out",
      join(other, "rootCA.pem"),
    );
    return signedFor(other, "DNS:localhost");
  }

  function selfSignedFor(name: string) {
    const [key, certificate] = [join(home, "self-key"), join(home, "self")];
    openssl(
      ..."req -x509 -newkey rsa:2048 -nodes -days 2".split(" "),
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=DNS:${name}`,
      "-keyout",
      key,
      "-out",
      certificate,
    );
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  }
});

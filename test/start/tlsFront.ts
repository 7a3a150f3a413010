import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";

export interface TlsFront {
  readonly url: string;
  /** PEM, of the authority that is the certificate itself. */
  readonly certificate: string;
  readonly close: () => Promise<void>;
}

/** HTTPS on a free port in front of an HTTP server of this machine. */
export async function tlsFront(port: string): Promise<TlsFront> {
  const { certificate, key } = authority();
  const clients = new Set<TLSSocket>();
  const server = createServer({ cert: certificate, key }, (client) => {
    clients.add(client);
    const behind = connect(Number(port), "127.0.0.1");
    client.pipe(behind).pipe(client);
    client.on("error", () => behind.destroy()).on("close", () => clients.delete(client));
    behind.on("error", () => client.destroy());
  });
  await once(server.listen(0, "localhost"), "listening");
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    close: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function authority(): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "front-"));
  const [keyFile, file] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  try {
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", keyFile, "-out", file];
    execFileSync("openssl", [...request.split(" "), ...names, ...files], { stdio: "ignore" });
    return { certificate: readFileSync(file, "utf8"), key: readFileSync(keyFile, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

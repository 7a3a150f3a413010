import { execFile } from "node:child_process";
import { resolveNs } from "node:dns/promises";
import { rootCertificates } from "node:tls";
import { Agent, fetch } from "undici";
import { parseJson } from "../../shared/parse";

export interface CommandOutcome {
  /** null: there is no such program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is asked of this machine and its network. */
export interface Machine {
  /** Name servers to which a zone is delegated. Rejects with ENOTFOUND or ENODATA when there are none. */
  readonly nameServers: (zone: string) => Promise<string[]>;
  /** `caCertificates` is PEM of authorities besides the public ones. */
  readonly getJson: (
    url: string,
    signal: AbortSignal,
    caCertificates?: string,
  ) => Promise<{ status: number; body: unknown }>;
  readonly run: (
    command: string,
    args: readonly string[],
    signal: AbortSignal,
  ) => Promise<CommandOutcome>;
}

const maxBodyBytes = 64 * 1024;

export const thisMachine: Machine = {
  nameServers: resolveNs,
  getJson: async (url, signal, caCertificates) => {
    const ca = caCertificates === undefined ? {} : { ca: [...rootCertificates, caCertificates] };
    const dispatcher = new Agent({ connect: ca });
    try {
      const response = await fetch(url, { signal, redirect: "error", dispatcher });
      const text = (await response.text()).slice(0, maxBodyBytes);
      return { status: response.status, body: parseJson(text) };
    } finally {
      await dispatcher.destroy();
    }
  },
  run: (command, args, signal) =>
    new Promise((resolve, reject) => {
      execFile(command, [...args], { signal }, (error, stdout, stderr) => {
        if (signal.aborted) return reject(signal.reason);
        if ((error as NodeJS.ErrnoException | null)?.code === "ENOENT") {
          return resolve({ code: null, stdout, stderr });
        }
        const code = typeof error?.code === "number" ? error.code : 1;
        resolve({ code: error ? code : 0, stdout, stderr });
      });
    }),
};

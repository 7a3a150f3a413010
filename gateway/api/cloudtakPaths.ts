import * as z from "zod";
import { isStreamName } from "../../lambda/auth/contract";
import type { MediamtxApi } from "../mediamtx";
import { type Answer, fault, mediamtxSilent, ok } from "./answer";
import { withPassphrase } from "./configuration";
import type { Kicks } from "./kicks";
import { sourceFault } from "./source";

/** What CloudTAK says of a lease; other fields are none of our business. */
const Lease = z.object({
  name: z.string().refine(isStreamName, "must be a path name"),
  source: z.string().min(1).nullish(),
  record: z.boolean().nullish(),
});

/** Recordings as CloudTAK's media server makes them. */
const recording = {
  record: true,
  recordFormat: "fmp4",
  recordPartDuration: "1s",
  recordSegmentDuration: "1h",
  recordDeleteAfter: "168h",
} as const;

/**
 * CloudTAK's calls about one path. Only a lease with a source or a recording becomes a path configuration: the
 * others are decided about when somebody comes, and adding paths gets slow in MediaMTX with their number.
 */
export class CloudtakPaths {
  readonly #mediamtx: MediamtxApi;
  readonly #kicks: Kicks;

  constructor(mediamtx: MediamtxApi, kicks: Kicks) {
    this.#mediamtx = mediamtx;
    this.#kicks = kicks;
  }

  /** POST /path. 400 when MediaMTX has the path already. */
  async add(body: unknown): Promise<Answer> {
    const lease = await readLease(body);
    if ("status" in lease) return lease;
    const { name, configuration } = lease;
    return configuration ? this.#change("POST", `add/${name}`, configuration) : ok;
  }

  /** PATCH /path/{path}. A lease that has lost source and recording loses its configuration. */
  async change(path: string, body: unknown): Promise<Answer> {
    const lease = await readLease({ ...(body as object), name: path });
    if ("status" in lease) return lease;
    const { configuration } = lease;
    if (configuration) return this.#change("POST", `replace/${path}`, configuration);
    return this.#unconfigure(path);
  }

  /** DELETE /path/{path}: ends its sessions too. */
  async remove(path: string): Promise<Answer> {
    const answer = await this.#unconfigure(path);
    this.#kicks.endPath(path);
    return answer;
  }

  async #unconfigure(path: string): Promise<Answer> {
    const answer = await this.#change("DELETE", `delete/${path}`);
    return answer.status === 404 ? ok : answer;
  }

  async #change(method: "POST" | "DELETE", call: string, body?: object): Promise<Answer> {
    try {
      return await this.#mediamtx.change(method, `/v3/config/paths/${call}`, body);
    } catch {
      return mediamtxSilent;
    }
  }
}

interface ReadLease {
  readonly name: string;
  /** undefined: needs none. */
  readonly configuration: object | undefined;
}

async function readLease(body: unknown): Promise<ReadLease | Answer> {
  const read = Lease.safeParse(body);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return fault(400, faults.join("; "));
  }
  const { name, source, record } = read.data;
  const wrong = source ? await sourceFault(source) : undefined;
  if (wrong) return fault(400, wrong);
  const configuration = {
    ...(source ? { source, sourceOnDemand: true } : {}),
    ...(record ? recording : {}),
  };
  const needed = Boolean(source || record);
  return { name, configuration: needed ? withPassphrase(configuration) : undefined };
}

import * as z from "zod";
import { isStreamName } from "../../lambda/auth/contract";
import type { PathConfigurations } from "../paths/configurations";
import { isEveryPath, leaseSettings, type PathSettings } from "../paths/settings";
import { type Answer, fault, ok } from "./answer";
import { answered } from "./configuration";
import type { Kicks } from "./kicks";

/** What CloudTAK says of a lease; other fields are none of our business. */
const Lease = z.object({
  name: z
    .string()
    .refine((name) => isStreamName(name) && !isEveryPath(name), "must be a path name"),
  source: z.string().min(1).nullish(),
  record: z.boolean().nullish(),
});

/**
 * CloudTAK's calls about one path. Only a lease with a source or a recording becomes a path configuration: the
 * others are decided about when somebody comes, and adding paths gets slow in MediaMTX with their number.
 */
export class CloudtakPaths {
  readonly #paths: PathConfigurations;
  readonly #kicks: Kicks;

  constructor(paths: PathConfigurations, kicks: Kicks) {
    this.#paths = paths;
    this.#kicks = kicks;
  }

  /** POST /path. 400 when MediaMTX has the path already. */
  async add(body: unknown): Promise<Answer> {
    const lease = readLease(body);
    if ("status" in lease) return lease;
    const { name, settings } = lease;
    return settings ? answered(this.#paths.add(name, settings, "cloudtak")) : ok;
  }

  /** PATCH /path/{path}. A lease that has lost source and recording loses its configuration. */
  async change(path: string, body: unknown): Promise<Answer> {
    const lease = readLease({ ...(body as object), name: path });
    if ("status" in lease) return lease;
    const { settings } = lease;
    return settings
      ? answered(this.#paths.replace(path, settings, "cloudtak"))
      : this.#unconfigure(path);
  }

  /** DELETE /path/{path}: ends its sessions too. */
  async remove(path: string): Promise<Answer> {
    const answer = await this.#unconfigure(path);
    this.#kicks.endPath(path);
    return answer;
  }

  async #unconfigure(path: string): Promise<Answer> {
    const answer = await answered(this.#paths.remove(path));
    return answer.status === 404 ? ok : answer;
  }
}

interface ReadLease {
  readonly name: string;
  /** undefined: needs none. */
  readonly settings: PathSettings | undefined;
}

function readLease(body: unknown): ReadLease | Answer {
  const read = Lease.safeParse(body);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return fault(400, faults.join("; "));
  }
  const { name, source, record } = read.data;
  return { name, settings: leaseSettings({ proxy: source ?? null, recording: record ?? false }) };
}

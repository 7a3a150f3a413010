import * as z from "zod";
import { isStreamName } from "../../../shared/authContract";
import type { PathConfigurations } from "../../paths/configurations";
import { isEveryPath, leaseSettings, type PathSettings } from "../../paths/settings";
import { type ApiResponse, errorResponse, ok } from "../response";
import { toResponse } from "../v3/configuration";
import type { KickHandler } from "../v3/kick";
import type { ReadHandlers } from "../v3/readHandlers";

/** What CloudTAK says of a lease; other fields are none of our business. */
const Lease = z.object({
  name: z
    .string()
    .refine((name) => isStreamName(name) && !isEveryPath(name), "must be a path name"),
  /** CloudTAK's dialog sends "" for none. */
  source: z.string().nullish(),
  record: z.boolean().nullish(),
});

/**
 * CloudTAK's calls about one path. Only a lease with a source or a recording becomes a path configuration: the others
 * are decided about when a client connects, and adding paths gets slower in MediaMTX with their number.
 */
export class CloudtakPaths {
  readonly #paths: PathConfigurations;
  readonly #readHandlers: Pick<ReadHandlers, "getObject">;
  readonly #kickHandler: KickHandler;

  constructor(
    paths: PathConfigurations,
    readHandlers: Pick<ReadHandlers, "getObject">,
    kickHandler: KickHandler,
  ) {
    this.#paths = paths;
    this.#readHandlers = readHandlers;
    this.#kickHandler = kickHandler;
  }

  /**
   * GET /path/{path} of CloudTAK itself, which asks for its own leases only: one that is not live is not an error. One that
   * is pulled by http counts as ready, as CloudTAK's own media server has it: it is pulled while clients watch.
   */
  async show(path: string): Promise<ApiResponse> {
    const answer = await this.#readHandlers.getObject(`/v3/paths/get/${path}`);
    if (answer.status !== 200 && answer.status !== 404) return answer;
    const found = answer.status === 200 ? answer.body : notLive(path);
    return { status: 200, body: this.#isPulledByHttp(path) ? { ...found, ready: true } : found };
  }

  /** POST /path. 400 when MediaMTX has the path already. */
  async add(body: unknown): Promise<ApiResponse> {
    const lease = readLease(body);
    if ("status" in lease) return lease;
    const { name, settings } = lease;
    return settings ? toResponse(this.#paths.add(name, settings, "cloudtak")) : ok;
  }

  /** PATCH /path/{path}. A lease that has lost source and recording loses its configuration. */
  async change(path: string, body: unknown): Promise<ApiResponse> {
    const lease = readLease({ ...(body as object), name: path });
    if ("status" in lease) return lease;
    const { settings } = lease;
    return settings
      ? toResponse(this.#paths.replace(path, settings, "cloudtak"))
      : this.#unconfigure(path);
  }

  /** DELETE /path/{path}: ends its sessions too. */
  async remove(path: string): Promise<ApiResponse> {
    const answer = await this.#unconfigure(path);
    this.#kickHandler.endPath(path);
    return answer;
  }

  #isPulledByHttp(path: string): boolean {
    return /^https?:/.test(this.#paths.list().get(path)?.settings.source ?? "");
  }

  async #unconfigure(path: string): Promise<ApiResponse> {
    const answer = await toResponse(this.#paths.remove(path));
    return answer.status === 404 ? ok : answer;
  }
}

/** A path in MediaMTX's shape, without publisher and readers. */
const notLive = (name: string) => ({
  ...{ name, confName: "all_others", source: null, ready: false, readyTime: null },
  ...{ tracks: [], bytesReceived: 0, bytesSent: 0, readers: [] },
});

interface ReadLease {
  readonly name: string;
  /** undefined: needs none. */
  readonly settings: PathSettings | undefined;
}

function readLease(body: unknown): ReadLease | ApiResponse {
  const read = Lease.safeParse(body);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return errorResponse(400, faults.join("; "));
  }
  const { name, source, record } = read.data;
  return { name, settings: leaseSettings({ proxy: source || null, recording: record ?? false }) };
}

import * as z from "zod";
import type { MediamtxApi } from "../mediamtx";
import { type Answer, fault, mediamtxSilent } from "./answer";
import { redacted } from "./redact";
import { type Call, targetOf } from "./routes";
import { sourceFault } from "./source";

const duration = z.string().regex(/^\d{1,5}(ms|s|m|h)$/, "must be a time such as 10s");
const maxReaders = z.int().min(0).max(100_000);

/** None of these runs a command, reads a file, opens a listener or sends a stream elsewhere. */
const path = z.strictObject({
  source: z.string().optional(),
  sourceOnDemand: z.boolean().optional(),
  sourceOnDemandStartTimeout: duration.optional(),
  sourceOnDemandCloseAfter: duration.optional(),
  maxReaders: maxReaders.optional(),
  record: z.boolean().optional(),
});

/** What each call may set, by route. */
export const settings: Readonly<Record<string, z.ZodType<object>>> = {
  "config/global/patch": z.strictObject({ logLevel: z.enum(["error", "warn", "info"]).optional() }),
  "config/pathdefaults/patch": z.strictObject({ maxReaders: maxReaders.optional() }),
  "config/paths/add/{name}": path,
  "config/paths/patch/{name}": path,
  "config/paths/replace/{name}": path,
  "config/paths/delete/{name}": z.undefined() as unknown as z.ZodType<object>,
};

/** MediaMTX's names for "every path": without it no lease could be published. */
const everyPath = /^all(_others)?$/;

/** Writes a configuration of the allow-list; refuses everything else, with all faults. */
export async function configure(mediamtx: MediamtxApi, call: Call, body: unknown): Promise<Answer> {
  const { route, subject } = call;
  if (everyPath.test(subject))
    return fault(403, `${subject} is part of the gateway's own settings`);
  if (holdsRedacted(body)) {
    return fault(400, `"${redacted}" stands for a secret that is not shown; leave the field out`);
  }
  const read = settings[route.path]?.safeParse(body);
  if (!read?.success) return fault(403, faultsOf(read?.error));
  const source = (read.data as { source?: string } | undefined)?.source;
  const wrong =
    source === undefined || source === "publisher" ? undefined : await sourceFault(source);
  if (wrong) return fault(400, wrong);
  try {
    return await mediamtx.change(route.method as "POST", targetOf(call), withPassphrase(read.data));
  } catch {
    return mediamtxSilent;
  }
}

/** MediaMTX refuses a source beside a passphrase for publishers, which paths have by default when SRT is encrypted. */
export function withPassphrase(configuration: object | undefined): object | undefined {
  const source = (configuration as { source?: string } | undefined)?.source;
  return source === undefined || source === "publisher"
    ? configuration
    : { ...configuration, srtPublishPassphrase: "" };
}

const holdsRedacted = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).some(holdsRedacted)
    : value === redacted;

/** Field names and rules; values may be secrets. */
function faultsOf(error: z.ZodError | undefined): string {
  const lines = (error?.issues ?? []).map(({ path: at, message }) =>
    at.length > 0 ? `${at.join(".")}: ${message}` : message,
  );
  return `not allowed over this API: ${lines.join("; ")}`;
}

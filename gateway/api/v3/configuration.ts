import * as z from "zod";
import type { MediamtxClient, MediamtxResponse } from "../../mediamtx/client";
import { redacted } from "../../mediamtx/redact";
import type { PathConfigurations } from "../../paths/configurations";
import { isEveryPath, type PathSettings } from "../../paths/settings";
import { SourceError } from "../../sources/source";
import { type ApiResponse, errorResponse, mediamtxUnavailable } from "../response";
import { type ApiCall, targetOf } from "./routes";

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

/**
 * What each call may set, by route. MediaMTX ends all streams when `logLevel` or the path defaults change, so
 * these two are for maintenance.
 */
export const settings: Readonly<Record<string, z.ZodType<object>>> = {
  "config/global/patch": z.strictObject({ logLevel: z.enum(["error", "warn", "info"]).optional() }),
  "config/pathdefaults/patch": z.strictObject({ maxReaders: maxReaders.optional() }),
  "config/paths/add/{name}": path,
  "config/paths/patch/{name}": path,
  "config/paths/replace/{name}": path,
  "config/paths/delete/{name}": z.undefined() as unknown as z.ZodType<object>,
};

/** Writes a configuration of the allow-list; refuses everything else, with all faults. */
export async function configure(
  mediamtx: MediamtxClient,
  paths: PathConfigurations,
  call: ApiCall,
  body: unknown,
): Promise<ApiResponse> {
  const { route, subject } = call;
  if (isEveryPath(subject)) {
    return errorResponse(403, `${subject} is part of the gateway's own settings`);
  }
  if (holdsRedacted(body)) {
    return errorResponse(
      400,
      `"${redacted}" stands for a secret that is not shown; leave the field out`,
    );
  }
  const read = settings[route.path]?.safeParse(body);
  if (!read?.success) return errorResponse(403, faultsOf(read?.error));
  switch (route.path) {
    case "config/paths/add/{name}":
      return toResponse(paths.add(subject, read.data as PathSettings, "administrator"));
    case "config/paths/replace/{name}":
      return toResponse(paths.replace(subject, read.data as PathSettings, "administrator"));
    case "config/paths/patch/{name}":
      return toResponse(paths.patch(subject, read.data as PathSettings));
    case "config/paths/delete/{name}":
      return toResponse(paths.remove(subject));
    default:
      return toResponse(mediamtx.forward(route.method as "PATCH", targetOf(call), read.data));
  }
}

/** MediaMTX's answer to a change, or why there is none. */
export async function toResponse(change: Promise<MediamtxResponse>): Promise<ApiResponse> {
  try {
    return await change;
  } catch (error) {
    return error instanceof SourceError ? errorResponse(400, error.message) : mediamtxUnavailable;
  }
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

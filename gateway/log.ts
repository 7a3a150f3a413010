import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Keys that are never logged on purpose; they are redacted in case an object that holds one is logged. */
const secretKeys = new Set(["password", "token", "ticket", "handle", "authorization"]);

/** Depth to which objects of a line are redacted. */
const redactedLevels = 3;

/**
 * JSON lines on stdout. The messages hold the words by which the guide's CloudWatch filters find them:
 * "auth allowed", "auth refused", "connected", "disconnected", "not connected".
 */
export function createLog(destination?: DestinationStream): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (line) => redacted(line) },
      serializers: { err: (error: Error) => redacted({ ...pino.stdSerializers.err(error) }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** A copy without secrets. pino's own redaction allocates 30 KiB for each line where it has wildcards. */
function redacted<Value>(value: Value, levels = redactedLevels): Value {
  if (levels === 0) return value;
  if (Array.isArray(value)) return value.map((one) => redacted(one, levels - 1)) as Value;
  if (!isPlain(value)) return value;
  const shown = Object.entries(value).map(([key, inner]) => [
    key,
    secretKeys.has(key) ? "<redacted>" : redacted(inner, levels - 1),
  ]);
  return Object.fromEntries(shown);
}

/** Dates and the like write themselves. */
const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

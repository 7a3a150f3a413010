import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Nobody logs these on purpose; this is for the day somebody logs an object that holds one. */
const secretKeys = ["password", "token", "ticket", "handle", "authorization"];

/**
 * JSON lines on stdout. The messages hold the words by which the guide's CloudWatch filters find them:
 * "auth allowed", "auth refused", "connected", "disconnected".
 */
export function createLog(destination?: DestinationStream): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: "<redacted>",
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

import { type DestinationStream, type Logger, pino } from "pino";
import { isStreamName } from "../lambda/auth/contract";

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

/**
 * A stream name as a client gave it, fit for a log line. What is no stream name may be a stream key with
 * a password in it, so nothing of it is shown.
 */
export const streamForLog = (stream: string): string =>
  stream === "" || isStreamName(stream) ? stream : "<malformed>";

import * as z from "zod/mini";
import { isStreamName, maxBatch, maxFieldLength, type Question } from "./contract";
import { isToken } from "./token";

const field = (maximum: number) => z.string().check(z.maxLength(maximum));
const maxAddressLength = 64;

const Shape = z
  .object({
    action: z.enum(["publish", "read", "playback", "api"]),
    protocol: z.enum(["rtmp", "rtsp", "srt", "hls", "api"]),
    stream: field(maxFieldLength.stream),
    user: field(maxFieldLength.user),
    password: field(maxFieldLength.password),
    token: field(maxFieldLength.token),
    address: field(maxAddressLength),
  })
  .check(z.refine(({ action, stream }) => (action === "api" ? stream === "" : isLoggable(stream))));

/** A stream name ends up in URLs and logs, so it must not be somebody's token. */
const isLoggable = (stream: string) => isStreamName(stream) && !isToken(stream);

/** Null for a question that breaks the contract: it is refused as "malformed". */
export const readQuestion = (value: unknown): Question | null =>
  Shape.safeParse(value).data ?? null;

/** The questions of an event, each still to be read. Throws for what is no event at all. */
export function readEvent(event: unknown): readonly unknown[] {
  const { operation, questions } = (event ?? {}) as { operation?: unknown; questions?: unknown };
  if (operation !== "decide") throw new Error('unknown "operation"; allowed: "decide"');
  if (!Array.isArray(questions))
    throw new Error('"questions" is no list; send a list of questions');
  if (questions.length > maxBatch) {
    throw new Error(`"questions" has ${questions.length} entries; allowed: at most ${maxBatch}`);
  }
  return questions;
}

import * as z from "zod/mini";
import {
  type AuthRequest,
  isStreamName,
  type LoginRequest,
  maxFieldLength,
  type RunningSession,
} from "../../../shared/authContract";
import { isToken } from "../crypto/tokens";

const field = (maximum: number) => z.string().check(z.maxLength(maximum));
const maxAddressLength = 64;

const QuestionShape = z
  .object({
    action: z.enum(["publish", "read", "playback", "api"]),
    protocol: z.enum(["rtmp", "rtsp", "srt", "hls", "api"]),
    stream: field(maxFieldLength.stream),
    user: field(maxFieldLength.user),
    password: field(maxFieldLength.password),
    token: field(maxFieldLength.token),
    address: field(maxAddressLength),
    login: z.optional(field(maxFieldLength.handle)),
  })
  .check(z.refine(({ action, stream }) => (action === "api" ? stream === "" : isLoggable(stream))))
  .check(z.refine((question) => !holdsSecret(question)));

const LoginShape = z.object({
  user: field(maxFieldLength.user),
  password: field(maxFieldLength.password),
  address: field(maxAddressLength),
});

const RunningShape = z.object({
  handle: field(maxFieldLength.handle),
  action: z.enum(["publish", "read"]),
  path: z.string().check(z.refine(isStreamName)),
});

/** A stream name ends up in URLs and logs, so it must not be a token. */
const isLoggable = (stream: string) => isStreamName(stream) && !isToken(stream);

/** True for a stream key with its password twice, as `user:password:password`. */
const holdsSecret = ({ stream, password, token }: AuthRequest) =>
  [password, token].some((secret) => secret !== "" && `/${stream}/`.includes(`/${secret}/`));

/** Null for a question that breaks the contract: it is refused as "malformed". */
export const readAuthRequest = (value: unknown): AuthRequest | null =>
  QuestionShape.safeParse(value).data ?? null;

/** Null for a session that breaks the contract: it is refused as "malformed". */
export const readRunning = (value: unknown): RunningSession | null =>
  RunningShape.safeParse(value).data ?? null;

/** Null for a login that breaks the contract: it is refused as "malformed". */
export const readLogin = (value: unknown): LoginRequest | null =>
  LoginShape.safeParse(value).data ?? null;

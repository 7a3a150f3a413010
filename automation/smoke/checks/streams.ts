import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { Check } from "../../checks/examine";
import { type Finding, fault, ok } from "../../checks/finding";
import type { Credentials, SmokeContext } from "../context";
import { Ffmpeg, playArguments, publishArguments } from "../ffmpeg";
import { redact } from "../redact";
import { until } from "../retry";
import { streamUrls } from "../streamUrls";
import { withTrustedFile } from "../trustedFile";

/** Frames of one second: the picture flows. */
const enoughFrames = 25;

/** One check for each open port that carries media: a test stream is published there and played there. */
export const streams = ({ outputs: { urls } }: SmokeContext): Check<SmokeContext>[] =>
  Object.entries(urls)
    .filter(([name]) => name !== "api")
    .map(([name, url]) => {
      const { protocol, port } = new URL(url);
      const subject = `stream ${name === "hls" ? "hls" : protocol.slice(0, -1)} ${port}`;
      return {
        subject,
        timeoutMs: 90_000,
        run: (context, signal) =>
          withTrustedFile(context, signal, (trusted) =>
            stream(subject, name, context, signal, trusted),
          ),
      };
    });

async function stream(
  subject: string,
  name: string,
  context: SmokeContext,
  signal: AbortSignal,
  trusted: string | undefined,
): Promise<Finding[]> {
  const { outputs, local } = context;
  if (!context.credentials) throw new Error("no credentials");
  const credentials = await withPassphrase(context.credentials, context, signal);
  const own = streamUrls(outputs.urls[name] ?? "", credentials, local?.address);
  // What is only played on HLS is published over RTSPS.
  const publish =
    own.publish ?? streamUrls(outputs.urls.rtsp ?? "", credentials, local?.address).publish;
  const publisher = new Ffmpeg(publishArguments(publish ?? []), signal, trusted);
  try {
    const played = await until(() => play(own.play, publisher, signal, trusted), {
      timeoutMs: 40_000,
      intervalMs: 500,
      signal,
    });
    if (played !== undefined && played.frames >= enoughFrames) {
      const how = own.publish ? "published and played" : "played";
      return [ok(subject, `${how}, ${played.frames} frames`)];
    }
    const [what, words] = publisher.isRunning
      ? ["published, but not played", played?.words ?? "no picture within 40 s"]
      : ["not published", publisher.lastWords];
    const remedy = publisher.isMissing
      ? "install FFmpeg, and have it on PATH"
      : `aws logs tail ${outputs.logGroupName} --since 10m, for why the gateway refused`;
    return [fault(subject, redact(`${what}: ${words}`, credentials), remedy)];
  } finally {
    await publisher.stop();
  }
}

/** Plays two seconds. undefined: try again. */
async function play(
  input: readonly string[],
  publisher: Ffmpeg,
  signal: AbortSignal,
  trusted: string | undefined,
) {
  const player = new Ffmpeg(playArguments(input, 2), signal, trusted);
  await player.end();
  const { frames, lastWords } = player;
  return frames >= enoughFrames || !publisher.isRunning ? { frames, words: lastWords } : undefined;
}

/** Given, else as the stack's secret has it. */
async function withPassphrase(
  credentials: Credentials,
  { outputs, aws }: SmokeContext,
  abortSignal: AbortSignal,
): Promise<Credentials> {
  const SecretId = outputs.srtPassphraseSecretArn;
  if (credentials.srtPassphrase !== undefined || SecretId === "") return credentials;
  const command = new GetSecretValueCommand({ SecretId });
  const { SecretString } = await aws.secrets.send(command, { abortSignal });
  return SecretString === undefined ? credentials : { ...credentials, srtPassphrase: SecretString };
}

import { randomBytes } from "node:crypto";
import { InvokeCommand, type InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { z } from "zod";
import type { AuthRequest, Decision } from "../../../shared/authContract";
import type { Check } from "../../checks/examine";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import type { Credentials, SmokeContext } from "../context";
import { until } from "../retry";

const subject = "auth function";

/** Name of the alias that the gateway invokes. */
const Qualifier = "live";

/** What the function says to one question, and the end of its log. */
export interface Answered {
  readonly decision: Decision;
  readonly log: string;
}

/**
 * The auth function decides one question. An unknown user must be refused: to know that, the function has read the signing
 * secret and asked CloudTAK. "Undecided" means that it could not, and refuses everyone.
 */
export const authFunction: Check<SmokeContext> = {
  subject,
  timeoutMs: 60_000,
  run: async ({ aws, outputs: { authFunctionName }, credentials }, signal) => {
    const question = questionOf(credentials);
    const answer = await until(
      async () => {
        const command = new InvokeCommand({
          FunctionName: authFunctionName,
          Qualifier,
          LogType: "Tail",
          Payload: JSON.stringify({ operation: "decide", questions: [question] }),
        });
        try {
          return read(await aws.lambda.send(command, { abortSignal: signal }));
        } catch (error) {
          if ((error as Error).name !== "ResourceNotFoundException") throw error;
          return (error as Error).message;
        }
      },
      { timeoutMs: 30_000, intervalMs: 500, signal },
    );
    if (answer === undefined) {
      return [notChecked(subject, "CloudTAK takes longer than 30 s over one question")];
    }
    if (typeof answer === "string") {
      const remedy = `aws logs tail /aws/lambda/${authFunctionName} --since 10m`;
      return [fault(subject, `${authFunctionName} fails: ${answer}`, remedy)];
    }
    return [authFinding(answer, credentials)];
  },
};

function questionOf(credentials: Credentials | undefined): AuthRequest {
  const random = randomBytes(8).toString("hex");
  return {
    action: credentials ? "publish" : "read",
    protocol: "rtsp",
    stream: credentials?.stream ?? `smoke-test-${random}`,
    user: credentials?.user ?? `smoke-test-${random}`,
    password: credentials?.password ?? random,
    token: "",
    address: "127.0.0.1",
  };
}

const answerFormat = z.object({
  decisions: z.tuple([
    z.union([z.null(), z.looseObject({ allow: z.boolean(), reason: z.string().optional() })]),
  ]),
});

/** undefined: not decided yet. A text: what the function failed with. */
function read({ Payload, FunctionError, LogResult = "" }: InvokeCommandOutput) {
  const payload: unknown = JSON.parse(Payload?.transformToString() ?? "null");
  if (FunctionError !== undefined) {
    const { errorMessage } = (payload ?? {}) as { errorMessage?: unknown };
    return String(errorMessage ?? FunctionError);
  }
  const [decision] = answerFormat.parse(payload).decisions;
  if (decision === null) return undefined;
  const log = Buffer.from(LogResult, "base64").toString("utf8");
  return { decision: decision as unknown as Decision, log };
}

export function authFinding(
  { decision, log }: Answered,
  credentials: Credentials | undefined,
): Finding {
  if (decision.allow) {
    return credentials
      ? ok(subject, "lets the test user publish")
      : fault(subject, "admits a user that CloudTAK does not know", "set authMode strict");
  }
  if (decision.reason === "undecided") {
    const cause = causeIn(log) ?? "its log says why";
    return fault(subject, `cannot decide, so every client is refused: ${cause}`, remedyOf(cause));
  }
  if (!credentials) return ok(subject, `refuses an unknown user: ${decision.reason}`);
  return fault(
    subject,
    `refuses the test user: ${decision.reason}`,
    "use a CloudTAK user and a lease of this user; aws logs tail shows the function's decisions",
  );
}

/** The newest line of the function's log with a detail. It never holds a credential. */
function causeIn(log: string): string | undefined {
  const details = log.split("\n").flatMap((line) => {
    try {
      const { detail } = JSON.parse(line);
      return typeof detail === "string" ? [detail] : [];
    } catch {
      return [];
    }
  });
  return details.at(-1);
}

function remedyOf(cause: string): string {
  if (/KMS/.test(cause)) return "npm run doctor, which looks at the key of the signing secret";
  if (/Secrets Manager|secret/.test(cause)) return "check cloudtakSigningSecretArn: npm run doctor";
  return "check that cloudtakUrl is reachable from the internet, and that its signing secret is this one";
}

import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type * as z from "zod";
import type {
  DecideEvent,
  LeasesEvent,
  LoginEvent,
  RecheckEvent,
} from "../../../shared/authContract";
import { parseJson } from "../../../shared/parse";
import { withTimeout } from "../../process/timeout";

/**
 * Invokes the auth function and checks its response.
 *
 * @throws Error whose message repeats nothing of the event and the response: both hold secrets
 */
export async function invokeAuth<T>(
  lambda: LambdaClient,
  functionArn: string,
  event: DecideEvent | LoginEvent | RecheckEvent | LeasesEvent,
  shape: z.ZodType<T>,
  deadlineMs: number,
): Promise<T> {
  const command = new InvokeCommand({
    FunctionName: functionArn,
    Payload: JSON.stringify(event),
  });
  // The SDK observes its signal only during the HTTP request, not while it resolves credentials.
  const output = await withTimeout(deadlineMs, (abortSignal) =>
    lambda.send(command, { abortSignal }),
  );
  // The payload of a failure may repeat what we sent.
  if (output.FunctionError) throw new Error(`the function ended with ${output.FunctionError}`);
  const payload = parseJson(output.Payload?.transformToString() ?? "");
  if (payload === undefined) throw new Error("the function's answer is no JSON");
  const answer = shape.safeParse(payload);
  if (answer.success) return answer.data;
  const places = answer.error.issues.map(({ path }) => path.join("."));
  throw new Error(`the function's answer is not as agreed at: ${places.slice(0, 5).join(", ")}`);
}

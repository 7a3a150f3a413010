import * as http from "node:http";
import * as https from "node:https";
import { rootCertificates } from "node:tls";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/parse";
import { UndecidedError } from "../undecidedError";

export interface Call {
  readonly method: "GET" | "POST";
  /** Path and query, already encoded. */
  readonly path: string;
  /** What the log calls it: the path without its variable parts. */
  readonly label: string;
  readonly token?: string;
  readonly body?: unknown;
  /** From now to the last byte of the answer, waiting for a free connection included. */
  readonly timeoutMs: number;
}

/** A response other than 200, with the message of its body alone. */
export interface ErrorResponse {
  readonly ok: false;
  /** 500 or below, never a redirect. */
  readonly status: number;
  /** CloudTAK's message; "" when there is none. It may repeat what the client sent: not for logs. */
  readonly message: string;
}

/** The status must be checked before there is a body. */
export type JsonResponse = { readonly ok: true; readonly body: unknown } | ErrorResponse;

/** A response above the size limit. */
export class ResponseTooLongError extends UndecidedError {}

const ErrorBody = z.object({ message: z.string() });

/** Connections to CloudTAK at a time, from one instance of the function; further calls wait. */
const maxConnections = 50;
const maxAnswerBytes = 1024 * 1024;

/**
 * JSON calls to one origin over kept-alive connections. Anything but JSON and a status of 500, which CloudTAK answers
 * to some questions as a matter of course, throws {@link UndecidedError}: redirects, HTML pages of a proxy, answers
 * above 1 MiB as {@link ResponseTooLongError}, time-outs, resets. `caCertificates` is PEM of authorities besides the
 * public ones.
 */
export function createJsonClient(
  origin: URL,
  caCertificates: string | undefined,
): (call: Call) => Promise<JsonResponse> {
  const secure = origin.protocol === "https:";
  const transport = secure ? https : http;
  const ca = caCertificates === undefined ? {} : { ca: [...rootCertificates, caCertificates] };
  const agent = new transport.Agent({ keepAlive: true, maxSockets: maxConnections, ...ca });

  return async (call) => {
    const fail = (what: string) =>
      new UndecidedError(
        `CloudTAK ${call.method} ${call.label} ${what}; check CLOUDTAK_URL and CloudTAK's health`,
      );
    const signal = AbortSignal.timeout(call.timeoutMs);
    const answer = await exchange(call, signal).catch((error: NodeJS.ErrnoException) => {
      if (error instanceof ResponseTooLongError) throw error;
      throw fail(
        signal.aborted ? `took over ${call.timeoutMs} ms` : `failed: ${error.code ?? error.name}`,
      );
    });
    if (answer.status === 500) return { ok: false, status: 500, message: "" };
    // CloudTAK itself answers 502 as JSON while its hub restarts; a proxy's 502 is HTML.
    const isJson = /^application\/json\b/i.test(answer.contentType);
    const isBadGateway = answer.status === 502 && isJson;
    if (
      (answer.status > 500 && !isBadGateway) ||
      answer.status < 200 ||
      Math.trunc(answer.status / 100) === 3
    ) {
      throw fail(`answered ${answer.status}`);
    }
    if (!isJson) {
      throw fail(`answered ${answer.status} with no JSON content type`);
    }
    const body = parseJson(answer.text);
    if (body === undefined) throw fail(`answered ${answer.status} with broken JSON`);
    if (answer.status === 200) return { ok: true, body };
    return {
      ok: false,
      status: answer.status,
      message: ErrorBody.safeParse(body).data?.message ?? "",
    };
  };

  async function exchange(call: Call, signal: AbortSignal): Promise<Answer> {
    return readAnswer(call, await sendUntilRead(call, signal));
  }

  /**
   * CloudTAK may have closed an idle keep-alive connection: the next request on it is reset unread and can be sent
   * again.
   */
  async function sendUntilRead(call: Call, signal: AbortSignal): Promise<http.IncomingMessage> {
    for (;;) {
      const request = open(call, signal);
      try {
        return await head(request);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const stale = request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
        if (!stale) throw error;
      }
    }
  }

  function open(call: Call, signal: AbortSignal): http.ClientRequest {
    const request = transport.request(new URL(call.path, origin), {
      agent,
      signal,
      method: call.method,
      headers: {
        accept: "application/json",
        ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
    });
    request.end(call.body === undefined ? undefined : JSON.stringify(call.body));
    return request;
  }
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

function head(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve).on("error", reject);
  });
}

async function readAnswer(call: Call, response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      throw new ResponseTooLongError(
        `CloudTAK ${call.method} ${call.label} failed: answer above ${maxAnswerBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers["content-type"] ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

import { timingSafeEqual } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import {
  DeploymentError,
  type DeploymentEvent,
  deploy,
  exitCodes,
  preview,
  type StackOptions,
  type Workspace,
} from "tak-media-infra";

export interface ServiceOptions {
  /** What callers must send as `Authorization: Bearer <token>`: who may call this owns the infrastructure. */
  readonly token: string;
  /** Where the engine works; default is a temporary project folder and the backend that pulumi is logged in to. */
  readonly workspace?: Workspace;
  /** Tests that nothing runs in have nothing to look at. */
  readonly health?: false;
}

/** The stack's configuration, and the region it goes to. */
interface Body {
  readonly args: NonNullable<StackOptions["args"]>;
  readonly region: string;
}

const schema = {
  params: {
    type: "object",
    properties: { stack: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9-]{0,39}$" } },
  },
  body: {
    type: "object",
    required: ["args", "region"],
    additionalProperties: false,
    properties: {
      args: { type: "object" },
      region: { type: "string", pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]$" },
    },
  },
};

/** HTTP statuses of the typed errors; all others are 502. */
const statuses: Readonly<Record<number, number>> = {
  [exitCodes.configuration]: 422,
  [exitCodes.policyViolation]: 422,
  [exitCodes.concurrentUpdate]: 409,
  [exitCodes.credentials]: 503,
};

/**
 * A service that previews and deploys stacks on request: `POST /stacks/<stack>/preview` answers the plan,
 * `POST /stacks/<stack>/deploy` a JSON object per line while it works, the last one of type `result` or `error`. Who hangs up
 * cancels. Programs of the engine share this process, so one operation runs after the other.
 */
export function service({ token, workspace, health }: ServiceOptions): FastifyInstance {
  const app = fastify({ bodyLimit: 64 * 1024 });
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  };
  const common = { ...(workspace ? { workspace } : {}) };

  app.addHook("onRequest", async (request, reply) => {
    if (!isToken(request.headers.authorization, token)) {
      await reply.code(401).send({ error: "the bearer token is missing or wrong" });
    }
  });
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof DeploymentError)) return reply.send(error);
    return reply.code(statuses[error.exitCode] ?? 502).send(described(error));
  });

  app.post<{ Params: { stack: string }; Body: Body }>(
    "/stacks/:stack/preview",
    { schema },
    async ({ params, body }) => inTurn(() => preview({ ...common, ...params, ...body })),
  );
  app.post<{ Params: { stack: string }; Body: Body }>(
    "/stacks/:stack/deploy",
    { schema },
    async ({ params, body }, reply) => {
      const { write, signal } = lines(reply);
      try {
        const options = { ...common, ...params, ...body, signal, onEvent: write };
        const result = await inTurn(() =>
          deploy(health === undefined ? options : { ...options, health }),
        );
        write({ type: "result", ...result });
      } catch (error) {
        write({ type: "error", ...described(error) });
      }
      reply.raw.end();
    },
  );
  return app;
}

/** The status is sent before it is known how things end. */
function lines(reply: FastifyReply) {
  const hangUp = new AbortController();
  reply.hijack();
  reply.raw.writeHead(200, { "content-type": "application/x-ndjson" });
  reply.raw.once("close", () => hangUp.abort());
  const write = (value: DeploymentEvent | { type: string }) => {
    reply.raw.write(`${JSON.stringify(value)}\n`);
  };
  return { write, signal: hangUp.signal };
}

/** Faults, violations and the like are fields of the errors. */
function described(error: unknown): { name: string; error: string } {
  if (!(error instanceof DeploymentError)) return { name: "Error", error: "internal error" };
  return { ...error, name: error.name, error: error.message };
}

function isToken(authorization: string | undefined, token: string): boolean {
  const [expected, given] = [Buffer.from(`Bearer ${token}`), Buffer.from(authorization ?? "")];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

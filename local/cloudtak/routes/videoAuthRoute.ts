import type { FastifyInstance } from "fastify";
import type { Lease } from "../data";
import { ApiError } from "../errors";
import type { State } from "../state";

interface AuthBody {
  user: string;
  password: string;
  action: string;
  path: string;
}

const string = { type: "string" };
const Body = {
  type: "object",
  required: ["user", "password", "ip", "action", "path", "protocol", "id", "query"],
  properties: {
    user: string,
    password: string,
    ip: string,
    action: { ...string, enum: ["publish", "read", "playback", "api", "metrics", "pprof"] },
    path: string,
    protocol: string,
    id: { anyOf: [{ type: "null" }, string] },
    query: string,
  },
};

const authorized = { status: 200, message: "Authorized" };

/** POST /api/video/auth, called by MediaMTX itself, so without caller authentication. */
export function videoAuthRoute(app: FastifyInstance, state: State): void {
  app.post<{ Body: AuthBody }>("/api/video/auth", { schema: { body: Body } }, async ({ body }) => {
    if (body.user === "management") return checkManagement(state, body.password);
    if (!["publish", "read", "playback"].includes(body.action)) {
      throw new ApiError(401, "Unauthorized");
    }
    const lease = state.data().leases.find(({ path }) => path === body.path);
    if (!lease) throw new ApiError(404, "Item Not Found");
    return checkLease(lease, body);
  });
}

function checkManagement({ tokens }: State, jwt: string) {
  const { internal, access } = tokens.verify(jwt);
  if (internal !== true || access !== "media") throw new ApiError(401, "Invalid Token");
  return authorized;
}

/** Expiration is not checked, and half a pair gets HTTP 200 with status 401 in the body. */
async function checkLease(lease: Lease, { action, user, password }: AuthBody) {
  if (action === "playback" && !lease.recording) {
    throw new ApiError(401, "Unauthorized - Recording Disabled");
  }
  const [needUser, needPassword] =
    action === "publish"
      ? [lease.stream_user, lease.stream_pass]
      : [lease.read_user, lease.read_pass];
  if (!needUser && !needPassword) return authorized;
  if (!needUser || !needPassword) return { status: 401, message: "Unauthorized" };
  if (user !== needUser || password !== needPassword) throw new ApiError(401, "Unauthorized");
  return authorized;
}

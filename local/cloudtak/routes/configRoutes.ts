import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors";
import { authenticateUser, type State } from "../state";

const Query = { type: "object", required: ["keys"], properties: { keys: { type: "string" } } };

const isPublic = (key: string) => key === "media::url" || /^(login|oidc|passkey)::/.test(key);
const isForUsers = (key: string) => /^(map|group|notification)::/.test(key);

/** GET /api, the health probe, and GET /api/config?keys=a,b: keys that are not set are left out. */
export function configRoutes(app: FastifyInstance, state: State): void {
  app.get("/api", () => Promise.resolve({ version: state.data().version }));

  app.get<{ Querystring: { keys: string } }>(
    "/api/config",
    { schema: { querystring: Query } },
    async (request) => {
      const keys = request.query.keys.split(",");
      if (!keys.every(isPublic)) {
        const { access } = authenticateUser(state, request);
        if (access !== "admin" && !keys.every((key) => isPublic(key) || isForUsers(key))) {
          throw new ApiError(401, "User must be a System Administrator to access this resource");
        }
      }
      const { config } = state.data();
      return Object.fromEntries(Object.entries(config).filter(([key]) => keys.includes(key)));
    },
  );
}

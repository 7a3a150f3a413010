import type { FastifyInstance } from "fastify";
import { authenticateUser, findUser, type State } from "../state";

const NewToken = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" } },
};
const TokenId = { type: "object", properties: { id: { type: "integer" } } };

/** GET /api/profile and the user's API tokens. */
export function profileRoutes(app: FastifyInstance, state: State): void {
  app.get("/api/profile", async (request) => {
    const { email } = authenticateUser(state, request);
    const { username, system_admin, agency_admin } = findUser(state, email);
    return { username, active: false, system_admin, agency_admin };
  });

  app.get("/api/profile/token", async (request) => {
    const { email } = authenticateUser(state, request);
    const items = state.tokens.profileTokens(email).map(({ token: _, ...row }) => row);
    return { total: items.length, items };
  });

  app.post<{ Body: { name: string } }>(
    "/api/profile/token",
    { schema: { body: NewToken } },
    async (request) => {
      const { email } = authenticateUser(state, request);
      return state.tokens.addProfileToken(email, request.body.name);
    },
  );

  app.delete<{ Params: { id: number } }>(
    "/api/profile/token/:id",
    { schema: { params: TokenId } },
    async (request) => {
      const { email } = authenticateUser(state, request);
      state.tokens.deleteProfileToken(request.params.id, email);
      return { status: 200, message: "Token Deleted" };
    },
  );
}

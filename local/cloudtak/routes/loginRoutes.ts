import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors";
import { accessOf, authenticateUser, type State } from "../state";

const Credentials = {
  type: "object",
  required: ["username", "password"],
  properties: { username: { type: "string" }, password: { type: "string" } },
};

/** POST /api/login and GET /api/login. */
export function loginRoutes(app: FastifyInstance, state: State): void {
  app.post<{ Body: { username: string; password: string } }>(
    "/api/login",
    { schema: { body: Credentials } },
    async ({ body }) => {
      const { config, users } = state.data();
      if (config["oidc::enabled"] && config["oidc::enforced"]) {
        throw new ApiError(403, "Username/Password login is disabled - Please use SSO");
      }
      const user = users.find(({ username }) => username === body.username);
      if (!user || user.disabled || user.password !== body.password) {
        throw new ApiError(400, "TAK Server reports incorrect Username or Password");
      }
      const access = accessOf(user);
      const { token, session } = state.tokens.login(user.username, access);
      return { token, access, email: user.username, session };
    },
  );

  app.get("/api/login", async (request) => {
    const { email, access } = authenticateUser(state, request);
    return { email, access };
  });
}

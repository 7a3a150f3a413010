import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors";
import type { MediaServer } from "../mediaServer";
import { authenticate, authenticateUser, type State } from "../state";
import { findLease, LeaseKey } from "./leaseRoutes";

const ByUrl = { type: "object", required: ["url"], properties: { url: { type: "string" } } };
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** Routes of CloudTAK's players and administration pages about streams. Each calls the media server. */
export function mediaRoutes(app: FastifyInstance, state: State, media: MediaServer): void {
  app.get<{ Params: { lease: string | number } }>(
    "/api/video/lease/:lease/metadata",
    { schema: { params: LeaseKey } },
    async (request) => {
      const caller = authenticate(state, request, "lease");
      const lease = findLease(state, caller, request.params.lease);
      const protocols = await media.protocols(lease, "template");
      // A path that cannot be shown is left out.
      const path = await media.path(lease.path).catch(() => undefined);
      return path ? { protocols, path } : { protocols };
    },
  );

  /** No ownership is checked: the URL with its read credentials suffices to get the stream's state. */
  app.get<{ Querystring: { url: string } }>(
    "/api/video/active",
    { schema: { querystring: ByUrl } },
    async (request) => {
      authenticateUser(state, request);
      const { url } = request.query;
      if (!URL.canParse(url)) throw new ApiError(400, "Invalid URL");
      if (!media.hostname) {
        return { leasable: false, message: "CloudTAK does not have a media server configured" };
      }
      const path = uuid.exec(new URL(url).pathname)?.[0];
      if (media.hostname !== new URL(url).hostname) return { leasable: true };
      if (!path) return { leasable: true };
      const lease = state.data().leases.find((row) => row.path === path);
      if (!lease) throw new ApiError(404, "Item Not Found");
      const live = await media.path(lease.path);
      const { read_user: user, read_pass: password } = lease;
      if (user && password && !(url.includes(user) && url.includes(password))) {
        throw new ApiError(400, "Invalid Access credentials");
      }
      const { name, username, source_id, source_type, source_model } = lease;
      return {
        leasable: false,
        metadata: {
          ...{ name, username, active: live.ready, watchers: live.readers.length },
          ...{ source_id, source_type, source_model },
          protocols: await media.protocols(lease, "read"),
        },
      };
    },
  );

  app.get("/api/video/service", async (request) => {
    const { access } = authenticateUser(state, request);
    if (access !== "admin") {
      throw new ApiError(401, "User must be a System Administrator to access this resource");
    }
    return media.service();
  });
}

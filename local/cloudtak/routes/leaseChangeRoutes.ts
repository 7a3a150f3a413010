import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { completeLease, type Lease } from "../data";
import { ApiError } from "../errors";
import type { MediaServer } from "../mediaServer";
import { authenticateUser, type State } from "../state";
import { findLease, shown } from "./leaseRoutes";

const maxUserSeconds = 24 * 3600;
const text = { type: "string" };
const flag = { type: "boolean" };
const optionalText = { anyOf: [{ type: "null" }, text] };

const Common = {
  name: text,
  duration: { type: "integer", minimum: 0, default: 3600 },
  permanent: { ...flag, default: false },
  source_id: optionalText,
  source_type: text,
  source_model: text,
  channel: optionalText,
  proxy: text,
};
const NewLease = {
  type: "object",
  required: ["name"],
  properties: {
    ...Common,
    ephemeral: { ...flag, default: false },
    recording: { ...flag, default: false },
    publish: { ...flag, default: false },
    share: { ...flag, default: false },
    secure: { ...flag, default: false },
  },
};
const ChangedLease = {
  type: "object",
  properties: { ...Common, recording: flag, publish: flag, share: flag, secure: flag },
};
const LeaseId = { type: "object", properties: { lease: { type: "integer" } } };

interface Body extends Partial<Omit<Lease, "id" | "path">> {
  readonly duration: number;
  readonly permanent: boolean;
  readonly secure?: boolean;
}

/** POST, PATCH and DELETE of leases, which CloudTAK forwards to its media server. */
export function leaseChangeRoutes(app: FastifyInstance, state: State, media: MediaServer): void {
  app.post<{ Body: Body }>("/api/video/lease", { schema: { body: NewLease } }, async (request) => {
    const user = authenticateUser(state, request);
    const { duration, permanent, secure, ...fields } = request.body;
    checkDuration(user.access === "admin", request.body);
    checkChannel(fields);
    media.requireUrl();
    const expiration = expirationOf(state, permanent, duration);
    const id = Math.max(0, ...state.data().leases.map((lease) => lease.id)) + 1;
    const made = completeLease({
      ...{ ...fields, name: fields.name ?? "", id, path: randomUUID() },
      ...{ username: user.email, expiration },
    });
    // The row is inserted before the media server is called, and stays when that call fails.
    put(state, secure ? { ...made, ...credentials(id) } : made);
    await media.add(made);
    return shown(made);
  });

  app.patch<{ Body: Body; Params: { lease: number } }>(
    "/api/video/lease/:lease",
    { schema: { body: ChangedLease, params: LeaseId } },
    async (request) => {
      const user = authenticateUser(state, request);
      const { duration, permanent, secure, ...fields } = request.body;
      checkDuration(user.access === "admin", request.body);
      media.requireUrl();
      const lease = findLease(state, user, request.params.lease);
      const channel = fields.channel || null;
      checkChannel({ ...lease, ...fields, channel });
      const given = Object.fromEntries(
        Object.entries(fields).filter(([, value]) => value !== undefined),
      );
      const changed = {
        ...lease,
        ...given,
        channel,
        expiration: expirationOf(state, permanent, duration),
        ...(secure === true && !lease.stream_user ? credentials(lease.id) : {}),
        ...(secure === false ? noCredentials : {}),
      };
      put(state, changed);
      await media.change(changed);
      return shown(changed);
    },
  );

  app.delete<{ Params: { lease: number } }>(
    "/api/video/lease/:lease",
    { schema: { params: LeaseId } },
    async (request) => {
      const user = authenticateUser(state, request);
      media.requireUrl();
      const lease = findLease(state, user, request.params.lease);
      if (user.access !== "admin" && lease.username !== user.email) {
        throw new ApiError(400, `Lease does not belong to user ${user.email}`);
      }
      const data = state.data();
      data.leases = data.leases.filter(({ id }) => id !== lease.id);
      await media.remove(lease.path);
      return { status: 200, message: "Video Lease Deleted" };
    },
  );
}

function put(state: State, lease: Lease): void {
  const data = state.data();
  data.leases = [...data.leases.filter(({ id }) => id !== lease.id), lease];
}

const expirationOf = (state: State, permanent: boolean, seconds: number) =>
  permanent ? null : new Date(state.tokens.now() + seconds * 1000).toISOString();

/** Six digits of base 20, as CloudTAK makes them. */
const password = () => Math.random().toString(20).slice(2, 8);

const credentials = (id: number) => ({
  stream_user: `write${id}`,
  stream_pass: password(),
  read_user: `read${id}`,
  read_pass: password(),
});

const noCredentials = { stream_user: null, stream_pass: null, read_user: null, read_pass: null };

function checkDuration(isAdmin: boolean, { duration, permanent }: Body): void {
  if (isAdmin) return;
  if (duration > maxUserSeconds) {
    throw new ApiError(400, "Only Administrators can request a lease > 24 hours");
  }
  if (permanent) throw new ApiError(400, "Only Administrators can request permanent leases");
}

function checkChannel({ share, publish, channel }: Partial<Lease>): void {
  if (share && !channel) throw new ApiError(400, "Channel must be set when share is true");
  if (publish && !channel) throw new ApiError(400, "Channel must be set when publish is true");
}

import type { FastifyReply, FastifyRequest } from "fastify";
import type { AuthMode } from "../../shared/authContract";
import type { Credentials } from "../auth/credentials/credentials";
import type { AuthClient } from "../auth/function/authClient";
import type { LeaseDirectory } from "../auth/leases/leaseDirectory";
import type { HlsServer } from "../hls/server";
import type { Log } from "../log";
import type { MediamtxClient } from "../mediamtx/client";
import type { PathConfigurations } from "../paths/configurations";
import type { SessionRegistry } from "../sessions/registry";
import type { ApiAuthorizer, Caller } from "./caller";
import type { CloudtakPaths } from "./cloudtak/cloudtakPaths";
import type { StaticFiles } from "./page/staticFiles";
import type { WebSessions } from "./page/webSession";
import type { ApiResponse } from "./response";
import type { KickHandler } from "./v3/kick";
import type { ReadHandlers } from "./v3/readHandlers";

/** The parts of the gateway that the API reads and changes. */
export interface ApiParts {
  readonly authorizer: ApiAuthorizer;
  readonly auth: Pick<AuthClient, "insecurePorts">;
  readonly mediamtx: MediamtxClient;
  readonly paths: PathConfigurations;
  readonly sessions: SessionRegistry;
  readonly leases: Pick<LeaseDirectory, "ownerOf">;
  readonly hls: Pick<HlsServer, "serve">;
  readonly authMode: AuthMode;
  readonly log: Log;
}

/** Does a caller's work; what it rejects with is answered as 500 without its text. */
export type Serve = (caller: Caller) => ApiResponse | Promise<ApiResponse>;

/** What the groups of routes share. */
export interface ApiContext extends ApiParts {
  readonly readHandlers: ReadHandlers;
  readonly kickHandler: KickHandler;
  readonly cloudtakPaths: CloudtakPaths;
  readonly webSessions: WebSessions;
  readonly files: StaticFiles;
  /** The credentials of a request, or of its web session. */
  credentialsOf(request: FastifyRequest): Credentials | undefined;
  /** Signs the caller in and sends the answer of `work`, or why the caller may not. */
  serve(request: FastifyRequest, reply: FastifyReply, work: Serve): Promise<FastifyReply>;
}

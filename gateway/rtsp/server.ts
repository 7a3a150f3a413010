import type { Authorizer } from "../auth/authorizer";
import { TcpServer, type TcpServerOptions } from "../net/tcpServer";
import { RtspConnection } from "./connection";

/**
 * Serves RTSP. It answers by itself until a DESCRIBE or ANNOUNCE with credentials has been decided about; then
 * MediaMTX gets the client's own requests, with the lease path and a ticket instead of what the client wrote, and
 * every byte after them.
 */
export class RtspServer extends TcpServer {
  constructor(authorizer: Authorizer, options: TcpServerOptions) {
    super((client, own) => new RtspConnection(client, authorizer, own), options);
  }
}

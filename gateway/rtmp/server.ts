import type { Authorizer } from "../auth/authorizer";
import { TcpServer, type TcpServerOptions } from "../net/tcpServer";
import { RtmpConnection } from "./connection";

/** RTMP clients, publishing and playing. */
export class RtmpServer extends TcpServer {
  constructor(authorizer: Authorizer, options: TcpServerOptions) {
    super((client, own) => new RtmpConnection(client, authorizer, own), options);
  }
}

import { publicPorts } from "../shared/protocols";
import { publicPortName } from "./loadBalancer/listeners";

/** Base URL of every open port, by the name of the port: `rtmp`, `rtmp-plain`, ... */
export const publicUrls = (host: string, enableInsecurePorts: boolean): Record<string, string> =>
  Object.fromEntries(
    publicPorts(enableInsecurePorts).map(({ protocol, public: port }) => [
      publicPortName(protocol, port),
      `${port.scheme}://${host}:${port.port}`,
    ]),
  );

import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * Linux gives outgoing connections and `listen(0)` ports from 32768 on (`ip_local_port_range`); one that was free a
 * moment ago would sometimes be such a port of another test by the time it is used.
 */
const [lowest, highest] = [20_000, 32_767];

const given = new Set<number>();

/** A port of loopback that is free for TCP and UDP, for processes that cannot be told to take any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest + 1 - lowest));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const socket = createSocket("udp4");
  const listening = new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server.close()));
  });
  const bound = new Promise((resolve, reject) => {
    socket.once("error", reject).bind(port, "127.0.0.1", () => resolve(socket));
  });
  const [tcp, udp] = await Promise.allSettled([listening, bound]);
  await new Promise<void>((resolve) => socket.close(resolve));
  return tcp.status === "fulfilled" && udp.status === "fulfilled";
}

import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { TaskPlan } from "../plan/types";

/** The container ports of a task that another process holds, one sentence each. */
export async function takenPorts(task: TaskPlan): Promise<string[]> {
  const ports = task.containers.flatMap((container) =>
    container.ports.map((mapping) => ({ ...mapping, container: container.name })),
  );
  const taken = await Promise.all(
    ports.map(async ({ port, protocol, container }) =>
      (await (protocol === "udp" ? isUdpFree(port) : isTcpFree(port)))
        ? []
        : [`container ${container} (${protocol} ${port}): the port is in use by another process`],
    ),
  );
  return taken.flat();
}

function isTcpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}

function isUdpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}

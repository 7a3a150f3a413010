import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { ListenerPlan } from "../plan/types";
import { isMissingFamily, loopbackAddresses } from "./loopback";
import type { TargetGroup } from "./targetGroup";
import { sourceAddress } from "./tcpListener";

/** Room for a burst of video while this process is busy; the kernel grants what it allows. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** More clients than one machine serves; a flood from spoofed ports must not use up all file descriptors. */
const maxFlows = 1024;

/** Packets that a flow keeps while its socket is being bound, which takes a turn of the event loop. */
const maxPending = 64;

interface Flow {
  readonly upstream: Socket;
  /** undefined once the socket is connected. */
  pending: Buffer[] | undefined;
  lastPacketMs: number;
}

/** A UDP listener: every client address gets a socket of its own towards the target. */
export class UdpListener {
  private sockets: Socket[] = [];
  private readonly flows = new Map<string, Flow>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private plan: ListenerPlan,
    private readonly target: (arn: string) => TargetGroup | undefined,
  ) {
    this.sweeper = setInterval(() => this.sweep(), 5000).unref();
  }

  /** Binds the port (0 = any) on loopback and resolves to the one it got. */
  async listen(port: number): Promise<number> {
    let bound = port;
    for (const address of loopbackAddresses) {
      const socket = newSocket(address === "::1" ? "udp6" : "udp4");
      try {
        await bind(socket, bound, address);
      } catch (error) {
        socket.close();
        if (isMissingFamily(address, error)) continue;
        await this.close();
        throw error;
      }
      socket.on("message", (packet, from) => this.forward(socket, packet, from));
      socket.on("error", () => {});
      this.sockets.push(socket);
      bound = socket.address().port;
    }
    return bound;
  }

  /** Flows that are open stay with their target. */
  update(plan: ListenerPlan): void {
    this.plan = plan;
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    for (const { upstream } of this.flows.values()) upstream.close();
    this.flows.clear();
    await Promise.all(
      this.sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))),
    );
    this.sockets = [];
  }

  private forward(listener: Socket, packet: Buffer, from: RemoteInfo): void {
    const key = `${from.address} ${from.port}`;
    const flow = this.flows.get(key) ?? this.open(listener, from, key);
    if (!flow) return;
    flow.lastPacketMs = Date.now();
    if (!flow.pending) flow.upstream.send(packet, () => {});
    else if (flow.pending.length < maxPending) flow.pending.push(packet);
  }

  private open(listener: Socket, from: RemoteInfo, key: string): Flow | undefined {
    const group = this.target(this.plan.group);
    if (!group?.healthy || this.flows.size >= maxFlows) return undefined;
    const upstream = newSocket("udp4");
    const flow: Flow = { upstream, pending: [], lastPacketMs: Date.now() };
    this.flows.set(key, flow);
    upstream.on("message", (packet) => {
      flow.lastPacketMs = Date.now();
      listener.send(packet, from.port, from.address, () => {});
    });
    // ICMP "port unreachable" arrives as an error: the target is gone, and the client's own timeout detects it.
    upstream.on("error", () => this.end(key, flow));
    upstream.bind(0, sourceAddress(from.address, group) ?? "127.0.0.1");
    upstream.connect(group.plan.port, "127.0.0.1", () => {
      for (const packet of flow.pending ?? []) upstream.send(packet, () => {});
      flow.pending = undefined;
    });
    return flow;
  }

  private sweep(): void {
    const oldest = Date.now() - this.plan.idleTimeoutMs;
    for (const [key, flow] of this.flows) {
      if (flow.lastPacketMs < oldest) this.end(key, flow);
    }
  }

  private end(key: string, flow: Flow): void {
    if (this.flows.get(key) !== flow) return;
    this.flows.delete(key);
    flow.upstream.close();
  }
}

function newSocket(type: "udp4" | "udp6"): Socket {
  return createSocket({ type, recvBufferSize: receiveBufferBytes, ipv6Only: type === "udp6" });
}

function bind(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

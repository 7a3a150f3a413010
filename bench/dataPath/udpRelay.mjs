// The least that a UDP relay in Node can be: node udpRelay.mjs <port> <to port>
import { createSocket } from "node:dgram";

const [port, to] = process.argv.slice(2).map(Number);
const recvBufferSize = 4 * 1024 * 1024;
const listener = createSocket({ type: "udp4", recvBufferSize });
const flows = new Map();

function open(from) {
  const onward = createSocket({ type: "udp4", recvBufferSize });
  onward.on("message", (packet) => listener.send(packet, from.port, from.address));
  onward.connect(to, "127.0.0.1");
  return onward;
}

listener.on("message", (packet, from) => {
  const key = `${from.address} ${from.port}`;
  if (!flows.has(key)) flows.set(key, open(from));
  try {
    flows.get(key).send(packet);
  } catch {
    // Not connected yet: that takes a turn of the event loop.
  }
});
listener.bind(port, "127.0.0.1");

// Stands in for the gateway: says hello to TCP clients with the address it sees, obeys a few words, echoes the
// rest; echoes UDP; answers health checks until told not to.
import { createSocket } from "node:dgram";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";

const { TCP_PORT, UDP_PORT, HEALTH_PORT } = process.env;
let status = 200;
const hoard = [];
createHttpServer((_request, response) => response.writeHead(status).end()).listen(
  Number(HEALTH_PORT),
);
createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => {});
  socket.write(`hello ${socket.remoteAddress} from ${process.pid}\n`);
  socket.on("data", (data) => {
    const word = data.toString().trim();
    if (word === "die") process.exit(7);
    else if (word === "reset") socket.resetAndDestroy();
    else if (word === "sicken") status = 503;
    else if (word.startsWith("hoard ")) {
      // Filled, so that the kernel gives it pages of its own.
      hoard.push(Buffer.alloc(Number(word.split(" ")[1]) * 1024 * 1024, 1));
      socket.write("hoarded\n");
    } else if (word === "environment") socket.write(`${JSON.stringify(process.env)}\n`);
    else socket.write(data);
  });
  socket.on("end", () => socket.end("bye\n"));
}).listen({ port: Number(TCP_PORT), host: "0.0.0.0" });
const udp = createSocket("udp4", (packet, { address, port }) => udp.send(packet, port, address));
udp.bind(Number(UDP_PORT));
console.log("gateway started");
process.on("SIGTERM", () => {
  console.log("gateway stopping");
  process.exit(0);
});

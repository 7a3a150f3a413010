// The least that a TCP forwarder in Node can be: node pipe.mjs <port> <to port>
import { connect, createServer } from "node:net";

const [port, to] = process.argv.slice(2).map(Number);
createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const onward = connect({ host: "127.0.0.1", port: to, allowHalfOpen: true, noDelay: true });
  client.on("error", () => onward.destroy());
  onward.on("error", () => client.destroy());
  client.pipe(onward).pipe(client);
}).listen(port, "127.0.0.1");

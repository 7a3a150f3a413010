// Loaded into our container by `node --import`. A task on Fargate has a network of its own and listens on
// all its addresses; here the same call would open the port to the local network, so it is narrowed to
// loopback.
import dgram from "node:dgram";
import net from "node:net";

const everywhere = (host) => host === undefined || ["", "0.0.0.0", "::"].includes(host);

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (typeof first === "object" && first !== null) {
    if (first.port !== undefined && everywhere(first.host)) {
      args[0] = { ...first, host: "127.0.0.1" };
    }
  } else if (!Number.isNaN(Number(first ?? Number.NaN))) {
    if (typeof second === "string") args[1] = everywhere(second) ? "127.0.0.1" : second;
    else args.splice(1, 0, "127.0.0.1");
  }
  return listen.apply(this, args);
};

const bind = dgram.Socket.prototype.bind;
dgram.Socket.prototype.bind = function (...args) {
  // An IPv6 socket stays reachable over IPv4 under the mapped address.
  const loopback = this.type === "udp6" ? "::ffff:127.0.0.1" : "127.0.0.1";
  const [first, second] = args;
  if (typeof first === "object" && first !== null) {
    if (everywhere(first.address)) args[0] = { ...first, address: loopback };
  } else if (typeof first === "function" || first === undefined) {
    args = [0, loopback, ...args.filter((arg) => typeof arg === "function")];
  } else if (typeof second === "string") {
    args[1] = everywhere(second) ? loopback : second;
  } else {
    args.splice(1, 0, loopback);
  }
  return bind.apply(this, args);
};

// The network of a function in a VPC: a connection that routes or security groups do not let out is never answered, as on
// AWS. Everything is on loopback here, so the port alone tells where it goes.
import { Socket } from "node:net";

const { searchParams } = new URL(import.meta.url);
/** Port of the local AWS API, which itself decides which of its services can be reached. */
const apiPort = Number(searchParams.get("apiPort"));
/** Pairs of first and last port. */
const internetPorts = JSON.parse(searchParams.get("internetPorts"));

const isLetOut = (port) =>
  port === apiPort || internetPorts.some(([first, last]) => first <= port && port <= last);

const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  // net.connect() hands its arguments over in one array.
  const [first] = args.flat(1);
  const port = Number(typeof first === "object" ? first?.port : first);
  if (Number.isNaN(port) || isLetOut(port)) return connect.apply(this, args);
  this.connecting = true;
  return this;
};

/** The thread of MediaMTX's hook: the program that {@link AuthHookWorker} starts. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { AuthHookServer } from "./authHook";
import type { AuthHookCommand, AuthHookEvent, AuthHookWorkerData } from "./authHookWorker";
import { Tickets } from "./tickets";

if (!parentPort) throw new Error("this is the program of a thread");
const gatewayPort: MessagePort = parentPort;
const post = (event: AuthHookEvent) => gatewayPort.postMessage(event);

const tickets = new Tickets();

function handleCommand(command: AuthHookCommand): void {
  switch (command.kind) {
    case "issue": {
      const { password } = command.ticket;
      tickets.add(command.ticket, (mediamtxId) => post({ kind: "redeemed", password, mediamtxId }));
      return;
    }
    case "void":
      tickets.void(command);
  }
}

/** Handles the commands that the gateway sent before MediaMTX's request, before that is answered. */
function drainCommands(): void {
  for (
    let command = receiveMessageOnPort(gatewayPort);
    command;
    command = receiveMessageOnPort(gatewayPort)
  ) {
    handleCommand(command.message);
  }
}

const { port, apiToken } = workerData as AuthHookWorkerData;
const redeem: Tickets["redeem"] = (...question) => {
  drainCommands();
  return tickets.redeem(...question);
};

gatewayPort.on("message", handleCommand);
new AuthHookServer({ redeem }, apiToken).listen(port).then(
  (bound) => post({ kind: "listening", port: bound }),
  (error: Error) => post({ kind: "failed", reason: error.message }),
);

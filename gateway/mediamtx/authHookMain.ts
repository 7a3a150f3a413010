/** The thread of MediaMTX's hook: the program that {@link HookThread} starts. */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { Hook } from "./authHook";
import type { HookData, HookOrder, HookReport } from "./authHookWorker";
import { Tickets } from "./tickets";

if (!parentPort) throw new Error("this is the program of a thread");
const doors: MessagePort = parentPort;
const tell = (report: HookReport) => doors.postMessage(report);

const tickets = new Tickets();

function obey(order: HookOrder): void {
  switch (order.kind) {
    case "issue": {
      const { password } = order.ticket;
      tickets.add(order.ticket, (mediamtxId) => tell({ kind: "redeemed", password, mediamtxId }));
      return;
    }
    case "void":
      tickets.void(order);
  }
}

/** What the doors have said before MediaMTX asks is heard before MediaMTX is answered. */
function catchUp(): void {
  for (let order = receiveMessageOnPort(doors); order; order = receiveMessageOnPort(doors)) {
    obey(order.message);
  }
}

const { port, apiToken } = workerData as HookData;
const redeem: Tickets["redeem"] = (...question) => {
  catchUp();
  return tickets.redeem(...question);
};

doors.on("message", obey);
new Hook({ redeem }, apiToken).listen(port).then(
  (bound) => tell({ kind: "listening", port: bound }),
  (error: Error) => tell({ kind: "failed", reason: error.message }),
);

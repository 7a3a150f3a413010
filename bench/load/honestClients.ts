/**
 * Publishers and readers that do nothing wrong, in a process of their own. Some are killed now and then and come back at
 * once. The gaps of all others are measured. Reports to its parent when it is told to stop.
 */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { passwordOf, userOf } from "../auth/accounts";
import { publishRtsp, readRtsp, sendFrames } from "../auth/rtspClients";

import { addressOf } from "./addresses";

export interface HonestReport {
  /** The longest times without media, milliseconds, of readers that were never killed: one per reader. */
  readonly gapsMs: readonly number[];
  /** Bytes that these have read. */
  readonly bytesRead: number;
  /** Readers or publishers whose connection ended though nothing killed it. */
  readonly lost: readonly string[];
  /** How long each killed client took to come back, milliseconds. */
  readonly returnsMs: readonly number[];
  /** Attempts of killed clients that failed. */
  readonly failedReturns: number;
}

const port = Number(process.argv[2]);
const publishers = Number(process.argv[3]);
const readers = Number(process.argv[4]);
/** Of five publishers and of five readers one is killed again and again. */
const isKilled = (index: number) => index % 5 === 4;
const killEveryMs = 2_000;
const frames = { rate: 25, bytes: 1_400 };
const retryMs = 250;

const gapsMs: number[] = [];
const lost: string[] = [];
const returnsMs: number[] = [];
const killable: Socket[] = [];
let bytesRead = 0;
let failedReturns = 0;
let ending = false;

async function publish(index: number): Promise<Socket> {
  const socket = await publishRtsp(
    port,
    `own${index}`,
    userOf(index),
    passwordOf(index),
    addressOf("honest", index),
  );
  socket.resume();
  sendFrames(socket, frames);
  return socket;
}

/** Killed readers watch streams that stay; all readers are spread over these. */
async function read(index: number): Promise<Socket> {
  const staying = Array.from({ length: publishers }, (_, n) => n).filter((n) => !isKilled(n));
  const stream = `own${staying[index % staying.length]}`;
  const user = publishers + index;
  return readRtsp(port, stream, userOf(user), passwordOf(user), addressOf("honest", user));
}

function measure(name: string, socket: Socket): void {
  const index = gapsMs.push(0) - 1;
  let last = performance.now();
  const note = () => {
    const now = performance.now();
    gapsMs[index] = Math.max(gapsMs[index] ?? 0, now - last);
    last = now;
  };
  socket.on("data", (chunk: Buffer) => {
    bytesRead += chunk.length;
    note();
  });
  noteLoss(name, socket);
  atEnd.push(note);
}

const atEnd: (() => void)[] = [];

function noteLoss(name: string, socket: Socket): void {
  socket.once("close", () => {
    if (!ending) lost.push(name);
  });
}

async function comeBack(start: () => Promise<Socket>): Promise<void> {
  const since = performance.now();
  while (!ending) {
    try {
      keepComingBack(await start(), start);
      returnsMs.push(performance.now() - since);
      return;
    } catch {
      failedReturns += 1;
      await sleep(retryMs);
    }
  }
}

function keepComingBack(socket: Socket, start: () => Promise<Socket>): void {
  killable.push(socket);
  socket.once("close", () => {
    killable.splice(killable.indexOf(socket), 1);
    if (!ending) void comeBack(start);
  });
}

async function run(): Promise<void> {
  for (let index = 0; index < publishers; index++) {
    const socket = await publish(index);
    if (isKilled(index)) keepComingBack(socket, () => publish(index));
    else noteLoss(`publisher ${index}`, socket);
  }
  for (let index = 0; index < readers; index++) {
    const socket = await read(index);
    if (isKilled(index)) keepComingBack(socket, () => read(index));
    else measure(`reader ${index}`, socket);
  }
  process.send?.("ready");
  const killing = setInterval(() => {
    killable[Math.floor(Math.random() * killable.length)]?.resetAndDestroy();
  }, killEveryMs);
  process.on("message", () => {
    clearInterval(killing);
    ending = true;
    for (const note of atEnd) note();
    const report: HonestReport = { gapsMs, bytesRead, lost, returnsMs, failedReturns };
    process.send?.(report, () => process.exit());
  });
}

void run();

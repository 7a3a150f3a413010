/**
 * Clients that want to harm, in a process of their own that yields the CPU to all others, as it would run on other
 * machines. Its arguments are the gateway's RTSP and RTMP ports and the number of a user who may watch.
 */
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { basic, passwordOf, userOf } from "../auth/accounts";
import { readRtsp } from "../auth/rtspClients";

import { addressOf } from "./addresses";
import { playlistPort } from "./attackPlan";

const [rtspPort = 0, rtmpPort = 0, user = 0] = process.argv.slice(2).map(Number);
const host = "127.0.0.1";
const pauseMs = 100;

const dial = (port: number, localAddress: string): Socket => {
  const socket = connect({ port, host, localAddress });
  socket.on("error", () => socket.destroy());
  return socket;
};

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });

/** A source whose playlist is 1 MiB of lines as short as they can be. */
function servePlaylists(): void {
  const playlist = `#EXTM3U\n${"a\n".repeat(524_000)}`;
  createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/vnd.apple.mpegurl" }).end(playlist);
  }).listen(playlistPort, addressOf("source", 0));
}

/** Reads nothing once it has its stream. */
async function stallAsReader(index: number): Promise<never> {
  for (;;) {
    try {
      const address = addressOf("stalledReaders", index);
      const socket = await readRtsp(rtspPort, "own0", userOf(user), passwordOf(user), address);
      socket.pause();
      await closed(socket);
    } catch {
      await sleep(pauseMs);
    }
  }
}

/** As many questions as can be asked on one connection after the other. */
async function guess(index: number): Promise<never> {
  for (let count = 0; ; count++) {
    const socket = dial(rtspPort, addressOf("guesses", 0));
    const login = basic(`read${index}`, `guess${count}`);
    socket.resume();
    socket.write(
      `DESCRIBE rtsp://${host}/own${index} RTSP/1.0\r\nCSeq: 1\r\nAuthorization: ${login}\r\n\r\n`,
    );
    await Promise.race([closed(socket), sleep(1_000)]);
    socket.destroy();
  }
}

/** 60 KB of a request that never becomes one, half of them RTSP, half RTMP. */
async function holdUnfinishedRequest(index: number): Promise<never> {
  const isRtsp = index % 2 === 0;
  const handshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(3_072)]);
  const start = isRtsp ? Buffer.from("DESCRIBE rtsp://h/s RTSP/1.0\r\nX: ") : handshake;
  const filler = Buffer.alloc(60_000, isRtsp ? "a" : 0);
  for (;;) {
    const socket = dial(isRtsp ? rtspPort : rtmpPort, addressOf("unfinishedRequests", index));
    socket.resume();
    socket.write(start);
    socket.write(filler);
    await closed(socket);
    await sleep(pauseMs);
  }
}

setPriority(19);
servePlaylists();
for (let index = 0; index < 45; index++) void stallAsReader(index);
for (let index = 0; index < 20; index++) void guess(index);
for (let index = 0; index < 4_000; index++) void holdUnfinishedRequest(index);

import { randomBytes } from "node:crypto";
import { RtmpError } from "../errors";

/*
 * C0 | S0   1 byte, version 3
 * C1 | S1   1536 bytes: time (4), zero (4), random (1528)
 * C2 | S2   1536 bytes: the other side's C1 | S1
 *
 * "zero" is what keeps clients from expecting the digests of the undocumented second form.
 */

const version = 3;
const packetBytes = 1536;

export const c0c1Bytes = 1 + packetBytes;
export const c2Bytes = packetBytes;
export const s0s1s2Bytes = 1 + 2 * packetBytes;

function checkVersion(first: number | undefined): void {
  if (first === version) return;
  // 6 is RTMPE, encryption without authentication; TLS takes its place here.
  throw new RtmpError("bad-handshake", `RTMP version ${first}, only ${version} is served`);
}

function randomPacket(): Buffer {
  const packet = randomBytes(packetBytes);
  packet.fill(0, 0, 8);
  return packet;
}

/** Throws as soon as the first byte shows that the client does not speak RTMP. */
export function checkC0(bytes: Buffer): void {
  if (bytes.length > 0) checkVersion(bytes[0]);
}

/** S0, S1 and S2, the answer to C0 and C1. */
export const answerC0C1 = (c0c1: Buffer): Buffer =>
  Buffer.concat([Buffer.of(version), randomPacket(), c0c1.subarray(1, c0c1Bytes)]);

export const createC0C1 = (): Buffer => Buffer.concat([Buffer.of(version), randomPacket()]);

/** C2, the answer to S0, S1 and S2. */
export function answerS0S1S2(s0s1s2: Buffer): Buffer {
  checkVersion(s0s1s2[0]);
  return s0s1s2.subarray(1, 1 + packetBytes);
}

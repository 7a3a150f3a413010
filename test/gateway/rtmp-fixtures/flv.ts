import { execFileSync } from "node:child_process";
import type { Message } from "../../../gateway/rtmp/chunkReader";

/** Two seconds of a test picture with sound, H.264 and AAC, as FFmpeg's messages for chunk stream 4. */
export function mediaMessages(): Message[] {
  const args = [
    ..."-v error -f lavfi -i testsrc=size=160x120:rate=15 -f lavfi -i sine -t 2".split(" "),
    ..."-c:v libx264 -preset ultrafast -g 15 -pix_fmt yuv420p -c:a aac -f flv -".split(" "),
  ];
  const flv = execFileSync("ffmpeg", args, { maxBuffer: 1 << 24 });
  // Header (9), then: size of the tag before (4), type (1), size (3), time (3 + 1), stream id (3), data.
  const messages: Message[] = [];
  for (let at = 9 + 4; at < flv.length; ) {
    const size = flv.readUIntBE(at + 1, 3);
    const timestamp = flv.readUIntBE(at + 4, 3) + flv.readUInt8(at + 7) * 0x1000000;
    const body = flv.subarray(at + 11, at + 11 + size);
    const type = flv.readUInt8(at);
    messages.push({ chunkStreamId: 4, type, timestamp, messageStreamId: 1, body });
    at += 11 + size + 4;
  }
  return messages.filter(({ type }) => type === 8 || type === 9);
}

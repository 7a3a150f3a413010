// Readers that throw away what they get: node rtspReaders.mjs <port> <path> <count>
import { connect } from "node:net";

const [port, path, count] = process.argv.slice(2);
const url = `rtsp://127.0.0.1:${port}/${path}`;
/** MediaMTX ends a session of which it has heard nothing for a minute. */
const keepAliveMs = 30_000;
const authorization = `Authorization: Basic ${Buffer.from("bench:bench").toString("base64")}\r\n`;

/** Sends a request; resolves to the answer with its body. */
function ask(socket, request) {
  socket.write(`${request}\r\n${authorization}\r\n`);
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (data) => {
      text += data.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) return;
      socket.off("data", onData);
      if (text.startsWith("RTSP/1.0 200")) resolve(text);
      else reject(new Error(text.split("\r\n")[0]));
    };
    socket.on("data", onData);
  });
}

async function read() {
  const socket = connect({ host: "127.0.0.1", port: Number(port) });
  socket.on("error", (error) => process.exit(error ? 1 : 0));
  let sequence = 1;
  const cseq = () => `CSeq: ${sequence++}`;
  const sdp = await ask(socket, `DESCRIBE ${url} RTSP/1.0\r\n${cseq()}\r\nAccept: application/sdp`);
  const base = /content-base: *(\S+)/i.exec(sdp)?.[1] ?? `${url}/`;
  const tracks = [...sdp.matchAll(/a=control:(\S+)/g)].map(([, control]) => control);
  let session = "";
  for (const [index, track] of tracks.filter((one) => one !== "*").entries()) {
    const target = track.includes("://") ? track : base + track;
    const transport = `Transport: RTP/AVP/TCP;unicast;interleaved=${2 * index}-${2 * index + 1}`;
    const answer = await ask(
      socket,
      `SETUP ${target} RTSP/1.0\r\n${cseq()}\r\n${transport}${session && `\r\nSession: ${session}`}`,
    );
    session = /session: *([^;\r]+)/i.exec(answer)?.[1] ?? "";
  }
  socket.write(`PLAY ${base} RTSP/1.0\r\n${cseq()}\r\nSession: ${session}\r\n\r\n`);
  socket.resume();
  setInterval(
    () => socket.write(`OPTIONS ${base} RTSP/1.0\r\n${cseq()}\r\nSession: ${session}\r\n\r\n`),
    keepAliveMs,
  );
}

for (let index = 0; index < Number(count); index++) await read();

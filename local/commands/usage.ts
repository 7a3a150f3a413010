import { protocols, publicPorts } from "../../shared/protocols";

/** The test user of local/cloudtak/cloudtak.yaml that the printed lines use. */
const credentials = "test-user:test-pass";
const stream = "test-stream";

const testPicture =
  "-re -f lavfi -i testsrc2=size=640x360:rate=25 -f lavfi -i sine -pix_fmt yuv420p -c:v libx264 -g 25 -c:a aac";

/**
 * What `npm start` prints: the listeners and lines to paste. `openPorts` are those that are listening, `caFile` holds the
 * certificate of the authority that clients have to trust.
 */
export function usage(
  openPorts: readonly { readonly boundPort: number }[],
  caFile: string,
): string {
  const open = new Set(openPorts.map(({ boundPort }) => boundPort));
  const rows = publicPorts(true)
    .filter(({ public: { port } }) => open.has(port))
    .map(({ protocol, public: { listener, port, scheme } }) => {
      const url = `${scheme}://localhost:${port}`;
      return `  ${protocol.key.padEnd(5)} ${String(port).padEnd(6)} ${listener.padEnd(4)} ${url}`;
    });
  const closed = protocols.flatMap(({ plain }) =>
    plain && !open.has(plain.port) ? [`${plain.port}`] : [],
  );
  return `
The system is up. Listeners:
${rows.join("\n")}
${closed.length > 0 ? `  closed: ${closed.join(", ")} (plaintext; pulumi config set enableInsecurePorts true)\n` : ""}
Certificates are signed by this machine's own authority. The lines below tell clients to trust it:
  CA="${caFile}"
Publish with FFmpeg:
  SSL_CERT_FILE="$CA" ffmpeg ${testPicture} -f flv "rtmps://localhost:1936/live/${credentials}:${stream}"
  SSL_CERT_FILE="$CA" ffmpeg ${testPicture} -rtsp_transport tcp -f rtsp "rtsps://${credentials}@localhost:8555/${stream}"
  ffmpeg ${testPicture} -f mpegts "srt://localhost:8890?streamid=${credentials}:${stream}"
Publish with OBS (Settings, Stream, Service: Custom):
  Server srt://localhost:8890?streamid=${credentials}:${stream}
  Server rtmps://localhost:1936/live  Stream Key ${credentials}:${stream}  (once the system trusts the authority, see docs/LOCAL.md)
Watch:
  SSL_CERT_FILE="$CA" ffplay -rtsp_transport tcp "rtsps://${credentials}@localhost:8555/${stream}"
  SSL_CERT_FILE="$CA" ffplay "https://${credentials}@localhost:8888/${stream}/index.m3u8"
  ffplay "srt://localhost:8890?streamid=read:${stream}:${credentials}"
  browser: https://localhost:9997/
Ask the API, as administrator:
  curl --cacert "$CA" -u admin:admin-pass https://localhost:9997/v3/paths/list

Users and leases: local/cloudtak/cloudtak.yaml. Logs: .local/logs.
Pulumi commands on this system: eval "$(npm run --silent local:env)"
Ctrl-C ends everything.
`;
}

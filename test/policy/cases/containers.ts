import { type CaseTable, on, unknown } from "./case";

const task = "aws:ecs/taskDefinition:TaskDefinition";
const digest = `sha256:${"a".repeat(64)}`;

/** A task with these containers, as JSON text. */
const of = (...containers: object[]) => ({ containerDefinitions: JSON.stringify(containers) });
/** The same as an object, with what is not known in it. */
const asObject = (...containers: object[]) => ({ containerDefinitions: containers });
const variable = (name: string, value: unknown = "1") => ({ environment: [{ name, value }] });
const passphrases = {
  secrets: [
    { name: "MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE", valueFrom: "arn" },
    { name: "MTX_PATHDEFAULTS_SRTREADPASSPHRASE", valueFrom: "arn" },
  ],
};
const controls = (...namespaces: string[]) => ({
  systemControls: namespaces.map((namespace) => ({ namespace, value: "1" })),
});
const mediamtx = { image: "bluenviron/mediamtx:1.20.1" };
/** MediaMTX with every server on loopback or off; a variable without a value is left out. */
const behindGateway = (changes: Record<string, string | undefined> = {}) => {
  const variables: Record<string, string | undefined> = {
    MTX_RTSPADDRESS: "127.0.0.1:28554",
    MTX_RTMPADDRESS: "127.0.0.1:21935",
    MTX_HLSADDRESS: "127.0.0.1:28888",
    MTX_SRTADDRESS: "127.0.0.1:28890",
    MTX_WEBRTC: "no",
    MTX_MOQ: "no",
    ...changes,
  };
  const environment = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  return { ...mediamtx, environment };
};
/** What nobody can read: not JSON, and JSON that is no list of containers. */
const unreadable = [{ containerDefinitions: "[{" }, { containerDefinitions: "5" }];
const notYet = { containerDefinitions: unknown.string };
const log = (mode?: string) => ({ logConfiguration: { logDriver: "awslogs", options: { mode } } });
export const containers: CaseTable = {
  "container-privileged": on(
    task,
    {},
    {
      good: [of({ name: "a" }), of({ privileged: false })],
      bad: [of({ privileged: true }), asObject({ name: "a" }, { privileged: true })],
      nearGood: [of({ PRIVILEGED: true, privileged: false })],
      nearBad: [
        of({ privileged: "true" }),
        of({ Privileged: true }),
        of({ privileged: false, PRIVILEGED: true }),
        asObject({ Privileged: true }),
        ...unreadable,
      ],
      unknown: [notYet, asObject({ privileged: unknown.string })],
    },
  ),
  "container-read-only-root": on(
    task,
    {},
    {
      good: [of({ readonlyRootFilesystem: true }), asObject({ readonlyRootFilesystem: true })],
      bad: [of({ readonlyRootFilesystem: false }), of({})],
      nearBad: [of({ readonlyRootFilesystem: true }, {}), ...unreadable],
      unknown: [notYet],
    },
  ),
  "container-secrets": on(
    task,
    {},
    {
      good: [
        of({}),
        of(variable("LOG_LEVEL")),
        of({ secrets: [{ name: "DB_PASSWORD", valueFrom: "arn" }] }),
      ],
      bad: [
        of(variable("DB_PASSWORD")),
        of(variable("API_KEY")),
        of(variable("clientSecret")),
        asObject(variable("AUTH_TOKEN", unknown.string)),
      ],
      nearGood: [
        of(variable("CLOUDTAK_SIGNING_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:1:secret:a")),
        of(variable("PUBLIC_KEY")),
        of(variable("TOKEN_URL")),
        of(variable("KEYBOARD")),
        of(variable("COMPASS")),
      ],
      nearBad: [
        of(variable("SRT_PASSPHRASE")),
        of(variable("ORDINARY", "AKIAIOSFODNN7EXAMPLE")),
        of(variable("ORDINARY", "-----BEGIN RSA PRIVATE KEY-----")),
        of(variable("ORDINARY", `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.c`)),
        ...unreadable,
      ],
      unknown: [
        notYet,
        asObject(variable("ORDINARY", unknown.string)),
        asObject(variable(unknown.string)),
      ],
    },
  ),
  "container-log-mode": on(
    task,
    {},
    {
      good: [of(log("non-blocking")), of(log("blocking"))],
      bad: [of({}), of(log())],
      nearGood: [of({ logConfiguration: { logDriver: "awsfirelens" } })],
      nearBad: [of(log("Blocking")), of(log("blocking"), {}), ...unreadable],
      unknown: [notYet, asObject(log(unknown.string))],
    },
  ),
  "container-user": on(
    task,
    {},
    {
      good: [of({ user: "1000:1000" }), of({ user: "node" })],
      bad: [of({}), of({ user: "root" }), of({ user: "0" })],
      nearGood: [of({ user: "10" }), of({ user: "rooter" })],
      nearBad: [
        of({ user: "0:1000" }),
        of({ user: "root:node" }),
        of({ user: "00" }),
        ...unreadable,
      ],
      unknown: [notYet, asObject({ user: unknown.string })],
    },
  ),
  "container-image": on(
    task,
    {},
    {
      good: [of({ image: "bluenviron/mediamtx:1.20.1" }), of({ image: `repo/gateway@${digest}` })],
      bad: [of({ image: "mediamtx" }), of({ image: "repo/mediamtx:latest" }), of({})],
      nearGood: [
        of({ image: "localhost:5000/gateway:1" }),
        of({ image: "a:latest-1" }),
        of({ image: `a:latest@${digest}` }),
      ],
      nearBad: [
        of({ image: "localhost:5000/gateway" }),
        of({ image: "a@sha256:abc" }),
        of({ image: "a:" }),
        ...unreadable,
      ],
      unknown: [notYet, asObject({ image: unknown.string })],
    },
  ),
  "container-system-controls": on(
    task,
    {},
    {
      good: [of({}), of({ ...controls("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem") }, {})],
      bad: [
        of(controls("net.core.rmem_max")),
        of(controls("net.ipv4.tcp_rmem"), controls("net.ipv4.tcp_wmem")),
      ],
      nearGood: [
        of(controls("net.core.somaxconn"), controls("kernel.sem")),
        of({}, controls("net.ipv4.tcp_rmem")),
      ],
      nearBad: [
        of(controls("net.ipv4.tcp_mem")),
        of(controls("net.core.wmem_default")),
        of(controls("net.core.netdev_max_backlog")),
        of(controls("net.core.somaxconn"), {}, controls("net.core.somaxconn")),
        ...unreadable,
      ],
      unknown: [
        notYet,
        asObject({ systemControls: unknown.array }),
        asObject({ systemControls: [{ namespace: unknown.string }] }),
      ],
    },
  ),
  "srt-passphrase": on(
    task,
    {},
    {
      good: [of({ ...mediamtx, ...passphrases }), of({ image: "gateway:1" })],
      bad: [of(mediamtx), of({ image: "mirror/media:1", ...variable("MTX_API", "yes") })],
      nearGood: [
        of({ ...mediamtx, ...variable("MTX_SRT", "no") }),
        of({ ...mediamtx, ...variable("MTX_SRT", "false") }),
        of({ image: "mediamtx-exporter:1" }),
      ],
      nearBad: [
        of({ ...mediamtx, secrets: passphrases.secrets.slice(1) }),
        of({ ...mediamtx, secrets: passphrases.secrets.slice(0, 1) }),
        of({ ...mediamtx, ...variable("MTX_SRT", "yes") }),
        of({ image: "mediamtx" }),
        of({ Image: "mediamtx" }),
        of({ image: `x/mediamtx@${digest}` }),
        ...unreadable,
      ],
      unknown: [notYet, asObject({ image: unknown.string })],
    },
  ),
  "mediamtx-behind-gateway": on(
    task,
    {},
    {
      good: [
        of(behindGateway()),
        of({ image: "gateway:1", portMappings: [{ containerPort: 11935 }] }),
        of({ image: "gateway:1", ...variable("GATEWAY_ADDRESS", "0.0.0.0:1") }),
      ],
      bad: [
        of({ ...behindGateway(), portMappings: [{ containerPort: 1935 }] }),
        of(behindGateway({ MTX_RTMPADDRESS: ":1935" })),
        of(mediamtx),
      ],
      nearGood: [
        of({ ...behindGateway(), portMappings: [] }),
        of(behindGateway({ MTX_AUTHHTTPADDRESS: "http://example.org" })),
        of(behindGateway({ MTX_APIADDRESS: "localhost:9997" })),
        of(behindGateway({ MTX_APIADDRESS: "[::1]:9997" })),
        of(behindGateway({ MTX_SRTADDRESS: undefined, MTX_SRT: "false" })),
      ],
      nearBad: [
        of(behindGateway({ MTX_APIADDRESS: "0.0.0.0:9997" })),
        of(behindGateway({ MTX_APIADDRESS: "128.0.0.1:9997" })),
        ...["RTSP", "RTMP", "HLS", "SRT"].map((server) =>
          of(behindGateway({ [`MTX_${server}ADDRESS`]: undefined })),
        ),
        of(behindGateway({ MTX_WEBRTC: undefined })),
        of(behindGateway({ MTX_MOQ: "yes" })),
        of({ ...behindGateway({ MTX_RTMPADDRESS: ":1935" }), image: "mirror/media:1" }),
        ...unreadable,
      ],
      unknown: [notYet, asObject(behindGateway({ MTX_APIADDRESS: unknown.string }))],
    },
  ),
};

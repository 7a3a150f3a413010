/** What operators change, and what it does: the end-to-end tests prove it, docs/OPERATIONS.md shows it. */
export interface Change {
  readonly title: string;
  /** Values of stack dev's configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Argument of `--replace`, for what changes without the configuration. */
  readonly replace?: string;
  /** By the engine's operation: names of the resources, sorted, or their number where they are many. */
  readonly steps: Readonly<Record<string, readonly string[] | number>>;
  /** What happens to the streams that run. */
  readonly streams: string;
}

export const goOn = "go on";
const areCutOnce = "are cut once: the next task takes them";

const doors = ["api", "hls", "rtmp", "rtsp", "srt"];
const newTask = { replace: ["media-task-definition"], update: ["media-service"] };

export const changes: readonly Change[] = [
  { title: "nothing", config: {}, steps: {}, streams: goOn },
  {
    title: "the insecure ports",
    config: { enableInsecurePorts: true },
    steps: {
      create: [
        "listeners-rtmp-plain",
        "listeners-rtmp-plain-from-0.0.0.0-0",
        "listeners-rtsp-plain",
        "listeners-rtsp-plain-from-0.0.0.0-0",
      ],
      // The function tells CloudTAK's API which URLs there are.
      update: ["auth-alias", "auth-handler"],
    },
    streams: goOn,
  },
  {
    title: "other client networks",
    config: { allowedCidrs: ["127.0.0.0/8"] },
    steps: {
      create: doors.map((door) => `listeners-${door}-from-127.0.0.0-8`),
      delete: doors.map((door) => `listeners-${door}-from-0.0.0.0-0`),
    },
    streams: goOn,
  },
  { title: "a tag", config: { tags: { Owner: "video" } }, steps: { update: 63 }, streams: goOn },
  {
    title: "how long logs are kept",
    config: { logRetentionDays: 30 },
    steps: {
      update: [
        "auth-log-group",
        "load-balancer-access-logs-lifecycle",
        "media-log-group",
        "network-flow-log-group",
      ],
    },
    streams: goOn,
  },
  {
    title: "a new self-signed certificate",
    config: {},
    replace: "**certificate-self-signed",
    steps: { replace: ["certificate-self-signed"], update: ["certificate-acm"] },
    streams: goOn,
  },
  {
    title: "another zone",
    config: { zones: 3 },
    steps: {
      create: ["private", "public"].flatMap((type) => Array(4).fill(`network-vpc-${type}-3`)),
      update: ["load-balancer-nlb", "media-service", "network-vpc"],
    },
    streams: areCutOnce,
  },
  {
    title: "more CPU and memory",
    config: { mediamtxCpu: 512, mediamtxMemory: 1024 },
    steps: newTask,
    streams: areCutOnce,
  },
  {
    title: "another version of MediaMTX",
    config: { mediamtxVersion: "1.99.0" },
    steps: { ...newTask, update: ["media-service", "mediamtx-image"] },
    streams: areCutOnce,
  },
  {
    title: "a gateway image that is given, in place of one that was built",
    config: { gatewayImage: "ghcr.io/example/gateway:1.0.0" },
    steps: {
      delete: ["image", "lifecycle-policy", "repository"].map((part) => `gateway-${part}`),
      replace: newTask.replace,
      update: [...newTask.update, "media-task-execution-policy"],
    },
    streams: areCutOnce,
  },
];

/** The table of docs/OPERATIONS.md, in Markdown. */
export function changesTable(): string {
  const rows = changes.map(({ title, config, replace, steps, streams }) => {
    const keys = Object.keys(config).map((key) => `\`${key}\``);
    const how = replace ? `\`pulumi up --replace '${replace}'\`` : keys.join(", ");
    return `| ${title} | ${how} | ${stepsText(steps) || "none"} | ${streams} |`;
  });
  return ["| change | how | resources | running streams |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}

/** Few resources by name, many by number. */
const stepsText = (steps: Change["steps"]): string =>
  Object.entries(steps)
    .map(([op, names]) => {
      const few = typeof names !== "number" && names.length < 4 && names;
      return `${op} ${few ? few.join(", ") : typeof names === "number" ? names : names.length}`;
    })
    .join("; ");

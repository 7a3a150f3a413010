import { srtPassphraseVariables } from "../../../components/service/mediamtxEnvironment";
import { documentIn } from "../../aws/policyDocument";
import { isKeyShaped, isSecretName } from "../../aws/secretDetection";
import { aws } from "../../aws/typeTokens";
import type { Findings } from "../../kit/findings";
import { among, isNotTrue, isSet, isTrue, matches } from "../../kit/predicates";
import type { Property } from "../../kit/property";
import { resourceRule } from "../../kit/rule";
import { ask, known } from "../../kit/tristate";

const types = aws("ecs", "TaskDefinition");

const containers = (task: Property, report: Findings): Property[] =>
  documentIn(task.get("containerDefinitions"), report)?.items() ?? [];

export const containerPrivileged = resourceRule({
  name: "container-privileged",
  description: "Prohibits privileged containers.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ECS.4"], checkov: ["CKV_AWS_334"] },
  remediationSteps: "Leave privileged out.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      report.require(container.get("privileged"), isNotTrue, "the container is root on its host");
    }
  },
});

export const containerReadOnlyRoot = resourceRule({
  name: "container-read-only-root",
  description: "Requires containers with a read-only root file system.",
  severity: "high",
  level: "production",
  ids: { fsbp: ["ECS.5"], checkov: ["CKV_AWS_336"] },
  remediationSteps: "Set readonlyRootFilesystem to true.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      const readOnly = container.get("readonlyRootFilesystem");
      report.require(readOnly, isTrue, "what runs in the container can change its programs");
    }
  },
});

export const containerSecrets = resourceRule({
  name: "container-secrets",
  description: "Prohibits secrets in the environment of containers, where every reader sees them.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ECS.8"], cdkNag: ["ECS2"] },
  remediationSteps: "Put the value into Secrets Manager and name it under secrets.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      for (const variable of report.each(container.get("environment"))) {
        const [name, value] = [variable.get("name"), variable.get("value")];
        if (!report.is(name, () => true)) continue;
        const problem = `"${name.text()}" looks like a secret in clear`;
        report.refuse(known(isSecretName(name.text())), variable, problem);
        if (isSecretName(name.text())) continue;
        report.refuse(
          ask(value, (property) => isKeyShaped(property.text())),
          variable,
          problem,
        );
      }
    }
  },
});

export const containerLogMode = resourceRule({
  name: "container-log-mode",
  description:
    "Requires containers to log, with an explicit delivery mode, blocking or non-blocking.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ECS.9"], cdkNag: ["ECS7"] },
  remediationSteps:
    'Set logConfiguration with the option mode "non-blocking" and max-buffer-size, or "blocking".',
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      const log = container.get("logConfiguration");
      report.require(log.get("logDriver"), isSet, "the container does not log");
      if (!report.is(log.get("logDriver"), among("awslogs"))) continue;
      report.require(
        log.at("options").get("mode"),
        among("blocking", "non-blocking"),
        "the mode is left to AWS's default, which changed in 2025",
      );
    }
  },
});

export const containerUser = resourceRule({
  name: "container-user",
  description: "Requires containers that do not run as root.",
  severity: "medium",
  level: "production",
  ids: { other: ["config:ecs-task-definition-linux-user-non-root"] },
  remediationSteps: "Set user to the number of a user other than 0.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      const isOther = (user: Property) => isSet(user) && !/^(root|0+)(:|$)/.test(user.text());
      report.require(container.get("user"), isOther, "the container runs as root");
    }
  },
});

/** A digest, or a tag other than latest after the last slash (the port of a registry is not a tag). */
const isFixedImage = matches(/@sha256:[0-9a-f]{64}$|^(.*\/)?[^/:@]+:(?!latest$)[\w][\w.-]{0,127}$/);

export const containerImage = resourceRule({
  name: "container-image",
  description: "Requires container images with a digest or a fixed tag.",
  severity: "medium",
  level: "production",
  ids: {},
  remediationSteps: "Name the image by its digest, or by a tag other than latest.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      report.require(container.get("image"), isFixedImage, "the image may change by itself");
    }
  },
});

/** Linux has these once per machine and not per network, so a container that sets one does not start. */
const isOfMachine = matches(
  /^net\.(core\.([rw]mem_(max|default)|netdev_.*|optmem_max)|ipv4\.(tcp|udp)_mem)$/,
);
const isOfNetwork = matches(/^net\./);

export const containerSystemControls = resourceRule({
  name: "container-system-controls",
  description:
    "Requires network settings of the kernel that a task can have, in one of its containers only.",
  severity: "medium",
  level: "always",
  ids: {},
  remediationSteps:
    "Set systemControls of net.* in one container, and none that Linux has per machine, as net.core.rmem_max.",
  types,
  check: (task, report) => {
    let setters = 0;
    for (const container of containers(task, report)) {
      const controls = report
        .each(container.get("systemControls"))
        .map((control) => control.get("namespace"))
        .filter((namespace) => report.is(namespace, isOfNetwork));
      for (const namespace of controls) {
        const answer = ask(namespace, isOfMachine);
        report.refuse(answer, namespace, `"${namespace.text()}" is a setting of the whole machine`);
      }
      if (controls.length > 0) setters += 1;
      report.refuse(
        known(controls.length > 0 && setters > 1),
        container.get("systemControls"),
        "containers of a task share its network, and the one that starts last decides",
      );
    }
  },
});

const isMediamtxImage = matches(/(^|\/)mediamtx(:|@|$)/);

/** By the name of its image, or by a variable that only MediaMTX reads. */
const isMediamtx = (container: Property, report: Findings): boolean =>
  report.is(container.get("image"), isMediamtxImage) ||
  report
    .each(container.get("environment"))
    .some((variable) => report.is(variable.get("name"), matches(/^MTX_/)));

const variableNamed = (container: Property, name: string, report: Findings): Property | undefined =>
  report
    .each(container.get("environment"))
    .find((variable) => report.is(variable.get("name"), among(name)))
    ?.get("value");

/** Whether one of MediaMTX's servers is turned off. */
function isOff(container: Property, server: string, report: Findings): boolean {
  const value = variableNamed(container, `MTX_${server}`, report);
  return value !== undefined && report.is(value, among("no", "false"));
}

export const srtPassphrase = resourceRule({
  name: "srt-passphrase",
  description: "Requires a passphrase from Secrets Manager where MediaMTX serves SRT.",
  severity: "high",
  level: "production",
  ids: {},
  remediationSteps:
    'Run "pulumi config set --plaintext srtPassphraseSecretArn <ARN>", or inject the secret as ' +
    `${srtPassphraseVariables.join(" and ")}.`,
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      if (!isMediamtx(container, report)) continue;
      if (isOff(container, "SRT", report)) continue;
      const secrets = report.each(container.get("secrets")).map((secret) => secret.get("name"));
      for (const name of srtPassphraseVariables) {
        const isInjected = secrets.some((secret) => report.is(secret, among(name)));
        report.refuse(
          known(!isInjected),
          container,
          `SRT is not encrypted: "${name}" is not injected from a secret`,
        );
      }
    }
  },
});

/** Servers that MediaMTX 1.20 starts by default, each on all addresses. */
const startedServers = ["RTSP", "RTMP", "HLS", "WEBRTC", "SRT", "MOQ"];

const isLoopback = matches(/^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):/);

export const mediamtxBehindGateway = resourceRule({
  name: "mediamtx-behind-gateway",
  description: "Requires MediaMTX to listen on loopback only, behind the gateway in its task.",
  severity: "high",
  level: "production",
  ids: {},
  remediationSteps:
    "Take portMappings off the MediaMTX container, set its MTX_*ADDRESS variables to 127.0.0.1 and the servers that are not used to no, as MTX_WEBRTC.",
  types,
  check: (task, report) => {
    for (const container of containers(task, report)) {
      if (!isMediamtx(container, report)) continue;
      const mappings = container.get("portMappings");
      report.refuse(
        ask(mappings, (list) => list.items().length > 0),
        mappings,
        "MediaMTX takes connections past the gateway",
      );
      for (const server of startedServers) {
        const address = variableNamed(container, `MTX_${server}ADDRESS`, report);
        report.refuse(
          known(address === undefined && !isOff(container, server, report)),
          container,
          `"MTX_${server}ADDRESS" is not set, so that the server listens beyond the task`,
        );
      }
      for (const variable of report.each(container.get("environment"))) {
        const name = variable.get("name");
        if (!report.is(name, matches(/^MTX_(?!AUTHHTTP)\w+ADDRESS$/))) continue;
        report.require(
          variable.get("value"),
          isLoopback,
          `"${name.text()}" listens beyond the task`,
        );
      }
    }
  },
});

export const containerRules = [
  containerPrivileged,
  containerReadOnlyRoot,
  containerSecrets,
  containerLogMode,
  containerUser,
  containerImage,
  containerSystemControls,
  srtPassphrase,
  mediamtxBehindGateway,
] as const;

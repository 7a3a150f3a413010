import type { Property } from "../kit/property";
import type { Charge, Context, Formula, Priced, Unestimated } from "./charge";
import { hoursPerMonth } from "./units";

/** ARM is a fifth below x86, which is the default of a task definition. */
const x86Factor = 1.25;

/** Tasks that run all the time; what a deployment or an extra disk adds is left out. */
export const fargateService: Formula = (service, context) => {
  const { props } = service;
  if (props.get("launchType").text() !== "FARGATE") {
    return [{ reason: "only services with launch type FARGATE are estimated" }];
  }
  const task = taskDefinition(service, context);
  const cpuUnits = task?.get("cpu").number;
  const mebibytes = task?.get("memory").number;
  if (!task || cpuUnits === undefined || mebibytes === undefined) {
    return [{ reason: "the size of its task is not known" }];
  }
  const tasks = props.get("desiredCount").number ?? 0;
  const isArm = task.at("runtimePlatform.cpuArchitecture").text() === "ARM64";
  const factor = isArm ? 1 : x86Factor;
  const hours = tasks * hoursPerMonth;
  return [
    {
      what: `${tasks} x ${cpuUnits / 1024} vCPU`,
      quantity: (cpuUnits / 1024) * hours,
      unit: "vCPU-hours",
      price: "fargateVcpuHour",
      factor,
    },
    {
      what: `${tasks} x ${mebibytes / 1024} GB`,
      quantity: (mebibytes / 1024) * hours,
      unit: "GB-hours",
      price: "fargateGigabyteHour",
      factor,
    },
    ...addresses(props, tasks),
  ];
};

function addresses(props: Property, tasks: number): (Charge | Unestimated)[] {
  const assign = props.at("networkConfiguration.assignPublicIp");
  if (assign.unknown) return [{ reason: "public IPv4 of its tasks: not known yet" }];
  if (!assign.flag) return [];
  const quantity = tasks * hoursPerMonth;
  return [{ what: `${tasks} public IPv4`, quantity, unit: "hours", price: "publicIpv4Hour" }];
}

function taskDefinition(service: Priced, { resources }: Context): Property | undefined {
  const reference = service.props.get("taskDefinition").text();
  const sources = service.dependencies("taskDefinition");
  return resources
    .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    .find(
      ({ urn, props }) =>
        sources.includes(urn) ||
        (reference !== "" && ["arn", "family"].some((key) => props.get(key).text() === reference)),
    )?.props;
}

/**
 * Zones, by their id, in which Fargate runs no Linux tasks on ARM.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
 */
const onlyZones: Readonly<Record<string, readonly string[]>> = {
  usw1: ["usw1-az1", "usw1-az3"],
  apne1: ["apne1-az1", "apne1-az2", "apne1-az4"],
  cnn1: ["cnn1-az1", "cnn1-az2"],
};
/** Graviton processors are missing there. */
const noArm = ["use1-az3"];

export function hasNoFargateOnArm(zoneId: string): boolean {
  const only = onlyZones[zoneId.split("-")[0] ?? ""];
  return noArm.includes(zoneId) || (only !== undefined && !only.includes(zoneId));
}

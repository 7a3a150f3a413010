import { classicElb, elbv2 } from "../aws/typeTokens";
import type { Property } from "../kit/property";
import { type PortExposure, single } from "./portExposure";
import { aliases, type ExposureTable } from "./table";

const portAndProtocol = (what: string) => (resource: Property) =>
  single(what, resource.get("port"), resource.get("protocol"));

/** A classic load balancer never speaks UDP. */
const classicListeners = (loadBalancer: Property): PortExposure[] =>
  loadBalancer
    .get("listeners")
    .items()
    .flatMap((listener) => [
      ...single("listener", listener.get("lbPort")),
      ...single("listener's target", listener.get("instancePort")),
    ]);

export const loadBalancers: ExposureTable = {
  ...aliases(elbv2("Listener"), portAndProtocol("listener")),
  ...aliases(elbv2("TargetGroup"), portAndProtocol("target group")),
  ...aliases(elbv2("TargetGroupAttachment"), (target) => single("target", target.get("port"))),
  ...aliases(classicElb, classicListeners),
};

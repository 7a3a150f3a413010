import { classicElb, elbv2 } from "../aws/typeTokens";
import type { Property } from "../kit/property";
import { type Opening, single } from "./portExposure";
import { type OpeningTable, readAlike } from "./table";

const portAndProtocol = (what: string) => (resource: Property) =>
  single(what, resource.get("port"), resource.get("protocol"));

/** A classic load balancer never speaks UDP. */
const classicListeners = (loadBalancer: Property): Opening[] =>
  loadBalancer
    .get("listeners")
    .items()
    .flatMap((listener) => [
      ...single("listener", listener.get("lbPort")),
      ...single("listener's target", listener.get("instancePort")),
    ]);

export const loadBalancers: OpeningTable = {
  ...readAlike(elbv2("Listener"), portAndProtocol("listener")),
  ...readAlike(elbv2("TargetGroup"), portAndProtocol("target group")),
  ...readAlike(elbv2("TargetGroupAttachment"), (target) => single("target", target.get("port"))),
  ...readAlike(classicElb, classicListeners),
};

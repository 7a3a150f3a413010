import type { Property } from "../kit/property";
import { type Opening, single } from "./opening";
import { inModules, type OpeningTable } from "./table";

/** Network and Application Load Balancers; the last two are names in older programs. */
const elbv2 = ["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"];
const classic = ["elb", "elasticloadbalancing"];

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
  ...inModules(elbv2, "Listener", portAndProtocol("listener")),
  ...inModules(elbv2, "TargetGroup", portAndProtocol("target group")),
  ...inModules(elbv2, "TargetGroupAttachment", (target) => single("target", target.get("port"))),
  ...inModules(classic, "LoadBalancer", classicListeners),
};

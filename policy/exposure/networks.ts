import type { Property } from "../kit/property";
import { type PortExposure, range, single, span } from "./portExposure";
import type { ExposureTable } from "./table";

const ranges = (what: string, list: Property, ...protocols: Property[]): PortExposure[] =>
  list
    .items()
    .map((item) => range(what, item, item.get("fromPort"), item.get("toPort"), ...protocols));

const acceleratorListener = (listener: Property) =>
  ranges("listener", listener.get("portRanges"), ...listener.get("protocol").items());

/** Accelerator port -> endpoint port, which may turn a harmless listener port into 8554. */
const portOverrides = (group: Property): PortExposure[] =>
  group
    .get("portOverrides")
    .items()
    .flatMap((override) => [
      ...single("port override", override.get("listenerPort")),
      ...single("port override", override.get("endpointPort")),
    ]);

const customRoutingDestinations = (group: Property): PortExposure[] =>
  group
    .get("destinationConfigurations")
    .items()
    .flatMap((destination) =>
      ranges("destination", destination, ...destination.get("protocols").items()),
    );

const latticeTarget = (attachment: Property) =>
  single("target", attachment.get("target").get("port"));

/** Reaches a resource in the VPC over TCP; ranges are texts. */
const latticeResource = (configuration: Property): PortExposure[] =>
  configuration
    .get("portRanges")
    .items()
    .map((item) => span("resource configuration", item, configuration.get("protocol")));

/** A tunnel for users without a VPN, to one port or to ranges. */
const verifiedAccess = (endpoint: Property): PortExposure[] =>
  ["loadBalancerOptions", "networkInterfaceOptions", "cidrOptions"]
    .flatMap((options) => endpoint.get(options).items())
    .flatMap((options) => [
      ...single("endpoint", options.get("port"), options.get("protocol")),
      ...ranges("endpoint", options.get("portRanges"), options.get("protocol")),
    ]);

/** Listeners of the proxies of a service mesh. */
const meshListeners = (resource: Property): PortExposure[] =>
  resource
    .get("spec")
    .get("listeners")
    .items()
    .map((listener) => listener.get("portMapping"))
    .flatMap((mapping) => single("listener", mapping.get("port"), mapping.get("protocol")));

export const networks: ExposureTable = {
  "aws:globalaccelerator/listener:Listener": acceleratorListener,
  "aws:globalaccelerator/customRoutingListener:CustomRoutingListener": acceleratorListener,
  "aws:globalaccelerator/endpointGroup:EndpointGroup": portOverrides,
  "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup":
    customRoutingDestinations,
  "aws:vpclattice/listener:Listener": (listener) =>
    single("listener", listener.get("port"), listener.get("protocol")),
  "aws:vpclattice/targetGroup:TargetGroup": (group) =>
    single("target group", group.get("config").get("port"), group.get("config").get("protocol")),
  "aws:vpclattice/targetGroupAttachment:TargetGroupAttachment": latticeTarget,
  "aws:vpclattice/resourceConfiguration:ResourceConfiguration": latticeResource,
  "aws:verifiedaccess/endpoint:Endpoint": verifiedAccess,
  "aws:appmesh/virtualGateway:VirtualGateway": meshListeners,
  "aws:appmesh/virtualNode:VirtualNode": meshListeners,
  "aws:appmesh/virtualRouter:VirtualRouter": meshListeners,
};

import { accountId } from "../../../account/accountId";
import type { Inventory } from "../../../account/accountStore";
import { zoneType } from "../../../account/availabilityZones";
import type { LocalAccount } from "../../../account/localAccount";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong, notMatching } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { admits } from "../iam/policyDocument";
import { names } from "../names";
import { bucketPolicyType } from "../s3/s3";

export const loadBalancerType = "aws:lb/loadBalancer:LoadBalancer";

/** The service that writes access logs of network load balancers into buckets. */
const logDelivery = "delivery.logs.amazonaws.com";

/** ARN segment of each kind of load balancer. */
const kinds: Readonly<Record<string, string>> = {
  application: "app",
  network: "net",
  gateway: "gwy",
};

/** Load balancers. */
export const loadBalancers: ResourceTypes = {
  [loadBalancerType]: {
    inputs: inputNames[loadBalancerType],
    replaceOnChanges: "name namePrefix internal loadBalancerType customerOwnedIpv4Pool",
    defaults: { enableDeletionProtection: false, loadBalancerType: "application" },
    naming: names.loadBalancer,
    /** Inputs that a network load balancer accepts on creation only. */
    replaces: (olds, news) => {
      if (news.text("loadBalancerType") !== "network") {
        return [];
      }
      const hadGroups = olds.count("securityGroups") > 0 || olds.isUnknown("securityGroups");
      const hasGroups = news.count("securityGroups") > 0 || news.isUnknown("securityGroups");
      const lostSubnet =
        !news.isUnknown("subnets") &&
        olds.texts("subnets").some((subnet) => !news.texts("subnets").includes(subnet)) &&
        news.texts("subnets").length === news.count("subnets");
      return [
        ...(hadGroups === hasGroups ? [] : ["securityGroups"]),
        ...(lostSubnet ? ["subnets"] : []),
      ];
    },
    checkFailures: (inputs) => {
      const type = inputs.text("loadBalancerType");
      const subnets = inputs.count("subnets") + inputs.count("subnetMappings");
      const needed = type === "application" ? 2 : 1;
      const isOpen = inputs.isUnknown("subnets") || inputs.isUnknown("subnetMappings");
      return failuresIn(
        notMatching(inputs, "namePrefix", "ValidationError", /^.{1,6}$/, "up to 6 characters"),
        notAmong(inputs, "loadBalancerType", "ValidationError", Object.keys(kinds)),
        notAmong(inputs, "ipAddressType", "ValidationError", ["ipv4", "dualstack"]),
        failWhen(
          !isOpen && subnets < needed,
          "subnets",
          "ValidationError",
          needed === 2
            ? "At least two subnets in two different Availability Zones must be specified"
            : "A subnet must be specified",
        ),
      );
    },
    initialOutputs: (inputs, account) => {
      const kind = kinds[inputs.text("loadBalancerType") ?? ""] ?? "app";
      const name =
        inputs.text("name") ?? `${inputs.text("namePrefix") ?? "tf-lb-"}${account.hex(20)}`;
      const suffix = `${kind}/${name}/${account.hex(16)}`;
      const arn = `arn:aws:elasticloadbalancing:${account.region}:${account.id}:loadbalancer/${suffix}`;
      return {
        id: arn,
        arn,
        arnSuffix: suffix,
        name,
        // The local runtime opens the listeners on this machine, so this name, the certificate made
        // for it and the URLs among the stack's outputs work here as they are.
        dnsName: "localhost",
        zoneId: `Z${account.hex(13).toUpperCase()}`,
        internal: false,
        ipAddressType: "ipv4",
        securityGroups: [],
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "on",
        subnetMappings: [],
        vpcId: "",
      };
    },
    computedOutputs: (inputs, outputs) => ({
      enableCrossZoneLoadBalancing:
        inputs.flag("enableCrossZoneLoadBalancing") ??
        outputs.text("loadBalancerType") === "application",
    }),
    validate: (inputs, inventory, self, account) => {
      const name = inputs.text("name");
      const same = inventory.find(
        loadBalancerType,
        (lb, item) => item.id !== self?.id && name !== undefined && lb.text("name") === name,
      );
      if (same) {
        throw new AwsError(
          "DuplicateLoadBalancerName",
          `A load balancer with the same name '${name}' exists, but with different settings`,
        );
      }
      validateAccessLogs(inputs.object("accessLogs"), inventory);
      validateSubnets(inputs, inventory, account);
    },
    validateDelete: ({ arn, properties }) => {
      if (properties.enableDeletionProtection === true) {
        throw new AwsError(
          "OperationNotPermitted",
          `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
    },
  },
};

/** The zone of a subnet that was not created here is known only where `account.yaml` declares it. */
function validateSubnets(inputs: Inputs, inventory: Inventory, account: LocalAccount): void {
  const { subnets: prior } = account.facts();
  const places = inputs.texts("subnets").map((id) => {
    const own = inventory.byId("aws:ec2/subnet:Subnet", id)?.properties;
    const { zone = own?.availabilityZone, outpostArn = own?.outpostArn } = prior[id] ?? {};
    return { zone: zone === undefined ? undefined : String(zone), isOnOutpost: !!outpostArn };
  });
  const zones = places.flatMap(({ zone }) => zone ?? []);
  const kind = places.some(({ isOnOutpost }) => isOnOutpost)
    ? "Outpost"
    : zones.map((zone) => specialZones[zoneType(zone)]).find((each) => each !== undefined);
  if (kind !== undefined && inputs.text("loadBalancerType") === "network") {
    throw new AwsError(
      "ValidationError",
      `You cannot have any ${kind} subnets for load balancers of type 'network'`,
    );
  }
  if (new Set(zones).size < zones.length) {
    throw new AwsError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
}

const specialZones: Readonly<Record<string, string>> = {
  "local-zone": "Local Zone",
  "wavelength-zone": "Wavelength Zone",
};

/** Load balancers write their access logs themselves, so the bucket's policy must admit them. */
function validateAccessLogs(logs: Inputs, inventory: Inventory): void {
  const bucket = logs.text("bucket");
  const policy = inventory.byId(bucketPolicyType, bucket)?.properties.policy;
  const prefix = logs.text("prefix") ? `${logs.text("prefix")}/` : "";
  const object = `arn:aws:s3:::${bucket}/${prefix}AWSLogs/${accountId}/ELBAccessLogTestFile`;
  if (logs.flag("enabled") && !admits(policy, logDelivery, "s3:PutObject", object)) {
    throw new AwsError(
      "InvalidConfigurationRequest",
      `Access Denied for bucket: ${bucket}. Please check S3bucket permission`,
    );
  }
}

/** Known ARNs of the target groups that a listener's default actions forward to. */
export const targetGroupsOf = (listener: Inputs): string[] =>
  listener
    .objects("defaultActions")
    .flatMap((action) => [
      action.text("targetGroupArn"),
      ...action
        .object("forward")
        .objects("targetGroups")
        .map((group) => group.text("arn")),
    ])
    .filter((arn) => arn !== undefined);

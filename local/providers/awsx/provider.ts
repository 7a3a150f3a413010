import { version as awsVersion } from "@pulumi/aws/package.json";
import { version } from "@pulumi/awsx/package.json";
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../engine/grpc/server";
import { localRoot } from "../localRoot";
import { Vpc } from "./vpc";

const vpcType = "awsx:ec2:Vpc";

/** Serves the awsx components on a free loopback port until the engine ends. */
export function serveAwsx(engineAddress: string, place: Place): Promise<void> {
  return pulumi.provider.main(new AwsxProvider(place), [engineAddress]);
}

class AwsxProvider implements pulumi.provider.Provider {
  readonly version = version;

  constructor(private readonly place: Place) {}

  async configure(): Promise<void> {
    localRoot(this.place.backendUrl, this.place.checkout);
  }

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    if (type !== vpcType) {
      throw new Error(
        `the local awsx provider does not serve the component ${type}; it serves ${vpcType}`,
      );
    }
    const { names } = await pulumi.runtime.invoke(
      "aws:index/getAvailabilityZones:getAvailabilityZones",
      {},
      { version: awsVersion },
    );
    const vpc = new Vpc(name, inputs, names as string[], options);
    return { urn: vpc.urn, state: vpc.outputs };
  }
}

import { version as awsVersion } from "@pulumi/aws/package.json";
import { version } from "@pulumi/awsx/package.json";
import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../engine/grpc/server";
import { localRoot } from "../localRoot";
import { Vpc } from "./vpc";

const vpcType = "awsx:ec2:Vpc";

/** Serves the awsx components on a free loopback port until the engine ends. */
export function serveAwsx(engineAddress: string, location: Location): Promise<void> {
  return pulumi.provider.main(new AwsxProvider(location), [engineAddress]);
}

class AwsxProvider implements pulumi.provider.Provider {
  readonly version = version;

  constructor(private readonly location: Location) {}

  async configure(): Promise<void> {
    localRoot(this.location.backendUrl, this.location.checkout);
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

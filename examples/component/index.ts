import * as pulumi from "@pulumi/pulumi";
import { MediaInfra } from "tak-media-infra";

/** Somebody's own program: the media system is one component of it, in a VPC that exists. */
async function program() {
  const config = new pulumi.Config();
  const media = new MediaInfra("media", {
    environment: "dev",
    cloudtakUrl: config.require("cloudtakUrl"),
    cloudtakSigningSecretArn: config.require("cloudtakSigningSecretArn"),
    vpcId: config.require("vpcId"),
    publicSubnetIds: config.requireObject<string[]>("publicSubnetIds"),
    privateSubnetIds: config.requireObject<string[]>("privateSubnetIds"),
    // The others keep their defaults.
    mediamtxCpu: 512,
    mediamtxMemory: 1024,
  });
  return { host: media.host, urls: media.urls };
}

export = program;

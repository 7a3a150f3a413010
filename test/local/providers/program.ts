import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** A small program that goes through every provider: network, certificate, NLB, image, service. */
export const program = (context: string) => async () => {
  const config = new pulumi.Config();
  const network = new awsx.ec2.Vpc("net", {
    numberOfAvailabilityZones: 2,
    natGateways: { strategy: "Single" },
    tags: { Part: "network" },
  });
  const key = new tls.PrivateKey("key", { algorithm: "RSA" });
  const self = new tls.SelfSignedCert("cert", {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: "localhost" },
    dnsNames: ["localhost"],
    validityPeriodHours: 24,
    allowedUses: ["digital_signature", "server_auth"],
  });
  const certificate = new aws.acm.Certificate("cert", {
    privateKey: key.privateKeyPem,
    certificateBody: self.certPem,
  });
  const group = new aws.ec2.SecurityGroup("lb", { vpcId: network.vpcId });
  const balancer = new aws.lb.LoadBalancer("lb", {
    loadBalancerType: "network",
    subnets: network.publicSubnetIds,
    securityGroups: [group.id],
  });
  const target = new aws.lb.TargetGroup("hls", {
    port: 18888,
    protocol: "TCP",
    targetType: "ip",
    vpcId: network.vpcId,
  });
  const listener = new aws.lb.Listener("hls", {
    loadBalancerArn: balancer.arn,
    port: 8888,
    protocol: "TLS",
    certificateArn: certificate.arn,
    sslPolicy: config.get("sslPolicy") ?? "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions: [{ type: "forward", targetGroupArn: target.arn }],
  });
  const repository = new aws.ecr.Repository("app", { forceDelete: true });
  const image = new dockerBuild.Image("app", {
    context: { location: context },
    push: true,
    tags: [pulumi.interpolate`${repository.repositoryUrl}:latest`],
  });
  const role = new aws.iam.Role("app", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
        },
      ],
    }),
  });
  const cluster = new aws.ecs.Cluster("app");
  const task = new aws.ecs.TaskDefinition("app", {
    family: "app",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    executionRoleArn: role.arn,
    containerDefinitions: pulumi.jsonStringify([
      {
        name: "app",
        image: image.ref,
        portMappings: [{ containerPort: 18888 }],
        environment: [{ name: "TOKEN", value: pulumi.secret("canary") }],
      },
    ]),
  });
  new aws.ecs.Service(
    "app",
    {
      cluster: cluster.arn,
      taskDefinition: task.arn,
      launchType: "FARGATE",
      desiredCount: 1,
      networkConfiguration: { subnets: network.privateSubnetIds },
      loadBalancers: [{ targetGroupArn: target.arn, containerName: "app", containerPort: 18888 }],
    },
    { dependsOn: [listener] },
  );
  return {
    host: balancer.dnsName,
    image: image.ref,
    privateSubnetIds: network.privateSubnetIds,
    tags: network.vpc.tagsAll,
  };
};

import { ACMClient } from "@aws-sdk/client-acm";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { Route53Client } from "@aws-sdk/client-route-53";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";

/** Endpoint and credentials; without them as the AWS SDK finds them. */
export type AwsAccess = Pick<ECSClientConfig, "endpoint" | "credentials">;

/** Clients of the services that are asked before a deployment. */
export class AwsClients {
  readonly acm: ACMClient;
  readonly cloudformation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly balancing: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly route53: Route53Client;
  readonly secrets: SecretsManagerClient;
  readonly quotas: ServiceQuotasClient;
  readonly sts: STSClient;

  constructor(access: AwsAccess, region: string) {
    const config = { ...access, region, maxAttempts: 2 };
    this.acm = new ACMClient(config);
    this.cloudformation = new CloudFormationClient(config);
    this.ec2 = new EC2Client(config);
    this.ecr = new ECRClient(config);
    this.ecs = new ECSClient(config);
    this.balancing = new ElasticLoadBalancingV2Client(config);
    this.iam = new IAMClient(config);
    this.kms = new KMSClient(config);
    this.lambda = new LambdaClient(config);
    this.route53 = new Route53Client(config);
    this.secrets = new SecretsManagerClient(config);
    this.quotas = new ServiceQuotasClient(config);
    this.sts = new STSClient(config);
  }

  destroy(): void {
    for (const client of Object.values(this)) client.destroy();
  }
}

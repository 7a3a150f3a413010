import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { TestCloud } from "../fixtures";
import { arns, Stack } from "../stack";

/** Answers the status of a request to CloudTAK or to Secrets Manager. */
const handler = `
const http = require("node:http");
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, CLOUDTAK_URL } = process.env;
const get = (url, options) => new Promise((resolve, reject) => {
  http.request(url, options, (response) => resolve(response.resume().statusCode)).on("error", reject).end();
});
const headers = {
  authorization: "AWS4-HMAC-SHA256 Credential=" + AWS_ACCESS_KEY_ID + "/20260101/ap-southeast-2/secretsmanager/aws4_request",
  "x-amz-security-token": AWS_SESSION_TOKEN,
  "x-amz-target": "secretsmanager.GetSecretValue",
};
exports.handler = async (to) => {
  if (to === "cloudtak") return get(CLOUDTAK_URL, {});
  if (to === "cloudtak with fetch") return (await fetch(CLOUDTAK_URL)).status;
  return get(AWS_ENDPOINT_URL, { method: "POST", headers });
};`;

const noAnswer = /Task timed out after 1\.00 seconds/;

describe("a function in a VPC", () => {
  let cloud: TestCloud;
  let cloudtak: Server;
  let client: LambdaClient;
  beforeEach(async () => {
    cloud = new TestCloud();
    cloud.handler(handler);
    cloudtak = createServer((_request, response) => response.writeHead(204).end());
    await new Promise<void>((resolve) => cloudtak.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    client.destroy();
    await cloud.close();
    cloudtak.closeAllConnections();
    cloudtak.close();
  });

  /** The function alone, in the private subnet, which has a NAT gateway. */
  const stackOf = (egress: object): Stack => {
    const { port } = cloudtak.address() as AddressInfo;
    return new Stack()
      .remove("service")
      .edit("task-out", egress as Record<string, unknown>)
      .edit("handler", {
        timeout: 1,
        environment: { variables: { CLOUDTAK_URL: `http://127.0.0.1:${port}/` } },
        vpcConfig: { subnetIds: ["private-id"], securityGroupIds: ["task-group-id"] },
      });
  };
  const everyPort = { fromPort: 0, toPort: 65535 };

  const apply = async (stack: Stack) => {
    await cloud.runtime.apply(stack.list());
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    client = new LambdaClient({
      endpoint: cloud.runtime.apiUrl,
      region: "ap-southeast-2",
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: Token,
      },
    });
  };

  const call = async (to: string): Promise<string> => {
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: arns.function, Payload: JSON.stringify(to) }),
    );
    return Payload?.transformToString() ?? "";
  };

  it("reaches CloudTAK and Secrets Manager through a NAT gateway", async () => {
    await apply(stackOf(everyPort));
    assert.equal(await call("cloudtak"), "204");
    assert.equal(await call("cloudtak with fetch"), "204");
    assert.equal(await call("secrets manager"), "400");
  });

  it("times out where its security group does not let CloudTAK's port out", async () => {
    await apply(stackOf({}));
    assert.match(await call("cloudtak"), noAnswer);
    assert.match(await call("cloudtak with fetch"), noAnswer);
    assert.equal(await call("secrets manager"), "400");
  });

  it("times out where its subnet has no way out", async () => {
    await apply(stackOf(everyPort).remove("private-route"));
    assert.match(await call("cloudtak"), noAnswer);
    assert.match(await call("secrets manager"), noAnswer);
  });

  it("times out in a public subnet, as it has no public address", async () => {
    const vpcConfig = { subnetIds: ["public-id"], securityGroupIds: ["task-group-id"] };
    await apply(stackOf(everyPort).edit("handler", { vpcConfig }));
    assert.match(await call("cloudtak"), noAnswer);
  });

  it("reaches Secrets Manager alone where the VPC has nothing but its endpoint", async () => {
    await apply(
      stackOf(everyPort)
        .remove("private-route")
        .add("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", {
          serviceName: "com.amazonaws.ap-southeast-2.secretsmanager",
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: ["private-id"],
          securityGroupIds: ["somebody-elses"],
        }),
    );
    assert.equal(await call("secrets manager"), "400");
    assert.match(await call("cloudtak"), noAnswer);
  });
});

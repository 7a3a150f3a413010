import assert from "node:assert/strict";
import { metricsNamespace } from "../../components/metrics";
import type { Registered } from "../mocks";
import { arn, dev, devStack, ofType, one, statements } from "./program";

describe("alarms", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  it("exist only with an address to send them to", async () => {
    assert.deepEqual(ofType(resources, "Alarms"), []);
    const alarmed = await dev({ alarmEmail: "ops@example.org" });
    assert.deepEqual(one(alarmed, "alarms-email").inputs, {
      topic: arn("sns", "alarms-topic"),
      protocol: "email",
      endpoint: "ops@example.org",
    });
    assert.equal(one(alarmed, "alarms-topic").inputs.kmsMasterKeyId, arn("kms", "key/alarms-key"));
    const [owner, publisher] = statements(alarmed, "alarms-key");
    assert.equal(owner.Principal.AWS, "arn:aws:iam::123456789012:root");
    assert.equal(publisher.Principal.Service, "cloudwatch.amazonaws.com");
    assert.deepEqual(publisher.Action, ["kms:Decrypt", "kms:GenerateDataKey*"]);
    const topic = [arn("sns", "alarms-topic")];
    for (const { inputs } of ofType(alarmed, "MetricAlarm")) {
      assert.deepEqual([inputs.alarmActions, inputs.okActions], [topic, topic]);
    }
    assert.deepEqual(one(alarmed, "alarms-no-healthy-task").inputs.dimensions, {
      LoadBalancer: "net/load-balancer-nlb/1",
      TargetGroup: "targetgroup/listeners-rtmp/1",
    });
    assert.deepEqual(one(alarmed, "alarms-auth-errors").inputs.dimensions, {
      FunctionName: "TAK-Dev-MediaInfra-Auth",
    });
    const { namespace, metricName, dimensions } = one(alarmed, "alarms-auth-undecided").inputs;
    assert.equal(namespace, metricsNamespace);
    assert.equal(metricName, "AuthUndecided");
    assert.deepEqual(dimensions, { System: "TAK-Dev-MediaInfra" });
  });
});

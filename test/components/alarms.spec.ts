import assert from "node:assert/strict";
import { metricsNamespace } from "../../shared/metricNames";
import type { Registered } from "../mocks";
import { alarmState, type Minute } from "./cloudwatchAlarm";
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
    assert.equal(owner.Action, "kms:*");
    assert.equal(one(alarmed, "alarms-key").inputs.bypassPolicyLockoutSafetyCheck, true);
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

  it("is raised when the event loop is held for more than half a second in three minutes, and says what to do", async () => {
    const alarmed = await dev({ alarmEmail: "ops@example.org" });
    const { inputs } = one(alarmed, "alarms-event-loop-held");
    const { namespace, metricName, dimensions, alarmDescription } = inputs;
    assert.deepEqual([namespace, metricName], [metricsNamespace, "EventLoopDelay"]);
    assert.deepEqual(dimensions, { System: "TAK-Dev-MediaInfra" });
    assert.match(String(alarmDescription), /First look at CPUUtilization/);
    assert.equal(alarmState(inputs, [[501], [1_500], [501]]), "ALARM");
    assert.equal(alarmState(inputs, [[1_500], [500], [1_500]]), "OK");
    assert.equal(alarmState(inputs, [[1_500], [1_500], []]), "OK");
  });

  describe("on the number of healthy targets", () => {
    /** What the load balancer's nodes of two zones see. */
    const both: Minute = [1, 1];
    const none: Minute = [0, 0];
    const noTarget: Minute = [];
    const minutes = (count: number, minute: Minute): Minute[] => Array(count).fill(minute);
    let alarmed: readonly Registered[];
    const state = (...history: Minute[]) =>
      alarmState(one(alarmed, "alarms-no-healthy-task").inputs, history);
    before(async () => {
      alarmed = await dev({ alarmEmail: "ops@example.org" });
    });

    it("is raised when every node has seen no healthy target for five minutes", () => {
      assert.equal(state(...minutes(10, both), ...minutes(4, none)), "OK");
      assert.equal(state(...minutes(10, both), ...minutes(5, none)), "ALARM");
      assert.equal(state(...minutes(10, both), ...minutes(5, noTarget)), "ALARM");
    });

    it("is not raised while one node sees the target", () => {
      assert.equal(state(...minutes(10, both), ...minutes(10, [0, 1])), "OK");
    });

    it("is not raised by an ordinary deployment, which is without a healthy task for four minutes at most", () => {
      const deployment = [noTarget, ...minutes(3, none)];
      assert.equal(state(...minutes(10, both), ...deployment), "OK");
      assert.equal(state(...minutes(10, both), ...deployment, both), "OK");
    });

    it("is made when the first deployment has a healthy task, and is not raised by what was before", () => {
      const { dependencies } = one(alarmed, "alarms-no-healthy-task");
      assert.ok(dependencies.includes(one(alarmed, "media-service").urn));
      assert.equal(state(...minutes(20, noTarget), ...minutes(4, none), both), "OK");
    });
  });
});

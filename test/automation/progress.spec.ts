import assert from "node:assert/strict";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import type { DeploymentEvent } from "../../automation/events";
import { counts, noProgress, type Progress, reduce } from "../../automation/progress";

const urn = (type: string, name: string) => `urn:pulumi:dev::tak-media-infra::${type}::${name}`;
const service = "aws:ecs/service:Service";

type Step = "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent";
const step = (kind: Step, op: OpType, type = service, name = "media-service"): EngineEvent => ({
  sequence: 0,
  timestamp: 0,
  [kind]: {
    metadata: {
      op,
      urn: urn(type, name),
      type,
      provider: "",
      detailedDiff: { taskDefinition: {}, "tags.a": {} },
      new: { inputs: { password: "canary" }, outputs: { password: "canary" } },
    },
  },
});
const said = (severity: string, message: string, ephemeral = false) =>
  ({ diagnosticEvent: { severity, message, ephemeral, color: "raw" } }) as unknown as EngineEvent;

function play(planning: boolean, events: EngineEvent[]): [Progress, DeploymentEvent[]] {
  let progress = noProgress(planning);
  const told: DeploymentEvent[] = [];
  for (const event of events) {
    const [next, one] = reduce(progress, event);
    progress = next;
    if (one) told.push(one);
  }
  return [progress, told];
}

const lines = (told: DeploymentEvent[]) =>
  told.map((event) =>
    event.type === "resource"
      ? `${event.state} ${event.change.operation} ${event.change.name}`
      : event.type,
  );

describe("the events of an operation", () => {
  it("are one plan in a preview: what changes, by which properties, and how many stay", () => {
    const [progress, told] = play(true, [
      step("resourcePreEvent", "same", "aws:ec2/vpc:Vpc", "network-vpc"),
      step("resourcePreEvent", "update"),
      step("resOutputsEvent", "update"),
      step("resourcePreEvent", "delete", "aws:lb/listener:Listener", "listeners-rtmp-plain"),
    ]);
    assert.equal(progress.unchanged, 1);
    assert.deepEqual(
      [...progress.changes.values()].map(({ operation, name, properties }) => [
        operation,
        name,
        properties,
      ]),
      [
        ["update", "media-service", ["tags.a", "taskDefinition"]],
        ["delete", "listeners-rtmp-plain", ["tags.a", "taskDefinition"]],
      ],
    );
    assert.deepEqual(lines(told), [
      "planned update media-service",
      "planned delete listeners-rtmp-plain",
    ]);
    assert.deepEqual(counts(progress.changes.values()), { update: 1, delete: 1 });
  });

  it("count a replacement once, done when the new resource is there", () => {
    const [progress, told] = play(false, [
      step("resourcePreEvent", "create-replacement"),
      step("resOutputsEvent", "create-replacement"),
      step("resourcePreEvent", "replace"),
      step("resOutputsEvent", "replace"),
      step("resourcePreEvent", "delete-replaced"),
      step("resOutputsEvent", "delete-replaced"),
    ]);
    assert.deepEqual(counts(progress.changes.values()), { replace: 1 });
    assert.deepEqual(lines(told), ["started replace media-service", "done replace media-service"]);
  });

  it("leave out the stack itself and the providers", () => {
    const [progress, told] = play(false, [
      step("resourcePreEvent", "create", "pulumi:pulumi:Stack", "tak-media-infra-dev"),
      step("resourcePreEvent", "create", "pulumi:providers:aws", "default"),
    ]);
    assert.equal(progress.changes.size, 0);
    assert.deepEqual(told, []);
  });

  it("remember what failed", () => {
    const [progress, told] = play(false, [
      step("resourcePreEvent", "update"),
      step("resOpFailedEvent", "update"),
    ]);
    assert.deepEqual([...progress.failed], [urn(service, "media-service")]);
    assert.deepEqual(lines(told), ["started update media-service", "failed update media-service"]);
  });

  it("keep what a policy says, without its description and colours", () => {
    const [progress] = play(true, [
      {
        policyEvent: {
          policyName: "insecure-ports",
          enforcementLevel: "mandatory",
          resourceUrn: urn("aws:lb/listener:Listener", "listeners-rtmp-plain"),
          message: "<{%bold%}>Description.<{%reset%}>\nlistens on 1935",
        },
      } as unknown as EngineEvent,
    ]);
    assert.deepEqual(progress.findings, [
      {
        policy: "insecure-ports",
        level: "mandatory",
        resource: "listeners-rtmp-plain",
        message: "listens on 1935",
      },
    ]);
  });

  it("keep what is said for good, and nothing of the engine's own", () => {
    const [progress, told] = play(false, [
      said("error", "<{%red%}>it broke<{%reset%}>"),
      said("warning", "careful"),
      said("info#err", "said on standard error"),
      said("debug", "RegisterResource RPC finished"),
      said("info", "working ...", true),
      said("info", "  "),
    ]);
    assert.deepEqual(
      progress.diagnostics.map(({ severity, message }) => `${severity} ${message}`),
      ["error it broke", "warning careful", "info said on standard error"],
    );
    assert.equal(told.length, 3);
  });

  it("hold no value of a resource", () => {
    const [progress, told] = play(false, [step("resourcePreEvent", "create")]);
    assert.doesNotMatch(JSON.stringify([...progress.changes, told]), /canary/);
  });
});

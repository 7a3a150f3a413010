import assert from "node:assert/strict";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { StoredSecret } from "../../../../local/runtime/secretsManager/secrets";
import { Client, freeStack, pause, TestCloud } from "../fixtures";
import { account, arns, type Stack } from "../stack";

const handler = `
const { setTimeout: sleep } = require("node:timers/promises");
console.log("loaded");
let count = 0;
exports.handler = async (event, context) => {
  switch (event.do) {
    case "count": return ++count;
    case "environment": return process.env;
    case "context": return { ...context, remaining: context.getRemainingTimeInMillis() };
    case "log": console.log("a %s", "line", { b: 1 }); console.error("two\\nlines"); return null;
    case "throw": throw new TypeError("broken on purpose");
    case "exit": process.exit(3);
    case "uncaught": setTimeout(() => { throw new RangeError("from a timer"); }); return sleep(60000);
    case "nothing": return undefined;
    case "sleep": await sleep(event.ms); return "slept";
  }
};`;

type Identity = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

describe("local AWS API", () => {
  const stored = new Map([[arns.secret, { value: "a secret passphrase" } as StoredSecret]]);
  let cloud: TestCloud;
  let stack: Stack;
  let task: Identity;
  const clients: { destroy(): void }[] = [];

  const lambda = (credentials: Identity = task): LambdaClient => {
    const client = new LambdaClient({
      endpoint: cloud.runtime.apiUrl,
      region: "ap-southeast-2",
      maxAttempts: 1,
      credentials,
    });
    clients.push(client);
    return client;
  };
  const invoke = async (event: object, FunctionName = arns.alias, credentials = task) => {
    const answer = await lambda(credentials).send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    return {
      error: answer.FunctionError,
      version: answer.ExecutedVersion,
      payload: JSON.parse(answer.Payload?.transformToString() ?? "null"),
    };
  };
  const secret = (SecretId: string, credentials: Identity) => {
    const client = new SecretsManagerClient({
      endpoint: cloud.runtime.apiUrl,
      region: "ap-southeast-2",
      maxAttempts: 1,
      credentials,
    });
    clients.push(client);
    return client.send(new GetSecretValueCommand({ SecretId }));
  };
  const functionIdentity = async (): Promise<Identity> => {
    const { payload } = await invoke({ do: "environment" });
    return {
      accessKeyId: payload.AWS_ACCESS_KEY_ID,
      secretAccessKey: payload.AWS_SECRET_ACCESS_KEY,
      sessionToken: payload.AWS_SESSION_TOKEN,
    };
  };
  /** The credentials that the gateway's container gets, by the way its SDK would get them. */
  const fetchTaskIdentity = async (): Promise<Identity> => {
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    const environment = JSON.parse(await client.say("environment"));
    client.socket.destroy();
    const response = await fetch(environment.AWS_CONTAINER_CREDENTIALS_FULL_URI, {
      headers: { authorization: environment.AWS_CONTAINER_AUTHORIZATION_TOKEN },
    });
    const { AccessKeyId, SecretAccessKey, Token } = (await response.json()) as Record<
      string,
      string
    >;
    assert.ok(AccessKeyId && SecretAccessKey && Token);
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
  };

  before(async () => {
    cloud = new TestCloud({ secrets: stored });
    cloud.handler(handler);
    stack = await freeStack();
    stack.edit("handler", { timeout: 1, reservedConcurrentExecutions: 2 });
    await cloud.start(stack);
    task = await fetchTaskIdentity();
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await cloud.close();
  });

  describe("Lambda Invoke", () => {
    it("runs the handler warm from the second time on", async () => {
      const first = await invoke({ do: "count" });
      assert.deepEqual({ ...first, payload: 0 }, { error: undefined, version: "3", payload: 0 });
      assert.equal((await invoke({ do: "count" })).payload, first.payload + 1);
    });

    it("answers null for a handler that returns nothing", async () => {
      assert.equal((await invoke({ do: "nothing" })).payload, null);
    });

    it("gives the handler its environment and what Lambda sets", async () => {
      const { payload } = await invoke({ do: "environment" });
      assert.equal(payload.CLOUDTAK_URL, "https://cloudtak.example");
      assert.equal(payload.AWS_LAMBDA_FUNCTION_NAME, "auth");
      assert.equal(payload.AWS_LAMBDA_FUNCTION_VERSION, "3");
      assert.equal(payload.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, "256");
      assert.equal(payload.AWS_REGION, "ap-southeast-2");
      assert.equal(payload.AWS_EXECUTION_ENV, "AWS_Lambda_nodejs24.x");
      assert.equal(payload.AWS_ENDPOINT_URL, cloud.runtime.apiUrl);
      assert.equal(payload.MOCHA_COLORS, undefined);
    });

    it("gives the handler its context", async () => {
      const { payload } = await invoke({ do: "context" });
      assert.equal(payload.invokedFunctionArn, arns.alias);
      assert.equal(payload.memoryLimitInMB, "256");
      assert.ok(payload.remaining > 0 && payload.remaining <= 1000);
    });

    it("reports an error that the handler throws", async () => {
      const { error, payload } = await invoke({ do: "throw" });
      assert.equal(error, "Unhandled");
      assert.equal(payload.errorType, "TypeError");
      assert.equal(payload.errorMessage, "broken on purpose");
      assert.equal(payload.trace[0], "TypeError: broken on purpose");
    });

    it("reports an error outside the handler and starts a new process", async () => {
      const { payload } = await invoke({ do: "uncaught" });
      assert.equal(payload.errorType, "RangeError");
      assert.equal(payload.errorMessage, "from a timer");
      assert.equal((await invoke({ do: "count" })).payload, 1);
    });

    it("reports the death of the process and starts a new one", async () => {
      const { error, payload } = await invoke({ do: "exit" });
      assert.equal(error, "Unhandled");
      assert.equal(payload.errorType, "Runtime.ExitError");
      assert.match(
        payload.errorMessage,
        /^RequestId: [\w-]{36} Error: Runtime exited with error: exit status 3$/,
      );
      assert.equal((await invoke({ do: "count" })).payload, 1);
    });

    it("ends a handler that takes longer than its timeout", async () => {
      const { error, payload } = await invoke({ do: "sleep", ms: 60_000 });
      assert.equal(error, "Unhandled");
      assert.equal(payload.errorType, "Sandbox.Timedout");
      assert.match(
        payload.errorMessage,
        /^RequestId: [\w-]{36} Error: Task timed out after 1\.00 seconds$/,
      );
      assert.equal((await invoke({ do: "count" })).payload, 1);
    });

    it("throttles beyond the reserved concurrency", async () => {
      const outcomes = await Promise.allSettled(
        [1, 2, 3].map(() => invoke({ do: "sleep", ms: 500 })),
      );
      assert.deepEqual(
        outcomes
          .map((outcome) =>
            outcome.status === "fulfilled" ? outcome.value.payload : outcome.reason.name,
          )
          .sort(),
        ["TooManyRequestsException", "slept", "slept"],
      );
    });

    it("refuses a role that may not, with AWS's error", async () => {
      await assert.rejects(
        invoke({}, arns.function),
        (error: Error & { $metadata: { httpStatusCode: number } }) => {
          assert.equal(error.name, "AccessDeniedException");
          assert.equal(error.$metadata.httpStatusCode, 403);
          assert.match(
            error.message,
            new RegExp(
              `^User: arn:aws:sts::${account}:assumed-role/task/[0-9a-f]{32} is not authorized to perform: lambda:InvokeFunction on resource: ${arns.function} because no identity-based policy allows`,
            ),
          );
          return true;
        },
      );
    });

    it("follows a change of the role's policy without a restart", async () => {
      const from = cloud.statuses.length;
      await cloud.runtime.apply(stack.allow("task-role", [["lambda:*"], "*"]).list());
      assert.equal((await invoke({ do: "nothing" }, "auth")).payload, null);
      await assert.rejects(invoke({}, "other"), {
        name: "ResourceNotFoundException",
        message: `Function not found: arn:aws:lambda:ap-southeast-2:${account}:function:other`,
      });
      await assert.rejects(invoke({}, `${arns.function}:dead`), {
        name: "ResourceNotFoundException",
      });
      await cloud.runtime.apply(
        stack.allow("task-role", [["lambda:InvokeFunction"], arns.alias]).list(),
      );
      await assert.rejects(invoke({}, "auth"), { name: "AccessDeniedException" });
      assert.deepEqual(cloud.statuses.slice(from), []);
    });

    it("refuses credentials that it did not give out, and stolen keys without their token", async () => {
      for (const identity of [
        { accessKeyId: "ASIAOTHER", secretAccessKey: "x", sessionToken: task.sessionToken },
        { ...task, sessionToken: "x" },
      ]) {
        await assert.rejects(invoke({}, arns.alias, identity), {
          name: "UnrecognizedClientException",
        });
      }
    });

    it("refuses what is not JSON and what is too large", async () => {
      const send = (Payload: string) =>
        lambda().send(new InvokeCommand({ FunctionName: arns.alias, Payload }));
      await assert.rejects(send("{"), { name: "InvalidRequestContentException" });
      await assert.rejects(send(JSON.stringify("x".repeat(6 * 1024 * 1024))), {
        name: "RequestTooLargeException",
      });
    });

    it("starts cold after an update of the code", async () => {
      await invoke({ do: "count" });
      const warm = (await invoke({ do: "count" })).payload;
      assert.ok(warm > 1);
      await cloud.runtime.apply(stack.edit("handler", { codeSha256: "code-2" }).list());
      assert.equal((await invoke({ do: "count" })).payload, 1);
    });

    it("reports a handler that cannot be loaded", async () => {
      await cloud.runtime.apply(stack.edit("handler", { handler: "missing.handler" }).list());
      const missing = await invoke({});
      assert.equal(missing.payload.errorType, "Runtime.ImportModuleError");
      await cloud.runtime.apply(stack.edit("handler", { handler: "index.other" }).list());
      assert.deepEqual(
        [(await invoke({})).payload.errorType, (await invoke({})).payload.errorMessage],
        ["Runtime.HandlerNotFound", "index.other is undefined or not exported"],
      );
      await cloud.runtime.apply(stack.edit("handler", { handler: "index.handler" }).list());
    });

    it("answers with the end of the invocation's log, when asked to", async () => {
      const command = new InvokeCommand({
        FunctionName: arns.alias,
        Payload: JSON.stringify({ do: "log" }),
        LogType: "Tail",
      });
      const { LogResult = "" } = await lambda().send(command);
      const log = Buffer.from(LogResult, "base64").toString();
      assert.match(log, /^START RequestId: .*\tINFO\ta line .*\nEND RequestId: .*\nREPORT /s);
      const quiet = new InvokeCommand({
        FunctionName: arns.alias,
        Payload: JSON.stringify({ do: "nothing" }),
      });
      assert.equal((await lambda().send(quiet)).LogResult, undefined);
    });

    it("writes the function's log as Lambda does", async () => {
      await cloud.runtime.apply(stack.edit("handler", { codeSha256: "code-3" }).list());
      await invoke({ do: "log" });
      const stream = () =>
        cloud.logStreams("/aws/lambda/auth").find((text) => text.includes("a line")) ?? "";
      while (!stream().includes("REPORT")) await pause();
      const id = "[\\w-]{36}";
      const time = "[\\d-]{10}T[\\d:.]{12}Z";
      assert.match(
        stream(),
        new RegExp(
          `START RequestId: ${id} Version: 3\n${time}\t${id}\tINFO\ta line { b: 1 }\n${time}\t${id}\tERROR\ttwo\rlines\nEND RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms`,
        ),
      );
    });
  });

  describe("Secrets Manager GetSecretValue", () => {
    it("is refused to a role that may not, with AWS's error", async () => {
      await assert.rejects(secret(arns.secret, await functionIdentity()), (error: Error) => {
        assert.equal(error.name, "AccessDeniedException");
        assert.match(error.message, /assumed-role\/function\/auth-[0-9a-f]{8} is not authorized/);
        assert.doesNotMatch(error.message, /passphrase value/);
        return true;
      });
    });

    it("answers by ARN and by name", async () => {
      await cloud.runtime.apply(
        stack.allow("function", [["secretsmanager:GetSecretValue", "logs:*"], "*"]).list(),
      );
      const identity = await functionIdentity();
      for (const id of [arns.secret, "srt-passphrase"]) {
        const { ARN, Name, SecretString } = await secret(id, identity);
        assert.deepEqual(
          { ARN, Name, SecretString },
          { ARN: arns.secret, Name: "srt-passphrase", SecretString: "a secret passphrase" },
        );
      }
      await assert.rejects(secret("other", identity), {
        name: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret.",
      });
    });

    it("under a customer managed key is refused without kms:Decrypt on it, with AWS's error", async () => {
      const id = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:encrypted-AbCdEf";
      const kmsKeyArn = "arn:aws:kms:ap-southeast-2:123456789012:key/1";
      stored.set(id, { value: "an encrypted value", kmsKeyArn });
      const read: [string[], string] = [["secretsmanager:GetSecretValue", "logs:*"], "*"];
      const readAs = async (...more: [string[], string][]) => {
        await cloud.runtime.apply(stack.allow("function", read, ...more).list());
        return secret(id, await functionIdentity());
      };
      const refusal = {
        name: "AccessDeniedException",
        message: "Access to KMS is not allowed",
      };
      await assert.rejects(readAs(), refusal);
      await assert.rejects(readAs([["kms:Decrypt"], `${kmsKeyArn}2`]), refusal);
      const { SecretString } = await readAs([["kms:Decrypt"], kmsKeyArn]);
      assert.equal(SecretString, "an encrypted value");
    });

    it("of another account is refused, whatever the role may do", async () => {
      const id = "arn:aws:secretsmanager:ap-southeast-2:210987654321:secret:other-AbCdEf";
      await assert.rejects(secret(id, await functionIdentity()), (error: Error) => {
        assert.equal(error.name, "AccessDeniedException");
        assert.match(error.message, /because no resource-based policy allows/);
        return true;
      });
    });

    it("refuses unknown credentials", async () => {
      await assert.rejects(secret(arns.secret, { ...task, accessKeyId: "ASIAOTHER" }), {
        name: "UnrecognizedClientException",
      });
    });
  });

  it("gives container credentials only for the right path and token", async () => {
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    const environment = JSON.parse(await client.say("environment"));
    client.socket.destroy();
    const url = environment.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    const token = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN;
    const status = async (address: string, authorization: string): Promise<number> =>
      (await fetch(address, { headers: { authorization } })).status;
    assert.equal(await status(url, token), 200);
    assert.equal(await status(url, "wrong"), 403);
    assert.equal(await status(`${url}0`, token), 403);
  });

  it("says what it does not provide", async () => {
    const response = await fetch(cloud.runtime.apiUrl, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.GetItem" },
    });
    assert.deepEqual(
      [response.status, ((await response.json()) as { message: string }).message],
      [400, "POST / DynamoDB_20120810.GetItem is not provided by the local AWS API"],
    );
  });
});

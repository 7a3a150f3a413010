// A Lambda execution environment: loads the handler once, then answers one event at a time. Messages go
// over IPC in the order in which things happen, output included.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const send = (message) => new Promise((resolve) => process.send(message, resolve));

/** The parent has ended, so no further invocation can come. */
process.on("disconnect", () => process.exit(0));

let requestId = "";
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, callback) => {
    send({ kind: "output", text: String(chunk) });
    (typeof encoding === "function" ? encoding : callback)?.();
    return true;
  };
}
for (const [method, level] of Object.entries({
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
})) {
  console[method] = (...args) => {
    // Lambda keeps a message of several lines one event by carriage returns.
    const message = format(...args).replaceAll("\n", "\r");
    const prefix = `${new Date().toISOString()}\t${requestId || "undefined"}\t${level}`;
    send({ kind: "output", text: `${prefix}\t${message}\n` });
  };
}

const describe = (error) =>
  error instanceof Error
    ? {
        errorType: error.name,
        errorMessage: error.message,
        trace: (error.stack ?? "").split("\n"),
      }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const fatal = async (kind, error) => {
  await send({
    kind: "fatal",
    error: { ...describe(error), ...(kind ? { errorType: kind } : {}) },
  });
  process.exit(1);
};
process.on("uncaughtException", (error) => fatal(undefined, error));
process.on("unhandledRejection", (error) => fatal("Runtime.UnhandledPromiseRejection", error));

async function load() {
  const [, file, name] = /^(.*)\.(\w+)$/.exec(process.env._HANDLER);
  const base = join(process.env.LAMBDA_TASK_ROOT, file);
  const path = [".js", ".mjs", ".cjs"].map((ext) => base + ext).find(existsSync);
  if (!path) {
    const error = new Error(`Error: Cannot find module '${file}'`);
    error.name = "Runtime.ImportModuleError";
    throw error;
  }
  const module = await import(pathToFileURL(path).href);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== "function") {
    const error = new Error(`${process.env._HANDLER} is undefined or not exported`);
    error.name = "Runtime.HandlerNotFound";
    throw error;
  }
  return handler;
}

try {
  const handler = await load();
  process.on("message", async (invocation) => {
    requestId = invocation.requestId;
    const context = {
      awsRequestId: requestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      invokedFunctionArn: invocation.arn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
    };
    const memoryMb = () => Math.ceil(process.memoryUsage.rss() / 1024 / 1024);
    try {
      const result = await handler(JSON.parse(invocation.event), context);
      const payload = JSON.stringify(result) ?? "null";
      await send({ kind: "result", payload, memoryMb: memoryMb() });
    } catch (error) {
      await send({ kind: "error", error: describe(error), memoryMb: memoryMb() });
    }
  });
  await send({ kind: "ready" });
} catch (error) {
  await fatal(undefined, error);
}

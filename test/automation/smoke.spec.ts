import assert from "node:assert/strict";
import type { DetailedPeerCertificate } from "node:tls";
import { authFinding, authFunction } from "../../automation/smoke/checks/authFunction";
import { certificateFinding } from "../../automation/smoke/checks/certificates";
import { metricsFinding } from "../../automation/smoke/checks/metrics";
import { streams } from "../../automation/smoke/checks/streams";
import { SmokeClients, type SmokeContext } from "../../automation/smoke/context";
import type { Shown } from "../../automation/smoke/handshake";
import { redact } from "../../automation/smoke/redact";
import { streamUrls } from "../../automation/smoke/streamUrls";
import { readCredentials } from "../../cli/checks/smokeCredentials";
import { metricUnits } from "../../shared/metricNames";
import { freeStack, TestCloud } from "../local/runtime/fixtures";

const host = "media.example.org";
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toUTCString();
const shown = (given: Partial<Shown> = {}, days = 90.5, name = host): Shown => ({
  certificate: {
    subject: { CN: name },
    subjectaltname: `DNS:${name}`,
    valid_to: inDays(days),
  } as unknown as DetailedPeerCertificate,
  distrust: undefined,
  isSelfSigned: false,
  protocol: "TLSv1.3",
  ...given,
});
const selfSigned = { distrust: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", isSelfSigned: true };
const resultOf = (
  what: Shown,
  kind: "requested" | "self-signed" = "requested",
  isLocal = false,
) => {
  const { level, message } = certificateFinding("TLS", host, what, { kind }, isLocal);
  return `${level}: ${message}`;
};

describe("the check of a certificate", () => {
  it("takes one of the stack's name that this machine trusts, or that is self-signed on purpose", () => {
    assert.match(resultOf(shown()), /^ok: media.*TLSv1\.3, 90 days left, trusted$/);
    assert.match(resultOf(shown(selfSigned), "self-signed"), /^ok: .*self-signed$/);
    assert.match(resultOf(shown(selfSigned), "requested", true), /^ok: .*self-signed$/);
    assert.match(resultOf(shown(), "self-signed", true), /^ok: .*of the local authority$/);
  });

  it("finds another name, an end, and an issuer that clients do not trust", () => {
    const other = shown({}, 90, "lb-1.elb.ap-southeast-2.amazonaws.com");
    assert.match(resultOf(other), /^fault: .*media\.example\.org.*altnames.*lb-1/);
    // A wrong name is one whether or not the issuer is trusted.
    assert.match(resultOf({ ...other, ...selfSigned }, "self-signed", true), /^fault: .*altnames/);
    assert.match(resultOf(shown({}, -1)), /^fault: expired on/);
    assert.match(resultOf(shown({}, 5.5)), /^warning: .*5 days left: it is not being renewed/);
    assert.match(resultOf(shown(selfSigned)), /^fault: .*do not trust it: UNABLE_TO_VERIFY/);
    const unknown = shown({ distrust: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    assert.match(resultOf(unknown, "self-signed"), /^fault: .*UNABLE_TO_VERIFY/);
  });
});

describe("the check of the auth function", () => {
  const user = { user: "pilot", password: "secret", stream: "drone" };
  const log = (detail: string) => `START\n${JSON.stringify({ msg: "undecided", detail })}\nEND\n`;
  const refuse = (reason: "undecided" | "bad-credentials") => ({ allow: false, reason }) as const;
  const allow = { allow: true } as Parameters<typeof authFinding>[0]["decision"];

  it("tells undecided from refused, with the cause that the function has logged", () => {
    const cannot = authFinding(
      { decision: refuse("undecided"), log: log("Access to KMS is not allowed") },
      undefined,
    );
    assert.equal(cannot.level, "fault");
    assert.match(cannot.message, /^cannot decide, .*: Access to KMS is not allowed$/);
    assert.match(cannot.remedy ?? "", /npm run doctor/);
    const silent = authFinding({ decision: refuse("undecided"), log: "START\nEND" }, undefined);
    assert.match(silent.message, /its log says why/);
    assert.equal(
      authFinding({ decision: refuse("bad-credentials"), log: "" }, undefined).level,
      "ok",
    );
  });

  it("wants the test user admitted, and an unknown one refused", () => {
    assert.equal(authFinding({ decision: allow, log: "" }, user).level, "ok");
    assert.equal(authFinding({ decision: allow, log: "" }, undefined).level, "fault");
    const refused = authFinding({ decision: refuse("bad-credentials"), log: "" }, user);
    assert.match(refused.message, /refuses the test user: bad-credentials/);
  });
});

/** Answers each question by its user name; what it prints is the end of the log that Lambda hands out. */
const handler = `
exports.handler = async ({ questions: [{ user }] }) => {
  if (user === "slow" && globalThis.asked++ < 2) return { decisions: [null], insecurePorts: false };
  if (user === "broken") throw new Error("CLOUDTAK_URL is not set");
  if (user === "known") return { decisions: [{ allow: true, path: "drone" }], insecurePorts: false };
  if (user === "undecided") {
    const detail = "GetSecretValue failed: AccessDeniedException: Access to KMS is not allowed";
    console.log("noise");
    process.stdout.write(JSON.stringify({ msg: "undecided", detail }) + "\\n");
    return { decisions: [{ allow: false, reason: "undecided" }], insecurePorts: false };
  }
  return { decisions: [{ allow: false, reason: "bad-credentials" }], insecurePorts: false };
};
globalThis.asked = 0;
`;

describe("the question to the auth function", () => {
  let cloud: TestCloud;
  let aws: SmokeClients;

  before(async () => {
    cloud = new TestCloud();
    cloud.handler(handler);
    await cloud.start(await freeStack());
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
    };
    aws = new SmokeClients({ endpoint: cloud.runtime.apiUrl, credentials }, "ap-southeast-2");
  });
  after(async () => {
    aws.destroy();
    await cloud.close();
  });

  const ask = async (user: string | undefined, authFunctionName = "auth") => {
    const context = {
      aws,
      outputs: { authFunctionName },
      credentials: user === undefined ? undefined : { user, password: "pass", stream: "drone" },
    } as SmokeContext;
    const [finding] = await authFunction.run(context, new AbortController().signal);
    return `${finding?.level}: ${finding?.message}`;
  };

  it("finds the cause of undecided in the log of the very invocation", async () => {
    assert.match(await ask("undecided"), /^fault: cannot decide, .*: GetSecretValue failed: .*KMS/);
    assert.equal(await ask("known"), "ok: lets the test user publish");
    assert.match(await ask("other"), /^fault: refuses the test user: bad-credentials$/);
    assert.equal(await ask(undefined), "ok: refuses an unknown user: bad-credentials");
  });

  it("is put again while it is not decided, and names what the function fails with", async () => {
    assert.match(await ask("slow"), /^fault: refuses the test user/);
    assert.match(await ask("broken"), /^fault: auth fails: CLOUDTAK_URL is not set$/);
    assert.match(await ask("known", "nothing"), /^fault: nothing fails: Function not found/);
  });
});

describe("the check of metrics", () => {
  it("names those that do not arrive", () => {
    const names = Object.keys(metricUnits);
    assert.equal(metricsFinding("TAK-Dev-MediaInfra", names).level, "ok");
    const { level, message } = metricsFinding("TAK-Dev-MediaInfra", names.slice(1));
    assert.equal(level, "fault");
    assert.match(message, /: ActiveStreams$/);
  });
});

describe("a test stream", () => {
  it("is a fault where there is no FFmpeg, with what to do and without the credentials", async () => {
    const { PATH } = process.env;
    process.env.PATH = "/nowhere";
    try {
      const context = {
        outputs: {
          urls: { rtsp: "rtsps://localhost:1" },
          logGroupName: "group",
          srtPassphraseSecretArn: "",
        },
        credentials: { user: "pilot", password: "secret-4711", stream: "drone" },
        settings: { certificate: { kind: "existing" } },
      } as unknown as SmokeContext;
      const [check] = streams(context);
      const [finding] = (await check?.run(context, new AbortController().signal)) ?? [];
      assert.equal(finding?.level, "fault");
      assert.match(finding?.message ?? "", /^not published: spawn ffmpeg ENOENT/);
      assert.match(finding?.remedy ?? "", /install FFmpeg/);
      assert.doesNotMatch(JSON.stringify(finding), /secret-4711/);
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe("credentials of a test stream", () => {
  const user = { user: "pilot@example.org", password: "p:s/w?d&", stream: "drone" };

  it("stand encoded in each protocol's URL, with the address in place of a host without DNS", () => {
    const encoded = "pilot%40example.org:p%3As%2Fw%3Fd%26";
    const last = (list: readonly string[] | undefined) => list?.at(-1);
    const rtmp = streamUrls(`rtmps://${host}:1936`, user, undefined);
    assert.equal(last(rtmp.publish), `rtmps://${host}:1936/live/${encoded}:drone`);
    const rtsp = streamUrls(`rtsps://${host}:8555`, user, "localhost");
    assert.equal(last(rtsp.play), `rtsps://${encoded}@localhost:8555/drone`);
    const srt = streamUrls(
      `srt://${host}:8890`,
      { ...user, srtPassphrase: "0123456789" },
      undefined,
    );
    assert.equal(
      last(srt.play),
      `srt://${host}:8890?streamid=read:drone:${encoded}&passphrase=0123456789`,
    );
    const hls = streamUrls(`https://${host}:8888`, user, undefined);
    assert.equal(hls.publish, undefined);
    assert.equal(last(hls.play), `https://${encoded}@${host}:8888/drone/index.m3u8`);
  });

  it("are in no message, plain or encoded", () => {
    const said = `rtsps://pilot%40example.org:p%3As%2Fw%3Fd%26@host: p:s/w?d& pilot@example.org`;
    assert.equal(redact(said, user), "rtsps://<redacted>:<redacted>@host: <redacted> <redacted>");
  });

  it("come from the environment, and what is missing is named without what is there", () => {
    const env = { SMOKE_USER: "pilot", SMOKE_PASSWORD: "secret-4711", SMOKE_STREAM: "drone" };
    assert.deepEqual(readCredentials(undefined, env), {
      ...{ user: "pilot", password: "secret-4711", stream: "drone" },
    });
    const { SMOKE_STREAM: _, ...incomplete } = env;
    assert.throws(
      () => readCredentials(undefined, incomplete),
      ({ message }: Error) =>
        /^not given: SMOKE_STREAM; /.test(message) && !message.includes("secret-4711"),
    );
    assert.throws(() => readCredentials("/nowhere/credentials"), /cannot be read \(ENOENT\)/);
  });
});

import assert from "node:assert/strict";
import { readSettings } from "../../gateway/settings";

const environment = {
  GATEWAY_PORT_RTMP: "11935",
  GATEWAY_PORT_RTSP: "18554",
  GATEWAY_PORT_SRT: "18890",
  GATEWAY_PORT_HLS: "18888",
  GATEWAY_PORT_API: "19997",
  GATEWAY_PORT_HEALTH: "19990",
  GATEWAY_PORT_HOOK: "29995",
  MEDIAMTX_PORT_RTMP: "21935",
  MEDIAMTX_PORT_RTSP: "28554",
  MEDIAMTX_PORT_SRT: "28890",
  MEDIAMTX_PORT_HLS: "28888",
  MEDIAMTX_PORT_API: "29997",
  SYSTEM_NAME: "TAK-Dev-MediaInfra",
  AUTH_FUNCTION_ARN: "arn:aws:lambda:ap-southeast-2:123456789012:function:TAK-Dev-Auth:live",
  AUTH_MODE: "strict",
  GATEWAY_RECHECK_INTERVAL_SECONDS: "30",
  GATEWAY_RECORDINGS_FOLDER: "/recordings",
  GATEWAY_RECORDINGS_MAX_GIB: "16",
};

describe("gateway settings", () => {
  it("are read from the environment", () => {
    assert.deepEqual(readSettings(environment), {
      servers: {
        rtmp: { port: 11935, mediamtxPort: 21935 },
        rtsp: { port: 18554, mediamtxPort: 28554 },
        srt: { port: 18890, mediamtxPort: 28890 },
        hls: { port: 18888, mediamtxPort: 28888 },
        api: { port: 19997, mediamtxPort: 29997 },
      },
      healthPort: 19990,
      hookPort: 29995,
      systemName: "TAK-Dev-MediaInfra",
      authFunctionArn: environment.AUTH_FUNCTION_ARN,
      authMode: "strict",
      recheckIntervalMs: 30_000,
      recordings: { folder: "/recordings", maxBytes: 17_179_869_184 },
      trustedSourceCidrs: [],
    });
  });

  const withTrusted = (cidrs: string) =>
    readSettings({ ...environment, GATEWAY_TRUSTED_SOURCE_CIDRS: cidrs }).trustedSourceCidrs;

  it("hold the private networks that sources may be in", () => {
    assert.deepEqual(withTrusted("10.20.0.0/16,192.168.7.5/32"), [
      "10.20.0.0/16",
      "192.168.7.5/32",
    ]);
    assert.deepEqual(withTrusted(""), []);
  });

  for (const cidrs of [
    ..."0.0.0.0/0 127.0.0.0/8 169.254.0.0/16 169.254.169.254/32 10.0.0.0/7 172.16.0.0/11".split(
      " ",
    ),
    ..."1.1.1.0/24 fd00:ec2::/32 10.20.0.0 10.20.0.0/33 10.20.0.0/x 10.20/16 10.0.999.0/24".split(
      " ",
    ),
    ..."10.20.0.0/16, 10.20.0.0/16,,10.21.0.0/16 10.20.0.0/16;127.0.0.0/8 ,".split(" "),
  ]) {
    it(`refuse ${cidrs} as networks of sources`, () => {
      assert.throws(() => withTrusted(cidrs), {
        message:
          /GATEWAY_TRUSTED_SOURCE_CIDRS is ".*"; give it private IPv4 networks in 10\.0\.0\.0\/8,/,
      });
    });
  }

  it("report all faults in one message, each with name, value and what is allowed", () => {
    const faulty = {
      ...environment,
      GATEWAY_PORT_RTMP: undefined,
      GATEWAY_PORT_SRT: "0",
      GATEWAY_PORT_HLS: "65536",
      GATEWAY_PORT_API: "1e3",
      MEDIAMTX_PORT_RTSP: environment.GATEWAY_PORT_RTSP,
      SYSTEM_NAME: undefined,
      AUTH_FUNCTION_ARN: "arn:aws:s3:::bucket",
      AUTH_MODE: "open",
      GATEWAY_RECHECK_INTERVAL_SECONDS: "61",
      GATEWAY_RECORDINGS_FOLDER: "recordings",
      GATEWAY_RECORDINGS_MAX_GIB: "201",
    };
    assert.throws(() => readSettings(faulty), {
      message: [
        "The gateway's environment has faults:",
        "- GATEWAY_PORT_RTMP is not set; give it a port number from 1 to 65535",
        "- MEDIAMTX_PORT_RTSP and GATEWAY_PORT_RTSP are both 18554; give each a port of its own",
        '- GATEWAY_PORT_SRT is "0"; give it a port number from 1 to 65535',
        '- GATEWAY_PORT_HLS is "65536"; give it a port number from 1 to 65535',
        '- GATEWAY_PORT_API is "1e3"; give it a port number from 1 to 65535',
        '- AUTH_MODE is "open"; give it one of strict, open-read, compatible',
        '- GATEWAY_RECHECK_INTERVAL_SECONDS is "61"; give it a number of seconds from 1 to 60',
        '- GATEWAY_RECORDINGS_MAX_GIB is "201"; give it a number of GiB from 1 to 200',
        '- GATEWAY_RECORDINGS_FOLDER is "recordings"; give it an absolute path',
        "- SYSTEM_NAME is not set; give it the name under which metrics are reported",
        '- AUTH_FUNCTION_ARN is "arn:aws:s3:::bucket"; give it the ARN of the auth function\'s alias, ' +
          "arn:<partition>:lambda:<region>:<account>:function:<name>:<alias>",
      ].join("\n"),
    });
  });

  for (const arn of [
    "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:auth:live",
    "arn:aws:lambda:eu-west-1:123456789012:function:auth",
  ]) {
    it(`take ${arn}`, () => {
      assert.equal(readSettings({ ...environment, AUTH_FUNCTION_ARN: arn }).authFunctionArn, arn);
    });
  }
});

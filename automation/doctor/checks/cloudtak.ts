import { coerce, lt } from "semver";
import { z } from "zod";
import { domainOf, type Settings } from "../../../config";
import { reasonOf } from "../../checks/examine";
import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { StackResource } from "../../stackResources";
import type { DoctorCheck } from "../context";

const subject = "CloudTAK";

/** Before it, CloudTAK goes on taking API tokens that a user has deleted. */
const oldest = "13.68.2";

/** CloudTAK answers, in a version that is known to work, and sends its users to this media server. */
export const cloudtak: DoctorCheck = {
  subject,
  reads: ["cloudtakUrl", "cloudtakStack", "cloudtakCaCertificates"],
  run: async ({ cloudtak: find, machine, settings, deployed, target }, signal) => {
    const { url } = await find();
    const authorities = settings.cloudtakCaCertificates;
    try {
      const { status, body } = await machine.getJson(`${url}/api`, signal, authorities);
      const reached = versionFinding(url, status, body);
      if (reached.level === "fault") return [reached];
      const openLeases = openLeasesFinding(settings.authMode);
      const configured = await machine.getJson(
        `${url}/api/config?keys=media::url`,
        signal,
        authorities,
      );
      const host = hostOf(settings, await deployed("pulumi:pulumi:Stack"));
      return [reached, mediaUrlFinding(configured.status, configured.body, host), openLeases];
    } catch (error) {
      if (signal.aborted) throw error;
      const reason = reasonOf((error as Error).cause ?? error);
      if (target === "local") {
        const remedy = "npm start";
        return [notChecked(subject, `its stand-in ${url} does not run (${reason})`, remedy)];
      }
      return [fault(subject, `${url} does not answer: ${reason}`, `curl -v ${url}/api`)];
    }
  },
};

/** Name under which clients will reach the stack, as far as it is known. */
function hostOf({ certificate }: Settings, [stack]: readonly StackResource[]): string | undefined {
  const domain = domainOf(certificate);
  if (domain) return domain.domainName;
  const host = stack?.properties.host;
  return typeof host === "string" ? host : undefined;
}

/** What open leases give away, and whether CloudTAK's own player, which sends no credentials for them, plays them. */
export function openLeasesFinding(authMode: Settings["authMode"]): Finding {
  const words = {
    strict:
      "need credentials (authMode strict), so CloudTAK's own player plays none of them; open-read would",
    "open-read": "may be watched by everyone who knows their path (authMode open-read)",
    compatible:
      "may be watched and published to by everyone who knows their path (authMode compatible)",
  };
  return ok("open leases", words[authMode]);
}

const versionAnswer = z.object({ version: z.string() });

export function versionFinding(url: string, status: number, body: unknown): Finding {
  const { data } = versionAnswer.safeParse(body);
  const version = coerce(data?.version);
  if (status !== 200 || data === undefined || version === null) {
    const said = `${url}/api answers ${status} without a version`;
    return fault(
      subject,
      `${said}, so it is no CloudTAK`,
      "pulumi config set cloudtakUrl <its URL>",
    );
  }
  if (!lt(version, oldest)) return ok(subject, `${url}, version ${data.version}`);
  return warning(
    subject,
    `${url} is version ${data.version}: it does not refuse tokens that were deleted`,
    `update CloudTAK to ${oldest} or later`,
  );
}

const urlSubject = "CloudTAK media::url";

export function mediaUrlFinding(status: number, body: unknown, host: string | undefined): Finding {
  if (status !== 200) return notChecked(urlSubject, `CloudTAK answers ${status}`);
  const wanted = `https://${host ?? "<host of the stack>"}:9997`;
  const remedy = `in CloudTAK's administration set the media server's URL to ${wanted}`;
  const value = (body as Record<string, unknown> | undefined)?.["media::url"];
  if (typeof value !== "string" || !URL.canParse(value)) {
    return warning(urlSubject, "CloudTAK has no media server configured", remedy);
  }
  const { protocol, hostname } = new URL(value);
  if (protocol !== "https:") return warning(urlSubject, `is ${value}, not https`, remedy);
  if (host === undefined) {
    return notChecked(
      urlSubject,
      `is ${value}; the stack's name is not known before it is deployed`,
    );
  }
  return hostname === host
    ? ok(urlSubject, value)
    : warning(urlSubject, `is ${value}; the stack is reached as ${host}`, remedy);
}

import { parseJson } from "../../../shared/parse";
import { acm } from "../acm/api";
import { cloudformation } from "../cloudformation/api";
import { cloudwatch } from "../cloudwatch/api";
import { logs } from "../cloudwatch/logsApi";
import { ec2 } from "../ec2/api";
import { ecr } from "../ecr/api";
import { ecs } from "../ecs/api/api";
import { loadBalancing } from "../elbv2/api";
import type { Caller } from "../iam/access";
import { iam } from "../iam/api";
import { kms } from "../kms/api";
import { lambda } from "../lambda/api";
import { route53 } from "../route53/api";
import { secretsManager } from "../secretsManager/api";
import { serviceQuotas } from "../serviceQuotas/api";
import { isRecord } from "../state";
import { sts } from "../sts/api";
import { type Answer, invalidToken, jsonError } from "./answer";
import { escapedXml, formInput, xmlMembers } from "./forms";
import { resourceOf } from "./resources";
import { type Call, refusalOf, type Service, ServiceException } from "./service";

/** By the name under which requests are signed. */
const services: Readonly<Record<string, Service>> = {
  acm,
  cloudformation,
  ec2,
  ecr,
  ecs,
  elasticloadbalancing: loadBalancing,
  iam,
  kms,
  lambda,
  logs,
  monitoring: cloudwatch,
  route53,
  secretsmanager: secretsManager,
  servicequotas: serviceQuotas,
  sts,
};

/** A request of an AWS SDK, as far as it tells which operation it is. */
export interface SdkRequest {
  /** Under whose name it is signed. */
  readonly signedFor: string;
  readonly method: string;
  readonly url: URL;
  /** X-Amz-Target. */
  readonly target: string;
  readonly body: string;
}

/** A call whose credentials may be unknown. */
type Unidentified = Omit<Call, "caller"> & { readonly caller: Caller | undefined };

/** REST operations by method and path; a group of the pattern is the input of that name. */
const restOperations: readonly (readonly [service: string, method: string, RegExp, string])[] = [
  ["lambda", "GET", /^\/2016-08-19\/account-settings\/?$/, "GetAccountSettings"],
  ["route53", "GET", /^\/2013-04-01\/hostedzonesbyname$/, "ListHostedZonesByName"],
  ["route53", "GET", /^\/2013-04-01\/hostedzone\/(?<Id>\w+)$/, "GetHostedZone"],
  ["route53", "GET", /^\/2013-04-01\/hostedzone\/(?<Id>\w+)\/rrset\/?$/, "ListResourceRecordSets"],
];

/** The answer of an account's service; undefined for an operation that none of them has. */
export function answerAccount(
  request: SdkRequest,
  { caller, ...parts }: Unidentified,
): Answer | undefined {
  const service = services[request.signedFor];
  if (!service) return undefined;
  const { name, input } = read(service, request);
  const operation = service.operations[name];
  if (!operation || !input) return undefined;
  try {
    if (!caller) throw new ServiceException(invalidTokenCode(service), invalidToken.message, 403);
    const call = { ...parts, caller };
    const action = `${service.prefix}:${name}`;
    const refusal = refusalOf(call, action, resourceOf(action, input, call));
    if (refusal) throw new ServiceException(denialCode(service), refusal, 403);
    return result(service, name, operation(input, call));
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error;
    return failure(service, error);
  }
}

const invalidTokenCode = ({ protocol }: Service): string =>
  protocol === "ec2"
    ? "AuthFailure"
    : protocol === "query"
      ? "InvalidClientTokenId"
      : invalidToken.code;

const denialCode = ({ protocol, prefix }: Service): string =>
  protocol === "ec2"
    ? "UnauthorizedOperation"
    : prefix === "iam" || prefix === "sts"
      ? "AccessDenied"
      : "AccessDeniedException";

function read({ protocol }: Service, { signedFor, method, url, target, body }: SdkRequest) {
  if (protocol === "json") {
    return { name: target.split(".").at(-1) ?? "", input: json(body) };
  }
  if (protocol !== "rest") {
    const form = new URLSearchParams(body);
    return { name: form.get("Action") ?? "", input: formInput(form) };
  }
  for (const [service, verb, pattern, name] of restOperations) {
    const match = service === signedFor && verb === method ? pattern.exec(url.pathname) : null;
    if (match) return { name, input: { ...Object.fromEntries(url.searchParams), ...match.groups } };
  }
  return { name: "", input: undefined };
}

function json(body: string): Record<string, unknown> | undefined {
  const value = parseJson(body);
  return isRecord(value) ? value : undefined;
}

function result({ protocol, prefix }: Service, name: string, members: unknown): Answer {
  const xml = (body: string) => ({ status: 200, headers: { "content-type": "text/xml" }, body });
  if (protocol === "query") {
    const inner = `<${name}Result>${xmlMembers(members, "member")}</${name}Result>`;
    return xml(`<${name}Response>${inner}</${name}Response>`);
  }
  if (protocol === "ec2") {
    return xml(`<${name}Response>${xmlMembers(members, "item")}</${name}Response>`);
  }
  if (prefix === "route53") return xml(`<${name}Response>${route53Xml(members)}</${name}Response>`);
  const type = prefix === "lambda" ? "application/json" : "application/x-amz-json-1.1";
  return { status: 200, headers: { "content-type": type }, body: JSON.stringify(members) };
}

/** Route 53 names the items of each list after what they are. */
const route53Xml = (members: unknown): string =>
  xmlMembers(members, "item")
    .replaceAll(/<HostedZones>.*?<\/HostedZones>/g, (zones) => renamed(zones, "HostedZone"))
    .replaceAll(/<ResourceRecordSets>.*?<\/ResourceRecordSets>/g, (sets) =>
      renamed(sets, "ResourceRecordSet"),
    )
    .replaceAll(/<NameServers>.*?<\/NameServers>/g, (servers) => renamed(servers, "NameServer"));

const renamed = (xml: string, name: string): string =>
  xml.replaceAll("<item>", `<${name}>`).replaceAll("</item>", `</${name}>`);

function failure(
  { protocol, prefix }: Service,
  { code, message, status }: ServiceException,
): Answer {
  if (protocol === "json") return jsonError(code, message);
  if (prefix === "lambda") {
    const headers = { "content-type": "application/json", "x-amzn-errortype": code };
    return { status, headers, body: JSON.stringify({ message }) };
  }
  const error = `<Error><Code>${code}</Code><Message>${escapedXml(message)}</Message></Error>`;
  const body =
    protocol === "ec2"
      ? `<Response><Errors>${error}</Errors></Response>`
      : `<ErrorResponse>${error}</ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

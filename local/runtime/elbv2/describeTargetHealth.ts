import { type Answer, invalidToken } from "../api/answer";
import type { Access, Caller } from "../iam/access";
import type { Balancer } from "./balancer";
import type { TargetGroup } from "./targetGroup";

const namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

/** Elastic Load Balancing v2: `DescribeTargetHealth`. It speaks the query protocol: a form in, XML out. */
export function answerLoadBalancing(
  balancer: Balancer,
  access: Access,
  caller: Caller | undefined,
  form: URLSearchParams,
): Answer {
  if (!caller) return fault(403, "InvalidClientTokenId", invalidToken.message);
  const action = form.get("Action") ?? "";
  if (action !== "DescribeTargetHealth") {
    const message = `Elastic Load Balancing's ${action} is not provided here, only DescribeTargetHealth`;
    return fault(400, "InvalidAction", message);
  }
  // It knows no permissions for a single resource.
  const refusal = access.refusal(caller, "elasticloadbalancing:DescribeTargetHealth", "*");
  if (refusal) return fault(403, "AccessDenied", refusal);
  const group = balancer.group(form.get("TargetGroupArn") ?? "");
  if (!group) return fault(400, "TargetGroupNotFound", "One or more target groups not found");
  const members = group.health === "unregistered" ? "" : member(group);
  return xml(
    200,
    `<DescribeTargetHealthResponse xmlns="${namespace}"><DescribeTargetHealthResult>` +
      `<TargetHealthDescriptions>${members}</TargetHealthDescriptions>` +
      "</DescribeTargetHealthResult></DescribeTargetHealthResponse>",
  );
}

/** The one task, on loopback. */
const member = ({ plan, health }: TargetGroup): string =>
  `<member><Target><Id>127.0.0.1</Id><Port>${plan.port}</Port></Target>` +
  `<HealthCheckPort>${plan.healthCheck.port}</HealthCheckPort>` +
  `<TargetHealth><State>${health}</State></TargetHealth></member>`;

const fault = (status: number, code: string, message: string): Answer =>
  xml(
    status,
    `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code>` +
      `<Message>${escaped(message)}</Message></Error></ErrorResponse>`,
  );

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "text/xml" },
  body,
});

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

import { type CaseTable, on, unknown } from "./case";

const listener = "aws:lb/listener:Listener";
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const classic = "aws:elb/loadBalancer:LoadBalancer";
const group = "aws:lb/targetGroup:TargetGroup";
const arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/media/1";
const tls = { loadBalancerArn: arn, port: 1936, protocol: "TLS" };
const network = { loadBalancerType: "network", subnets: ["subnet-1", "subnet-2"] };
const application = { loadBalancerType: "application" };
const redirect = (protocol?: string) => ({
  type: "redirect",
  redirect: { statusCode: "HTTP_301", protocol },
});

export const elb: CaseTable = {
  "listener-encrypted": on(
    listener,
    { port: 1936 },
    {
      good: [
        { protocol: "TLS" },
        { protocol: "UDP", port: 8890 },
        { protocol: "HTTPS" },
        [classic, { listeners: [{ lbProtocol: "ssl" }, { lbProtocol: "HTTPS" }] }],
      ],
      bad: [
        { protocol: "TCP" },
        ["aws:alb/listener:Listener", { port: 1936, protocol: "TCP" }],
        ["aws:elasticloadbalancingv2/listener:Listener", { port: 1, protocol: "TCP_UDP" }],
      ],
      nearGood: [{ protocol: "UDP", port: "8890" }, { protocol: "tls" }, {}],
      nearBad: [
        [classic, { listeners: [{ lbProtocol: "ssl" }, { lbProtocol: "tcp" }] }],
        ["aws:elasticloadbalancing/loadBalancer:LoadBalancer", { listeners: [{}] }],
        { protocol: "tcp" },
        { protocol: "udp", port: 8891 },
        { protocol: "UDP", port: 8891 },
        { protocol: "UDP", port: 8889 },
        { protocol: "TCP_UDP", port: 8890 },
        { protocol: "TCP", port: 8890 },
        { protocol: "QUIC" },
        { protocol: "TCP_QUIC" },
      ],
      unknown: [
        { protocol: unknown.string },
        { protocol: "UDP", port: unknown.number },
        [classic, { listeners: unknown.array }],
      ],
    },
  ),
  "listener-ports": on(
    listener,
    { protocol: "TLS" },
    {
      good: [
        { port: 1936 },
        { port: 8555 },
        { port: 8888 },
        { port: 9997 },
        { port: 8890, protocol: "UDP" },
      ],
      bad: [{ port: 443 }, { port: 1935 }, { port: 8554, protocol: "TCP" }],
      nearGood: [{ port: "8555" }, { port: 443, protocol: "HTTPS" }],
      nearBad: [
        { port: 443, protocol: "tcp" },
        { port: 1937 },
        { port: 8889 },
        { port: 8891, protocol: "UDP" },
        { port: 8890.5 },
      ],
      unknown: [{ port: unknown.number }, { port: 443, protocol: unknown.string }],
    },
  ),
  "listener-tls-policy": on(listener, tls, {
    good: [
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" },
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" },
    ],
    bad: [{}, { sslPolicy: "ELBSecurityPolicy-2016-08" }, { protocol: "https" }],
    nearGood: [{ protocol: "UDP" }, { protocol: "TCP" }],
    nearBad: [
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-1-2021-06" },
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06" },
      { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06x" },
      { sslPolicy: "" },
    ],
    unknown: [{ sslPolicy: unknown.string }, { protocol: unknown.string }],
  }),
  "listener-certificate": on(listener, tls, {
    good: [{ certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1" }],
    bad: [{}, { protocol: "HTTPS" }],
    nearGood: [{ protocol: "UDP" }, { protocol: "TCP" }],
    nearBad: [{ certificateArn: "" }],
    unknown: [{ certificateArn: unknown.string }],
  }),
  "listener-alpn": on(listener, tls, {
    good: [{}, { alpnPolicy: "None" }, { alpnPolicy: "HTTP1Only" }],
    bad: [{ alpnPolicy: "HTTP2Optional" }, { alpnPolicy: "HTTP2Preferred" }],
    nearBad: [{ alpnPolicy: "HTTP2Only" }, { alpnPolicy: "none" }],
    unknown: [{ alpnPolicy: unknown.string }],
  }),
  "listener-http-redirect": on(
    listener,
    { protocol: "HTTP", port: 80 },
    {
      good: [
        { defaultActions: [redirect("HTTPS")] },
        { protocol: "HTTPS", defaultActions: [{ type: "forward" }] },
      ],
      bad: [{ defaultActions: [{ type: "forward" }] }, {}, { protocol: "http" }],
      nearGood: [{ protocol: "TLS" }],
      nearBad: [
        { defaultActions: [redirect("HTTP")] },
        { defaultActions: [redirect("#{protocol}")] },
        { defaultActions: [redirect()] },
        { defaultActions: [redirect("HTTPS"), { type: "fixed-response" }] },
        { defaultActions: [] },
      ],
      unknown: [
        { defaultActions: unknown.array },
        { defaultActions: [{ type: unknown.string }] },
        { defaultActions: [redirect(unknown.string)] },
      ],
    },
  ),
  "load-balancer-access-logs": on(balancer, network, {
    good: [{ accessLogs: { enabled: true, bucket: "logs" } }, { loadBalancerType: "gateway" }],
    bad: [{}, { loadBalancerType: "application" }],
    nearBad: [
      { accessLogs: { bucket: "logs" } },
      { accessLogs: { enabled: false, bucket: "logs" } },
      { accessLogs: { enabled: true, bucket: "" } },
    ],
    unknown: [{ accessLogs: { enabled: true, bucket: unknown.string } }],
  }),
  "load-balancer-deletion-protection": on(balancer, network, {
    good: [{ enableDeletionProtection: true }],
    bad: [{}, { enableDeletionProtection: false }],
    nearGood: [{ enableDeletionProtection: "true" }],
    nearBad: [{ enableDeletionProtection: "yes" }],
    unknown: [{ enableDeletionProtection: unknown.string }],
  }),
  "load-balancer-zones": on(
    balancer,
    { loadBalancerType: "network" },
    {
      good: [{ subnets: ["a", "b"] }, { subnetMappings: [{ subnetId: "a" }, { subnetId: "b" }] }],
      bad: [{}, { subnets: ["a"] }],
      nearGood: [
        { subnets: ["a", unknown.string] },
        { subnets: ["a", "b"], subnetMappings: unknown.array },
      ],
      nearBad: [{ subnetMappings: [{ subnetId: "a" }] }, { subnets: [] }],
      unknown: [{ subnets: unknown.array }, { subnetMappings: unknown.array }],
    },
  ),
  "load-balancer-cross-zone": on(balancer, network, {
    good: [{ enableCrossZoneLoadBalancing: true }, { loadBalancerType: "application" }],
    bad: [{}, { enableCrossZoneLoadBalancing: false }],
    nearGood: [{ loadBalancerType: "gateway" }],
    unknown: [
      { enableCrossZoneLoadBalancing: unknown.string },
      { loadBalancerType: unknown.string },
    ],
  }),
  "load-balancer-security-group": on(balancer, network, {
    good: [{ securityGroups: ["sg-1"] }, { loadBalancerType: "gateway" }],
    bad: [{}, { securityGroups: [] }],
    nearGood: [{ securityGroups: [unknown.string] }],
    nearBad: [{ loadBalancerType: "application" }],
    unknown: [{ securityGroups: unknown.array }],
  }),
  "load-balancer-invalid-headers": on(balancer, application, {
    good: [{ dropInvalidHeaderFields: true }, { loadBalancerType: "network" }],
    bad: [{}, { dropInvalidHeaderFields: false }],
    nearBad: [{ loadBalancerType: undefined }],
    unknown: [{ dropInvalidHeaderFields: unknown.string }],
  }),
  "load-balancer-desync": on(balancer, application, {
    good: [{}, { desyncMitigationMode: "defensive" }, { desyncMitigationMode: "strictest" }],
    bad: [{ desyncMitigationMode: "monitor" }],
    nearGood: [{ loadBalancerType: "network", desyncMitigationMode: "monitor" }],
    nearBad: [{ loadBalancerType: undefined, desyncMitigationMode: "monitor" }],
    unknown: [{ desyncMitigationMode: unknown.string }],
  }),
  "load-balancer-internal": on(balancer, application, {
    good: [{ internal: true }, { loadBalancerType: "network", internal: false }],
    bad: [{}, { internal: false }],
    nearBad: [{ loadBalancerType: undefined }],
    unknown: [{ internal: unknown.string }],
  }),
  "target-group-health-check": on(
    group,
    { protocol: "UDP", port: 8890, targetType: "ip" },
    {
      good: [
        { healthCheck: { protocol: "TCP", port: "9997" } },
        { healthCheck: { protocol: "http", port: 19990 } },
        { protocol: "TCP", healthCheck: { protocol: "TCP" } },
      ],
      bad: [{}, { protocol: "TCP" }, { healthCheck: { protocol: "UDP", port: "8890" } }],
      nearGood: [
        { targetType: "lambda" },
        { protocol: "TCP", healthCheck: { port: "traffic-port" } },
      ],
      nearBad: [
        { healthCheck: { protocol: "TCP" } },
        { healthCheck: { protocol: "TCP", port: "traffic-port" } },
        { healthCheck: { port: "9997" } },
        { protocol: "TCP_UDP", healthCheck: { protocol: "TCP" } },
        { protocol: "udp", healthCheck: { protocol: "tcp" } },
        { protocol: "TCP", healthCheck: { enabled: false } },
      ],
      unknown: [
        { healthCheck: { protocol: "TCP", port: unknown.string } },
        { healthCheck: unknown.string },
      ],
    },
  ),
  "target-group-name": on(
    group,
    {},
    {
      good: [{}, { namePrefix: "hls" }],
      bad: [{ name: "hls" }],
      nearGood: [{ name: "listeners-hls-1a2b3c4" }],
      nearBad: [{ name: "hls-1a2b3c" }, { name: "hls-1a2b3cg" }, { name: "1a2b3c4" }],
      unknown: [{ name: unknown.string }],
    },
  ),
};

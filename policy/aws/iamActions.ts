/**
 * Actions that take no resource, so that "*" is all that can be written; by service, as patterns. Source: Service
 * Authorization Reference, the actions whose resource types are empty.
 */
const withoutResources = [
  /^ecr:GetAuthorizationToken$/i,
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSampling\w+)$/i,
  /^cloudwatch:PutMetricData$/i,
  /^ssmmessages:\w+$/i,
  /^ec2:Describe[\w*]+$/i,
  /^sts:GetCallerIdentity$/i,
  /^logs:DescribeLogGroups$/i,
];

export const knowsNoResources = (action: string): boolean =>
  withoutResources.some((pattern) => pattern.test(action));

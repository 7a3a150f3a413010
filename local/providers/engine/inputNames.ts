/**
 * The inputs of every resource type that is served, as the official SDKs declare them; "!" marks a required one. A new type
 * is a row without names: `npm run inputs` fills them in, also after an update of an SDK.
 */
export const inputNames = {
  "aws:ec2/vpc:Vpc": `
    assignGeneratedIpv6CidrBlock cidrBlock enableDnsHostnames enableDnsSupport
    enableNetworkAddressUsageMetrics instanceTenancy ipv4IpamPoolId ipv4NetmaskLength ipv6CidrBlock
    ipv6CidrBlockNetworkBorderGroup ipv6IpamPoolId ipv6NetmaskLength region tags
  `,
  "aws:ec2/subnet:Subnet": `
    assignIpv6AddressOnCreation availabilityZone availabilityZoneId cidrBlock customerOwnedIpv4Pool
    enableDns64 enableLniAtDeviceIndex enableResourceNameDnsARecordOnLaunch
    enableResourceNameDnsAaaaRecordOnLaunch ipv4IpamPoolId ipv4NetmaskLength ipv6CidrBlock
    ipv6IpamPoolId ipv6Native ipv6NetmaskLength mapCustomerOwnedIpOnLaunch mapPublicIpOnLaunch
    outpostArn privateDnsHostnameTypeOnLaunch region tags vpcId!
  `,
  "aws:ec2/internetGateway:InternetGateway": `
    region tags vpcId
  `,
  "aws:ec2/routeTable:RouteTable": `
    propagatingVgws region routes tags vpcId!
  `,
  "aws:ec2/route:Route": `
    carrierGatewayId coreNetworkArn destinationCidrBlock destinationIpv6CidrBlock
    destinationPrefixListId egressOnlyGatewayId gatewayId localGatewayId natGatewayId
    networkInterfaceId odbNetworkArn region routeTableId! transitGatewayId vpcEndpointId
    vpcPeeringConnectionId
  `,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": `
    gatewayId region routeTableId! subnetId
  `,
  "aws:ec2/eip:Eip": `
    address associateWithPrivateIp customerOwnedIpv4Pool domain instance ipamPoolId
    networkBorderGroup networkInterface publicIpv4Pool region tags
  `,
  "aws:ec2/natGateway:NatGateway": `
    allocationId availabilityMode availabilityZoneAddresses connectivityType privateIp region
    secondaryAllocationIds secondaryPrivateIpAddressCount secondaryPrivateIpAddresses subnetId tags
    vpcId
  `,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": `
    egress ingress region revokeRulesOnDelete tags vpcId
  `,
  "aws:ec2/securityGroup:SecurityGroup": `
    description egress ingress name namePrefix region revokeRulesOnDelete tags vpcId
  `,
  "aws:ec2/flowLog:FlowLog": `
    deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType
    logFormat maxAggregationInterval region regionalNatGatewayId subnetId tagFieldSpecifications
    tags trafficType transitGatewayAttachmentId transitGatewayId vpcId
  `,
  "aws:s3/bucket:Bucket": `
    accelerationStatus acl bucket bucketNamespace bucketPrefix corsRules forceDestroy grants
    lifecycleRules logging objectLockConfiguration objectLockEnabled policy region
    replicationConfiguration requestPayer serverSideEncryptionConfiguration tags versioning website
  `,
  "aws:s3/bucketPolicy:BucketPolicy": `
    bucket! policy! region
  `,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": `
    blockPublicAcls blockPublicPolicy bucket! ignorePublicAcls region restrictPublicBuckets
    skipDestroy
  `,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": `
    bucket! expectedBucketOwner region rules!
  `,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": `
    bucket! expectedBucketOwner region rules timeouts transitionDefaultMinimumObjectSize
  `,
  "aws:kms/key:Key": `
    bypassPolicyLockoutSafetyCheck customKeyStoreId customerMasterKeySpec deletionWindowInDays
    description enableKeyRotation isEnabled keyUsage multiRegion policy region rotationPeriodInDays
    tags xksKeyId
  `,
  "aws:ec2/managedPrefixList:ManagedPrefixList": `
    addressFamily! entries maxEntries! name region tags
  `,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": `
    cidrIpv4 cidrIpv6 description fromPort ipProtocol! prefixListId referencedSecurityGroupId region
    securityGroupId! tags toPort
  `,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": `
    cidrIpv4 cidrIpv6 description fromPort ipProtocol! prefixListId referencedSecurityGroupId region
    securityGroupId! tags toPort
  `,
  "aws:lb/loadBalancer:LoadBalancer": `
    accessLogs clientKeepAlive connectionLogs customerOwnedIpv4Pool desyncMitigationMode
    dnsRecordClientRoutingPolicy dropInvalidHeaderFields enableCrossZoneLoadBalancing
    enableDeletionProtection enableHttp2 enablePrefixForIpv6SourceNat
    enableTlsVersionAndCipherSuiteHeaders enableWafFailOpen enableXffClientPort enableZonalShift
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic healthCheckLogs idleTimeout internal
    ipAddressType ipamPools loadBalancerType minimumLoadBalancerCapacity name namePrefix
    preserveHostHeader region secondaryIpsAutoAssignedPerSubnet securityGroups subnetMappings
    subnets tags xffHeaderProcessingMode
  `,
  "aws:lb/listener:Listener": `
    alpnPolicy certificateArn defaultActions! loadBalancerArn! mutualAuthentication port protocol
    region routingHttpRequestXAmznMtlsClientcertHeaderName
    routingHttpRequestXAmznMtlsClientcertIssuerHeaderName
    routingHttpRequestXAmznMtlsClientcertLeafHeaderName
    routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName
    routingHttpRequestXAmznMtlsClientcertSubjectHeaderName
    routingHttpRequestXAmznMtlsClientcertValidityHeaderName
    routingHttpRequestXAmznTlsCipherSuiteHeaderName routingHttpRequestXAmznTlsVersionHeaderName
    routingHttpResponseAccessControlAllowCredentialsHeaderValue
    routingHttpResponseAccessControlAllowHeadersHeaderValue
    routingHttpResponseAccessControlAllowMethodsHeaderValue
    routingHttpResponseAccessControlAllowOriginHeaderValue
    routingHttpResponseAccessControlExposeHeadersHeaderValue
    routingHttpResponseAccessControlMaxAgeHeaderValue
    routingHttpResponseContentSecurityPolicyHeaderValue routingHttpResponseServerEnabled
    routingHttpResponseStrictTransportSecurityHeaderValue
    routingHttpResponseXContentTypeOptionsHeaderValue routingHttpResponseXFrameOptionsHeaderValue
    sslPolicy tags tcpIdleTimeoutSeconds
  `,
  "aws:lb/targetGroup:TargetGroup": `
    connectionTermination deregistrationDelay healthCheck ipAddressType
    lambdaMultiValueHeadersEnabled loadBalancingAlgorithmType loadBalancingAnomalyMitigation
    loadBalancingCrossZoneEnabled name namePrefix port preserveClientIp protocol protocolVersion
    proxyProtocolV2 region slowStart stickiness tags targetControlPort targetFailovers
    targetGroupHealth targetHealthStates targetType vpcId
  `,
  "aws:acm/certificate:Certificate": `
    certificateAuthorityArn certificateBody certificateChain domainName earlyRenewalDuration
    keyAlgorithm options privateKey privateKeyWo privateKeyWoVersion region subjectAlternativeNames
    tags validationMethod validationOptions
  `,
  "aws:acm/certificateValidation:CertificateValidation": `
    certificateArn! region validationRecordFqdns
  `,
  "aws:route53/record:Record": `
    aliases allowOverwrite cidrRoutingPolicy failoverRoutingPolicies geolocationRoutingPolicies
    geoproximityRoutingPolicy healthCheckId latencyRoutingPolicies multivalueAnswerRoutingPolicy
    name! records setIdentifier ttl type! weightedRoutingPolicies zoneId!
  `,
  "aws:ecs/cluster:Cluster": `
    configuration name region serviceConnectDefaults settings tags
  `,
  "aws:ecs/taskDefinition:TaskDefinition": `
    containerDefinitions! cpu enableFaultInjection ephemeralStorage executionRoleArn family! ipcMode
    memory networkMode pidMode placementConstraints proxyConfiguration region
    requiresCompatibilities runtimePlatform skipDestroy tags taskRoleArn trackLatest volumes
  `,
  "aws:ecs/service:Service": `
    alarms availabilityZoneRebalancing capacityProviderStrategies cluster deploymentCircuitBreaker
    deploymentConfiguration deploymentController deploymentMaximumPercent
    deploymentMinimumHealthyPercent desiredCount enableEcsManagedTags enableExecuteCommand
    forceDelete forceNewDeployment healthCheckGracePeriodSeconds iamRole launchType loadBalancers
    name networkConfiguration orderedPlacementStrategies placementConstraints platformVersion
    propagateTags region schedulingStrategy serviceConnectConfiguration serviceRegistries
    sigintRollback tags taskDefinition triggers volumeConfiguration vpcLatticeConfigurations
    waitForSteadyState
  `,
  "aws:ecr/repository:Repository": `
    encryptionConfigurations forceDelete imageScanningConfiguration imageTagMutability
    imageTagMutabilityExclusionFilters name region tags
  `,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": `
    policy! region repository!
  `,
  "aws:iam/role:Role": `
    assumeRolePolicy! description forceDetachPolicies inlinePolicies managedPolicyArns
    maxSessionDuration name namePrefix path permissionsBoundary tags
  `,
  "aws:iam/rolePolicy:RolePolicy": `
    name namePrefix policy! role!
  `,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": `
    policyArn! role!
  `,
  "aws:lambda/function:Function": `
    architectures capacityProviderConfig code codeSha256 codeSigningConfigArn deadLetterConfig
    description durableConfig environment ephemeralStorage fileSystemConfig handler imageConfig
    imageUri kmsKeyArn layers loggingConfig memorySize name packageType publish publishTo region
    replaceSecurityGroupsOnDestroy replacementSecurityGroupIds reservedConcurrentExecutions role!
    runtime s3Bucket s3Key s3ObjectVersion skipDestroy snapStart sourceCodeHash sourceKmsKeyArn tags
    tenancyConfig timeout tracingConfig useResourceTimeoutForPropagation vpcConfig
  `,
  "aws:lambda/alias:Alias": `
    description functionName! functionVersion! name region routingConfig
  `,
  "aws:cloudwatch/logGroup:LogGroup": `
    deletionProtectionEnabled kmsKeyId logGroupClass name namePrefix region retentionInDays
    skipDestroy tags
  `,
  "aws:cloudwatch/metricAlarm:MetricAlarm": `
    actionsEnabled alarmActions alarmDescription comparisonOperator datapointsToAlarm dimensions
    evaluateLowSampleCountPercentiles evaluationCriteria evaluationInterval evaluationPeriods
    extendedStatistic insufficientDataActions metricName metricQueries name namespace okActions
    period region statistic tags threshold thresholdMetricId treatMissingData unit
    warmUpConfiguration
  `,
  "aws:sns/topic:Topic": `
    applicationFailureFeedbackRoleArn applicationSuccessFeedbackRoleArn
    applicationSuccessFeedbackSampleRate archivePolicy contentBasedDeduplication deliveryPolicy
    displayName fifoThroughputScope fifoTopic firehoseFailureFeedbackRoleArn
    firehoseSuccessFeedbackRoleArn firehoseSuccessFeedbackSampleRate httpFailureFeedbackRoleArn
    httpSuccessFeedbackRoleArn httpSuccessFeedbackSampleRate kmsMasterKeyId
    lambdaFailureFeedbackRoleArn lambdaSuccessFeedbackRoleArn lambdaSuccessFeedbackSampleRate name
    namePrefix policy region signatureVersion sqsFailureFeedbackRoleArn sqsSuccessFeedbackRoleArn
    sqsSuccessFeedbackSampleRate tags tracingConfig
  `,
  "aws:sns/topicSubscription:TopicSubscription": `
    confirmationTimeoutInMinutes deliveryPolicy endpoint! endpointAutoConfirms filterPolicy
    filterPolicyScope protocol! rawMessageDelivery redrivePolicy region replayPolicy
    subscriptionRoleArn topic!
  `,
  "aws:secretsmanager/secret:Secret": `
    description forceOverwriteReplicaSecret kmsKeyId name namePrefix policy recoveryWindowInDays
    region replicas tags type
  `,
  "aws:secretsmanager/secretVersion:SecretVersion": `
    region secretBinary secretId! secretString secretStringWo secretStringWoVersion versionStages
  `,
  "tls:index/privateKey:PrivateKey": `
    algorithm! ecdsaCurve rsaBits
  `,
  "tls:index/selfSignedCert:SelfSignedCert": `
    allowedUses! dnsNames earlyRenewalHours ipAddresses isCaCertificate maxPathLength privateKeyPem
    privateKeyPemWo privateKeyPemWoVersion setAuthorityKeyId setSubjectKeyId subject uris
    validityPeriodHours!
  `,
  "docker-build:index:Image": `
    addHosts buildArgs buildOnPreview builder cacheFrom cacheTo context dockerfile exec exports
    ignoreSecretsInDiffCalculation labels load network noCache platforms pull push! registries
    secrets ssh tags target
  `,
} as const;

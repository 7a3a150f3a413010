"""Network: VPC, subnets, routes, security groups."""

from calls import Properties, row, take


def tagged(inputs: Properties, kind: str) -> Properties:
    tags = inputs.pop("tags", None)
    return {"tagSpecifications": [{"resourceType": kind, "tags": tags}]} if tags else {}


@row("aws:ec2/vpc:Vpc", id="Vpc.VpcId")
def vpc(inputs, outputs):
    attributes = take(inputs, "enableDnsSupport enableDnsHostnames")
    yield "ec2.CreateVpc", take(inputs, "cidrBlock instanceTenancy") | tagged(inputs, "vpc")
    for name, value in attributes.items():
        yield "ec2.ModifyVpcAttribute", {"vpcId": outputs["id"], name: {"value": value}}


@row("aws:ec2/subnet:Subnet", id="Subnet.SubnetId")
def subnet(inputs, outputs):
    # What is false stays as AWS makes it.
    attributes = take(inputs, "mapPublicIpOnLaunch assignIpv6AddressOnCreation enableDns64")
    yield (
        "ec2.CreateSubnet",
        take(inputs, "vpcId cidrBlock availabilityZone ipv6Native") | tagged(inputs, "subnet"),
    )
    for name, value in attributes.items():
        if value:
            yield "ec2.ModifySubnetAttribute", {"subnetId": outputs["id"], name: {"value": value}}


@row("aws:ec2/internetGateway:InternetGateway", id="InternetGateway.InternetGatewayId")
def internet_gateway(inputs, outputs):
    vpc = take(inputs, "vpcId")
    yield "ec2.CreateInternetGateway", tagged(inputs, "internet-gateway")
    yield "ec2.AttachInternetGateway", {"internetGatewayId": outputs["id"], **vpc}


@row("aws:ec2/routeTable:RouteTable", id="RouteTable.RouteTableId")
def route_table(inputs, _outputs):
    yield "ec2.CreateRouteTable", take(inputs, "vpcId") | tagged(inputs, "route-table")


@row("aws:ec2/route:Route")
def route(inputs, _outputs):
    yield "ec2.CreateRoute", take(inputs, "routeTableId destinationCidrBlock gatewayId natGatewayId")


@row("aws:ec2/routeTableAssociation:RouteTableAssociation", id="AssociationId")
def route_table_association(inputs, _outputs):
    yield "ec2.AssociateRouteTable", take(inputs, "routeTableId subnetId")


@row("aws:ec2/eip:Eip", id="AllocationId", publicIp="PublicIp")
def elastic_ip(inputs, _outputs):
    yield "ec2.AllocateAddress", {"domain": "vpc"} | tagged(inputs, "elastic-ip")


@row("aws:ec2/natGateway:NatGateway", id="NatGateway.NatGatewayId")
def nat_gateway(inputs, _outputs):
    yield (
        "ec2.CreateNatGateway",
        take(inputs, "allocationId connectivityType subnetId") | tagged(inputs, "natgateway"),
    )


@row("aws:ec2/flowLog:FlowLog", id="FlowLogIds[0]")
def flow_log(inputs, _outputs):
    yield (
        "ec2.CreateFlowLogs",
        {"resourceType": "VPC", "resourceIds": [inputs.pop("vpcId")]}
        | take(
            inputs,
            "logDestination logDestinationType maxAggregationInterval trafficType",
            deliverLogsPermissionArn="iamRoleArn",
        )
        | tagged(inputs, "vpc-flow-log"),
    )


@row("aws:ec2/managedPrefixList:ManagedPrefixList", id="PrefixList.PrefixListId")
def prefix_list(inputs, _outputs):
    yield (
        "ec2.CreateManagedPrefixList",
        take(inputs, "addressFamily entries maxEntries", prefixListName="name")
        | tagged(inputs, "prefix-list"),
    )


@row(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    id="SecurityGroups[?GroupName=='default'].GroupId | [0]",
)
def default_security_group(inputs, outputs):
    """It is there already; what stands in it is removed."""
    if inputs.pop("ingress") or inputs.pop("egress"):
        raise NotImplementedError("rules of a default security group are not mapped; leave it empty")
    yield "ec2.DescribeSecurityGroups", {"filters": [{"name": "vpc-id", "values": [inputs.pop("vpcId")]}]}
    if tags := inputs.pop("tags", None):
        yield "ec2.CreateTags", {"resources": [outputs["id"]], "tags": tags}


@row("aws:ec2/securityGroup:SecurityGroup", id="GroupId")
def security_group(inputs, outputs):
    yield (
        "ec2.CreateSecurityGroup",
        take(inputs, "description vpcId", groupName="name") | tagged(inputs, "security-group"),
    )
    # The provider removes the rule that AWS adds by itself.
    everything = {"ipProtocol": "-1", "ipRanges": [{"cidrIp": "0.0.0.0/0"}]}
    yield "ec2.RevokeSecurityGroupEgress", {"groupId": outputs["id"], "ipPermissions": [everything]}


def permission(inputs: Properties) -> Properties:
    description = take(inputs, "description")
    sources = {
        "ipRanges": take(inputs, "", cidrIp="cidrIpv4"),
        "prefixListIds": take(inputs, "prefixListId"),
        "userIdGroupPairs": take(inputs, "", groupId="referencedSecurityGroupId"),
    }
    return {
        "groupId": inputs.pop("securityGroupId"),
        "ipPermissions": take(inputs, "fromPort toPort ipProtocol")
        | {name: [source | description] for name, source in sources.items() if source},
    } | tagged(inputs, "security-group-rule")


@row("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress_rule(inputs, _outputs):
    yield "ec2.AuthorizeSecurityGroupIngress", permission(inputs)


@row("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress_rule(inputs, _outputs):
    yield "ec2.AuthorizeSecurityGroupEgress", permission(inputs)

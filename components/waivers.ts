/**
 * Policy rules that this program knowingly violates, as tags of the resources concerned. After the last day of a waiver
 * the pack refuses the stack until the waiver is reviewed. Tags take letters, digits and + - = . _ : / @.
 */
export const waivers = {
  /** FSBP EC2.19 counts TCP 8888 among the ports that are often attacked, as development servers use it. */
  hlsPort: {
    "policy-waiver:public-high-risk-ports":
      "until 2028-12-31: HLS of MediaMTX is served on 8888 with TLS - every session asks CloudTAK first",
  },
  /** awsx gives each public subnet mapPublicIpOnLaunch and takes no word against it. */
  publicSubnets: {
    "policy-waiver:subnet-public-address":
      "until 2028-12-31: holds the load balancer and NAT gateways only - tasks say assignPublicIp by themselves",
  },
  /** Parts of the internet that are larger than /8, in a list that a rule for going out names. */
  internetPrefixList: {
    "policy-waiver:prefix-list-world":
      "until 2028-12-31: names where sources are pulled from - only a rule for going out uses it",
  },
  /** Its policy gives the key to the account, whose administrators can always change it. */
  alarmsKey: {
    "policy-waiver:one-way-doors":
      "until 2028-12-31: the account itself may change the policy - KMS would ask for a right of the deployer on new keys",
  },
} as const;

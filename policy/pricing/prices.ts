/** US dollars, list prices without free tiers and discounts. A gigabyte is 10^9 bytes. */
export interface Prices {
  readonly networkLoadBalancerHour: number;
  readonly applicationLoadBalancerHour: number;
  /** For an hour of one capacity unit, which is 1 GB an hour for media. */
  readonly networkCapacityUnitHour: number;
  readonly applicationCapacityUnitHour: number;
  /** Fargate on ARM. */
  readonly fargateVcpuHour: number;
  readonly fargateGigabyteHour: number;
  readonly natGatewayHour: number;
  readonly natGatewayGigabyte: number;
  /** In one zone. */
  readonly interfaceEndpointHour: number;
  readonly publicIpv4Hour: number;
  /** Out to the internet, the first 10 TB of a month; the 100 GB that are free per account are not taken off. */
  readonly internetGigabyte: number;
  readonly lambdaRequest: number;
  /** Of memory on ARM. */
  readonly lambdaGigabyteSecond: number;
  readonly logGigabyte: number;
  /** Kept for a month. */
  readonly logStorageGigabyte: number;
  readonly alarm: number;
  readonly dashboard: number;
  readonly secret: number;
  readonly kmsKey: number;
}

export interface PriceList {
  readonly prices: Prices;
  /** Prices that were not read on a page but are from experience. */
  readonly unconfirmed: readonly (keyof Prices)[];
}

export const pricesReadOn = "2026-09-20";

/** Where the prices were read. */
export const priceSource =
  "AWS list prices, as in infracost, AWS's load balancing page, vantage.sh (Fargate), cloudburn.io (IPv4)";

const virginia: Prices = {
  networkLoadBalancerHour: 0.0225,
  applicationLoadBalancerHour: 0.0225,
  networkCapacityUnitHour: 0.006,
  applicationCapacityUnitHour: 0.008,
  fargateVcpuHour: 0.03238,
  fargateGigabyteHour: 0.00356,
  natGatewayHour: 0.045,
  natGatewayGigabyte: 0.045,
  interfaceEndpointHour: 0.01,
  publicIpv4Hour: 0.005,
  internetGigabyte: 0.09,
  lambdaRequest: 0.2e-6,
  lambdaGigabyteSecond: 0.0000133,
  logGigabyte: 0.5,
  logStorageGigabyte: 0.03,
  alarm: 0.1,
  dashboard: 3,
  secret: 0.4,
  kmsKey: 1,
};

const sydney: Prices = {
  ...virginia,
  networkLoadBalancerHour: 0.0252,
  applicationLoadBalancerHour: 0.0252,
  fargateVcpuHour: 0.0388,
  fargateGigabyteHour: 0.0043,
  natGatewayHour: 0.059,
  natGatewayGigabyte: 0.059,
  interfaceEndpointHour: 0.013,
  internetGigabyte: 0.114,
  logGigabyte: 0.67,
};

/** The regions whose prices are known. */
export const priceLists = {
  "us-east-1": { prices: virginia, unconfirmed: [] },
  "ap-southeast-2": {
    prices: sydney,
    unconfirmed: (Object.keys(sydney) as (keyof Prices)[]).filter(
      (name) => name !== "internetGigabyte",
    ),
  },
} as const satisfies Record<string, PriceList>;

export type PricedRegion = keyof typeof priceLists;

export const pricedRegions = Object.keys(priceLists) as PricedRegion[];

export const isPriced = (region: string): region is PricedRegion =>
  Object.hasOwn(priceLists, region);

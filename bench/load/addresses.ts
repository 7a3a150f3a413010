/**
 * Addresses of this network namespace alone, in a range that the gateway takes for the public internet. 127.0.0.0/8 will
 * not do: the gateway pulls from no private address and counts loopback in no budget per address.
 */
export const networks = {
  honest: "11.0.1",
  stalledReaders: "11.0.2",
  guesses: "11.0.3",
  unfinishedRequests: "11.0.4",
  source: "11.0.5",
} as const;

export const addressOf = (network: keyof typeof networks, host: number): string =>
  `${networks[network]}.${1 + (host % 250)}`;

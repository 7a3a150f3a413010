/** IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`) as IPv4, zone ids (`fe80::1%eth0`) dropped. */
export function normalizeAddress(address: string): string {
  const bare = address.split("%", 1)[0] ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return mapped?.[1] ?? bare;
}

export const isLoopback = (address: string): boolean =>
  /^(?:127\.|::1$)/.test(normalizeAddress(address));

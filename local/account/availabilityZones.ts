/** The zones of every local region: its name and a letter. */
export const zoneNames = (region: string): string[] => ["a", "b", "c"].map((zone) => region + zone);

/** `ap-southeast-2a` is `apse2-az1`; AWS shuffles the numbers by account, here they follow the letter. */
export function zoneId(zone: string | undefined, region: string): string {
  const letters: Record<string, string> = { southeast: "se", northeast: "ne", southwest: "sw" };
  const [area = "", side = "", number = ""] = region.split("-");
  const index = zoneNames(region).indexOf(zone ?? "") + 1;
  return `${area}${letters[side] ?? side[0] ?? ""}${number}-az${index}`;
}

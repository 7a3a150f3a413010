/** The zones of every local region: its name and a letter. */
export const zoneNames = (region: string): string[] => ["a", "b", "c"].map((zone) => region + zone);

/** EC2's ZoneType of a zone, which follows from the form of its name. */
export function zoneType(name: string): "availability-zone" | "local-zone" | "wavelength-zone" {
  if (/-wlz-\d+$/.test(name)) return "wavelength-zone";
  return /-[a-z]{3}-\d+[a-z]$/.test(name) ? "local-zone" : "availability-zone";
}

/** `ap-southeast-2a` is `apse2-az1`; AWS assigns the numbers by account at random; here they follow the letter. */
export function zoneId(zone: string | undefined, region: string): string {
  const letters: Record<string, string> = { southeast: "se", northeast: "ne", southwest: "sw" };
  const [area = "", side = "", number = ""] = region.split("-");
  const index = zoneNames(region).indexOf(zone ?? "") + 1;
  return `${area}${letters[side] ?? side[0] ?? ""}${number}-az${index}`;
}

/**
 * Maps each place of the code to its source once. ts-node does it anew for each frame of each stack that is read, and
 * Pulumi's SDK reads one for every promise: that was more than half of what a run of the program under mocks costs.
 */
const ofTsNode = Error.prepareStackTrace;
const mapped = new Map<string, string>();

if (ofTsNode) {
  Error.prepareStackTrace = (error, frames) => {
    const title: string = ofTsNode(error, []);
    const mappedOf = (frame: NodeJS.CallSite): string => {
      const unmapped = String(frame);
      const text = mapped.get(unmapped) ?? ofTsNode(error, [frame]).slice(title.length);
      mapped.set(unmapped, text);
      return text;
    };
    return title + frames.map(mappedOf).join("");
  };
}

/**
 * Asks a URL ten times a second; to its parent's message it answers with the milliseconds that each took and how many
 * were answered with another status than 200.
 */
const [url = "", authorization = ""] = process.argv.slice(2);
const times: number[] = [];
let failures = 0;
const underWay = new Set<Promise<void>>();

async function ask(): Promise<void> {
  const asked = performance.now();
  const answer = await fetch(url, { headers: { authorization } });
  await answer.arrayBuffer();
  if (answer.status !== 200) failures++;
  times.push(performance.now() - asked);
}

const timer = setInterval(() => {
  const one = ask().finally(() => underWay.delete(one));
  underWay.add(one);
}, 100);

process.on("message", async () => {
  clearInterval(timer);
  await Promise.all(underWay);
  process.send?.({ times, failures });
});
process.on("disconnect", () => process.exit());

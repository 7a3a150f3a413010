/** Asks a URL ten times a second; to its parent's message it answers with the milliseconds that each took. */
const [url = "", authorization = ""] = process.argv.slice(2);
const times: number[] = [];
const underWay = new Set<Promise<void>>();

async function ask(): Promise<void> {
  const asked = performance.now();
  const answer = await fetch(url, { headers: { authorization } });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the API answered ${answer.status}`);
  times.push(performance.now() - asked);
}

const timer = setInterval(() => {
  const one = ask().finally(() => underWay.delete(one));
  underWay.add(one);
}, 100);

process.on("message", async () => {
  clearInterval(timer);
  await Promise.all(underWay);
  process.send?.({ times });
});
process.on("disconnect", () => process.exit());

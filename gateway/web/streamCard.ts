import type { Stream } from "./api";
import { publishUrl, watchUrls } from "./urls";

/** MediaMTX's source types in people's words. */
const protocolNames: Readonly<Record<string, string>> = {
  rtmpConn: "RTMP",
  rtspSession: "RTSP",
  srtConn: "SRT",
  hlsSource: "HLS, pulled",
  rtspSource: "RTSP, pulled",
  rtmpSource: "RTMP, pulled",
  srtSource: "SRT, pulled",
};

export interface CardActions {
  play(stream: Stream): void;
  terminate(stream: Stream): void;
}

/** Elements are made once per stream and filled again with each look, so that nothing jumps under a finger. */
export class StreamCard {
  readonly element = document.createElement("article");
  readonly #facts = document.createElement("p");
  #stream: Stream;
  #seenAt = 0;

  constructor(stream: Stream, actions: CardActions) {
    this.#stream = stream;
    const title = document.createElement("h2");
    title.textContent = stream.name;
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    const terminate = button("Terminate", () => actions.terminate(this.#stream));
    terminate.className = "danger";
    buttons.append(
      button("Play", () => actions.play(this.#stream)),
      terminate,
    );
    this.element.append(title, this.#facts, buttons, urlsOf(stream.name));
    this.update(stream);
  }

  update(stream: Stream): void {
    const now = performance.now();
    const seconds = (now - this.#seenAt) / 1_000;
    const rate = (now: number, before: number) =>
      this.#seenAt === 0 ? "…" : bandwidth(((now - before) * 8) / seconds);
    const protocol = protocolNames[stream.source?.type ?? ""] ?? stream.source?.type ?? "unknown";
    const facts = [
      `${protocol} since ${sinceWhen(stream.readyTime)}`,
      stream.tracks.join(", "),
      `${stream.readers.length} watching`,
      `in ${rate(stream.inboundBytes, this.#stream.inboundBytes)}`,
      `out ${rate(stream.outboundBytes, this.#stream.outboundBytes)}`,
    ];
    this.#facts.replaceChildren(
      ...facts.flatMap((words) => {
        const fact = document.createElement("span");
        fact.textContent = words;
        return [fact, " "];
      }),
    );
    this.#stream = stream;
    this.#seenAt = now;
  }
}

function bandwidth(bitsPerSecond: number): string {
  return bitsPerSecond < 999_500
    ? `${Math.round(bitsPerSecond / 1e3)} kbit/s`
    : `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
}

/** With the day, when it was not today. */
function sinceWhen(time: string | null): string {
  if (time === null) return "unknown";
  const since = new Date(time);
  const isToday = since.toDateString() === new Date().toDateString();
  return isToday ? since.toLocaleTimeString() : since.toLocaleString();
}

export function button(words: string, action: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = words;
  element.addEventListener("click", action);
  return element;
}

function urlsOf(name: string): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "URLs";
  const list = document.createElement("ul");
  const { hostname } = location;
  const publish = publishUrl(name, hostname);
  const rows = [
    ...watchUrls(name, hostname),
    { label: "OBS, publish: server", url: publish.server },
    { label: "OBS, publish: stream key", url: publish.key },
  ];
  list.append(...rows.map(({ label, url }) => urlRow(label, url)));
  const hint = document.createElement("p");
  hint.textContent = "Players ask for user name and password, or take them where {…} stands.";
  details.append(summary, hint, list);
  return details;
}

function urlRow(label: string, url: string): HTMLLIElement {
  const row = document.createElement("li");
  const code = document.createElement("code");
  code.textContent = url;
  const copy = button("Copy", () => {
    navigator.clipboard.writeText(url).then(
      () => {
        copy.textContent = "Copied";
      },
      () => getSelection()?.selectAllChildren(code),
    );
  });
  row.append(label, code, copy);
  return row;
}

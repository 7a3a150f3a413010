import {
  ApiError,
  type CurrentUser,
  fetchCurrentUser,
  liveStreams,
  type Stream,
  signIn,
  signOut,
  terminate,
} from "./api";
import { playability } from "./playability";
import { play } from "./player";
import { StreamCard } from "./streamCard";

/** How often the list is fetched anew. */
const pollMs = 3_000;

const element = <T extends HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`${selector} is missing`);
  return found;
};

const form = element<HTMLFormElement>("#sign-in");
const list = element("#streams");
const problem = element("#problem");
const dialog = element<HTMLDialogElement>("#player");
const cards = new Map<string, StreamCard>();
/** The stream that the page's address names; it is opened once it is live. */
let wanted = location.hash.slice(1);
let timer: ReturnType<typeof setTimeout> | undefined;

/** What open leases give away, as the stack's authMode has it. */
const openLeases: Readonly<Record<CurrentUser["authMode"], string>> = {
  strict: "Open leases need credentials here. CloudTAK's own player sends none for them.",
  "open-read": "Everyone who knows the path of an open lease may watch it.",
  compatible: "Everyone who knows the path of an open lease may watch it and publish to it.",
};

function show(who: CurrentUser | undefined): void {
  const signedInAs = who?.subject;
  element("#open-leases").textContent = who ? openLeases[who.authMode] : "";
  form.hidden = signedInAs !== undefined;
  list.hidden = signedInAs === undefined;
  element("#sign-out").hidden = signedInAs === undefined;
  element("#who").textContent = signedInAs?.replace(/^user:/, "") ?? "";
}

function tell(words: string): void {
  problem.textContent = words;
  problem.hidden = words === "";
}

/** Says what went wrong; without a session the form is there again. */
function fail(error: unknown): void {
  if (error instanceof ApiError && error.status === 401 && form.hidden) {
    leave();
    tell("Your session has ended; sign in again.");
  } else tell(error instanceof ApiError ? error.message : "The server does not answer.");
}

function leave(): void {
  clearTimeout(timer);
  cards.clear();
  list.replaceChildren();
  show(undefined);
}

async function poll(): Promise<void> {
  clearTimeout(timer);
  try {
    const streams = await liveStreams();
    tell("");
    update(streams);
  } catch (error) {
    fail(error);
  }
  if (!list.hidden) timer = setTimeout(poll, pollMs);
}

function update(streams: readonly Stream[]): void {
  const names = new Set(streams.map(({ name }) => name));
  for (const [name, card] of cards) {
    if (names.has(name)) continue;
    card.element.remove();
    cards.delete(name);
  }
  for (const stream of streams) {
    const known = cards.get(stream.name);
    if (known) known.update(stream);
    else {
      const card = new StreamCard(stream, { play: open, terminate: end });
      cards.set(stream.name, card);
      list.append(card.element);
    }
    if (stream.name === wanted) {
      wanted = "";
      open(stream);
    }
  }
  if (streams.length === 0) list.textContent = "Nothing is live.";
  else if (list.firstChild?.nodeType === Node.TEXT_NODE) list.firstChild.remove();
}

function open(stream: Stream): void {
  const video = element<HTMLVideoElement>("#player video");
  const words = element("#player [role=alert]");
  const report = (text: string) => {
    words.textContent = text;
  };
  const { problem, hint = "" } = playability(stream, video);
  element("#player h2").textContent = stream.name;
  element("#player [role=note]").textContent = hint;
  video.hidden = problem !== undefined;
  report(problem ?? "");
  if (problem === undefined) {
    dialog.addEventListener("close", play(stream.name, video, report), { once: true });
  }
  dialog.showModal();
}

function end(stream: Stream): void {
  if (!confirm(`End ${stream.name} for its publisher and everybody who watches?`)) return;
  terminate(stream.name).then(poll, fail);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  signIn(String(fields.get("user")), String(fields.get("password"))).then((who) => {
    form.reset();
    show(who);
    return poll();
  }, fail);
});

element("#sign-out").addEventListener("click", () => {
  signOut().then(leave, fail);
});

fetchCurrentUser().then(
  (who) => {
    show(who);
    return poll();
  },
  (error) => {
    show(undefined);
    if (!(error instanceof ApiError && error.status === 401)) fail(error);
  },
);

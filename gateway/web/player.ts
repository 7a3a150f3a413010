import Hls, { type ErrorData, type LoaderConfig, type LoadPolicy } from "hls.js";
import { engineOf } from "./playability";

/** How long after a failure it is tried again. */
const retryMs = 2_000;

/** Without a new picture for so long, a stream that says nothing of an error is opened anew. */
const stalledMs = 10_000;

/** Statuses that another try does not change. */
const words: Readonly<Record<number, string>> = {
  401: "You are signed out. Sign in again.",
  403: "You may not watch this stream.",
  406: "This stream has no picture or sound that browsers play.",
};

/** The playlist's URL stays good while the publisher is away and when another task takes over. */
const patiently = (policy: LoadPolicy): LoadPolicy => {
  const errorRetry: LoaderConfig["errorRetry"] = {
    maxNumRetry: Number.POSITIVE_INFINITY,
    retryDelayMs: retryMs,
    maxRetryDelayMs: retryMs,
    shouldRetry: (_retry, _count, _isTimeout, response) => !(words[response?.code ?? 0] ?? false),
  };
  return { default: { ...policy.default, errorRetry, timeoutRetry: errorRetry } };
};

/**
 * Plays a stream, and continues when it comes back. `report` gets a text that says what keeps it from playing, and "" when it
 * plays. Returns how to stop.
 */
export function play(name: string, video: HTMLVideoElement, report: (words: string) => void) {
  const index = `/stream/${name}/index.m3u8`;
  const player =
    engineOf(video) === "native"
      ? new NativePlayer(index, video, report)
      : new HlsPlayer(index, video, report);
  player.start();
  return () => player.stop();
}

/** What both have in common: tries again after errors and when the picture stands still. */
abstract class Player {
  protected readonly video: HTMLVideoElement;
  protected readonly report: (words: string) => void;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #movedAt = 0;
  #seen = -1;

  constructor(video: HTMLVideoElement, report: (words: string) => void) {
    this.video = video;
    this.report = report;
  }

  start(): void {
    this.#movedAt = performance.now();
    this.#watch ??= setInterval(() => this.#look(), 1_000);
    this.load();
    this.video.play().catch(() => {});
  }

  stop(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.unload();
  }

  protected abstract load(): void;
  protected abstract unload(): void;

  protected waiting(): void {
    this.report("Waiting for the stream …");
  }

  protected retry(): void {
    clearTimeout(this.#retry);
    this.waiting();
    this.#retry = setTimeout(() => this.#restart(), retryMs);
  }

  protected giveUp(why: string): void {
    this.stop();
    this.report(why);
  }

  #restart(): void {
    this.unload();
    this.start();
  }

  #look(): void {
    const now = performance.now();
    const { currentTime, paused } = this.video;
    if (currentTime !== this.#seen && this.#seen !== -1) this.report("");
    if (currentTime !== this.#seen || paused) this.#movedAt = now;
    this.#seen = currentTime;
    if (now - this.#movedAt < stalledMs) return;
    this.waiting();
    this.#restart();
  }
}

/** By Media Source Extensions. */
class HlsPlayer extends Player {
  readonly #index: string;
  #hls: Hls | undefined;
  /** With which the index is served again when the page's own sign-in has ended with the task. */
  #resume = "";

  constructor(index: string, video: HTMLVideoElement, report: (words: string) => void) {
    super(video, report);
    this.#index = index;
  }

  protected load(): void {
    const { playlistLoadPolicy, manifestLoadPolicy } = Hls.DefaultConfig;
    // A worker would have to come from a blob URL, which the page's policy forbids.
    const hls = new Hls({
      enableWorker: false,
      playlistLoadPolicy: patiently(playlistLoadPolicy),
      manifestLoadPolicy: patiently(manifestLoadPolicy),
    });
    hls.on(Hls.Events.ERROR, (_event, data) => this.#failed(hls, data));
    hls.on(Hls.Events.MANIFEST_PARSED, (_event, { levels }) => {
      const url = new URL(levels[0]?.uri ?? "", location.href);
      const resume = url.searchParams.get("resume");
      this.#resume = resume === null ? "" : `?${new URLSearchParams({ resume })}`;
    });
    hls.loadSource(this.#index + this.#resume);
    hls.attachMedia(this.video);
    this.#hls = hls;
  }

  protected unload(): void {
    this.#hls?.destroy();
    this.#hls = undefined;
  }

  #failed(hls: Hls, { fatal, type, details, response }: ErrorData): void {
    const lasting = words[response?.code ?? 0];
    if (fatal && lasting !== undefined) this.giveUp(lasting);
    else if (isCodecError(details))
      this.giveUp("This browser cannot play the codec of this stream.");
    else if (response !== undefined) this.waiting();
    if (!fatal || this.#hls !== hls) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else this.retry();
  }
}

const isCodecError = (details: string) =>
  [
    Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR,
    Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR,
  ].some((one) => one === details);

/** By the browser itself: iPhones without Media Source Extensions. */
class NativePlayer extends Player {
  readonly #index: string;
  readonly #failed = () => this.retry();

  constructor(index: string, video: HTMLVideoElement, report: (words: string) => void) {
    super(video, report);
    this.#index = index;
  }

  protected load(): void {
    this.video.addEventListener("error", this.#failed);
    this.video.src = this.#index;
  }

  protected unload(): void {
    this.video.removeEventListener("error", this.#failed);
    this.video.removeAttribute("src");
    this.video.load();
  }
}

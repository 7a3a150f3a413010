import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Inputs } from "../providers/engine/inputs";
import type { Properties } from "../providers/engine/wire";
import { takeLockFile } from "./lockFile";

/** A resource that exists in the account. */
export interface Item {
  /** Resource type token. */
  readonly type: string;
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  /** Outputs without those that hold a secret. */
  readonly properties: Properties;
}

interface Content {
  readonly items: Item[];
  readonly counters: Record<string, number>;
}

const lockTimeoutMs = 10_000;

/** Contents of the account as read, or as a transaction changes them. */
export class Inventory {
  constructor(private readonly content: Content) {}

  all(): readonly Item[] {
    return this.content.items;
  }

  of(type: string): Item[] {
    return this.content.items.filter((item) => item.type === type);
  }

  find(type: string, matches: (properties: Inputs, item: Item) => boolean): Item | undefined {
    return this.of(type).find((item) => matches(new Inputs(item.properties), item));
  }

  byArn(arn: string | undefined): Item | undefined {
    return arn ? this.content.items.find((item) => item.arn === arn) : undefined;
  }

  byId(type: string, id: string | undefined): Item | undefined {
    return this.of(type).find((item) => item.id === id);
  }

  put(item: Item): void {
    this.remove(item);
    this.content.items.push(item);
  }

  /** Revisions of a task definition share their id, so the ARN identifies an item that has one. */
  remove(gone: Pick<Item, "type" | "id" | "arn">): void {
    const { items } = this.content;
    const index = items.findIndex((item) => isSame(item, gone));
    if (index >= 0) {
      items.splice(index, 1);
    }
  }

  has(wanted: Pick<Item, "type" | "id" | "arn">): boolean {
    return this.same(wanted) !== undefined;
  }

  same(wanted: Pick<Item, "type" | "id" | "arn">): Item | undefined {
    return this.content.items.find((item) => isSame(item, wanted));
  }

  next(counter: string): number {
    const value = (this.content.counters[counter] ?? 0) + 1;
    this.content.counters[counter] = value;
    return value;
  }
}

const isSame = (one: Pick<Item, "type" | "id" | "arn">, other: Pick<Item, "type" | "id" | "arn">) =>
  one.type === other.type && one.id === other.id && one.arn === other.arn;

/**
 * The account's inventory: `<local root>/cloud.json`. Several provider processes share it, so every
 * change happens under a lock file and replaces the whole file at once.
 */
export class AccountStore {
  readonly file: string;
  private readonly lock: string;

  constructor(readonly root: string) {
    mkdirSync(root, { recursive: true });
    this.file = join(root, "cloud.json");
    this.lock = `${this.file}.lock`;
  }

  read(): Inventory {
    return new Inventory(this.load());
  }

  /** Runs `change` alone; nothing is written when it throws. */
  async transaction<T>(change: (inventory: Inventory) => T | Promise<T>): Promise<T> {
    await this.acquire();
    try {
      const content = this.load();
      const result = await change(new Inventory(content));
      this.store(content);
      return result;
    } finally {
      unlinkSync(this.lock);
    }
  }

  private load(): Content {
    if (!existsSync(this.file)) {
      return { items: [], counters: {} };
    }
    try {
      return JSON.parse(readFileSync(this.file, "utf8")) as Content;
    } catch (error) {
      throw new Error(
        `the local account's inventory ${this.file} is not readable JSON (${(error as Error).message}): ` +
          "restore it, or delete it together with the state beside it",
      );
    }
  }

  private store(content: Content): void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(content, null, 1)}\n`, { mode: 0o600 });
    renameSync(temporary, this.file);
  }

  private async acquire(): Promise<void> {
    const deadline = Date.now() + lockTimeoutMs;
    for (;;) {
      const holder = takeLockFile(this.lock);
      if (holder === undefined) return;
      if (Date.now() > deadline) {
        throw new Error(
          `${this.lock} has been held for ${lockTimeoutMs / 1000} s by process ${holder}: ` +
            "wait for the other deployment, or delete the file if there is none",
        );
      }
      await sleep(5);
    }
  }
}

import { randomBytes } from "node:crypto";
import type { Operation } from "../../../automation/permissions/row";
import { accountId } from "../../account/accountId";
import { Cloud, Inventory, type Item } from "../../account/accountStore";
import { LocalAccount } from "../../account/localAccount";
import { tagFaults } from "../aws/tags";
import type { Account } from "./account";
import { type CheckArgs, type Checked, check, defaultTagsOf, isDefaulted } from "./check";
import { changesBetween, type DiffKind, rootOf } from "./diff";
import { InitError } from "./grpc/initError";
import { Inputs } from "./inputs";
import type { Package } from "./package";
import { Refusal, type ResourceType } from "./resourceType";
import {
  hasSecret,
  hasUnknown,
  mapValues,
  type Properties,
  plain,
  secret,
  unknown,
  type Value,
} from "./wire";

export interface Diff {
  /** By property path; `replace` when this change cannot be made in place. */
  readonly changes: ReadonlyMap<string, { readonly kind: DiffKind; readonly replace: boolean }>;
  readonly deleteBeforeReplace: boolean;
}

export interface State {
  readonly id: string;
  readonly outputs: Properties;
}

/** One create, read, update and delete for every type in a package's table. */
export class Crud {
  private readonly defaultTags: Properties;
  private readonly region: string;
  private readonly cloud: Cloud;
  private readonly localAccount: LocalAccount;

  constructor(
    private readonly served: Package,
    config: Properties,
    root: string,
  ) {
    this.cloud = new Cloud(root);
    this.localAccount = new LocalAccount(root);
    this.region = new Inputs(config).text("region") ?? "";
    this.defaultTags = defaultTagsOf(config.defaultTags);
  }

  check(token: string, args: Omit<CheckArgs, "defaultTags">): Checked {
    const { inputs, faults } = check(this.type(token), { ...args, defaultTags: this.defaultTags });
    return { inputs, faults: [...faults, ...tagFaults(token, inputs.tagsAll)] };
  }

  diff(token: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Diff {
    const type = this.type(token);
    const [olds, now] = [new Inputs(oldInputs), new Inputs(news)];
    const conditional = type.replaces?.(olds, now) ?? [];
    const replacing = new Set(["region", ...words(type.replaceOn), ...conditional]);
    const stale = type.stale?.(now, new Inputs(oldOutputs)) ?? [];
    const found: [string, DiffKind][] = [
      ...inputChanges(type, oldInputs, oldOutputs, news),
      ...stale.map((property): [string, DiffKind] => [property, "update"]),
    ];
    const changes = new Map(
      found.map(([path, kind]) => [path, { kind, replace: replacing.has(rootOf(path)) }]),
    );
    // Two of the same name cannot exist at once, so a chosen name that stays must be free first.
    const { automatic, property = "name" } = type.naming ?? {};
    const keepsName =
      automatic === true &&
      now.text(property) !== undefined &&
      now.text(property) === olds.text(property) &&
      !isDefaulted(news, property);
    return { changes, deleteBeforeReplace: keepsName };
  }

  async create(token: string, inputs: Properties, preview: boolean): Promise<State> {
    const type = this.type(token);
    if (preview) {
      return { id: "", outputs: await this.previewed(type, inputs) };
    }
    if (type.logical) {
      return this.made(type, inputs, new Inputs(inputs), emptyInventory());
    }
    return this.cloud.transaction(async (inventory) => {
      const view = new Inputs(inputs);
      type.refuse?.(view, inventory, undefined, this.localAccount);
      const state = await this.made(type, inputs, view, inventory);
      this.authorize(token, "create", state.outputs);
      const item = this.item(token, state);
      inventory.put(item);
      type.afterwards?.(item, inventory, false);
      return state;
    });
  }

  /** undefined when the account does not have the resource any more. */
  async read(token: string, state: State): Promise<State | undefined> {
    const type = this.type(token);
    if (Object.keys(state.outputs).length === 0) {
      throw new Refusal(
        "NotSupported",
        `the local cloud cannot import ${token} "${state.id}": it knows only what was created in it`,
      );
    }
    if (type.logical) return state;
    const item = this.item(token, state);
    this.authorize(token, "read", state.outputs);
    const existing = this.cloud.read().same(item);
    if (!existing) return undefined;
    const settled = await type.settle?.(item, false, this.cloud);
    // The engine leaves out what is in assets and archives; secrets are only in the state.
    const outputs = { ...state.outputs, ...existing.properties, ...settled?.outputs };
    return { ...state, outputs };
  }

  async update(
    token: string,
    state: State,
    oldInputs: Properties,
    news: Properties,
    preview: boolean,
  ): Promise<Properties> {
    const type = this.type(token);
    const next = (inventory: Inventory) => {
      const view = new Inputs(news);
      const kept = mapValues(state.outputs, (value) => value) as Record<string, Value>;
      for (const name of Object.keys(oldInputs)) {
        delete kept[name];
      }
      const account = this.account(view, inventory);
      return outputsOf(type, news, view, kept, account, new Inputs(oldInputs));
    };
    if (preview || type.logical) {
      return next(emptyInventory());
    }
    this.authorize(token, "update", state.outputs);
    const updated = await this.cloud.transaction((inventory) => {
      const self = this.item(token, state);
      type.refuse?.(new Inputs(news), inventory, self, this.localAccount);
      const outputs = next(inventory);
      const item = this.item(token, { id: state.id, outputs });
      inventory.remove(self);
      inventory.put(item);
      type.afterwards?.(item, inventory, false);
      return { item, outputs };
    });
    if (!type.settle) return updated.outputs;
    const isChanged = inputChanges(type, oldInputs, state.outputs, news).length > 0;
    const settled = await type.settle(updated.item, isChanged, this.cloud);
    const outputs = { ...updated.outputs, ...settled.outputs };
    if (settled.failure !== undefined) throw new InitError(state.id, outputs, settled.failure);
    return outputs;
  }

  async delete(token: string, state: State): Promise<void> {
    const type = this.type(token);
    if (type.logical) {
      return;
    }
    this.authorize(token, "delete", state.outputs);
    await this.cloud.transaction((inventory) => {
      const self = this.item(token, state);
      if (inventory.has(self)) {
        type.refuseDelete?.(self, inventory);
        inventory.remove(self);
        type.afterwards?.(self, inventory, true);
      }
    });
  }

  invoke(token: string, args: Properties): Properties {
    const invoke = this.served.invokes[token];
    if (!invoke) {
      throw new Error(
        `the local ${this.served.name} provider does not serve the function ${token}; it serves ` +
          Object.keys(this.served.invokes).join(", "),
      );
    }
    const view = new Inputs(args);
    this.authorize(token, "read", args);
    return invoke(view, this.account(view, emptyInventory()), this.cloud);
  }

  private authorize(token: string, operation: Operation, properties: Properties): void {
    const account = this.account(new Inputs(properties), emptyInventory());
    this.served.authorize?.(token, operation, properties, account, this.cloud.root);
  }

  private type(token: string): ResourceType {
    const type = this.served.types[token];
    if (!type) {
      throw new Error(
        `the local ${this.served.name} provider does not serve the resource type ${token}; it serves ` +
          Object.keys(this.served.types).join(", "),
      );
    }
    return type;
  }

  private account(inputs: Inputs, inventory: Inventory): Account {
    return {
      id: accountId,
      region: inputs.text("region") ?? this.region,
      hex: (digits) => randomBytes(digits).toString("hex").slice(0, digits),
      next: (counter) => inventory.next(counter),
    };
  }

  private async made(
    type: ResourceType,
    inputs: Properties,
    view: Inputs,
    inventory: Inventory,
  ): Promise<State> {
    const account = this.account(view, inventory);
    const { id, ...identity } = await type.identity(view, account, inventory);
    return {
      id,
      outputs: outputsOf(type, inputs, view, withRegion(type, identity, account), account),
    };
  }

  private async previewed(type: ResourceType, inputs: Properties): Promise<Properties> {
    const view = new Inputs(inputs);
    const account = this.account(view, emptyInventory());
    const made = type.computed
      ? Object.fromEntries(words(type.computed).map((name) => [name, unknown]))
      : await type.identity(view, account, emptyInventory());
    const { id: _, ...later } = mapValues(made, () => unknown);
    return outputsOf(type, inputs, view, withRegion(type, later, account), account);
  }

  private item(token: string, { id, outputs }: State): Item {
    const view = new Inputs(outputs);
    return {
      type: token,
      id,
      arn: view.text("arn") ?? "",
      region: view.text("region") ?? "",
      properties: Object.fromEntries(
        Object.entries(outputs).filter(([, value]) => !hasSecret(value)),
      ),
    };
  }
}

/** What differs from the inputs before, or from the outputs where the provider compares with these. */
function inputChanges(
  { comparedWithOutputs = [] }: ResourceType,
  oldInputs: Properties,
  oldOutputs: Properties,
  news: Properties,
): [string, DiffKind][] {
  return [
    ...[...changesBetween(oldInputs, news)].filter(
      ([path]) => !comparedWithOutputs.includes(rootOf(path)),
    ),
    ...comparedWithOutputs
      .filter((name) => JSON.stringify(oldOutputs[name]) !== JSON.stringify(news[name]))
      .map((name): [string, DiffKind] => [name, "update"]),
  ];
}

/** Outputs: what was made with the resource, under its inputs, under what follows from them. */
function outputsOf(
  type: ResourceType,
  inputs: Properties,
  view: Inputs,
  made: Properties,
  account: Account,
  olds?: Inputs,
): Properties {
  const { __defaults: _, ...given } = inputs;
  const outputs = { ...made, ...given };
  const derived = type.derived?.(view, new Inputs(outputs), account, olds) ?? {};
  return {
    ...outputs,
    ...mapValues(derived, (value, name) => {
      const settled = hasUnknown(value) ? unknown : value;
      return hasSecret(given[name]) ? secret(plain(settled)) : settled;
    }),
  };
}

const withRegion = (type: ResourceType, identity: Properties, account: Account): Properties =>
  words(type.inputs).includes("region") ? { region: account.region, ...identity } : identity;

const words = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean);

/** For previews and logical resources: nothing exists, nothing is kept. */
const emptyInventory = () => new Inventory({ items: [], counters: {} });

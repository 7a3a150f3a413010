import { randomBytes } from "node:crypto";
import type { Operation } from "../../../automation/permissions/row";
import { accountId } from "../../account/accountId";
import { AccountStore, Inventory, type Item } from "../../account/accountStore";
import { LocalAccount } from "../../account/localAccount";
import type { Account } from "./account";
import { AwsError } from "./awsError";
import { type CheckArgs, type Checked, check, defaultTagsOf, isDefaulted } from "./check";
import { changesBetween, type DiffKind, rootOf } from "./diff";
import { InitError } from "./grpc/initError";
import { Inputs } from "./inputs";
import type { Package } from "./package";
import type { ResourceType } from "./resourceType";
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

/** Check, diff, create, read, update and delete for every resource type of a package. */
export class Crud {
  private readonly defaultTags: Properties;
  private readonly region: string;
  private readonly store: AccountStore;
  private readonly localAccount: LocalAccount;

  constructor(
    private readonly served: Package,
    config: Properties,
    root: string,
  ) {
    this.store = new AccountStore(root);
    this.localAccount = new LocalAccount(root);
    this.region = new Inputs(config).text("region") ?? "";
    this.defaultTags = defaultTagsOf(config.defaultTags);
  }

  check(token: string, args: Omit<CheckArgs, "defaultTags">): Checked {
    const { defaultTags, served } = this;
    const { inputs, failures } = check(this.type(token), { ...args, defaultTags });
    const tagFailures = served.checkTags?.(token, inputs.tagsAll) ?? [];
    return { inputs, failures: [...failures, ...tagFailures] };
  }

  diff(token: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Diff {
    const type = this.type(token);
    const [olds, now] = [new Inputs(oldInputs), new Inputs(news)];
    const conditional = type.replaces?.(olds, now) ?? [];
    const replacing = new Set(["region", ...words(type.replaceOnChanges), ...conditional]);
    const stale = type.staleOutputs?.(now, new Inputs(oldOutputs)) ?? [];
    const found: [string, DiffKind][] = [
      ...inputChanges(type, oldInputs, oldOutputs, news),
      ...stale.map((property): [string, DiffKind] => [property, "update"]),
    ];
    const changes = new Map(
      found.map(([path, kind]) => [path, { kind, replace: replacing.has(rootOf(path)) }]),
    );
    // A name is unique, so a replacement that keeps a chosen name must delete the old resource first.
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
    return this.store.transaction(async (inventory) => {
      const view = new Inputs(inputs);
      type.validate?.(view, inventory, undefined, this.localAccount);
      const state = await this.made(type, inputs, view, inventory);
      this.authorize(token, "create", state.outputs);
      const item = this.item(token, state);
      inventory.put(item);
      type.onChanged?.(item, inventory, false);
      return state;
    });
  }

  /** Returns undefined when the account no longer has the resource. */
  async read(token: string, state: State): Promise<State | undefined> {
    const type = this.type(token);
    if (Object.keys(state.outputs).length === 0) {
      throw new AwsError(
        "NotSupported",
        `the local cloud cannot import ${token} "${state.id}": it knows only what was created in it`,
      );
    }
    if (type.logical) return state;
    const item = this.item(token, state);
    this.authorize(token, "read", state.outputs);
    const existing = this.store.read().same(item);
    if (!existing) return undefined;
    const settled = await type.settle?.(item, false, this.store);
    // The engine omits the content of assets and archives; secrets are in the state only.
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
    const updated = await this.store.transaction((inventory) => {
      const self = this.item(token, state);
      type.validate?.(new Inputs(news), inventory, self, this.localAccount);
      const outputs = next(inventory);
      const item = this.item(token, { id: state.id, outputs });
      inventory.remove(self);
      inventory.put(item);
      type.onChanged?.(item, inventory, false);
      return { item, outputs };
    });
    if (!type.settle) return updated.outputs;
    const isChanged = inputChanges(type, oldInputs, state.outputs, news).length > 0;
    const settled = await type.settle(updated.item, isChanged, this.store);
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
    await this.store.transaction((inventory) => {
      const self = this.item(token, state);
      if (inventory.has(self)) {
        type.validateDelete?.(self, inventory);
        inventory.remove(self);
        type.onChanged?.(self, inventory, true);
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
    return invoke(view, this.account(view, emptyInventory()), this.store);
  }

  private authorize(token: string, operation: Operation, properties: Properties): void {
    const account = this.account(new Inputs(properties), emptyInventory());
    this.served.authorize?.(token, operation, properties, account, this.store.root);
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
    const { id, ...initial } = await type.initialOutputs(view, account, inventory);
    return {
      id,
      outputs: outputsOf(type, inputs, view, withRegion(type, initial, account), account),
    };
  }

  private async previewed(type: ResourceType, inputs: Properties): Promise<Properties> {
    const view = new Inputs(inputs);
    const account = this.account(view, emptyInventory());
    const made = type.previewOutputs
      ? Object.fromEntries(words(type.previewOutputs).map((name) => [name, unknown]))
      : await type.initialOutputs(view, account, emptyInventory());
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

/** Differences from the previous inputs, or from the outputs where the provider compares with these. */
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

/** The initial outputs, overlaid with the inputs, overlaid with the computed outputs. */
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
  const computed = type.computedOutputs?.(view, new Inputs(outputs), account, olds) ?? {};
  return {
    ...outputs,
    ...mapValues(computed, (value, name) => {
      const settled = hasUnknown(value) ? unknown : value;
      return hasSecret(given[name]) ? secret(plain(settled)) : settled;
    }),
  };
}

const withRegion = (type: ResourceType, initial: Properties, account: Account): Properties =>
  words(type.inputs).includes("region") ? { region: account.region, ...initial } : initial;

const words = (text: string): string[] => text.trim().split(/\s+/).filter(Boolean);

/** For previews and logical resources, which neither read nor change the account. */
const emptyInventory = () => new Inventory({ items: [], counters: {} });

import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import type {
  Add,
  ChangedRun,
  Indices,
  Intervention,
  KnockOut,
  Patch,
} from "../../hooks/interventions.ts";
import { asRun, listOf } from "../../hooks/apply.ts";

export interface PlannedTower {
  readonly hooks: readonly string[];
  readonly shape: { readonly layers: number; readonly heads: number };
}

/** The values that can be taken from another run, by the names of their hook points within a block. */
const TAKEN = {
  "hook_resid_post": "after",
  "attn.hook_q": "q",
  "attn.hook_k": "k",
  "attn.hook_v": "v",
  "attn.hook_z": "z",
  "hook_mlp_out": "mlp",
} as const;

const INPUT = "hook_resid_pre";
const UNPLANNED = Symbol();

/** Plans the changes of runs; a run that is met again is planned once. */
export class RunPlanner {
  readonly #known = new WeakMap<ChangedRun, PlannedRun | typeof UNPLANNED>();
  /** The blocks before which a run changes the residual stream. */
  readonly #inputs = new WeakMap<PlannedRun, ReadonlySet<number>>();

  constructor(private readonly tower: PlannedTower) {}

  /** A run in the planner's form; undefined if a change needs more than values of other runs at the same place, or one key left out. */
  planned(run: ChangedRun): PlannedRun | undefined {
    const known = this.#known.get(run) ?? this.#plan(run) ?? UNPLANNED;
    this.#known.set(run, known);
    return known === UNPLANNED ? undefined : known;
  }

  #plan({ of, changes = [] }: ChangedRun): PlannedRun | undefined {
    const { shape: { layers } } = this.tower;
    const blocks: (BlockChanges | undefined)[] = Array.from({ length: layers });
    const sources: PlannedRun[] = [];
    const changedInputs = new Set<number>();
    const hooked = changes.flatMap((change) =>
      expandHookNames([change.hook], this.tower.hooks).map((hook) => ({ change, hook }))
    );
    const { true: inputs = [], false: others = [] } = Object.groupBy(
      hooked,
      ({ hook }) => `${hook.endsWith(INPUT)}`,
    );
    for (const { change, hook } of [...others, ...inputs]) { // what a block's output is given, the next block's input may replace
      const [, number, name] = /^blocks\.(\d+)\.(.+)$/.exec(hook) ?? [];
      if (name === undefined) return undefined;
      const isInput = name === INPUT;
      if (change.kind === "add") {
        if (
          name !== "hook_resid_post" ||
          !addVector(blocks[Number(number)] ??= { first: Infinity }, change)
        ) return undefined;
        continue;
      }
      const block = Number(number) - (isInput && Number(number) > 0 ? 1 : 0); // the stream before a block is that after the last
      const own = blocks[block] ??= { first: Infinity };
      if (name === "attn.hook_pattern") {
        if (!this.#addKnockOut(own, change)) return undefined;
        continue;
      }
      const part = isInput
        ? hook === "blocks.0.hook_resid_pre" ? "before" : "after"
        : TAKEN[name as keyof typeof TAKEN];
      const source = part && this.#addTaken(own, part, change);
      if (source === undefined) return undefined;
      if (isInput) changedInputs.add(block + 1);
      else if (part === "after" && this.#inputs.get(source)?.has(block + 1)) return undefined; // its output is not the next block's input
      sources.push(source);
    }
    const changed = blocks.filter((own) => own !== undefined);
    const keys = changed.flatMap(({ knockedOut = [] }) => knockedOut.map(({ key }) => key));
    const planned: PlannedRun = {
      of,
      blocks,
      begin: Math.min(
        changed.length === 0 ? layers : blocks.findIndex((own) => own !== undefined),
        ...sources.map((source) => source.begin),
      ),
      first: Math.min(...changed.map(({ first }) => first)),
      lastKey: Math.max(-1, ...keys, ...sources.map((source) => source.lastKey)),
      sentences: new Set([of, ...sources.flatMap(({ sentences }) => [...sentences])]),
    };
    this.#inputs.set(planned, changedInputs);
    return planned;
  }

  #addTaken(
    own: BlockChanges,
    part: Exclude<keyof BlockChanges, "first" | "knockedOut">,
    change: Intervention,
  ): PlannedRun | undefined {
    if (change.kind !== "patch" || !isAtSamePlace(change)) return undefined;
    if (change.from instanceof ActivationCache) return undefined;
    const from = this.planned(asRun(change.from));
    if (from === undefined) return undefined;
    const positions = sorted(change.position as Indices | undefined);
    const byHead = part === "q" || part === "k" || part === "v" || part === "z";
    const heads = byHead ? sorted(change.head) ?? this.#allHeads() : undefined;
    const taken: Taken = { from, ...(heads && { heads }), ...(positions && { positions }) };
    (own[part] ??= []).push(taken);
    own.first = Math.min(own.first, positions?.[0] ?? 0);
    return from;
  }

  #addKnockOut(own: BlockChanges, change: Intervention): boolean {
    if (change.kind !== "knockOut" || change.row !== undefined) return false;
    const { renormalize } = change;
    const key = onlyKey(change);
    if (key === undefined) return false;
    const heads = sorted(change.head) ?? this.#allHeads();
    const queries = sorted(change.query as Indices | undefined);
    const earlier = own.knockedOut?.flatMap((knockedOut) => knockedOut.heads) ?? [];
    if (heads.some((head) => earlier.includes(head))) return false;
    own.knockedOut = [...own.knockedOut ?? [], {
      heads,
      key,
      renormalize,
      ...(queries && { queries }),
    }];
    own.first = Math.min(own.first, key);
    return true;
  }

  #allHeads(): number[] {
    return Array.from({ length: this.tower.shape.heads }, (_, head) => head);
  }
}

function addVector(own: BlockChanges, { row, position, vector }: Add): boolean {
  if (row !== undefined || typeof position === "string") return false;
  const positions = sorted(position);
  (own.after ??= []).push({ vector, ...(positions && { positions }) });
  own.first = Math.min(own.first, positions?.[0] ?? 0);
  return true;
}

function isAtSamePlace(
  { row, fromRow, fromPosition, fromQuery, fromKey, position }: Patch,
): boolean {
  const moved = [row, fromRow, fromPosition, fromQuery, fromKey];
  return typeof position !== "string" && moved.every((own) => own === undefined);
}

/** The position that is no longer attended to; undefined if it is not a single one after the first. */
function onlyKey({ key, query }: KnockOut): number | undefined {
  if (key === undefined || typeof key === "string" || typeof query === "string") return undefined;
  const keys = listOf(key);
  return keys.length === 1 && keys[0]! > 0 ? keys[0] : undefined;
}

function sorted(indices: Indices | undefined): number[] | undefined {
  return indices === undefined ? undefined : [...new Set(listOf(indices))].sort((a, b) => a - b);
}

/** Values at some positions, and in some heads, that a run takes from another run at the same place. */
export interface Taken {
  readonly heads?: readonly number[]; // heads, ascending, from 0; absent where a value has no heads
  readonly positions?: readonly number[]; // positions, ascending, from 0; absent for all
  readonly from: PlannedRun;
}

/** A vector that is added at some positions. */
export interface Added extends Pick<Taken, "positions"> {
  readonly vector: ArrayLike<number>;
}

export interface KnockedOut {
  readonly heads: readonly number[]; // heads, ascending, from 0
  readonly key: number;
  readonly queries?: readonly number[]; // the positions that no longer attend to it, ascending; absent for all
  readonly renormalize: boolean;
}

/** What is changed in a block, each list in the order in which the changes apply. */
export interface BlockChanges
  extends Partial<Record<"before" | "q" | "k" | "v" | "z" | "mlp", Taken[]>> {
  first: number; // first position at which anything is changed
  knockedOut?: KnockedOut[];
  after?: (Taken | Added)[];
}

export interface PlannedRun {
  readonly of: string;
  readonly blocks: readonly (BlockChanges | undefined)[];
  /** The first block in which something is changed, in this run or in a run whose values it takes; the number of blocks if nothing is. */
  readonly begin: number;
  readonly first: number; // the first position at which something is changed in this run; infinite if nothing is
  readonly lastKey: number; // last position of a key that is not attended to; -1 if there is none
  readonly sentences: ReadonlySet<string>;
}

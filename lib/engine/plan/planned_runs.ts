/** Turns users' changes into those that the planner numbers, where it can. */

import { expandHookNames } from "../../hooks/names.ts";
import type { ChangedRun, Indices, Intervention, KnockOut, Patch } from "../../hooks/interventions.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { listOf } from "../../hooks/selection.ts";
import { asRun } from "../../hooks/sources.ts";
import type { BlockChanges, PlannedRun, Taken } from "./changes.ts";

/** The parts of a tower that decide which changes there are. */
export interface PlannedTower {
  /** All hook points. */
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

/** A change that cannot be planned. */
const UNPLANNED = Symbol();

/** Plans the changes of runs; a run that is met again is planned once. */
export class RunPlanner {
  readonly #tower: PlannedTower;
  readonly #known = new WeakMap<ChangedRun, PlannedRun | typeof UNPLANNED>();
  readonly #unchanged = new Map<string, PlannedRun>();

  /** @param tower The tower. */
  constructor(tower: PlannedTower) {
    this.#tower = tower;
  }

  /**
   * A run in the planner's form.
   *
   * @param run The run.
   * @returns Undefined if a change needs more than values of other runs at the same place, or more than one key that some heads do not
   * attend to.
   */
  planned(run: ChangedRun): PlannedRun | undefined {
    const known = this.#known.get(run) ?? this.#plan(run) ?? UNPLANNED;
    this.#known.set(run, known);
    return known === UNPLANNED ? undefined : known;
  }

  #plan({ of, changes = [] }: ChangedRun): PlannedRun | undefined {
    const { hooks, shape: { layers } } = this.#tower;
    if (changes.length === 0) return this.#unchangedRun(of);
    const blocks: (BlockChanges | undefined)[] = Array.from({ length: layers });
    let begin = layers;
    for (const change of changes) {
      for (const hook of expandHookNames([change.hook], hooks)) {
        const [, number, name] = /^blocks\.(\d+)\.(.+)$/.exec(hook) ?? [];
        const block = Number(number);
        if (name === undefined) return undefined;
        const isInput = name === "hook_resid_pre";
        const at = isInput && block > 0 ? block - 1 : block;
        const own = blocks[at] ??= { first: Infinity };
        const from = isInput
          ? this.#addTaken(own, block > 0 ? "after" : "before", change)
          : name === "attn.hook_pattern"
          ? this.#addUnseen(own, change)
          : name in TAKEN
          ? this.#addTaken(own, TAKEN[name as keyof typeof TAKEN], change)
          : undefined;
        if (from === undefined) return undefined;
        begin = Math.min(begin, at, from);
      }
    }
    return { of, blocks, begin };
  }

  #unchangedRun(of: string): PlannedRun {
    const { layers } = this.#tower.shape;
    const known = this.#unchanged.get(of) ??
      { of, blocks: Array.from({ length: layers }), begin: layers };
    this.#unchanged.set(of, known);
    return known;
  }

  /** Adds a patch; the block in which the run begins whose values it takes, or undefined if it cannot be planned. */
  #addTaken(
    own: BlockChanges,
    part: Exclude<keyof BlockChanges, "first" | "unseen">,
    change: Intervention,
  ): number | undefined {
    if (change.kind !== "patch" || !isAtSamePlace(change)) return undefined;
    if (change.from instanceof ActivationCache) return undefined;
    const from = this.planned(asRun(change.from));
    if (from === undefined) return undefined;
    const positions = sorted(change.position as Indices | undefined);
    const byHead = part === "q" || part === "k" || part === "v" || part === "z";
    const heads = byHead ? sorted(change.head) ?? this.#allHeads() : undefined;
    const taken: Taken = { from, ...(heads && { heads }), ...(positions && { positions }) };
    own[part] = [...own[part] ?? [], taken];
    own.first = Math.min(own.first, positions?.[0] ?? 0);
    return from.begin;
  }

  #addUnseen(own: BlockChanges, change: Intervention): number | undefined {
    if (change.kind !== "knockOut" || change.row !== undefined) return undefined;
    const { renormalize } = change;
    const key = onlyKey(change);
    if (key === undefined) return undefined;
    const heads = sorted(change.head) ?? this.#allHeads();
    const queries = sorted(change.query as Indices | undefined);
    const earlier = own.unseen?.flatMap((unseen) => unseen.heads) ?? [];
    if (heads.some((head) => earlier.includes(head))) return undefined;
    own.unseen = [...own.unseen ?? [], { heads, key, renormalize, ...(queries && { queries }) }];
    own.first = Math.min(own.first, key);
    return Infinity;
  }

  #allHeads(): number[] {
    return Array.from({ length: this.#tower.shape.heads }, (_, head) => head);
  }
}

/** Whether a patch takes each value from the same place of the other run. */
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

/** Different indices, ascending. */
function sorted(indices: Indices | undefined): number[] | undefined {
  return indices === undefined
    ? undefined
    : [...new Set(listOf(indices))].sort((a, b) => a - b);
}

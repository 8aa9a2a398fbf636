import { NegscopeError, shown } from "../../errors/errors.ts";
import type { OnnxValue } from "../../onnx/runtime.ts";
import { applyIntervention, type CacheMeans, checkIntervention } from "../../hooks/apply.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { checkInterventions, checkOptions, type Intervention } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { RunState } from "../rows/row_graphs.ts";
import type { Stop } from "./cut_plan.ts";
import type { Tower } from "./tower.ts";
import { hookTarget } from "../graph/hook_points.ts";

/** A text tower's input, [rows, positions]. */
export function idsInput(ids: readonly (readonly number[])[]): OnnxValue {
  const dims = [ids.length, ids[0]?.length ?? 0];
  return { type: "int64", dims, data: BigInt64Array.from(ids.flat(), BigInt) };
}

/** Checks that a value is a list whose elements are of a kind. `expected`: what the list must hold, e.g. `sentences`. */
export function checkRunList<One>(
  given: unknown,
  isOne: (value: unknown) => value is One,
  expected: string,
): asserts given is readonly One[] {
  const isList = Array.isArray(given);
  const wrong = isList ? given.find((value) => !isOne(value)) : given;
  if (isList && wrong === undefined && !given.includes(undefined)) return;
  const isSingle = !isList && isOne(given);
  throw new NegscopeError("value-wrong", {
    problem: `Cannot run with ${shown(given)}`,
    subject: String(given),
    reason: isList ? `it holds ${shown(wrong)}` : "it is not a list",
    expected: `a list of ${expected}`,
    ...(isSingle && { fix: "put it in brackets" }),
  });
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** How a run is changed. */
export interface RunOptions {
  /** Changes to activations; those at one hook point apply in the order given. @default {[]} */
  readonly interventions?: readonly Intervention[];
  /** Whether embeddings keep the length that the projection gives them. @default {false} */
  readonly unnormalised?: boolean;
}

/** The result of a run. */
export interface RunResult {
  /** One embedding per row, [batch, projection], of unit length unless it was to be unnormalised. */
  readonly embeddings: Tensor;
  /** The activations asked for. */
  readonly cache: ActivationCache;
}

export interface RunBatch {
  readonly rows: readonly number[];
  readonly positions: number;
  /** Makes the tower's input when the batch is due. */
  readonly input: () => OnnxValue | Promise<OnnxValue>;
}

/** Runs batches one after another, applies the interventions and keeps activations. Everything is checked before anything runs. */
export async function runHooked(
  tower: Tower,
  { keep: kept, batches, rowNames, tokens, ...options }: RunOptions & {
    readonly batches: readonly RunBatch[];
    readonly rowNames: readonly string[];
    /** The tokens of each row as text, for the cache; absent for images. */
    readonly tokens?: readonly (readonly string[])[] | undefined;
    readonly keep: readonly string[];
  },
): Promise<RunResult> {
  const { interventions = [], unnormalised = false, ...others } = options;
  checkOptions(others, ["interventions", "unnormalised"]);
  checkRunList(kept, isText, "names of hook points");
  checkInterventions(interventions);
  const keep = new Set(expandHookNames(kept, tower.hooks));
  const changes = changesByHook(interventions, tower);
  const rowCount = rowNames.length;
  for (const { rows, positions } of batches) {
    for (const [hook, interventions] of changes) {
      const batch = { rows, count: rowCount };
      const target = hookTarget(tower.shape, hook, { positions, batch });
      interventions.forEach((intervention) => checkIntervention(intervention, target));
    }
  }
  const cache = new ActivationCache(rowNames, tokens && { tokens });
  const embeddings = new Float32Array(rowCount * tower.shape.projection);
  const wanted = new Set([...keep, ...changes.keys()]);
  const means: CacheMeans = new WeakMap();
  for (const { rows, input } of batches) {
    const visit = (stop: Stop, state: RunState) => {
      for (const hook of stop.hooks) {
        if (!wanted.has(hook)) continue;
        const value = tower.view(stop, state);
        for (const intervention of changes.get(hook) ?? []) {
          applyIntervention(intervention, hook, value, { rows, count: rowCount }, means);
        }
        if (keep.has(hook)) cache.add(hook, value, rows);
      }
    };
    const result = await tower.run(await input(), { wanted, visit });
    rows.forEach((row, place) => {
      const { data } = result.row(place);
      embeddings.set(unnormalised ? data : unit(data), row * tower.shape.projection);
    });
  }
  const shape = [rowCount, tower.shape.projection];
  return { embeddings: new Tensor(embeddings, shape, ["batch", "projection"]), cache };
}

export function unit(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const length = Math.sqrt(sum);
  const scaled = new Float32Array(vector.length);
  for (let i = 0; i < vector.length; i++) scaled[i] = vector[i]! / length;
  return scaled;
}

export function changesByHook(
  interventions: readonly Intervention[],
  tower: Tower,
): Map<string, Intervention[]> {
  const changes = new Map<string, Intervention[]>();
  for (const intervention of interventions) {
    for (const hook of expandHookNames([intervention.hook], tower.hooks)) {
      changes.set(hook, [...changes.get(hook) ?? [], intervention]);
    }
  }
  return changes;
}

/** The squared length of a unit vector in float32 is 1 within this: each number is rounded by up to 2^-24 of itself. */
const UNIT_ROUNDING = 2 ** -23;

/** Whether a vector is finite and has length 1, as far as float32 can tell. */
export function isUnit(vector: Float32Array): boolean {
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return Math.abs(square - 1) <= UNIT_ROUNDING;
}

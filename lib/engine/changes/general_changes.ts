/** Changed runs by the general engine, which stops at every hook point that is read or changed: for any change, and any model. */

import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime.ts";
import type { Tower } from "../run/tower.ts";
import type { Stop } from "../run/cut_plan.ts";
import { changesByHook, idsInput, unit } from "../run/hooked_run.ts";
import type { RunState } from "../rows/row_graphs.ts";
import { applyIntervention, asRun } from "../../hooks/apply.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { type ChangedRun, type Intervention, patch } from "../../hooks/interventions.ts";
import { hookShape } from "../graph/hook_points.ts";
import type { ChangedResult, RunGroup, RunSentence } from "./groups.ts";

export interface Variant {
  /** By hook point, what changes its value in place; the value is that of one row, without the axis `batch`. */
  readonly changes: ReadonlyMap<string, (value: Tensor) => void>;
  /** Hook points whose values are kept, as they are after the changes. @default {[]} */
  readonly keep?: readonly string[];
}

interface VariantJob<Of> {
  readonly of: Of; // token ids, start and end included, or the pixels
  readonly positions: number;
  readonly variants: readonly Variant[];
}

export interface VariantResult {
  readonly job: number;
  readonly variant: number;
  readonly embedding: Float32Array; // unit length, [projection]
  readonly kept: ReadonlyMap<string, Tensor>; // copies of the kept values by hook point, without the axis `batch`
}

/** The most tokens in one batch: enough for the full multiply rate, few enough for memory. */
const TOKENS_PER_BATCH = 2048;

/**
 * Every sentence or image runs once unchanged; a variant is appended to the batch where it first changes, and goes only through what
 * follows. Those with equally many positions share batches. No result depends on the other rows of its batch. Returns the results batch by
 * batch.
 */
export async function* runVariants<Of>(
  tower: Tower,
  jobs: readonly VariantJob<Of>[],
  input: (of: readonly Of[]) => OnnxValue,
): AsyncGenerator<VariantResult[]> {
  for (const { sources, members } of batchesOf(tower, jobs)) {
    yield await runBatch(tower, input(sources), members);
  }
}

/** A variant in its batch; it has a row from its first change on. */
interface Member {
  readonly job: number;
  readonly index: number;
  readonly variant: Variant;
  readonly source: number;
  readonly first: string | undefined;
  readonly kept: Map<string, Tensor>;
  row: number;
}

/** Packs jobs with equally many positions into batches; only one with too many variants for a batch is divided. */
function* batchesOf<Of>(
  tower: Tower,
  jobs: readonly VariantJob<Of>[],
): Generator<{ readonly sources: readonly Of[]; readonly members: readonly Member[] }> {
  for (const [positions, alike] of Map.groupBy(jobs.keys(), (job) => jobs[job]!.positions)) {
    const most = Math.max(2, Math.floor(TOKENS_PER_BATCH / positions));
    let [sources, members]: [Of[], Member[]] = [[], []];
    for (const job of alike) {
      const { of, variants } = jobs[job]!;
      for (let from = 0; from < variants.length; from += most - 1) {
        const part = variants.slice(from, from + most - 1);
        if (sources.length + members.length + 1 + part.length > most) {
          yield { sources, members };
          [sources, members] = [[], []];
        }
        const source = sources.push(of) - 1;
        part.forEach((variant, i) => {
          const first = tower.hooks.find((hook) => variant.changes.has(hook));
          const own = { job, index: from + i, variant, source, first };
          members.push({ ...own, kept: new Map(), row: source });
        });
      }
    }
    if (members.length > 0) yield { sources, members };
  }
}

async function runBatch(
  tower: Tower,
  input: OnnxValue,
  members: readonly Member[],
): Promise<VariantResult[]> {
  const wanted = new Set(
    members.flatMap(({ variant }) => [...variant.changes.keys(), ...variant.keep ?? []]),
  );
  const visit = (stop: Stop, state: RunState) => {
    const hooks = stop.hooks.filter((hook) => wanted.has(hook));
    if (hooks.length === 0) return;
    const joining = members.filter(({ first }) => first !== undefined && hooks.includes(first));
    const from = state.append(joining.map(({ source }) => source));
    joining.forEach((member, i) => member.row = from + i);
    const value = tower.view(stop, state);
    for (const { variant, row, kept } of members) {
      for (const hook of hooks) {
        variant.changes.get(hook)?.(value.row(row));
        if (variant.keep?.includes(hook)) kept.set(hook, value.row(row).clone());
      }
    }
  };
  const embeddings = await tower.run(input, { wanted, visit });
  return members.map(({ job, index, row, kept }) => (
    { job, variant: index, embedding: unit(embeddings.row(row).data), kept }
  ));
}

/** The most bytes of values that runs take from others and that are in memory at once. */
const MOST_BYTES = 2 ** 26;

/** Runs from which values are taken, each with the hook points of these values. */
type Taken = Map<ChangedRun, Set<string>>;

/** The values of runs, by run and hook point, as caches of one row. */
type Values = Map<ChangedRun, ActivationCache>;

const OF_SENTENCES: GeneralInput<RunSentence> = {
  input: (sentences) => idsInput(sentences.map(({ ids }) => ids)),
  positionsOf: ({ ids }) => ids.length,
};

/** Runs groups of sentences. Returns the results, batch by batch; none depends on the other groups. */
export function generalChanges(
  tower: Tower,
  groups: readonly RunGroup[],
): AsyncGenerator<ChangedResult[]> {
  return generalRuns(tower, groups, OF_SENTENCES);
}

export async function runValues(
  tower: Tower,
  sentences: RunGroup["sentences"],
  { run, hooks }: { readonly run: ChangedRun; readonly hooks: readonly string[] },
): Promise<ActivationCache> {
  const readers = [{ of: run.of, changes: hooks.map((hook) => patch(hook, { from: run })) }];
  const runs = new Runs<RunSentence>(tower, OF_SENTENCES);
  const [values] = await runs.valuesTaken([{ sentences, runs: readers }]);
  return [...values!].find(([source]) => source === run)![1];
}

interface GeneralInput<Of> {
  /** Makes the tower's input from some sentences or images with equally many positions. */
  readonly input: (of: readonly Of[]) => OnnxValue;
  readonly positionsOf: (of: Of) => number;
}

/** What belongs together, such as an image and one that replaces it, by name, and what is run of it. */
interface GeneralGroup<Of> {
  readonly sentences: Readonly<Record<string, Of>>;
  readonly runs: readonly ChangedRun[];
}

/** Runs groups of anything that a tower reads, as {@linkcode generalChanges} runs sentences. */
export async function* generalRuns<Of>(
  tower: Tower,
  groups: readonly GeneralGroup<Of>[],
  how: GeneralInput<Of>,
): AsyncGenerator<ChangedResult[]> {
  const runs = new Runs(tower, how);
  let chunk: number[] = [];
  let bytes = 0;
  for (const [index, group] of groups.entries()) {
    const own = runs.bytesTaken(group);
    if (chunk.length > 0 && bytes + own > MOST_BYTES) {
      yield* runs.run(groups, chunk);
      [chunk, bytes] = [[], 0];
    }
    chunk.push(index);
    bytes += own;
  }
  if (chunk.length > 0) yield* runs.run(groups, chunk);
}

class Runs<Of> {
  readonly #taken = new WeakMap<readonly ChangedRun[], Taken>();
  readonly #unchanged = new Map<string, ChangedRun>();

  constructor(private readonly tower: Tower, private readonly how: GeneralInput<Of>) {}

  bytesTaken({ sentences, runs }: GeneralGroup<Of>): number {
    let values = 0;
    for (const [{ of }, hooks] of this.#takenBy(runs)) {
      const positions = this.how.positionsOf(sentences[of]!);
      for (const hook of hooks) {
        const shape = hookShape(this.tower.shape, hook, { rows: 1, positions });
        values += shape.reduce((product, size) => product * size, 1);
      }
    }
    return values * Float32Array.BYTES_PER_ELEMENT;
  }

  async *run(
    groups: readonly GeneralGroup<Of>[],
    indices: readonly number[],
  ): AsyncGenerator<ChangedResult[]> {
    const values = await this.valuesTaken(indices.map((index) => groups[index]!));
    const jobs = indices.flatMap((index, own) => {
      const { sentences, runs } = groups[index]!;
      return [...Map.groupBy(runs.keys(), (place) => runs[place]!.of)].map(([of, places]) => ({
        index,
        places,
        ...this.#job(sentences[of]!),
        variants: places.map((place) => this.#variant(runs[place]!, values[own]!)),
      }));
    });
    for await (const results of runVariants(this.tower, jobs, this.how.input)) {
      yield results.map(({ job, variant, embedding }) => {
        const { index, places } = jobs[job]!;
        return { index, place: places[variant]!, embedding };
      });
    }
  }

  /** Makes the values that are taken: first those of runs that take nothing themselves, then those of runs that take from these. */
  async valuesTaken(groups: readonly GeneralGroup<Of>[]): Promise<Values[]> {
    const values = groups.map((): Values => new Map());
    const left = groups.map(({ runs }) => new Map(this.#takenBy(runs)));
    while (left.some(({ size }) => size > 0)) {
      const jobs = groups.flatMap(({ sentences }, group) => {
        const known = values[group]!;
        const ready = [...left[group]!].filter(([run]) =>
          this.#sourcesOf(run).every(([source]) => known.has(source))
        );
        return ready.map(([run, hooks]) => {
          left[group]!.delete(run);
          const variants = [{ ...this.#variant(run, known), keep: [...hooks] }];
          return { group, run, ...this.#job(sentences[run.of]!), variants };
        });
      });
      for await (const results of runVariants(this.tower, jobs, this.how.input)) {
        for (const { job, kept } of results) {
          const { group, run } = jobs[job]!;
          const cache = new ActivationCache([run.of]);
          for (const [hook, value] of kept) cache.add(hook, asBatch(value), [0]);
          values[group]!.set(run, cache);
        }
      }
    }
    return values;
  }

  #job(of: Of) {
    return { of, positions: this.how.positionsOf(of) };
  }

  #variant({ changes = [] }: ChangedRun, values: Values): Variant {
    const withValues = changes.map((change) => {
      const source = this.#sourceOf(change);
      return source === undefined ? change : { ...change, from: values.get(source)! };
    });
    const apply = (hook: string, own: readonly Intervention[]) => (value: Tensor) => {
      const batch = asBatch(value);
      for (const change of own) applyIntervention(change, hook, batch, { rows: [0], count: 1 });
    };
    const byHook = changesByHook(withValues, this.tower);
    return { changes: new Map([...byHook].map(([hook, own]) => [hook, apply(hook, own)])) };
  }

  /** All runs from which values are taken, also by one another. */
  #takenBy(runs: readonly ChangedRun[]): Taken {
    const known = this.#taken.get(runs);
    if (known !== undefined) return known;
    const taken: Taken = new Map();
    const add = (run: ChangedRun) => {
      for (const [source, hooks] of this.#sourcesOf(run)) {
        if (!taken.has(source)) {
          taken.set(source, new Set());
          add(source);
        }
        for (const hook of hooks) taken.get(source)!.add(hook);
      }
    };
    runs.forEach(add);
    this.#taken.set(runs, taken);
    return taken;
  }

  #sourcesOf({ changes = [] }: ChangedRun): (readonly [ChangedRun, readonly string[]])[] {
    return changes.flatMap((change) => {
      const source = this.#sourceOf(change);
      if (source === undefined) return [];
      return [[source, expandHookNames([change.hook], this.tower.hooks)] as const];
    });
  }

  #sourceOf(change: Intervention): ChangedRun | undefined {
    if (change.kind !== "patch" || change.from instanceof ActivationCache) return undefined;
    const run = asRun(change.from);
    if ((run.changes ?? []).length > 0) return run;
    const known = this.#unchanged.get(run.of) ?? run;
    this.#unchanged.set(run.of, known);
    return known;
  }
}

/** The value of one row with the axis `batch`, without a copy. */
function asBatch(value: Tensor): Tensor {
  return new Tensor(value.data, [1, ...value.shape], ["batch", ...value.axes]);
}

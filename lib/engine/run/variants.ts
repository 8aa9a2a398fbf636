/** Many changed runs of some token sequences, in one growing batch: a run joins where it first differs. */

import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime/session.ts";
import type { Tower } from "../tower.ts";
import type { Stop } from "./cut_plan.ts";
import { unit } from "./hooked_run.ts";
import type { RunState } from "./run_state.ts";

export interface Variant {
  /** By hook point, what changes its value in place; the value is that of one row, without the axis `batch`. */
  readonly changes: ReadonlyMap<string, (value: Tensor) => void>;
  /** Hook points whose values are kept, as they are after the changes. @default {[]} */
  readonly keep?: readonly string[];
}

export interface VariantJob<Of> {
  /** The token ids, start and end included, or the pixels. */
  readonly of: Of;
  readonly positions: number;
  readonly variants: readonly Variant[];
}

export interface VariantResult {
  readonly job: number;
  readonly variant: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
  /** Copies of the kept values by hook point, without the axis `batch`. */
  readonly kept: ReadonlyMap<string, Tensor>;
}

interface Part<Of> extends Pick<VariantJob<Of>, "of" | "positions"> {
  readonly job: number;
  readonly variants: readonly { readonly index: number; readonly variant: Variant }[];
}

/** The most tokens in one batch: enough for the full multiply rate, few enough for memory. */
const TOKENS_PER_BATCH = 2048;

/**
 * Runs all variants.
 *
 * Every sentence or image runs once unchanged; a variant is appended to the batch where it first changes, and goes only through what
 * follows. Those with equally many positions share batches. No result depends on the other rows of its batch. Returns the results batch by
 * batch.
 */
export async function* runVariants<Of>(
  tower: Tower,
  jobs: readonly VariantJob<Of>[],
  input: (of: readonly Of[]) => OnnxValue,
): AsyncGenerator<VariantResult[]> {
  const parts = jobs.flatMap((own, job) => split(own, job));
  for (const batch of packed(parts)) yield await runBatch(tower, batch, input);
}

function split<Of>({ of, positions, variants }: VariantJob<Of>, job: number): Part<Of>[] {
  const rows = Math.max(1, Math.floor(TOKENS_PER_BATCH / positions) - 1);
  const numbered = variants.map((variant, index) => ({ variant, index }));
  return Array.from(
    { length: Math.ceil(variants.length / rows) },
    (_, part) => ({ job, of, positions, variants: numbered.slice(part * rows, (part + 1) * rows) }),
  );
}

/** Packs parts with equally many positions into batches, in the order of the first part of each length. */
function packed<Of>(parts: readonly Part<Of>[]): Part<Of>[][] {
  return [...Map.groupBy(parts, ({ positions }) => positions).values()].flatMap((sameLength) => {
    const batches: Part<Of>[][] = [];
    let tokens = Infinity;
    for (const part of sameLength) {
      const own = part.positions * (1 + part.variants.length);
      tokens += own;
      if (tokens > TOKENS_PER_BATCH) {
        batches.push([]);
        tokens = own;
      }
      batches.at(-1)!.push(part);
    }
    return batches;
  });
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

async function runBatch<Of>(
  tower: Tower,
  parts: readonly Part<Of>[],
  input: (of: readonly Of[]) => OnnxValue,
): Promise<VariantResult[]> {
  const members = parts.flatMap(({ job, variants }, source) =>
    variants.map(({ index, variant }): Member => {
      const first = tower.hooks.find((hook) => variant.changes.has(hook));
      return { job, index, variant, source, first, kept: new Map(), row: source };
    })
  );
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
        if (variant.keep?.includes(hook)) kept.set(hook, copyOf(value.row(row)));
      }
    }
  };
  const embeddings = await tower.run(input(parts.map(({ of }) => of)), { wanted, visit });
  return members.map(({ job, index, row, kept }) => (
    { job, variant: index, embedding: unit(embeddings.row(row).data), kept }
  ));
}

function copyOf(value: Tensor): Tensor {
  return new Tensor(value.data.slice(), value.shape, value.axes);
}

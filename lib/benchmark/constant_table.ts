/** What a model that gives every option the same score gets on each set, by each way to count. */

import { constantAccuracy } from "./counting.ts";
import { BENCHMARK_FORMATS } from "./formats/all.ts";
import type { BenchmarkFormat } from "./formats/format.ts";

/** How many options the rows of each set have; the right one is first. */
const SHAPES: readonly (readonly [format: string, options: number])[] = [
  ["valse", 2],
  ["negbench-mcq", 4],
  ["negrefcocog", 2],
  ["ccneg", 2],
  ["crepe", 4],
  ["sugarcrepe", 2],
  ["whatsup", 4],
  ["whatsup-qa", 2],
  ["aro", 2],
  ["simpleneg", 2],
];

/** A set with what a constant model gets on it. */
export interface ConstantRow {
  readonly format: BenchmarkFormat;
  readonly options: number;
  readonly accuracy: number;
  readonly first: number;
  /** Undefined if the script of the set scores no options. */
  readonly published: number | undefined;
}

/** The sets with a right option in the first place. */
export function constantRows(): ConstantRow[] {
  return SHAPES.map(([name, options]) => {
    const format = BENCHMARK_FORMATS.find((format) => format.name === name)!;
    return { format, options, ...constantAccuracy([{ options, right: 0 }], format.rule) };
  });
}

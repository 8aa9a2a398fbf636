/** The options of the task `benchmark`. */

import { BENCHMARK_FORMATS } from "../../benchmark/formats/all.ts";
import { choice, type Option, toggle } from "../../options/option.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";

/** What the rows of a cluster share: their image, or the noun that they are about. */
export type BenchmarkCluster = "image" | "noun";

export interface BenchmarkTask
  extends Omit<StudyChoice, "pairs" | "protocol" | "cluster" | "subjectSizes" | "shard"> {
  readonly benchmark?: string | undefined;
  /** Whether rows, sentences and counting are those of the set's own script. @default {false} */
  readonly published?: boolean | undefined;
  /** Whether scores are inner products of embeddings as the projection gives them. @default {false} */
  readonly unnormalised?: boolean | undefined;
  readonly cluster?: BenchmarkCluster | undefined;
  readonly control?: "random" | "none" | undefined;
}

const NAMES = BENCHMARK_FORMATS.map(({ name }) => name);

export const BENCHMARK_OPTIONS = {
  benchmark: {
    ...choice<string>(NAMES, { standard: "", help: "the form of the file, if it fits several" }),
    standard: undefined,
    print: (name: string | undefined) => name,
  } satisfies Option<string | undefined>,
  published: toggle("counts as the script of the set does, and uses its rows and sentences"),
  unnormalised: toggle("scores by inner products of embeddings that are not normalised"),
  cluster: choice<BenchmarkCluster>(["image", "noun"], {
    standard: "image",
    help: "rows that intervals keep together: of an image, or of a noun",
  }),
  control: choice<"random" | "none">(["random", "none"], {
    standard: "none",
    help: "random: the model with random weights runs besides",
  }),
};

/** The parts of an atlas: which experiments run, in the order in which a report shows them. */

import { ablate } from "../experiments/ablate/index.ts";
import { attend } from "../experiments/attend/index.ts";
import { attribute } from "../experiments/attribute/index.ts";
import { circuit } from "../experiments/circuit/index.ts";
import { knockout } from "../experiments/knockout/index.ts";
import { paths } from "../experiments/paths/index.ts";
import { shares } from "../experiments/shares/index.ts";
import { trace } from "../experiments/trace/index.ts";
import { type Part, part, type PartsList } from "../parts/part.ts";
import { PARTS_FILE } from "../parts/parts_folder.ts";
import type { Option } from "../options/option.ts";
import type { Control } from "../study/controls/control.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";
import { evaluate } from "../study/evaluate/index.ts";

/** What lets a model without a causal mask, or rows without what is searched for, have an atlas of the other methods. */
const OPTIONAL: Pick<Part, "leftOutOn"> = { leftOutOn: ["model-unfit", "rows-too-few"] };

/** The parts by the names of their folders. */
export const PARTS: readonly Part[] = [
  part(
    evaluate,
    "Scores",
    "How often does the model prefer the true sentence of a pair?",
  ),
  part(
    attend,
    "Heads that look at the negator",
    "Which heads attend to the negator more than to the word in its place?",
    { cost: 2 },
  ),
  part(
    trace,
    "Causal tracing",
    "At which layers and tokens of the text encoder does the negator act on the score?",
  ),
  part(
    shares,
    "Shares of roles",
    "Which share of d lies at which token, at each layer?",
    { ...OPTIONAL, cost: 2 },
  ),
  part(
    knockout,
    "Knock-out of attention to the negator",
    "What does d lose if a head no longer attends to the negator?",
    { ...OPTIONAL, cost: 2 },
  ),
  part(
    ablate,
    "Ablation of the text encoder",
    "What does d lose if a part has the values of the other sentence of the pair?",
    {
      ...OPTIONAL,
      options: { tower: "text", method: ["twin"], nodes: ["heads", "mlps"] },
    },
  ),
  part(
    attribute,
    "Direct attribution",
    "What does each part write into the score itself?",
    { ...OPTIONAL, cost: 4 },
  ),
  part(
    paths,
    "Effects of parts, and paths between them",
    "What does a part do in all, and by which paths does the negator reach it?",
    { ...OPTIONAL, cost: 8 },
  ),
  part(circuit, "Circuit", "Which few parts together are enough for d?", {
    ...OPTIONAL,
    cost: 6,
  }),
];

export const CHARTS = {
  picture: "circuit_picture",
  map: "atlas_map",
} as const;

/** The experiments that say of which parts d is; that of `paths` would take as long as all of these, and names hardly another part. */
const CONTROLLED: readonly AnyExperiment[] = [knockout, ablate, attribute, circuit];

/** The atlas with the control determiner of these. */
export const ATLAS_PARTS = atlasParts();

/**
 * The atlas.
 *
 * @param controls The controls that each part runs, as far as its numbers can depend on them. @default {the control determiner of what says what a part does to d}
 */
export function atlasParts(controls?: readonly Control[]): PartsList {
  const all = PARTS.map((part) =>
    controls === undefined && !CONTROLLED.includes(part.experiment)
      ? part
      : withControls(part, controls ?? ["determiner"])
  );
  return {
    command: "atlas",
    files: [
      ...["atlas.csv", "agreement.csv", PARTS_FILE, "summary.txt", "report.html"],
    ],
    charts: Object.values(CHARTS),
    all,
    further: [],
    partsOf: ({ protocol }) => all.map((part) => ({ ...part, protocol })),
    leavesOut: ({ experiment }, { choice: { shard } }) =>
      shard === undefined || experiment !== circuit ? undefined : {
        reason: "a search decides by all rows what to run next, so that it cannot be sharded",
        fix: "run deno task circuit, or deno task atlas without --shard",
      },
  };
}

function withControls(part: Part, controls: readonly Control[]): Part {
  const option: Option<readonly Control[]> | undefined = part.experiment.options["control"];
  if (option === undefined) return part;
  const control = controls.filter((each) => option.parse(each) !== undefined);
  return { ...part, options: { ...part.options, control } };
}

/** Which heads and MLPs are enough for the model's treatment of negation: a circuit, how faithful it is, and whether chance would do. */

import { NegscopeError } from "../../errors.ts";
import { heldOutBy } from "../../study/held_out.ts";
import type { ScoredRow } from "../../study/rows/study_rows.ts";
import type { Study } from "../../study/study.ts";
import { clustersText } from "../../study/clusters.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { outputWeightNames } from "../nodes/direct_effects.ts";
import { swapEngines } from "../nodes/swapped.ts";
import { curveChart } from "./charts/curve_chart.ts";
import { nodeBars } from "./charts/node_bars.ts";
import { randomChart } from "./charts/random_chart.ts";
import { circuitFindings } from "./findings.ts";
import { circuitFiles } from "./circuit_files.ts";
import { checkRows } from "./faithfulness.ts";
import { areGiven, givenSets, type MeasuredCircuit } from "./measured.ts";
import { sentencePairs, SetRuns, Work } from "./search/run_sets.ts";
import { checkGiven, OPTIONS, searchChoice } from "./options.ts";
import { searchCircuit } from "./search/search.ts";
import { checkNodes } from "./set_files.ts";
import { circuitSteps } from "./tables/tables.ts";

/** The experiment. */
export const circuit = experiment({
  name: "circuit",
  summary: "which heads and MLPs together bring about the score difference",
  does:
    "ranks heads and MLPs, keeps the first ones, gives all others their values of the affirmative run, and measures how much of d is left; finds a small set that is enough on both sides, and tests it.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: OPTIONS,
  check: ({ sets, circuit, ...search }, sizes, { inputs }) => {
    checkGiven({ sets, circuit, ...search });
    checkNodes([...Object.values(sets ?? {}).flat(), ...circuit?.nodes ?? []], sizes);
    if (inputs.choice.shard === undefined || areGiven({ sets, circuit })) return;
    throw new NegscopeError("circuit-sharded", {
      problem: "Cannot search a circuit in a shard",
      reason: "the search decides by all rows what to run next",
      fix: "leave out --shard, or name what to run with --sets or --circuit",
    });
  },
  hooks: ({ sets, circuit, ...search }) => [
    ...["blocks.*.attn.hook_z", "blocks.*.hook_mlp_out"],
    ...ranksDirect({ sets, circuit, ...search }) ? ["blocks.*.hook_resid_post"] : [],
  ],
  weights: (options, layers) => ranksDirect(options) ? outputWeightNames(layers) : [],
  prepare: async (study, { segments }) => {
    const rows = await chosenRows(study, segments);
    const pairs = new Set(rows.map(({ aligned }) => aligned));
    await swapEngines(study.text, [...pairs]);
  },
  engines: async (study, { segments }) => {
    const { rows } = await study.scoredRows();
    const names = await swapEngines(study.text, rows.map(({ aligned }) => aligned));
    return rows.map(({ scores }, row) =>
      segments.includes(scores.segment) ? names[row] : undefined
    );
  },
  measure: async (study, options, phase) => {
    const { segments } = options;
    const { text } = study;
    const { images } = await study.scoredRows();
    const rows = await chosenRows(study, segments);
    const { layers, heads } = text.tower.shape;
    const sizes = { layers, heads };
    const measured = new Map<string, MeasuredCircuit>();
    if (areGiven(options)) {
      const sets = givenSets({ ...options, seed: phase.seed }, sizes);
      const work = new Work(phase.progress, sets.length * sentencePairs(rows));
      const runs = new SetRuns(text, rows, { images, work });
      await runs.run(sets, phase.kept);
      rows.forEach(({ pair }, i) => measured.set(pair.id, { sizes, scores: runs.scores[i]! }));
    } else {
      checkRows(rows.map(({ scores }) => scores), segments);
      const { drawn, choice } = study.inputs;
      const heldOut = heldOutBy(drawn, choice.cluster);
      const how = { ...phase, ...searchChoice(options), images, heldOut };
      const { search, halves, singles, single, scores } = await searchCircuit(text, rows, how);
      const count = search.rankings[0]!.order.length;
      rows.forEach(({ pair }, row) => {
        const effects = singles.map((name, i) =>
          [name, single[row]!.slice(i * count, (i + 1) * count)] as const
        );
        measured.set(pair.id, {
          sizes,
          scores: scores[row]!,
          search,
          single: Object.fromEntries(effects),
          ...(halves && { half: halves[row]! }),
        });
      });
    }
    return study.pairs.map(({ id }): MeasuredCircuit | null => measured.get(id) ?? null);
  },
  tables: function* (rows, context) {
    const inputs = rows.flatMap(({ scores, measured }) =>
      measured === null ? [] : [{ scores: scores!, measured }]
    );
    return yield* circuitSteps(inputs, context);
  },
  files: circuitFiles,
  charts: ({ curve, circuit, minimality, membership, sets }, { cluster, sources, ...given }) => {
    if (given.sets !== undefined) return {}; // their faithfulness is a table
    const options = { sources, clusters: clustersText(cluster) };
    const found = { circuit: circuit.rows, minimality: minimality.rows };
    const tests = {
      circuit_nodes: nodeBars({ ...found, membership: membership.rows }, options),
      random_circuits: randomChart({ circuit: circuit.rows, sets: sets.rows }, options),
    };
    const isSearch = given.circuit === undefined; // a given circuit is no ranking's
    return isSearch ? { circuit_curve: curveChart(curve.rows, options), ...tests } : tests;
  },
  findings: circuitFindings,
  words: words(
    "circuit",
    "node",
    "faithfulness",
    "d_C",
    "denoise (circuit)",
    "noise (circuit)",
    "direct (circuit)",
    "greedy",
    "drop",
    "simultaneous (circuit)",
    "held out",
    "samples",
    "random circuits",
    "CPR",
    "CMD",
  ),
});

/** The rows of the segments. */
async function chosenRows(
  study: Study,
  segments: readonly string[],
): Promise<readonly ScoredRow[]> {
  const { rows } = await study.scoredRows();
  return rows.filter(({ scores }) => segments.includes(scores.segment));
}

/** Whether nodes are ranked by their direct effects. */
function ranksDirect({ sets, circuit, ...search }: Parameters<typeof checkGiven>[0]): boolean {
  return !areGiven({ sets, circuit }) && searchChoice(search).rankings.includes("direct");
}

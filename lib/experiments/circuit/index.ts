/** Which heads and MLPs are enough for the model's treatment of negation: a circuit, how faithful it is, and whether chance would do. */

import { NegscopeError } from "../../errors/errors.ts";
import { heldOutBy } from "../../study/clusters.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { chartOptions, experiment, type MeasuredRow } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import {
  type CircuitInput,
  differenceRows,
  givenSets,
  type MeasuredCircuit,
  modelNodes,
  type NodeSet,
  placesOf,
} from "./circuit_run.ts";
import { outputWeightNames, swapEngines, Work } from "../nodes/pair_runs.ts";
import { circuitFindings, curveChart, nodeBars } from "./findings.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";
import { checkRows } from "./faithfulness.ts";
import { searchCircuit, SetRuns } from "./search.ts";
import { checkNodes } from "../head_set.ts";
import { areGiven, checkGiven, type GivenSets, OPTIONS } from "./options.ts";
import { circuitFiles, circuitRowEffects, circuitSteps } from "./circuit_table.ts";

export const circuit = experiment({
  name: "circuit",
  summary: "which heads and MLPs together bring about the score difference",
  does:
    "finds a small set of heads and MLPs that is enough for d on both sides, all others having their values of the affirmative run, and tests it.",
  reads: (options) => areGiven(options) ? "text, images if given" : "text and images",
  minimalPairs: true,
  options: OPTIONS,
  needsAllRows: (options) =>
    areGiven(options) ? undefined : new NegscopeError("search-sharded", {
      problem: "Cannot search a circuit in a shard",
      reason: "the search decides by all rows what to run next",
      fix: "leave out --shard, or name what to run with --sets or --circuit",
    }),
  check: (options, sizes, { hasImages }) => {
    const { sets = {}, circuit } = options;
    checkGiven(options);
    checkNodes([...Object.values(sets).flat(), ...circuit?.nodes ?? []], sizes);
    if (!areGiven(options) && !hasImages) {
      throw new NegscopeError("images-not-given", {
        problem: "Cannot search a circuit",
        reason: "the rows have no images, and so no d that nodes could bring about",
        fix: "give images, or name a circuit of other rows with --circuit, which needs none",
      });
    }
  },
  hooks: (options) => [
    ...["blocks.*.attn.hook_z", "blocks.*.hook_mlp_out"],
    ...ranksDirect(options) ? ["blocks.*.hook_resid_post"] : [],
  ],
  weights: (options, layers) => ranksDirect(options) ? outputWeightNames(layers) : [],
  engines: async (study, { segments }) => {
    const names = await swapEngines(study.text, study.rows.map(({ aligned }) => aligned));
    if (!study.hasImages) return names;
    const { rows } = await study.scoredRows();
    return rows.map(({ scores }, row) =>
      segments.includes(scores.segment) ? names[row] : undefined
    );
  },
  measure: async (study, options, phase) => {
    const { text, pairs, inputs: { drawn, choice } } = study;
    const { layers, heads } = text.tower.shape;
    const sizes = { layers, heads };
    const work = new Work(phase.progress);
    const scored = async (
      rows: readonly ScoredPair[],
      sets: readonly NodeSet[],
      { images, kept = phase.kept }: { readonly images: Embeddings; readonly kept?: KeptRows },
    ) => {
      const runs = new SetRuns(rows, { text, images, work, keptOf: () => kept });
      await runs.run(sets, "");
      return runs.scores;
    };
    const given = areGiven(options)
      ? givenSets({ ...options, seed: phase.seed }, sizes)
      : undefined;
    if (!study.hasImages) {
      const { images, differences } = await differenceRows(study);
      const { byRow } = await scored(differences.map(({ row }) => row), given!, { images });
      return differences.map(({ scores: row, length }, i): MeasuredCircuit => ({
        ...{ sizes, row },
        scores: byRow[i]!.map((score) => length === 0 ? 0 : score * length), // equal embeddings have no direction
      }));
    }
    const { rows: all, images } = await study.scoredRows();
    const rows = all.filter(({ scores }) => options.segments.includes(scores.segment));
    if (given === undefined) checkRows(rows.map(({ scores }) => scores), options.segments);
    const heldOut = heldOutBy(drawn, choice.cluster);
    const made: readonly Omit<MeasuredCircuit, "sizes">[] = given === undefined
      ? await searchCircuit(rows, { ...phase, ...options, text, images, heldOut, work })
      : (await scored(rows, given, { images })).byRow.map((scores) => ({ scores }));
    const measured = new Map(
      rows.map(({ pair }, row): [string, MeasuredCircuit] => [pair.id, { sizes, ...made[row]! }]),
    );
    const nodes = circuitOf(options, { sizes, ...made[0] });
    if (nodes !== undefined) {
      const others = all.filter(({ pair }) => !measured.has(pair.id));
      const set = { name: "circuit", nodes: placesOf(nodes, modelNodes(sizes)) };
      const scores = await scored(others, [set], { images, kept: phase.keptOf("outside") });
      for (const [i, outside] of scores.of(set).entries()) {
        measured.set(others[i]!.pair.id, { sizes, scores: [], outside });
      }
    }
    return pairs.map(({ id }) => measured.get(id) ?? null);
  },
  controlOptions: (options, rows) => {
    const measured = rows.find(({ measured }) => measured?.outside === undefined)?.measured;
    const circuit = circuitOf(options, measured ?? {});
    if (circuit === undefined) return undefined; // there is none to be scored
    return { ...options, circuit: undefined, sets: { circuit } };
  },
  tables: function* (rows, context) {
    const others = rows.flatMap(({ scores, measured }) =>
      measured?.outside === undefined ? [] : [{ scores: scores!, score: measured.outside }]
    );
    return yield* circuitSteps(inputsOf(rows), { ...context, others });
  },
  files: circuitFiles,
  charts: (tables, given) => {
    if (given.sets !== undefined) return {}; // their faithfulness is a table
    const options = chartOptions(given);
    const ofNodes = { circuit_nodes: nodeBars(tables.nodes.rows, options) };
    const isSearch = given.circuit === undefined; // a given circuit is no ranking's
    return isSearch ? { circuit_curve: curveChart(tables, options), ...ofNodes } : ofNodes;
  },
  findings: circuitFindings,
  rowEffects: (tables, rows) => circuitRowEffects(tables, inputsOf(rows)),
  words: words(
    "circuit",
    "specific",
    "node",
    "faithfulness",
    "d_C",
    "denoise (circuit)",
    "noise (circuit)",
    "direct (circuit)",
    "drop",
    "simultaneous (circuit)",
    "held out",
    "random circuits",
    "CPR",
    "CMD",
  ),
});

/** The names of the nodes of the circuit that was given or found. */
function circuitOf(
  { circuit }: Pick<GivenSets, "circuit">,
  { sizes, search }: Partial<MeasuredCircuit>,
): readonly string[] | undefined {
  return circuit?.nodes ??
    search?.circuit?.nodes.map((place) => modelNodes(sizes!).names[place]!);
}

/** The rows of the chosen segments, those without images with the scores of their embeddings. */
function inputsOf(rows: readonly MeasuredRow<MeasuredCircuit | null>[]): CircuitInput[] {
  return rows.flatMap(({ scores, measured }) =>
    measured === null || measured.outside !== undefined
      ? []
      : [{ scores: scores ?? measured.row!, measured }]
  );
}

/** Whether nodes are ranked by their direct effects. */
function ranksDirect(options: Parameters<typeof checkGiven>[0]): boolean {
  return !areGiven(options) && options.ranking.includes("direct");
}

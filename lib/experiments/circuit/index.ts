/** Which heads and MLPs are enough for the model's treatment of negation: a circuit, how faithful it is, and whether chance would do. */

import { NegscopeError } from "../../errors.ts";
import { amount, list, wholeNumber } from "../../options/option.ts";

import { SEGMENTS } from "../../subject/score.ts";
import type { ScoredRow, Subject } from "../../subject/subject.ts";
import { clustersText } from "../../subject/clusters.ts";
import { experiment } from "../experiment.ts";
import { swapEngine } from "../nodes/swap_nodes.ts";
import { engineName } from "../sweep/by_engine.ts";
import { curveChart } from "./charts/curve_chart.ts";
import { nodeBars } from "./charts/node_bars.ts";
import { randomChart } from "./charts/random_chart.ts";
import { CIRCUIT_WORDS, circuitFindings } from "./findings.ts";
import { circuitFiles } from "./circuit_files.ts";
import { areGiven, givenSets, type MeasuredCircuit } from "./measured.ts";
import { sentencePairs, SetRuns, Work } from "./search/run_sets.ts";
import { RANKINGS, searchCircuit } from "./search/search.ts";
import { checkNodes, CIRCUIT, SETS } from "./set_files.ts";
import { circuitSteps } from "./tables/tables.ts";

/** The most sentence pairs of the greedy ranking. */
const GREEDY_PAIRS = 32;

/** The experiment. */
export const circuit = experiment({
  name: "circuit",
  summary: "which heads and MLPs together bring about the score difference",
  does:
    "ranks heads and MLPs, keeps the first ones, gives all others their values of the affirmative run, and measures how much of d is left; finds the smallest set that is enough, and tests it.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: {
    segments: list(SEGMENTS, {
      standard: ["correct"],
      help: "of correct,incorrect,ambiguous: the rows, whose d must not cancel out",
    }),
    ranking: list(RANKINGS, {
      standard: ["denoise", "noise", "direct"],
      help:
        "of denoise,noise,direct,greedy: how nodes are ranked; greedy runs all nodes again for each that it adds, up to 32",
    }),
    faithfulness: amount({
      ...{ min: 0.01, max: 1, standard: 0.9 },
      help: "the share of d that a circuit must bring about",
    }),
    greedy: {
      ...wholeNumber({
        ...{ min: 1, max: 1e6 },
        help: "sentence pairs of the greedy ranking, drawn with --seed",
      }),
      standard: GREEDY_PAIRS,
    },
    sets: SETS,
    circuit: CIRCUIT,
  },
  check: ({ sets, circuit }, sizes, { inputs }) => {
    if (sets !== undefined && circuit !== undefined) {
      throw new NegscopeError("usage-value-wrong", {
        problem: "Cannot use --sets and --circuit together",
        subject: "--circuit",
        expected: "one of them",
      });
    }
    checkNodes([...Object.values(sets ?? {}).flat(), ...circuit?.nodes ?? []], sizes);
    if (inputs.choice.shard === undefined || areGiven({ sets, circuit })) return;
    throw new NegscopeError("circuit-sharded", {
      problem: "Cannot search a circuit in a shard",
      reason: "the search decides by all rows what to run next",
      fix: "leave out --shard, or name what to run with --sets or --circuit",
    });
  },
  hooks: ({ ranking, sets, circuit }) => [
    ...["blocks.*.attn.hook_z", "blocks.*.hook_mlp_out"],
    ...!areGiven({ sets, circuit }) && ranking.includes("direct")
      ? ["blocks.*.attn.hook_result", "blocks.*.hook_resid_post"]
      : [],
  ],
  prepare: async (subject, { segments }) => {
    const rows = await chosenRows(subject, segments);
    const pairs = new Set(rows.map(({ aligned }) => aligned));
    await swapEngine(subject.text, [...pairs]);
  },
  engines: async (subject, { segments }) => {
    const { refusal } = await swapEngine(subject.text, []);
    const engine = engineName<ScoredRow>(refusal, () => true);
    const { rows } = await subject.score();
    return rows.map((row) => segments.includes(row.scores.segment) ? engine(row) : undefined);
  },
  measure: async (subject, options, phase) => {
    const { segments, ranking: rankings, faithfulness: bound, greedy = GREEDY_PAIRS } = options;
    const { text } = subject;
    const { images } = await subject.score();
    const rows = await chosenRows(subject, segments);
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
      checkRows(rows, segments);
      const how = { ...phase, rankings, bound, images, greedyPairs: greedy };
      const { search, singles, single, scores } = await searchCircuit(text, rows, how);
      const count = search.rankings[0]!.order.length;
      rows.forEach(({ pair }, row) => {
        const own = singles.map((name, i) =>
          [name, single[row]!.slice(i * count, (i + 1) * count)] as const
        );
        const values = { sizes, scores: scores[row]!, search, single: Object.fromEntries(own) };
        measured.set(pair.id, values);
      });
    }
    return subject.pairs.map(({ id }): MeasuredCircuit | null => measured.get(id) ?? null);
  },
  tables: function* (rows, context) {
    const inputs = rows.flatMap(({ scores, measured }) =>
      measured === null ? [] : [{ scores: scores!, measured }]
    );
    return yield* circuitSteps(inputs, context);
  },
  files: circuitFiles,
  charts: ({ curve, circuit, minimality, membership, sets }, { cluster, sources }) => {
    const options = { sources, clusters: clustersText(cluster) };
    const found = { circuit: circuit.rows, minimality: minimality.rows };
    return {
      circuit_curve: curveChart(curve.rows, options),
      circuit_nodes: nodeBars({ ...found, membership: membership.rows }, options),
      random_circuits: randomChart({ circuit: circuit.rows, sets: sets.rows }, options),
    };
  },
  findings: circuitFindings,
  words: CIRCUIT_WORDS,
});

/** The rows of the segments. */
async function chosenRows(
  subject: Subject,
  segments: readonly string[],
): Promise<readonly ScoredRow[]> {
  const { rows } = await subject.score();
  return rows.filter(({ scores }) => segments.includes(scores.segment));
}

/** Refuses rows without any d. */
function checkRows(rows: readonly ScoredRow[], segments: readonly string[]): void {
  const d = rows.reduce((sum, { scores }) => sum + scores.d, 0);
  if (d !== 0) return;
  const which = segments.join(" or ");
  throw new NegscopeError("circuit-rows-missing", {
    problem: "Cannot search a circuit",
    subject: which,
    reason: rows.length === 0 ? `no row is ${which}` : `the d of the ${which} rows add up to 0`,
    expected: "rows whose d is what the circuit is to bring about",
    fix: "choose other rows with --segments",
  });
}

/** By which paths negation reaches the score: direct and indirect effects of nodes, and path patching (Wang et al. 2023). */

import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { HEAD_OF_PART, LAYER, PART, ROLE } from "../../study/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { Effects } from "../../study/effects/effects.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import {
  chartOptions,
  experiment,
  type ScoredMeasurement,
} from "../../study/experiment/experiment.ts";
import { allNodes, headName } from "../../tables/nodes.ts";
import { count, key, optional, text } from "../../tables/table.ts";
import { headsOfSet } from "../head_set.ts";
import { outputWeightNames, swapEngines } from "../nodes/pair_runs.ts";
import { SHARE_WORDS, words } from "../words.ts";
import {
  checkReceivers,
  chosenReceivers,
  countRuns,
  type MeasuredPaths,
  measurePaths,
  pathEdges,
  type PathInput,
  pathName,
  RECEIVERS,
  STRONGEST,
} from "./measure_paths.ts";
import { pathPicture, receiversOf } from "./path_picture.ts";

/** How much of a node's effect is meant. */
export type NodeMethod = "total" | "direct";

/** The effects of heads and MLPs at the tokens of a role. */
export const NODES = new Effects({
  name: "nodes",
  title: "Effects of single nodes at the end token",
  effect:
    "S of the affirmative sentence with the node's value at a token from the negated sentence (method total), or with its change added to the end token's last residual, which nothing else in the tower reads (direct), minus S of the affirmative sentence, with the sign that S of the negated sentence has in d; the mean over the tokens of the role",
  unit: "node",
  about:
    "Before the negator every total effect is 0, and but for the end token every direct one. What later blocks make of a node's change is its total effect less the direct one.",
  keys: {
    method: key(text<NodeMethod>("`total` or `direct`.")),
    part: PART,
    layer: LAYER,
    head: HEAD_OF_PART,
    role: ROLE,
  },
  isApart: ({ method }) => method === "total",
  familyOf: ({ method }) => `${method}`,
});

/** The effects of paths. */
export const PATHS = new Effects({
  name: "paths",
  title: "Paths",
  effect:
    "S of the affirmative sentence with the receiver's input as it is if the sender has the negated sentence's value and all other heads keep theirs, minus S of the affirmative sentence, with the sign that S of the negated sentence has in d",
  unit: "path",
  about: "Effects of several paths do not add up.",
  keys: {
    sender_layer: key(count("The sender's block from 1; 0 for the negator's own embedding.")),
    sender_head: optional(key(count("The sending head's number from 1; empty for the embedding."))),
    receiver_layer: key(count("The receiver's block from 1.")),
    receiver_head: key(count("The receiving head's number from 1.")),
    input: key(text<PathInput>(
      "What of the receiver the path goes through: `q` (what it looks for), `k` (what it finds) or `v` (what it moves).",
    )),
  },
  said: { what: "the path from", nameOf: pathName },
});

type MeasuredRow = ScoredMeasurement<MeasuredPaths>;

/** The lines of total effects at all roles, and those of direct effects at the last. */
function nodeLines(rows: readonly MeasuredRow[]) {
  const roles = ROLES.filter((role) => rows.some(({ measured }) => measured.roles.includes(role)));
  const nodes = rows.slice(0, 1).flatMap(({ measured }) => allNodes(measured.sizes));
  const cells = (method: NodeMethod, node: number, role: Role) => {
    const { kind, layer, head } = nodes[node]!;
    return { method, part: kind, layer, head, role };
  };
  return [
    rows.map(({ scores, measured: { roles: own, swapped } }) => ({
      scores,
      count: nodes.length * roles.length,
      line: (place: number) => {
        const [node, role] = [Math.floor(place / roles.length), roles[place % roles.length]!];
        const effects = own.flatMap((one, i) =>
          one === role ? [effectOnD(scores, swapped[node * own.length + i]!)] : []
        );
        const sum = effects.reduce((sum, effect) => sum + effect, 0);
        return {
          ...cells("total", node, role),
          effect: effects.length === 0 ? undefined : sum / effects.length,
        };
      },
    })),
    rows.map(({ scores, measured: { roles: own, direct } }) => ({
      scores,
      count: nodes.length,
      line: (node: number) => (
        { ...cells("direct", node, own.at(-1)!), effect: effectOnD(scores, direct[node]!) }
      ),
    })),
  ];
}

function pathLines(rows: readonly MeasuredRow[]) {
  checkReceiversAgree(rows);
  const edges = rows.slice(0, 1).flatMap(({ measured }) =>
    pathEdges(measured.receivers, measured.sizes.heads)
  ).map(({ sender, receiver, input }) => ({
    ...{ sender_layer: sender.layer, sender_head: sender.head },
    ...{ receiver_layer: receiver.layer, receiver_head: receiver.head, input },
  }));
  return [rows.map(({ scores, measured: { patched } }) => ({
    scores,
    count: edges.length,
    line: (place: number) => ({ ...edges[place]!, effect: effectOnD(scores, patched[place]!) }),
  }))];
}

/** Refuses shards whose strongest heads differ: on another machine, scores that are almost equal may be in another order. */
function checkReceiversAgree(rows: readonly MeasuredRow[]): void {
  const names = [...new Set(rows.map(({ measured }) => measured.receivers.map(headName).join()))];
  if (names.length < 2) return;
  throw new NegscopeError("shards-differ", {
    problem: "Cannot make tables of paths",
    subject: names[1]!,
    reason: `some rows have the receivers ${names[0]}, others ${names[1]}`,
    fix: `run all shards again with --receivers ${names[0]}`,
  });
}

export const paths = experiment({
  name: "paths",
  summary: "which heads and MLPs write negation into the score, and by which paths it reaches them",
  does:
    "splits what each head and MLP does to d into a direct part and one through later blocks, and patches every path into the queries, keys and values of some heads.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: { receivers: RECEIVERS, control: controlOption() },
  check: ({ receivers }, sizes) => checkReceivers(receivers, sizes),
  hooks: (_, layers) => [
    ...["q", "k", "v", "z"].map((part) => `blocks.*.attn.hook_${part}`),
    ...["blocks.*.hook_mlp_out", "blocks.0.hook_resid_pre"],
    `blocks.${layers - 1}.hook_resid_post`,
  ],
  weights: (_, layers) => outputWeightNames(layers),
  prepare: async ({ text, sentencePairs }) => void await swapEngines(text, sentencePairs),
  measure: async (study, { receivers: chosen }, { kept, keptOf, progress }) => {
    const { rows, images } = await study.scoredRows();
    const { shape } = study.text.tower;
    const last = headsOfSet("all", shape).slice(-STRONGEST); // into which most paths lead
    const most = countRuns(rows, { ...shape, receivers: last });
    let before = 0;
    const receivers = await chosenReceivers(study, chosen, {
      kept: keptOf("receivers"),
      progress: (done, total) => progress(before = done, total + most.nodes + most.paths),
    });
    return await measurePaths(study.text, rows, {
      ...{ receivers, images, keptNodes: kept, keptPaths: keptOf("edges"), progress, before },
    });
  },
  engines: ({ text, rows }) => swapEngines(text, rows.map(({ aligned }) => aligned)),
  controlOptions: (options, rows) => ({
    ...options,
    receivers: rows[0]?.measured.receivers ?? options.receivers,
  }),
  tables: function* (rows, context) {
    const scored = rows as readonly MeasuredRow[];
    const nodes = yield* NODES.steps(nodeLines(scored), context);
    const paths = yield* PATHS.steps(pathLines(scored), context);
    return {
      ...{ nodes: nodes.table, nodesSummary: nodes.summary },
      ...{ paths: paths.table, pathsSummary: paths.summary },
    };
  },
  charts: ({ nodesSummary, pathsSummary }, context) => (
    { path_graph: pathPicture(pathsSummary.rows, nodesSummary.rows, chartOptions(context)) }
  ),
  findings: ({ nodesSummary, pathsSummary }, ofOneRow) => {
    const receivers = receiversOf(pathsSummary.rows);
    if (receivers.length === 0) return {};
    const paths = PATHS.findings(pathsSummary.rows, ofOneRow);
    const nodes = NODES.findings(nodesSummary.rows, ofOneRow);
    return {
      sentences: paths.sentences ?? [],
      untested: paths.untested ?? [],
      tables: [...paths.tables ?? [], ...nodes.tables ?? []],
      notes: [
        ...paths.notes ?? [],
        `Paths end at ${receivers.map(headName).join(", ")}`,
        ...nodes.notes ?? [],
      ],
    };
  },
  rowEffects: ({ paths }) => PATHS.rowEffects(paths),
  words: words(...SHARE_WORDS, "path", "effect (paths)", "direct (paths)"),
});

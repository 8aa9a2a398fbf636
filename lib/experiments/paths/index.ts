/** By which paths negation reaches the score: direct and indirect effects of nodes, path patching (Wang et al. 2023), and the picture of the named paths. */

import { circuitPicture } from "../../charts/circuit/picture.ts";
import {
  endsOf,
  nameOfPart,
  nameOfPath,
  type PictureNode,
  type PicturePart,
  type PicturePath,
  type PictureSide,
} from "../../charts/circuit/sides.ts";
import {
  controlIn,
  greatest,
  groupsOf,
  roleLabel,
  rolesInOrder,
  sidesOf,
  sideTitle,
  tipEstimate,
  tipOf,
} from "../../charts/texts.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { allNodes, headName, type NamedHead } from "../../tables/nodes.ts";
import {
  isNamedShare,
  largestShares,
  LEAST_SHARE,
  type ShareLine,
} from "../../study/effects/named_shares.ts";
import { type Role, ROLES } from "../../data/align.ts";
import type { NodeSummaryRow, PathSummaryRow } from "../rows.ts";
import {
  INPUTS,
  type MeasuredPaths,
  measurePaths,
  pathEdges,
  type PathInput,
  pathName,
  RECEIVERS,
} from "./measure_paths.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { HEAD_OF_PART, LAYER, PART, ROLE } from "../../study/columns.ts";
import { mean } from "../../stats/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { Effects } from "../../study/effects/effects.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import {
  chartOptions,
  experiment,
  type ScoredMeasurement,
} from "../../study/experiment/experiment.ts";
import { count, key, optional, text } from "../../tables/table.ts";
import { checkHeadSet } from "../head_set.ts";
import { outputWeightNames, swapEngines } from "../nodes/pair_runs.ts";
import { SHARE_WORDS, words } from "../words.ts";

/** The most paths between parts, and into the score, on a side. */
const MOST = { paths: 14, direct: 8 };

/** The most receivers that the caption names. */
const MOST_NAMED = 12;

/** Draws the paths of each side with the largest shares of d, and the heads and MLPs with the largest direct effects on the score. */
export function pathPicture(
  paths: readonly PathSummaryRow[],
  nodes: readonly NodeSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const whole = nodes.filter(({ segment, negation }) => segment === "all" && negation !== "both");
  const ofPaths = paths.filter(({ segment }) => segment === "all");
  const sides = sidesOf(whole).map((side) =>
    sideOf(side, ofPaths.filter(({ negation }) => negation === side[0]!.negation))
  );
  return circuitPicture(sides, {
    ...options,
    title: `How "no" reaches the score in ${modelOf(options)}`,
    subtitle: SUBTITLE,
    about: aboutOf(ofPaths, options),
    layers: greatest(whole.map(({ layer }) => layer)),
    heads: greatest(whole.map(({ head }) => head ?? 1)),
    roles: rolesInOrder(whole.map(({ role }) => role)) as readonly Role[],
  });
}

const SUBTITLE =
  "boxes: heads and MLPs that write negation into the score or are at the end of a path, at the token where their total effect is largest; dots: all others; q, k, v: into queries, keys, values";

function aboutOf(paths: readonly PathSummaryRow[], options: ChartOptions): string {
  const names = receiversOf(paths).map(headName);
  const receivers = names.length > MOST_NAMED
    ? `${names.length} heads`
    : `the heads ${names.join(", ")}`;
  return `Arrows are paths from a head, or from the negator's embedding, into the queries, keys or values of ${receivers}, through MLPs but past all other heads (at most ${MOST.paths} a side), and the direct effects on the score (at most ${MOST.direct}). An arrow without a letter from the negator to a head of layer 1 is the head's total effect, all of which comes from there. Widths show the absolute share of d; all lines are at least a sixth as wide as the widest. Only shares of at least ${LEAST_SHARE}${
    paths.every(({ n }) => n === 1)
      ? ""
      : ` whose simultaneous 95 % interval excludes 0 (${bootstrapText(options)})`
  } are drawn`;
}

interface NamedPath extends PicturePath {
  /** Whether it is beyond its control; undefined without controls. */
  readonly isSpecific: boolean | undefined;
}

function sideOf(nodes: readonly NodeSummaryRow[], paths: readonly PathSummaryRow[]): PictureSide {
  const ofOneRow = paths.every(({ n }) => n === 1);
  const named = [
    ...largestShares(paths, ofOneRow).slice(0, MOST.paths).map((row) =>
      namedPath(row, betweenParts(row))
    ),
    ...largestShares(nodes.filter(({ method }) => method === "direct"), ofOneRow)
      .slice(0, MOST.direct).map((row) =>
        namedPath(row, { from: nodeOf(row), to: "score", by: "direct", ...sharesOf(row) })
      ),
  ];
  const ends = endsOf(named);
  const read = endsOf(named.filter(({ from }) => from === "negator"));
  const acting = actingRows(nodes.filter(({ method }) => method === "total"));
  const readTogether = acting.filter((row) =>
    ends.has(nameOfPart(row)) && isFirstReader(row, { isRead: read.has(nameOfPart(row)) })
  );
  return {
    title: sideTitle(nodes),
    parts: acting.map((row) => partOf(row, named)),
    paths: [
      ...named,
      ...readTogether.map((row): PicturePath => (
        { from: "negator", to: nodeOf(row), by: "all", ...sharesOf(row) }
      )),
    ],
  };
}

/** The heads at which paths end, in the order layer, head. */
function receiversOf(paths: readonly PathSummaryRow[]): NamedHead[] {
  return groupsOf(paths, (row) => `${row.receiver_layer}.${row.receiver_head}`)
    .map(([row]) => ({ layer: row!.receiver_layer, head: row!.receiver_head }));
}

/** A part; it is specific if one of its paths is. */
function partOf(row: NodeSummaryRow, named: readonly NamedPath[]): PicturePart {
  const shares = sharesOf(row);
  const name = nameOfPart(row);
  const ending = named.filter((path) => endsOf([path]).has(name));
  const known = ending.flatMap(({ isSpecific }) => isSpecific ?? []);
  return {
    ...nodeOf(row),
    role: row.role,
    ...shares,
    inCircuit: ending.length > 0,
    isSpecific: known.length === 0 ? undefined : known.includes(true),
    tip: `${name} at ${roleLabel(row.role)}: ${
      row.share === undefined ? "no share of d" : `share of d ${tipEstimate(row.share, shares)}`
    }`,
  };
}

function nodeOf({ layer, head }: Pick<NodeSummaryRow, "layer" | "head">): PictureNode {
  return { layer, head };
}

function betweenParts(row: PathSummaryRow): PicturePath {
  const { sender_layer: layer, sender_head: head } = row;
  return {
    from: head === undefined ? "negator" : { layer, head },
    to: { layer: row.receiver_layer, head: row.receiver_head },
    by: INPUTS[row.input],
    ...sharesOf(row),
  };
}

/** A path with what its row says of its control. */
function namedPath(row: object, path: PicturePath): NamedPath {
  const tip = tipOf(`${nameOfPath(path)}: share of d`, path.share, { ...path, row });
  return { ...path, tip, isSpecific: controlIn(row)?.isSpecific };
}

function sharesOf(row: Pick<PathSummaryRow, "share" | "share_low" | "share_high">) {
  return { share: row.share ?? 0, low: row.share_low, high: row.share_high };
}

/** The row of every head and MLP of a side with its largest total effect, of either sign; of those without any that at the last role. */
export function actingRows(rows: readonly NodeSummaryRow[]): NodeSummaryRow[] {
  const order = rolesInOrder(rows.map(({ role }) => role));
  const size = ({ share }: NodeSummaryRow) => Math.abs(share ?? 0);
  return groupsOf(rows, nameOfPart).map((roles) =>
    roles.toSorted((a, b) => size(b) - size(a) || order.indexOf(b.role) - order.indexOf(a.role))[0]!
  );
}

/**
 * Whether the way begins with a head that looks at the negator: it has a named total effect though no named path leads into it, as keys and
 * values are read together.
 *
 * @param head.looks Whether it looks at the negator. @default {a head of the first block does, all of whose effect comes from there}
 */
export function isFirstReader(
  row: ShareLine & { readonly layer: number; readonly head?: number | undefined },
  { isRead, looks = row.layer === 1 }: { readonly isRead: boolean; readonly looks?: boolean },
): boolean {
  return looks && row.head !== undefined && isNamedShare(row) && !isRead;
}

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
        return { ...cells("total", node, role), effect: mean(effects) };
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
  minimalPairs: true,
  options: { receivers: RECEIVERS, control: controlOption() },
  check: ({ receivers }, sizes) => {
    if (receivers !== "strongest") checkHeadSet(receivers, sizes);
  },
  hooks: (_, layers) => [
    ...["q", "k", "v", "z"].map((part) => `blocks.*.attn.hook_${part}`),
    ...["blocks.*.hook_mlp_out", "blocks.0.hook_resid_pre"],
    `blocks.${layers - 1}.hook_resid_post`,
  ],
  weights: (_, layers) => outputWeightNames(layers),
  measure: (study, { receivers }, phase) => measurePaths(study, receivers, phase),
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
      ...paths,
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

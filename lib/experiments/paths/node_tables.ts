/** nodes.csv and nodes_summary.csv: what every head and MLP changes, straight and through what reads it. */

import { type Role, ROLES } from "../../data/align.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { ID, LAYER, NEGATION, ROLE, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import { meanEffects } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import { effectOnD } from "../../study/effects/noise.ts";
import type { Steps } from "../../stats/steps.ts";
import { columnValues } from "../../tables/estimates.ts";
import {
  type Column,
  count,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { allNodes, type Node, nodeCells } from "../../tables/nodes.ts";
import type { PathsInput } from "./measure.ts";
import type { Segment } from "../../study/rows/score_rows.ts";
import type { Negation } from "../../data/pairs.ts";

const NODE: Column<"head" | "mlp"> = key(text("`head` or `mlp`."));

const HEAD_OR_NONE: Column<number | undefined> = optional(
  key(count("The head's number from 1; empty for an MLP.")),
);

export const NODES = table(
  "nodes",
  "One row for each row, head or MLP, and position from the negator on; before it every effect is 0. direct + indirect = total.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    position: key(count("Position, from 0, the same in both sentences.")),
    role: ROLE,
    total: number(
      "logit",
      "S of the affirmative sentence with the node's value at this position from the negated sentence, minus S of the affirmative sentence, with the sign that S of the negated sentence has in d.",
    ),
    direct: number(
      "logit",
      "The same with the node's change added to the last residual of the end token instead, so that nothing else in the tower reads it; exactly 0 at other positions.",
    ),
    indirect: number(
      "logit",
      "The total effect minus the direct one: what goes through the MLP of the same block and through later blocks. For the last MLP, and in the last block before the end token, it is 0 but for rounding (below 1e-4), which is left in as a check.",
    ),
  },
);

/** A row of nodes.csv: a node at a position of one row. */
export type NodeRow = Row<
  { id: string; negation: Negation; segment: Segment; node: "head" | "mlp"; role: Role },
  "layer" | "position" | "total" | "direct" | "indirect",
  "head"
>;

const TOTAL = effect("mean_effect", "", "Mean of `total` in nodes.csv.", {
  control: { of: columnValues({ table: "nodes", column: "total" }) },
});

const DIRECT = effect("direct", "direct_", "Mean of `direct` in nodes.csv.", {
  control: { prefix: "direct_", of: columnValues({ table: "nodes", column: "direct" }) },
});

export const NODES_SUMMARY = table(
  "nodes_summary",
  "One row for each head or MLP, role, and group of rows. Several tokens of a role count with their mean. Means of effects that are all below 1e-4, as those that are 0 but for rounding, are 0.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    role: ROLE,
    n: count("Number of rows that have a token of this role.", "rows"),
    ...TOTAL.columns,
    ...DIRECT.columns,
  },
);

/** A row of nodes_summary.csv: a node at a role in a group of rows. */
export type NodeSummaryRow = Row<
  { negation: Negation; segment: Segment | "all"; node: "head" | "mlp"; role: Role },
  "layer" | "n",
  | "head"
  | EffectNames<"direct", "direct_">
  | EffectNames<"mean_effect", "">
>;

type NodeEffects = Pick<NodeRow, "total" | "direct" | "indirect">;

/** A node at a role in one row. */
interface NodeLine {
  readonly node: Node;
  readonly role: Role;
  /** Absent if the row has no token of the role. */
  readonly effects: Omit<NodeEffects, "indirect"> | undefined;
}

export function* nodeSteps(
  rows: readonly PathsInput[],
  { seed, cluster }: StatisticsOptions,
): Steps<{ readonly nodes: Table<NodeRow>; readonly nodesSummary: Table<NodeSummaryRow> }> {
  const roles = ROLES.filter((role) => rows.some(({ measured }) => measured.roles.includes(role)));
  const nodes = rows.length === 0 ? [] : allNodes(rows[0]!.measured.sizes);
  const lines = rows.map((row) => ({
    scores: row.scores,
    count: nodes.length * roles.length,
    line: (place: number): NodeLine => {
      const node = Math.floor(place / roles.length);
      const role = roles[place % roles.length]!;
      return { node: nodes[node]!, role, effects: meanOfRole(row, node, role) };
    },
  }));
  const means = yield* meanEffects(lines, {
    effects: {
      total: ({ effects }) => effects?.total,
      direct: ({ effects }) => effects?.direct,
    },
    seed,
    cluster,
  });
  const summary = means.filter(({ means }) => means.total.n > 0).map(
    ({ negation, segment, line, means: { total, direct } }): NodeSummaryRow => ({
      negation,
      segment,
      ...nodeCells(line.node),
      role: line.role,
      n: total.n,
      ...TOTAL.cells(total),
      ...DIRECT.cells(direct),
    }),
  );
  return {
    nodes: fillOnRequest(NODES, () => rows.values().flatMap(nodeLines)),
    nodesSummary: fillTable(NODES_SUMMARY, summary),
  };
}

/** The lines of nodes.csv of a row, in the order node, position. */
function* nodeLines(row: PathsInput): Generator<NodeRow> {
  const { scores: { id, negation, segment }, measured: { sizes, roles, negator } } = row;
  for (const [i, node] of allNodes(sizes).entries()) {
    for (const [place, role] of roles.entries()) {
      yield {
        id,
        negation,
        segment,
        ...nodeCells(node),
        position: negator + place,
        role,
        ...effectsAt(row, i, place),
      };
    }
  }
}

/** The effects of a node, by its index, at a position counted from the negator. */
function effectsAt({ scores, measured }: PathsInput, node: number, place: number): NodeEffects {
  const { roles, direct: added, swapped } = measured;
  const total = effectOnD(scores, swapped[node * roles.length + place]!);
  const direct = place === roles.length - 1 ? effectOnD(scores, added[node]!) : 0;
  return { total, direct, indirect: total - direct };
}

/** The mean effects of a node over the tokens of a role; undefined if the row has none. */
function meanOfRole(row: PathsInput, node: number, role: Role): NodeLine["effects"] {
  const atPlaces = row.measured.roles.flatMap((one, place) =>
    one === role ? [effectsAt(row, node, place)] : []
  );
  if (atPlaces.length === 0) return undefined;
  const mean = (name: keyof NodeEffects) =>
    atPlaces.reduce((sum, effects) => sum + effects[name], 0) / atPlaces.length;
  return { total: mean("total"), direct: mean("direct") };
}

/** Maps of what every head and MLP changes: in all, straight, through later blocks, and at earlier tokens. */

import { heatMap } from "../../charts/heat_map.ts";
import { roleLabel } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  greatest,
  groupsOf,
  sidesOf,
  sideTitle,
} from "../../charts/spec.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import { SHARE_FIELDS } from "../share_map.ts";
import type { NodeSummaryRow } from "./node_tables.ts";

/** An effect of a node: a row with that effect's share of d as its share. */
type NodeEffect = NodeSummaryRow & {
  readonly effect: string;
  readonly map: string;
  /** Whether nothing reads the node there, so that it is 0 in every model. */
  readonly isFixed: boolean;
};

const MLP = "MLP";

/** Draws four maps a side: heads and MLP down, layers across. */
export function nodeMap(rows: readonly NodeSummaryRow[], options: ChartOptions): ChartSpec {
  const whole = rows.filter(({ segment }) => segment === "all");
  const last = greatest(whole.map(({ layer }) => layer));
  return heatMap(sidesOf(whole).flatMap((side) => effectsOf(side, last)), {
    ...options,
    title: "Total, direct and indirect effects of heads and MLPs, share of d",
    subtitle: "sums over rows of sign(d) x effect, divided by the sum of |d|",
    caption:
      "Change of the score difference d, as a share of it, when one head or MLP of the affirmative sentence has the negated sentence's value, by layer. At the end token the total effect is the direct one, which no later block reads, plus the indirect one, through later blocks. At earlier tokens all is indirect: the last map shows for each head and MLP the token's role with the largest effect",
    form: "Heat maps, heads and MLP down, layers across.",
    columns: 2,
    panels: (effects) =>
      sidesOf(effects).flatMap((side) =>
        groupsOf(side, ({ map }) => map).map((rows) => (
          { title: [sideTitle(side), rows[0]!.map], rows }
        ))
      ),
    x: "layer",
    y: {
      field: "row",
      of: rowOf,
      title: "head",
      order: (names) => [...names.filter((name) => name !== MLP).sort(byNumber), MLP],
    },
    ...SHARE_FIELDS,
    judged: ({ isFixed }) => ({ isFixed }),
    tip: (row) => `${nameOf(row)} at ${roleLabel(row.role)}: ${row.effect} effect, share of d`,
    named: { isNamed: (row) => isNamedShare(row) && !row.isFixed, nameOf },
  });
}

/** The effects of a side's nodes, in the order of their maps. */
function effectsOf(side: readonly NodeSummaryRow[], last: number): NodeEffect[] {
  const atEnd = side.filter(({ role }) => role === "eot");
  const earlier = groupsOf(
    side.filter(({ role }) => role !== "eot"),
    ({ layer, head }) => `${layer}.${head}`,
  ).map((roles) => roles.reduce((a, b) => Math.abs(b.share ?? 0) > Math.abs(a.share ?? 0) ? b : a));
  return [
    ...atEnd.map((row) => (
      { ...row, ...UNCONTROLLED, effect: "total", isFixed: false, map: "total, end token" }
    )),
    ...atEnd.map((row) => (
      { ...row, ...directShare(row), effect: "direct", isFixed: false, map: "direct, end token" }
    )),
    ...[{ rows: atEnd, token: "end" }, { rows: earlier, token: "earlier" }]
      .flatMap(({ rows, token }) =>
        rows.map((row) => ({
          ...row,
          ...UNCONTROLLED,
          ...indirectShare(row),
          effect: "indirect",
          map: `indirect, ${token} token`,
          isFixed: row.layer === last && (token === "earlier" || row.head === undefined),
        }))
      ),
  ];
}

/** The control of a row is one of direct effects. */
const UNCONTROLLED = { control: undefined };

function directShare(row: NodeSummaryRow) {
  return {
    share: row.direct_share,
    share_low: row.direct_share_low,
    share_high: row.direct_share_high,
    simultaneous_low: row.direct_simultaneous_low,
    simultaneous_high: row.direct_simultaneous_high,
  };
}

function indirectShare(row: NodeSummaryRow) {
  return {
    share: row.indirect_share,
    share_low: row.indirect_share_low,
    share_high: row.indirect_share_high,
    simultaneous_low: row.indirect_simultaneous_low,
    simultaneous_high: row.indirect_simultaneous_high,
  };
}

function rowOf({ head }: NodeSummaryRow): string {
  return head === undefined ? MLP : `${head}`;
}

function nameOf({ layer, head }: NodeSummaryRow): string {
  return head === undefined ? `${MLP} ${layer}` : `${layer}.${head}`;
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}

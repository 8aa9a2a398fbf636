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
import { isNamedShare, sharesOf } from "../../study/effects/named_shares.ts";
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
      order: (
        names,
      ) => [...names.filter((name) => name !== MLP).sort((a, b) => Number(a) - Number(b)), MLP],
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
  const earlier = groupsOf(side.filter(({ role }) => role !== "eot"), nameOf)
    .map((roles) =>
      roles.reduce((a, b) => Math.abs(b.share ?? 0) > Math.abs(a.share ?? 0) ? b : a)
    );
  const indirect = (rows: readonly NodeSummaryRow[], token: string) =>
    rows.map((row) => ({
      ...{ ...row, ...UNCONTROLLED, ...sharesOf(row, "indirect_") },
      ...{ effect: "indirect", map: `indirect, ${token} token` },
      isFixed: row.layer === last && (token === "earlier" || row.head === undefined),
    }));
  const ofEnd = (effect: string) => ({ effect, map: `${effect}, end token`, isFixed: false });
  return [
    ...atEnd.map((row) => ({ ...row, ...UNCONTROLLED, ...ofEnd("total") })),
    ...atEnd.map((row) => ({ ...row, ...sharesOf(row, "direct_"), ...ofEnd("direct") })),
    ...indirect(atEnd, "end"),
    ...indirect(earlier, "earlier"),
  ];
}

/** The control of a row is one of direct effects. */
const UNCONTROLLED = { control: undefined };

function rowOf({ head }: NodeSummaryRow): string {
  return head === undefined ? MLP : `${head}`;
}

function nameOf({ layer, head }: NodeSummaryRow): string {
  return head === undefined ? `${MLP} ${layer}` : `${layer}.${head}`;
}

/** The nodes of the circuit: how much less faithful it is without each, and how sure their place in the ranking is. */

import { bars } from "../../../charts/bars.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  estimateText,
  tipEstimate,
} from "../../../charts/spec.ts";
import { OKABE_ITO } from "../../../charts/theme.ts";
import { cellsName } from "../../../tables/nodes.ts";
import { isBeginning } from "../tables/membership.ts";
import type { MembershipRow } from "../tables/membership.ts";
import type { CircuitRow } from "../tables/circuit_table.ts";
import type { MinimalityRow } from "../tables/test_tables.ts";

export interface NodeBarsTables {
  readonly circuit: readonly Pick<CircuitRow, "negation" | "ranking" | "start">[];
  readonly minimality: readonly MinimalityRow[];
  readonly membership: readonly MembershipRow[];
}

/** The most nodes that are drawn, those with the largest drops. */
const MOST_NODES = 24;

const [DROP, SHARE] = ["Without the node", "In the samples' circuits"] as const;

interface Bar {
  readonly panel: typeof DROP | typeof SHARE;
  readonly node: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/**
 * Draws a bar for each node of the circuit, those with the largest drops first, and beside it the share of samples, if the circuit is a
 * beginning of its ranking and this has one.
 */
export function nodeBars(
  { circuit, minimality, membership }: NodeBarsTables,
  options: ChartOptions,
): ChartSpec {
  const whole = circuit[0];
  const hasShares = whole !== undefined && isBeginning(whole, membership);
  const drops = minimality.flatMap((row): Bar[] => {
    const { negation, drop, low, high } = row;
    return negation === "all" && drop !== undefined
      ? [{ panel: DROP, node: cellsName(row), value: drop, low, high }]
      : [];
  }).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = drops.slice(0, MOST_NODES);
  const samples = new Map(
    membership.filter(({ ranking }) => hasShares && ranking === whole.ranking)
      .map((row) => [cellsName(row), row.share_of_samples]),
  );
  const shares = shown.flatMap(({ node }): Bar[] => {
    const value = samples.get(node);
    return value === undefined ? [] : [{ panel: SHARE, node, value }];
  });
  const more = drops.length > shown.length
    ? `; ${shown.length} of ${drops.length} nodes, those with the largest drops`
    : "";
  return bars([...shown, ...shares], {
    ...options,
    title: "Nodes of the circuit",
    subtitle: `without one node at a time; 95 % intervals${more}`,
    caption:
      `Left: faithfulness of the circuit minus that of the circuit without the node, over the rows of both sides; bars are 95 % intervals, each for one node (${
        bootstrapText(options)
      }). Right: in how many bootstrap samples, each of which ranks the nodes and chooses the size anew, the node is in the beginning of the circuit's ranking that is enough.`,
    panels: "panel",
    at: "node",
    value: "value",
    low: "low",
    high: "high",
    colors: ([bar]) => bar!.panel === DROP ? OKABE_ITO.skyBlue : OKABE_ITO.green,
    valueTitle: ([bar]) => bar!.panel === DROP ? "drop of faithfulness" : "share of samples",
    valueRange: ([bar]) => bar!.panel === DROP ? undefined : [0, 1],
    tip: ({ panel, node, value, low, high }) =>
      panel === DROP
        ? `without ${node}: faithfulness falls by ${tipEstimate(value, { low, high })}`
        : `${node}: in the circuit of ${tipEstimate(value)} of the samples`,
    form: `Bars, one for each node, ${drops.length} in all.`,
    told: (bars) =>
      bars[0]!.panel === DROP
        ? `drop of faithfulness without each: ${
          bars.map(({ node, value, low, high }) => `${node} ${estimateText(value, { low, high })}`)
            .join(", ")
        }`
        : "share of samples of each",
  });
}

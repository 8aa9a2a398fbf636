/** The nodes of the circuit: how much less faithful it is without each, and how sure their place in the ranking is. */

import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  type Panel,
  PANEL_TITLE,
  specHead,
  TIP,
  tipEstimate,
} from "../../../charts/spec.ts";
import { OKABE_ITO } from "../../../charts/theme.ts";
import { cellsName } from "../../nodes/node.ts";
import { isBeginning } from "../tables/changes.ts";
import type { MembershipRow } from "../tables/ranking_schemas.ts";
import type { CircuitRow, MinimalityRow } from "../tables/schemas.ts";

/** What the chart reads. */
export interface NodeBarsTables {
  /** Rows of circuit.csv. */
  readonly circuit: readonly Pick<CircuitRow, "negation" | "ranking" | "start">[];
  /** Rows of minimality.csv. */
  readonly minimality: readonly MinimalityRow[];
  /** Rows of membership.csv. */
  readonly membership: readonly MembershipRow[];
}

const TITLE = "Nodes of the circuit";

/** The most nodes that are drawn, those with the largest drops. */
const MOST_NODES = 24;

function captionOf(options: ChartOptions): string {
  return `Left: faithfulness of the circuit minus that of the circuit without the node, over the rows of both sides; bars are 95 % intervals, each for one node (${
    bootstrapText(options)
  }). Right: in how many bootstrap samples, each of which ranks the nodes and chooses the size anew, the node is in the beginning of the circuit's ranking that is enough.`;
}

interface Bar {
  readonly name: string;
  readonly drop: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly share: number | undefined;
}

/**
 * Draws a bar for each node of the circuit, those with the largest drops first, and beside it the share of samples, if the circuit is a
 * beginning of its ranking and this has one.
 *
 * @param tables The tables.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function nodeBars(
  { circuit, minimality, membership }: NodeBarsTables,
  options: ChartOptions,
): ChartSpec {
  const whole = circuit[0];
  const hasShares = whole !== undefined && isBeginning(whole, membership);
  const shares = new Map(
    membership.filter(({ ranking }) => hasShares && ranking === whole.ranking)
      .map((row) => [cellsName(row), row]),
  );
  const bars = minimality.flatMap((row): Bar[] => {
    if (row.negation !== "all" || row.drop === undefined) return [];
    const { drop, low, high } = row;
    const name = cellsName(row);
    return [{ name, drop, low, high, share: shares.get(name)?.share_of_samples }];
  }).sort((a, b) => Math.abs(b.drop) - Math.abs(a.drop));
  if (bars.length === 0) return emptyChart(TITLE, options);
  const shown = bars.slice(0, MOST_NODES);
  const more = bars.length > shown.length
    ? `; ${shown.length} of ${bars.length} nodes, those with the largest drops`
    : "";
  const spec = {
    ...specHead(describe(shown, bars.length), { ...options, caption: captionOf(options) }),
    title: { text: TITLE, subtitle: `without one node at a time; 95 % intervals${more}` },
    concat: [
      dropPanel(shown),
      ...shown.some(({ share }) => share !== undefined) ? [sharePanel(shown)] : [],
    ],
  } satisfies TopLevelSpec;
  return spec;
}

const TYPE = "quantitative" as const;

function nodeAxis(bars: readonly Bar[]) {
  return {
    field: "node",
    type: "nominal" as const,
    title: null,
    sort: bars.map(({ name }) => name),
    axis: { grid: false, labelOverlap: false },
  };
}

function dropPanel(bars: readonly Bar[]): Panel {
  const y = nodeAxis(bars);
  const values = bars.map(({ name, drop, low, high }) => ({
    ...{ node: name, drop: drawn(drop), low: drawn(low ?? drop), high: drawn(high ?? drop) },
    tip: `without ${name}: faithfulness falls by ${tipEstimate(drop, { low, high })}`,
  }));
  const x = {
    field: "drop",
    type: TYPE,
    title: "drop of faithfulness",
    scale: {
      domain: axisRange([0, ...values.flatMap(({ low, high }) => [low, high])]),
      nice: false,
    },
  };
  return {
    title: { text: "Without the node", style: PANEL_TITLE },
    data: { values },
    layer: [
      {
        mark: { type: "bar", color: OKABE_ITO.skyBlue },
        encoding: { y, x, x2: { datum: 0 }, ...TIP },
      },
      {
        mark: { type: "rule", color: OKABE_ITO.black },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
      },
    ],
  };
}

function sharePanel(bars: readonly Bar[]): Panel {
  const values = bars.flatMap(({ name, share }) =>
    share === undefined ? [] : [{
      ...{ node: name, share: drawn(share) },
      tip: `${name}: in the circuit of ${tipEstimate(share)} of the samples`,
    }]
  );
  return {
    title: { text: "In the samples' circuits", style: PANEL_TITLE },
    data: { values },
    mark: { type: "bar", color: OKABE_ITO.green },
    encoding: {
      y: nodeAxis(bars),
      x: {
        field: "share",
        type: TYPE,
        title: "share of samples",
        scale: { domain: [0, 1], nice: false },
      },
      ...TIP,
    },
  };
}

function describe(bars: readonly Bar[], count: number): string {
  const seen = bars.map(({ name, drop, low, high }) =>
    `${name} ${estimateText(drop, { low, high })}`
  );
  return `Bars, one for each node. ${TITLE}, ${count} in all; drop of faithfulness without each: ${
    seen.join(", ")
  }.`;
}

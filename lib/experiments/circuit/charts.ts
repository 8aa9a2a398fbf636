/** The charts of a circuit: the curves of the rankings, its nodes, and random circuits beside it. */

import { bars } from "../../charts/bars.ts";
import { lines } from "../../charts/lines.ts";
import { SERIES_STYLES } from "../../charts/plot/line_options.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  estimateText,
  greatest,
  groupsOf,
  shortNumber,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { cellsName } from "../../tables/nodes.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import type { CurveRow } from "./tables/curve.ts";
import { type MembershipRow, sharesOfSamples } from "./tables/membership.ts";
import type { CircuitSetRow } from "./tables/sets.ts";
import type { MinimalityRow } from "./tables/test_tables.ts";

const [DENOISE, NOISE, DIRECT, GREEDY] = SERIES_STYLES;

/**
 * Draws the curves of all rankings over the rows of both sides. The sizes are those of MIB (2504.13151), at equal distances: small shares
 * of few nodes round to the same size, and on a linear axis the first sizes of many nodes would be one point.
 */
export function curveChart(rows: readonly CurveRow[], options: ChartOptions): ChartSpec {
  const known = rows.filter(({ negation, faithfulness }) =>
    negation === "all" && faithfulness !== undefined
  );
  const points = groupsOf(known, ({ ranking, nodes }) => `${ranking} ${nodes}`)
    .map((same) => same.at(-1)!);
  return lines(points, {
    ...options,
    title: "Faithfulness of the first nodes of each ranking",
    subtitle: `what is left of d with all other nodes as in the affirmative run; n = ${
      greatest(points.map(({ n }) => n))
    }`,
    caption:
      `Faithfulness of sets of heads and MLPs, by the number of nodes that are kept, the first of each ranking (sizes at equal distances): all other nodes have their values of the affirmative run, and what is left of d is divided by d (ratio of sums over rows). Nodes are ranked on the same rows, which tends to make the values too large. Bars are 95 % intervals (${
        bootstrapText(options)
      }).`,
    x: "nodes",
    y: "faithfulness",
    low: "low",
    high: "high",
    series: "ranking",
    styles: { denoise: DENOISE!, noise: NOISE!, direct: DIRECT!, greedy: GREEDY! },
    xTitle: "nodes kept",
    xAxis: "sizes",
    levels: [0, 1],
    tip: ({ ranking, nodes, fraction }) =>
      `${ranking}, first ${nodes} (${fraction} of the nodes): faithfulness`,
    form: "Lines with 95 % intervals, numbers of nodes across.",
    told: (rows) =>
      groupsOf(rows, ({ ranking }) => ranking).map((curve) => {
        const half = curve.findLast(({ fraction }) => fraction <= 0.5) ?? curve.at(-1)!;
        return `${half.ranking} ${estimateText(half.faithfulness!, half)} at ${half.fraction}`;
      }).join(", "),
  });
}

export interface NodeBarsTables {
  readonly circuit: readonly Pick<CircuitRow, "negation" | "ranking" | "start">[];
  readonly minimality: readonly MinimalityRow[];
  readonly membership: readonly MembershipRow[];
}

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
  const samples = whole && sharesOfSamples(whole, membership);
  const drops = minimality.flatMap((row): Bar[] => {
    const { negation, drop, low, high } = row;
    return negation === "all" && drop !== undefined
      ? [{ panel: DROP, node: cellsName(row), value: drop, low, high }]
      : [];
  }).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = drops.slice(0, MOST_NODES);
  const shares = shown.flatMap(({ node }): Bar[] => {
    const value = samples?.get(node);
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

const BINS = 20;

/** Draws the faithfulness of the random circuits as a histogram, and the circuit's as a line. */
export function randomChart(
  { circuit, sets }: {
    readonly circuit: readonly CircuitRow[];
    readonly sets: readonly CircuitSetRow[];
  },
  options: ChartOptions,
): ChartSpec {
  const whole = circuit.find(({ negation }) => negation === "all");
  const { faithfulness } = whole ?? {};
  const random = sets.flatMap(({ negation, set, faithfulness }) =>
    negation === "all" && /^random \d+$/.test(set) && faithfulness !== undefined
      ? [faithfulness]
      : []
  );
  const isKnown = whole !== undefined && faithfulness !== undefined && random.length > 0;
  const { low = faithfulness, high = faithfulness } = whole ?? {};
  const range = axisRange([0, 1, ...random, ...(isKnown ? [low!, high!] : [])]);
  const reaching = `${whole?.random_reaching} of ${whole?.random} random circuits`;
  return bars(isKnown ? binsOf(random, range) : [], {
    ...options,
    title: "Random circuits beside the circuit",
    subtitle:
      `${reaching} (bars) are as near to 1 as the circuit (line, 95 % interval), over all rows and on each side`,
    caption: captionOf(whole),
    at: { from: "from", to: "to" },
    value: "count",
    colors: () => OKABE_ITO.skyBlue,
    atAxis: { title: "faithfulness", range },
    valueTitle: "random circuits",
    isCount: true,
    placeLines: () => [{
      at: drawn(faithfulness!),
      low: drawn(low!),
      high: drawn(high!),
      color: OKABE_ITO.vermillion,
      tip: `circuit of ${whole!.nodes} nodes: faithfulness ${
        tipEstimate(faithfulness!, whole)
      }, n = ${whole!.n}`,
    }],
    tip: ({ from, to, count }) =>
      `${count} random circuits from ${tipEstimate(from)} to ${tipEstimate(to)}`,
    form: "Histogram with a line.",
    told: () =>
      `the circuit ${estimateText(faithfulness!, whole!)}, random ones from ${
        shortNumber(Math.min(...random))
      } to ${
        shortNumber(Math.max(...random))
      }; ${reaching} are as near to 1 over all rows and on each side`,
  });
}

function captionOf(row: CircuitRow | undefined): string {
  const what =
    "Faithfulness of different random circuits with as many heads in each block and as many MLPs as the circuit, as a histogram, and of the circuit, as a line with its 95 % interval; over the rows of both sides. A random circuit is as near to 1 if its largest |1 - faithfulness|, of all rows and of each side, is at most that of the circuit.";
  if (row?.scored_on !== "chosen") return what;
  const heldOut = row.held_out === undefined
    ? ""
    : `: on halves of the sentence pairs that had no part in the choice it is ${
      shortNumber(row.held_out)
    }`;
  return `${what} The circuit was chosen on the same rows, which tends to make its faithfulness too large${heldOut}.`;
}

function binsOf(values: readonly number[], [from, to]: readonly [number, number]) {
  const width = (to - from) / BINS;
  const bins = Map.groupBy(
    values,
    (value) => Math.min(BINS - 1, Math.floor((value - from) / width)),
  );
  return [...bins].toSorted(([a], [b]) => a - b).map(([bin, { length }]) => (
    { from: from + bin * width, to: from + (bin + 1) * width, count: length }
  ));
}

/** Random circuits beside the circuit: would any as large one do? */

import type { TopLevelSpec } from "vega-lite";
import type { Reads } from "../../../tables/schema.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  shortNumber,
  specHead,
  TIP,
  tipEstimate,
} from "../../../charts/spec.ts";
import { OKABE_ITO } from "../../../charts/theme.ts";
import type { CircuitRow, CircuitSetRow } from "../tables/schemas.ts";

/** What the chart reads. */
export interface RandomTables {
  /** Rows of circuit.csv. */
  readonly circuit: readonly Reads<
    CircuitRow,
    | "negation"
    | "nodes"
    | "n"
    | "faithfulness"
    | "low"
    | "high"
    | "held_out"
    | "random"
    | "random_reaching"
    | "scored_on"
  >[];
  /** Rows of circuit_sets.csv. */
  readonly sets: readonly Reads<CircuitSetRow, "negation" | "set" | "faithfulness">[];
}

const TITLE = "Random circuits beside the circuit";

const CAPTION =
  "Faithfulness of different random circuits with as many heads in each block and as many MLPs as the circuit, as a histogram, and of the circuit, as a line with its 95 % interval; over the rows of both sides. A random circuit is as near to 1 if its largest |1 - faithfulness|, of all rows and of each side, is at most that of the circuit.";

/** What the caption says of the rows. */
function captionOf(
  { scored_on, held_out }: Reads<CircuitRow, "scored_on" | "held_out">,
): string {
  if (scored_on !== "chosen") return CAPTION;
  const other = held_out === undefined
    ? ""
    : `: on halves of the sentence pairs that had no part in the choice it is ${
      shortNumber(held_out)
    }`;
  return `${CAPTION} The circuit was chosen on the same rows, which tends to make its faithfulness too large${other}.`;
}

/** The number of bins. */
const BINS = 20;

/**
 * Draws the faithfulness of the random circuits as a histogram, and the circuit's as a line.
 *
 * @param tables The tables.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function randomChart({ circuit, sets }: RandomTables, options: ChartOptions): ChartSpec {
  const whole = circuit.find(({ negation }) => negation === "all");
  const random = sets.flatMap(({ negation, set, faithfulness }) =>
    negation === "all" && /^random \d+$/.test(set) && faithfulness !== undefined
      ? [faithfulness]
      : []
  );
  if (whole?.faithfulness === undefined || random.length === 0) return emptyChart(TITLE, options);
  const { faithfulness, low = faithfulness, high = faithfulness } = whole;
  const range = axisRange([0, 1, ...random, low, high]);
  const bins = binsOf(random, range);
  const type = "quantitative" as const;
  const x = { type, title: "faithfulness", scale: { domain: range, nice: false } };
  const own = {
    ...{ faithfulness: drawn(faithfulness), low: drawn(low), high: drawn(high) },
    tip: `circuit of ${whole.nodes} nodes: faithfulness ${
      tipEstimate(faithfulness, whole)
    }, n = ${whole.n}`,
  };
  const said = `${whole.random_reaching} of ${whole.random} random circuits`;
  const spec = {
    ...specHead(
      `Histogram with a line. ${TITLE}: the circuit ${
        estimateText(faithfulness, whole)
      }, random ones from ${shortNumber(Math.min(...random))} to ${
        shortNumber(Math.max(...random))
      }; ${said} are as near to 1 over all rows and on each side.`,
      { ...options, caption: captionOf(whole) },
    ),
    title: {
      text: TITLE,
      subtitle: [
        `${said} (bars) are as near to 1 as the circuit (line, 95 % interval),`,
        "over all rows and on each side",
      ],
    },
    layer: [
      {
        data: { values: bins },
        mark: { type: "bar", color: OKABE_ITO.skyBlue },
        encoding: {
          x: { ...x, field: "from" },
          x2: { field: "to" },
          y: { field: "count", type, title: "random circuits", axis: { tickMinStep: 1 } },
          y2: { datum: 0 },
          ...TIP,
        },
      },
      {
        data: { values: [own] },
        mark: { type: "rect", color: OKABE_ITO.vermillion, opacity: 0.25 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        data: { values: [own] },
        mark: { type: "rule", color: OKABE_ITO.vermillion, strokeWidth: 2 },
        encoding: { x: { ...x, field: "faithfulness" }, ...TIP },
      },
    ],
  } satisfies TopLevelSpec;
  return spec;
}

/** Counts values in bins of equal width. */
function binsOf(values: readonly number[], [from, to]: readonly [number, number]) {
  const width = (to - from) / BINS;
  const placed = Map.groupBy(
    values,
    (value) => Math.min(BINS - 1, Math.floor((value - from) / width)),
  );
  return [...placed].toSorted(([a], [b]) => a - b).map(([bin, { length }]) => {
    const [start, end] = [drawn(from + bin * width), drawn(from + (bin + 1) * width)];
    const tip = `${length} random circuits from ${tipEstimate(start)} to ${tipEstimate(end)}`;
    return { from: start, to: end, count: length, tip };
  });
}

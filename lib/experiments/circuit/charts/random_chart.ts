/** Random circuits beside the circuit: would any as large one do? */

import { bars } from "../../../charts/bars.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  estimateText,
  shortNumber,
  tipEstimate,
} from "../../../charts/spec.ts";
import { OKABE_ITO } from "../../../charts/theme.ts";
import type { CircuitRow } from "../tables/circuit_table.ts";
import type { CircuitSetRow } from "../tables/sets.ts";

export interface RandomTables {
  readonly circuit: readonly CircuitRow[];
  readonly sets: readonly CircuitSetRow[];
}

/** The number of bins. */
const BINS = 20;

/** Draws the faithfulness of the random circuits as a histogram, and the circuit's as a line. */
export function randomChart({ circuit, sets }: RandomTables, options: ChartOptions): ChartSpec {
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

/** Counts values in bins of equal width. */
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

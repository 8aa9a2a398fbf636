/** The chart of an atlas: what every method says of every part. */

import { heatMap } from "../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../charts/spec.ts";
import { decimals, sidesOf } from "../charts/texts.ts";
import { namedParts } from "./findings.ts";
import { type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart, Value } from "./read_atlas.ts";

/** With more parts a map has only those that a method names. */
const MOST_PARTS = 60;

/** Draws the values of all parts: methods across, parts down in the order of layers. */
export function atlasMap({ parts: all }: Pick<Atlas, "parts">, options: ChartOptions): ChartSpec {
  const order = [...new Set(all.map(({ node }) => partText(node)))];
  const isWhole = order.length <= MOST_PARTS;
  const named = new Set(namedParts(all).map(({ node }) => partText(node)));
  const parts = isWhole ? all : all.filter(({ node }) => named.has(partText(node)));
  const inOrder = (labels: readonly string[]) => (places: readonly string[]) =>
    labels.filter((label) => places.includes(label));
  return heatMap(parts.flatMap(cellsOf), {
    ...options,
    title: "Every part by every method",
    subtitle: isWhole ? "heads and MLPs by layer" : "heads and MLPs that a method names, by layer",
    caption:
      "What every method says of heads and MLPs, over all rows of each side, as shares of d: what is lost without attention to the negator (knock-out) or with the part ablated (of 2); what it writes itself (direct) and does in all (total); its strongest paths. `attend` is a share of attention: that to the negator above that to its twin",
    panels: (cells) =>
      sidesOf(cells).map((rows) => ({ title: `${rows[0]!.negation}-negated`, rows })),
    x: { field: "method", order: inOrder(METHODS.map(({ label }) => label)), isSlanted: true },
    y: { field: "part", order: inOrder(order) },
    most: 1,
    value: "value",
    low: "low",
    high: "high",
    legend: "share",
    tip: ({ tip }) => tip,
    named: { most: 5, nameOf: ({ part, method }) => `${part} by ${method}` },
  });
}

function cellsOf({ negation, node, values }: AtlasPart) {
  const part = partText(node);
  return METHODS.map(({ name, label }) => {
    const value = values.get(name);
    return {
      negation,
      part,
      method: label,
      ...{ value: value?.value, low: value?.low, high: value?.high },
      tip: `${part}, ${label}${value === undefined ? "" : detailText(name, value)}`,
    };
  });
}

/** What a value is of, and what its control shows. */
function detailText(method: MethodName, { role, partner, by, control }: Value): string {
  const end = `${method === "path_in" ? "from" : "to"} ${partner}`;
  return [
    role === undefined ? "" : ` at ${role}`,
    partner === undefined ? "" : ` ${end}, ${by === "direct" ? by : `by ${by}`}`,
    control?.value === undefined
      ? ""
      : `, control ${control.control} ${decimals(control.value, 2)}`,
  ].join("");
}

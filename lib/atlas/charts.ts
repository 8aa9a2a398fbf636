/** The charts of an atlas: what every method says of every part, and how far the methods agree. */

import { heatMap, type HeatMapOptions } from "../charts/heat_map.ts";
import type { MapPlaces } from "../charts/map_sides.ts";
import { type ChartOptions, type ChartSpec, decimals, sidesOf } from "../charts/spec.ts";
import type { AgreementRow } from "./agreement.ts";
import { namedParts } from "./findings.ts";
import { labelOf, type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart, Value } from "./read_atlas.ts";

/** With more parts a map has only those that a method names. */
const MOST_PARTS = 60;

interface Cell {
  readonly negation: string;
  readonly part: string;
  readonly method: string;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Whether nothing puts the value in doubt, as of the circuit, which is a yes or no. */
  readonly isFixed: boolean;
  readonly tip: string;
}

const IN_CIRCUIT = "circuit";

/** What both maps are like: a panel for each side, methods across. */
function methodMap<Row extends Sided>(
  rows: readonly Row[],
  x: MapPlaces<Row>,
  options: Omit<HeatMapOptions<Row>, "x" | "panels">,
): ChartSpec {
  return heatMap(rows, {
    ...options,
    panels: (cells) =>
      sidesOf(cells).map((rows) => ({ title: `${rows[0]!.negation}-negated`, rows })),
    x: { ...x, order: inOrder, isSlanted: true },
    most: 1,
  });
}

interface Sided {
  readonly negation: string;
}

/** Labels of methods in the order of columns. */
function inOrder(places: readonly string[]): string[] {
  return [...METHODS.map(({ label }) => label), IN_CIRCUIT].filter((name) => places.includes(name));
}

/** Draws the values of all parts: methods across, parts down in the order of layers. */
export function atlasMap(atlas: Atlas, options: ChartOptions): ChartSpec {
  const order = [...new Set(atlas.parts.map(({ node }) => partText(node)))];
  const isWhole = order.length <= MOST_PARTS;
  const named = new Set(namedParts(atlas.parts).map(({ node }) => partText(node)));
  const parts = isWhole ? atlas.parts : atlas.parts.filter(({ node }) => named.has(partText(node)));
  return methodMap(parts.flatMap(cellsOf), { field: "method" }, {
    ...options,
    title: "Every part by every method",
    subtitle: isWhole ? "heads and MLPs by layer" : "heads and MLPs that a method names, by layer",
    caption:
      "Shares of d of heads and MLPs by every method, over all rows of each side: attention to the negator above that to its twin (a share of attention); the share lost without it (knock-out) or with the part ablated (of 2); what it writes itself (direct) and does in all (total); its strongest paths; and in which share of samples the circuit has it",
    y: { field: "part", order: (places) => order.filter((part) => places.includes(part)) },
    value: "value",
    low: "low",
    high: "high",
    legend: "share of d",
    judged: (cell) => cell.isFixed ? { isFixed: true } : { low: cell.low, high: cell.high },
    tip: ({ tip }) => tip,
    named: { most: 5, nameOf: ({ part, method }) => `${part} by ${method}` },
  });
}

function cellsOf({ negation, node, values, inCircuit, circuitSamples }: AtlasPart): Cell[] {
  const part = partText(node);
  const cells = METHODS.map(({ name, label }): Cell => {
    const value = values.get(name);
    return {
      negation,
      part,
      method: label,
      value: value?.value,
      low: value?.low,
      high: value?.high,
      isFixed: false,
      tip: `${part}, ${label}${value === undefined ? "" : detailText(name, value)}`,
    };
  });
  if (inCircuit === undefined) return cells;
  const value = circuitSamples ?? (inCircuit ? 1 : 0);
  const tip = `${part}, ${inCircuit ? "in" : "not in"} the circuit, share of samples`;
  const rest = { low: undefined, high: undefined, isFixed: true, tip };
  return [...cells, { negation, part, method: IN_CIRCUIT, value, ...rest }];
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

export function agreementMap(rows: readonly AgreementRow[], options: ChartOptions): ChartSpec {
  return methodMap(rows, { field: "second", of: ({ second }) => labelOf(second) }, {
    ...options,
    title: "Agreement of methods",
    subtitle: "Spearman's rho over heads, and MLPs where both measure them",
    caption:
      "Spearman's rho of two methods over the sizes of their values of heads, and of MLPs where both measure these; both are of the same rows",
    y: { field: "first", of: ({ first }) => labelOf(first), order: inOrder },
    value: "rho",
    low: "samples_low",
    high: "samples_high",
    legend: "rho",
    tip: ({ first, second, parts, ceiling }) =>
      `${labelOf(first)} and ${labelOf(second)}, ${parts} parts${
        ceiling === undefined ? "" : `, ceiling ${decimals(ceiling, 2)}`
      }: rho`,
    named: { most: 3, nameOf: ({ first, second }) => `${labelOf(first)} and ${labelOf(second)}` },
  });
}

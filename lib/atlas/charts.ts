/** The charts of an atlas: what every method says of every part, and how far the methods agree. */

import { heatMap } from "../charts/heat_map.ts";
import { type ChartOptions, type ChartSpec, decimals, sidesOf } from "../charts/spec.ts";
import type { AgreementRow } from "./agreement.ts";
import { namedParts } from "./findings.ts";
import { type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart, Value } from "./read_atlas.ts";

/** With more parts a map has only those that a method names. */
const MOST_PARTS = 60;

/** A cell of the map. */
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

/** Draws the values of all parts: methods across, parts down in the order of layers. */
export function atlasMap(atlas: Atlas, options: ChartOptions): ChartSpec {
  const perSide = new Set(atlas.parts.map(({ node }) => partText(node))).size;
  const isWhole = perSide <= MOST_PARTS;
  const named = new Set(namedParts(atlas.parts).map(({ node }) => partText(node)));
  const parts = isWhole ? atlas.parts : atlas.parts.filter(({ node }) => named.has(partText(node)));
  const order = [...new Set(parts.map(({ node }) => partText(node)))];
  return heatMap(parts.flatMap(cellsOf), {
    ...options,
    title: "Every part by every method",
    subtitle: isWhole ? "heads and MLPs by layer" : "heads and MLPs that a method names, by layer",
    caption:
      "Shares of d of heads and MLPs by every method, over all rows of each side: attention to the negator above that to its twin (a share of attention); the share lost without it (knock-out) or with the part ablated (of 2); what it writes itself (direct) and does in all (total); its strongest paths; and in which share of samples the circuit has it",
    panels: (cells) =>
      sidesOf(cells).map((rows) => ({ title: `${rows[0]!.negation}-negated`, rows })),
    x: {
      field: "method",
      order: (places) =>
        [...METHODS.map(({ label }) => label), IN_CIRCUIT].filter((name) => places.includes(name)),
      isSlanted: true,
    },
    y: { field: "part", order: () => order },
    value: "value",
    low: "low",
    high: "high",
    legend: "share of d",
    most: 1,
    judged: (cell) => cell.isFixed ? { isFixed: true } : { low: cell.low, high: cell.high },
    tip: ({ tip }) => tip,
    named: { most: 5, nameOf: ({ part, method }) => `${part} by ${method}` },
  });
}

function cellsOf(part: AtlasPart): Cell[] {
  const { negation, node, values, inCircuit, circuitSamples } = part;
  const name = partText(node);
  const cells = METHODS.map(({ name: method, label }): Cell => {
    const value = values.get(method);
    return {
      negation,
      part: name,
      method: label,
      value: value?.value,
      low: value?.simultaneousLow ?? value?.low,
      high: value?.simultaneousHigh ?? value?.high,
      isFixed: false,
      tip: `${name}, ${label}${value === undefined ? "" : detailText(method, value)}`,
    };
  });
  if (inCircuit === undefined) return cells;
  const value = circuitSamples ?? (inCircuit ? 1 : 0);
  const tip = `${name}, ${inCircuit ? "in" : "not in"} the circuit, share of samples`;
  const rest = { low: undefined, high: undefined, isFixed: true, tip };
  return [...cells, { negation, part: name, method: IN_CIRCUIT, value, ...rest }];
}

/** What a value is of, and what its control shows. */
function detailText(method: MethodName, { role, partner, by, control }: Value): string {
  return [
    ...role === undefined ? [] : [` at ${role}`],
    ...partner === undefined ? [] : [
      ` ${method === "path_in" ? "from" : "to"} ${partner}, ${by === "direct" ? by : `by ${by}`}`,
    ],
    ...control?.value === undefined
      ? []
      : [`, control ${control.control} ${decimals(control.value, 2)}`],
  ].join("");
}

/** Draws rho of every two methods. */
export function agreementMap(rows: readonly AgreementRow[], options: ChartOptions): ChartSpec {
  const labels = METHODS.map(({ label }) => label);
  const labelOf = (name: MethodName) => METHODS.find((method) => method.name === name)!.label;
  return heatMap(rows, {
    ...options,
    title: "Agreement of methods",
    subtitle: "Spearman's rho over heads, and MLPs where both measure them",
    caption:
      "Spearman's rho of two methods over the sizes of their values of heads, and of MLPs where both measure these; both are of the same rows",
    panels: (rows) =>
      sidesOf(rows).map((side) => ({ title: `${side[0]!.negation}-negated`, rows: side })),
    x: {
      field: "second",
      of: ({ second }) => labelOf(second),
      order: (places) => labels.filter((label) => places.includes(label)),
      isSlanted: true,
    },
    y: {
      field: "first",
      of: ({ first }) => labelOf(first),
      order: (places) => labels.filter((label) => places.includes(label)),
    },
    value: "rho",
    low: "samples_low",
    high: "samples_high",
    legend: "rho",
    most: 1,
    tip: ({ first, second, parts, ceiling }) =>
      `${labelOf(first)} and ${labelOf(second)}, ${parts} parts${
        ceiling === undefined ? "" : `, ceiling ${decimals(ceiling, 2)}`
      }: rho`,
    named: { most: 3, nameOf: ({ first, second }) => `${labelOf(first)} and ${labelOf(second)}` },
  });
}

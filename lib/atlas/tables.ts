/** atlas.csv: what every method says of every head and MLP. */

import { NEGATION, numberOrNone } from "../study/columns.ts";
import {
  bounds,
  estimated,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  text,
} from "../tables/table.ts";
import { nodeName } from "../tables/nodes.ts";
import { type MethodName, METHODS } from "./methods.ts";
import { actingRole, type Atlas } from "./read_atlas.ts";

export const ATLAS = table(
  "atlas",
  "One row for each side, head or MLP, and method with a value of it, over all rows of the side; intervals and controls are those of the method's own table.",
  {
    negation: NEGATION,
    part: key(text("The part: `head 1.2` (layer.head, from 1) or `mlp 3`, as in other tables.")),
    method: key(text<MethodName>(
      METHODS.map(({ name, means }) => `\`${name}\`: ${lowerFirst(means)}`).join(" "),
    )),
    value: estimated(numberOrNone("", "The method's value."), {
      interval: bounds(""),
      simultaneous: bounds("simultaneous_"),
    }),
    low: numberOrNone("", "Lower bound of its 95 % interval."),
    high: numberOrNone("", "Upper bound of the same."),
    simultaneous_low: numberOrNone("", "Lower bound of its simultaneous interval."),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    control: optional(text("The control that it is compared with; empty without one.")),
    share_control: numberOrNone("", "What it shows in place of the value."),
    share_beyond: numberOrNone("", "How far the value lies beyond it."),
    share_beyond_low: numberOrNone("", "Lower bound of its simultaneous interval."),
    share_beyond_high: numberOrNone("", "Upper bound of the same."),
    specific: optional(
      text<"yes" | "no">(
        "`yes` if the value is of negation, `no` if not; empty where that is not known, and of a value below 0, which takes away from d.",
      ),
    ),
    at: optional(text(
      "Of `total`, the role of the tokens; empty below .001. Of a path its other end: `negator`, its embedding, a head, or `score`.",
    )),
    by: optional(text("What a path goes through: `queries`, `keys` or `values`, or `direct`.")),
    circuit: optional(text<"yes" | "no">(
      "Whether the part is in the circuit, which both sides share; empty without one.",
    )),
    in_place_of: optional(
      text("The parts of the circuit whose place it can take (`stand_ins` of minimality.csv)."),
    ),
  },
);

function lowerFirst(text: string): string {
  return `${text[0]!.toLowerCase()}${text.slice(1)}`;
}

/** Makes the table, in the order side, layer, heads before the MLP, method. */
export function atlasTable({ parts, standIns }: Atlas): Table<RowOf<typeof ATLAS>> {
  const yesOrNo = (is: boolean | undefined) => is === undefined ? undefined : is ? "yes" : "no";
  return fillTable(
    ATLAS,
    parts.flatMap(({ negation, node, values, inCircuit }) => {
      const replaced = standIns.filter(({ by }) => nodeName(by) === nodeName(node));
      return [...values].map(([method, { control, ...found }]) => ({
        negation,
        part: nodeName(node),
        method,
        ...{ value: found.value, low: found.low, high: found.high },
        simultaneous_low: found.simultaneousLow,
        simultaneous_high: found.simultaneousHigh,
        control: control?.control,
        share_control: control?.value,
        share_beyond: control?.difference,
        share_beyond_low: control?.low,
        share_beyond_high: control?.high,
        specific: yesOrNo(control?.isSpecific),
        at: method === "total" ? actingRole({ values }) : found.partner,
        by: found.by,
        circuit: yesOrNo(inCircuit),
        in_place_of: replaced.map(({ node }) => nodeName(node)).join(", ") || undefined,
      }));
    }),
  );
}

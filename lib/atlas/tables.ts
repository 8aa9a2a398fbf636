/** atlas.csv: what every method says of every head and MLP. */

import { nodeName } from "../tables/nodes.ts";
import { NEGATION, numberOrNone } from "../study/columns.ts";
import { count, estimated, fillTable, key, optional, table, text } from "../tables/schema.ts";
import type { AnyTable, Column, Columns, TableCell, TableSchema } from "../tables/table.ts";
import { type Method, METHODS } from "./methods.ts";
import { actingRole, type Atlas, type AtlasPart, type Value } from "./read_atlas.ts";

const DETAILS: Readonly<Record<string, Columns>> = {
  total: { role: optional(text("The role of the tokens at which `total` is; empty below .001.")) },
  path_in: {
    path_in_from: optional(text("Where the path begins: `negator`, its embedding, or a head.")),
    path_in_by: optional(text("What it goes through: `queries`, `keys` or `values` of the head.")),
  },
  path_out: {
    path_out_to: optional(text("Where the path ends: a head, or `score`.")),
    path_out_by: optional(
      text("What it goes through there: `queries`, `keys` or `values`; `direct` to the score."),
    ),
  },
};

function columnsOf({ name, means, sources }: Method, isControlled: boolean): Columns {
  const { schema, value } = sources[0]!;
  const hasSimultaneous = schema.columns[value]!.estimate?.simultaneous !== undefined;
  const interval = { low: `${name}_low`, high: `${name}_high` };
  const simultaneous = { low: `${name}_simultaneous_low`, high: `${name}_simultaneous_high` };
  return {
    [name]: estimated(numberOrNone("", means), {
      interval,
      ...hasSimultaneous && { simultaneous },
    }),
    [interval.low]: numberOrNone("", "Lower bound of its 95 % interval, as in that table."),
    [interval.high]: numberOrNone("", "Upper bound of the same."),
    ...hasSimultaneous && {
      [simultaneous.low]: numberOrNone("", "Lower bound of its simultaneous interval there."),
      [simultaneous.high]: numberOrNone("", "Upper bound of the same."),
    },
    ...isControlled && controlColumns(name),
    ...DETAILS[name],
  };
}

function controlColumns(name: string): Columns {
  return {
    [`${name}_control`]: optional(
      text("The control that it is compared with, as `control` there."),
    ),
    [`${name}_share_control`]: numberOrNone("", "What it shows in place of the value."),
    [`${name}_share_beyond`]: numberOrNone("", "How far the value lies beyond it, as there."),
    [`${name}_share_beyond_low`]: numberOrNone("", "Lower bound of its simultaneous interval."),
    [`${name}_share_beyond_high`]: numberOrNone("", "Upper bound of the same."),
    [`${name}_specific`]: optional(
      text("`yes` if the value is of negation, as there, `no` if not."),
    ),
  };
}

/** The schema with the columns of controls for the methods that have them. */
export function atlasSchema(isControlled: (method: Method) => boolean): TableSchema {
  const columns: Record<string, Column> = {
    negation: NEGATION,
    part: key(text("The part: `head 1.2` (layer.head, from 1) or `mlp 3`, as in other tables.")),
    layer: count("The block's number from 1."),
    head: optional(count("The head's number from 1; empty for an MLP.")),
  };
  for (const method of METHODS) Object.assign(columns, columnsOf(method, isControlled(method)));
  return table(
    "atlas",
    "One row for each side and head or MLP, over all rows of the side; columns of controls stand here for the methods that ran with `--control`.",
    {
      ...columns,
      circuit: optional(
        text<"yes" | "no">(
          "Whether it is in the circuit, which both sides share; empty without one.",
        ),
      ),
      in_place_of: optional(
        text("The parts of the circuit whose place it can take (`stand_ins` of minimality.csv)."),
      ),
    },
  );
}

/** Makes the table. atlas.csv in the order side, layer, heads before the MLP. */
export function atlasTable({ parts, standIns }: Atlas): AnyTable {
  const isControlled = ({ name }: Method) =>
    parts.some(({ values }) => values.get(name)?.control !== undefined);
  const schema = atlasSchema(isControlled);
  return fillTable(
    schema,
    parts.map((part) => {
      const replaced = standIns.filter(({ by }) => nodeName(by) === nodeName(part.node))
        .map(({ node }) => nodeName(node)).join(", ");
      const cells = atlasCells(part, replaced || undefined);
      return Object.fromEntries(Object.keys(schema.columns).map((name) => [name, cells[name]]));
    }),
  );
}

/** All cells of a part, also those for which the table has no column. */
function atlasCells(
  { negation, node, values, inCircuit }: AtlasPart,
  in_place_of: string | undefined,
): Readonly<Record<string, TableCell>> {
  return {
    negation,
    part: nodeName(node),
    layer: node.layer,
    head: node.head,
    ...Object.assign({}, ...METHODS.map(({ name }) => cellsOf(name, values.get(name)))),
    role: actingRole({ values }),
    circuit: inCircuit === undefined ? undefined : inCircuit ? "yes" : "no",
    in_place_of,
  };
}

function cellsOf(name: string, found: Value | undefined): Readonly<Record<string, TableCell>> {
  const { partner, by, control } = found ?? {};
  return {
    [name]: found?.value,
    [`${name}_low`]: found?.low,
    [`${name}_high`]: found?.high,
    [`${name}_simultaneous_low`]: found?.simultaneousLow,
    [`${name}_simultaneous_high`]: found?.simultaneousHigh,
    [`${name}_control`]: control?.control,
    [`${name}_share_control`]: control?.value,
    [`${name}_share_beyond`]: control?.difference,
    [`${name}_share_beyond_low`]: control?.low,
    [`${name}_share_beyond_high`]: control?.high,
    [`${name}_specific`]: control?.isSpecific === undefined
      ? undefined
      : control.isSpecific
      ? "yes"
      : "no",
    ...name === "path_in" && { path_in_from: partner, path_in_by: by },
    ...name === "path_out" && { path_out_to: partner, path_out_by: by },
  };
}

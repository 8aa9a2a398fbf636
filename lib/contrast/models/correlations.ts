/** contrast_correlations.csv: whether two models have the same parts in the same order by each measure. */

import { type Method, METHODS } from "../../atlas/methods.ts";
import { cellsOf, isOfAll } from "../../atlas/read_atlas.ts";
import { agreementOf, freeCells } from "../../compare/agreement.ts";
import type { Manifest } from "../../files/manifest.ts";
import { numberOrNone } from "../../study/columns.ts";
import { signOfD, sizeOfD } from "../../study/effects/noise.ts";
import { count, fillTable, key, type RowOf, type Table, table, text } from "../../tables/table.ts";
import { nodeName } from "../../tables/nodes.ts";
import type { ModelLine } from "./model_line.ts";
import { imagesOfModel, tableOf } from "./read_models.ts";

export const CONTRAST_CORRELATIONS = table(
  "contrast_correlations",
  "Of many models: one row for each measure and two models on the same rows with the same parts.",
  {
    measure: key(
      text(
        "`attend`, `knockout`, `ablate` or `direct`, of heads and MLPs as in atlas.csv; `shares`, of roles at layers, without those that the method fixes for every model.",
      ),
    ),
    first: key(text("A model.")),
    second: key(text("Another model.")),
    parts: count("The parts that both have."),
    rho: numberOrNone(
      "",
      "Spearman's rho of the sizes of their values over parts, of `attend` of the values; empty below three parts.",
    ),
  },
);

export type CorrelationRow = RowOf<typeof CONTRAST_CORRELATIONS>;

/** Those that give each part one value a side. */
const MAPS = METHODS.filter(({ sources }) => sources[0].detailOf === undefined);

/** The value of each part of a model. */
type PartMap = ReadonlyMap<string, number>;

export async function correlationsTable(
  lines: readonly ModelLine[],
  nameOf: (line: ModelLine) => string,
): Promise<Table<CorrelationRow>> {
  const scored = lines.filter(({ rows }) => rows.length > 0);
  const measures = [
    ...MAPS.map((method) => ({
      name: method.name as string,
      mapOf: (line: ModelLine) => methodMap(line, method),
    })),
    { name: "shares", mapOf: sharesMap },
  ];
  const found: CorrelationRow[] = [];
  for (const { name: measure, mapOf } of measures) {
    for (
      const onSameRows of Map.groupBy(
        scored,
        (line) => `${imagesOfModel(line.model) ?? ""}\n${rowsText(line)}`,
      ).values()
    ) {
      const maps = await Promise.all(onSameRows.map(async (line) => (
        { name: nameOf(line), map: await mapOf(line) }
      )));
      for (const [i, { name: first, map: one }] of maps.entries()) {
        for (const { name: second, map: other } of maps.slice(i + 1)) {
          const isAlike = one.size > 0 && [...one.keys()].join() === [...other.keys()].join();
          if (!isAlike) continue;
          const pairOf = (part: string) => [one.get(part), other.get(part)] as const;
          const { n: parts, rho } = agreementOf([...one.keys()], pairOf);
          found.push({ measure, first, second, parts, rho });
        }
      }
    }
  }
  return fillTable(CONTRAST_CORRELATIONS, found);
}

/** The text of all rows, which models on the same rows share. */
export function rowsText({ rows }: ModelLine): string {
  return rows.map(({ text }) => text).join("\n");
}

/** Whether a run's table has a method's values of the text tower alone. */
function isMeant({ command, options }: Manifest): boolean {
  return command !== "ablate" || options["tower"] === "text" && options["method"] === "twin";
}

/** The values of a method's table over the rows of both sides: a share of d weighs as the side's |d|, a mean of attention as its rows. */
async function methodMap({ model, rows }: ModelLine, { name, sources }: Method): Promise<PartMap> {
  const { schema, value: column, nodeOf } = sources[0];
  const sums = new Map<string, { sum: number; weight: number }>();
  for (const line of (await tableOf(model, schema.name, isMeant)).filter(isOfAll)) {
    const [node, value] = [nodeOf(cellsOf(line)), line.number(column)];
    if (node === undefined || value === undefined) continue;
    const side = rows.filter(({ negation }) => negation === line.text("negation"));
    const own = sums.getOrInsertComputed(nodeName(node), () => ({ sum: 0, weight: 0 }));
    const weight = name === "attend"
      ? line.count("n_baseline")
      : side.reduce((sum, { d }) => sum + sizeOfD(d), 0);
    own.sum += weight * value;
    own.weight += weight;
  }
  return new Map([...sums].map(([part, { sum, weight }]) => {
    const value = sum / weight;
    return [part, name === "attend" ? value : Math.abs(value)];
  }));
}

/** The shares of roles at layers that the method does not fix; a row without a role has 0 there. */
async function sharesMap(line: ModelLine): Promise<PartMap> {
  const places = new Map(line.rows.map(({ id }, place) => [id, place]));
  const values = new Map<string, number[]>();
  const cells = new Map<string, { readonly role: string; readonly layer: number }>();
  for (const row of await tableOf(line.model, "shares")) {
    const cell = { role: row.text("role"), layer: row.count("layer") };
    const part = `${cell.role} ${cell.layer}`;
    cells.set(part, cell);
    const ofRows = values.getOrInsertComputed(part, () => line.rows.map(() => 0));
    ofRows[places.get(row.text("id"))!] = row.number("share")!;
  }
  const isFree = freeCells([...cells], ([part, cell]) => (
    { ...cell, site: "resid", values: values.get(part)! }
  ));
  const free = new Set([...cells].filter(isFree).map(([part]) => part));
  const whole = line.rows.reduce((sum, { d }) => sum + sizeOfD(d), 0);
  return new Map(
    [...values].filter(([part]) => free.has(part)).map(([part, ofRows]) => {
      const sum = ofRows.reduce((sum, value, row) => sum + signOfD(line.rows[row]!.d) * value, 0);
      return [part, Math.abs(sum / whole)];
    }),
  );
}

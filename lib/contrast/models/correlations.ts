/** contrast_correlations.csv: how far the maps of two models agree by each measure, and how far they could at most. */

import { agreementOf, type SideOfMethod, type ValuesByPart } from "../../atlas/agreement.ts";
import { type Method, METHODS } from "../../atlas/methods.ts";
import { readValues } from "../../atlas/row_values.ts";
import type { Manifest } from "../../files/manifest.ts";
import { count, fillTable, key, table, text } from "../../tables/schema.ts";
import { numberOrNone } from "../../study/columns.ts";
import type { RowOf } from "../../tables/schema.ts";
import type { Table } from "../../tables/table.ts";
import type { ModelLine } from "./model_line.ts";
import { tableOf } from "./read_models.ts";

export const CONTRAST_CORRELATIONS = table(
  "contrast_correlations",
  "Of many models: one row for each measure and two models on the same rows with the same parts, whether both put the parts in the same order, over the rows of both sides.",
  {
    measure: key(
      text(
        "`attend`, `knockout`, `ablate` or `direct`, of heads and MLPs as in atlas.csv; `shares`, of roles at layers.",
      ),
    ),
    first: key(text("A model.")),
    second: key(text("Another model.")),
    parts: count("The parts that both have."),
    rho: numberOrNone(
      "",
      "Spearman's rho of the sizes of the values over parts; of `attend`, of the values.",
    ),
    ceiling: numberOrNone(
      "",
      "The noise ceiling of rho: the root of the product of both reliabilities, from random halves of the clusters of rows, by Spearman and Brown's formula. Errors that both share can lift rho above it.",
    ),
    first_reliability: numberOrNone("", "How well the first model's map agrees with itself."),
    second_reliability: numberOrNone("", "The same of the second."),
  },
);

export type CorrelationRow = RowOf<typeof CONTRAST_CORRELATIONS>;

/** Those whose values follow from single rows. */
const MAPS = METHODS.filter(({ rows, sources }) =>
  rows !== undefined && sources[0].detailOf === undefined
);

const SHARES = "shares";

export async function correlationsTable(
  lines: readonly ModelLine[],
  nameOf: (line: ModelLine) => string,
): Promise<Table<CorrelationRow>> {
  const found: CorrelationRow[] = [];
  const scored = lines.filter(({ rows }) => rows.length > 0);
  const onSameRows = Map.groupBy(scored, ({ rows }) => rows.map(({ text }) => text).join("\n"))
    .values().filter(({ length }) => length > 1).toArray();
  for (const measure of [...MAPS, undefined]) {
    for (const group of onSameRows) {
      const sides: (SideOfMethod<string> & { readonly parts: string })[] = [];
      for (const line of group) {
        const values = await (measure === undefined ? sharesOf(line) : valuesOf(line, measure));
        if (values === undefined || values.size === 0) continue;
        sides.push({
          method: nameOf(line),
          values,
          isMean: measure?.rows?.isMean ?? false,
          d: line.rows.map(({ d }) => d),
          parts: [...values.keys()].join(),
        });
      }
      for (const alike of Map.groupBy(sides, ({ parts }) => parts).values()) {
        const { rows } = group[0]!;
        const [d, clusters] = [rows.map(({ d }) => d), rows.map(({ cluster }) => cluster)];
        const agreed = agreementOf(alike, { negation: "foil", d, clusters }, 0);
        for (const { negation: _, samples_low: __, samples_high: ___, ...cells } of agreed) {
          found.push({ measure: measure?.name ?? SHARES, ...cells });
        }
      }
    }
  }
  return fillTable(CONTRAST_CORRELATIONS, found);
}

/** Whether a run's table has a method's values of the text tower alone. */
function isMeant({ command, options }: Manifest): boolean {
  return command !== "ablate" || options["tower"] === "text" && options["method"] === "twin";
}

async function valuesOf(line: ModelLine, method: Method): Promise<ValuesByPart | undefined> {
  const parts = line.model.runs.filter(({ manifest }) => isMeant(manifest))
    .map(({ folder, manifest }) => ({ name: manifest.command, folder, manifest }));
  return await readValues(parts, method, { rows: line.rows, roleOf: () => undefined });
}

/** The values of roles at layers; a row without a role has 0 there. */
async function sharesOf({ model, rows }: ModelLine): Promise<ValuesByPart> {
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const values = new Map<string, number[]>();
  for (const row of await tableOf(model, SHARES)) {
    const part = `${row.text("role")} ${row.count("layer")}`;
    const ofRows = values.getOrInsertComputed(part, () => rows.map(() => 0));
    ofRows[places.get(row.text("id"))!] = row.number("share")!;
  }
  return values;
}

/** Published figures beside measured ones, from tables made by hand. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { besidePublished, type PaperRow } from "../../lib/paper/beside.ts";
import { readCsvRows } from "../../lib/tables/csv.ts";
import { withTables } from "./finished_parts.ts";

const SUMMARY = "negation,n,accuracy,accuracy_low,accuracy_high,correct,ambiguous,incorrect\n";
const SIZES = "threshold,n,accuracy,low,high\n";
const found = (rows: readonly PaperRow[], cell: Partial<PaperRow>) => {
  const own = rows.filter((row) =>
    Object.entries(cell).every(([key, value]) => row[key as keyof PaperRow] === value)
  );
  assertEquals(own.length, 1, JSON.stringify(cell));
  return own[0]!;
};

Deno.test("besidePublished() says whether the published figure is between low and high of the table", () =>
  withTables(
    {
      scores_standard: { "summary.csv": `${SUMMARY}all,505,0.7,0.691,0.75,9,8,7\n` },
      scores_rephrased: {
        "summary.csv":
          `${SUMMARY}foil,240,0.6,0.55,0.70399,1,2,3\ncaption,250,0.7,0.6,0.8,1,2,3\nall,490,0.8,,,2,4,6\n`,
      },
    },
    {},
    async (parts) => {
      const { rows } = await besidePublished(parts);
      const accuracy = (cell: Partial<PaperRow>) => {
        const row = found(rows, { quantity: "accuracy", ...cell });
        return [row.published, row.measured, row.low, row.high, row.inside, row.line] as unknown[];
      };
      // The bounds belong to the interval: .691 is its lower end.
      assertEquals(accuracy({ protocol: "standard" }), [0.691, 0.7, 0.691, 0.75, "yes", 2]);
      const rephrased = { protocol: "rephrased" } as const;
      assertEquals(accuracy({ ...rephrased, negation: "foil" }), [
        ...[0.704, 0.6, 0.55, 0.70399, "no", 2],
      ]);
      assertEquals(accuracy({ ...rephrased, negation: "caption" }), [
        ...[0.668, 0.7, 0.6, 0.8, "yes", 3],
      ]);
      assertEquals(accuracy({ ...rephrased, negation: "all" }), [
        ...[0.686, 0.8, undefined, undefined, undefined, 4],
      ]);
      const counted = found(rows, { quantity: "incorrect", protocol: "standard" });
      assertEquals([counted.published, counted.measured, counted.inside], [28, 7, undefined]);
      const missing = found(rows, { quantity: "r", feature: "subject_size" });
      assertEquals([missing.measured, missing.file, missing.inside], [
        undefined,
        undefined,
        undefined,
      ]);
    },
  ));

Deno.test("besidePublished() finds accuracies by size under their threshold", () =>
  withTables(
    {
      correlate: {
        "size_accuracy.csv":
          `${SIZES}0.2,30,0.9,0.8,0.95\n0.05,90,0.6,0.5,0.7\n0,236,0.703,0.703,0.703\n0.11,50,0.8,0.1,0.9\n`,
        "correlations.csv": "negation,feature,n,r,r_low,r_high\nfoil,tokens,240,-0.1,-0.2,0\n",
      },
    },
    {},
    async (parts) => {
      const { rows } = await besidePublished(parts);
      const bySize = rows.filter(({ quantity }) => quantity === "accuracy_by_size");
      assertEquals(
        bySize.map((row) => [row.threshold, row.n, row.measured, row.inside, row.line]),
        [
          [0, 236, 0.703, "yes", 4],
          [0.05, 90, 0.6, "no", 3],
          [0.1, undefined, undefined, undefined, undefined],
          [0.2, 30, 0.9, "yes", 2],
        ],
      );
    },
  ));

Deno.test("besidePublished() has the correlation without the most repeated sentence pair, over the other rows", () =>
  withTables(
    {
      correlate: {
        "size_accuracy.csv": SIZES,
        "correlations.csv":
          "negation,feature,n,block_n,r,r_without_block\nfoil,text_similarity,240,9,0.1,0.2\ncaption,text_similarity,250,44,0.032,-0.2\n",
      },
    },
    {},
    async (parts) => {
      const row = found((await besidePublished(parts)).rows, { quantity: "r_without_block" });
      assertEquals([row.negation, row.feature, row.source], [
        "caption",
        "text_similarity",
        "paper",
      ]);
      assertEquals([row.published_n, row.published], [206, -0.201]);
      assertEquals([row.n, row.measured, row.line], [250 - 44, -0.2, 3]);
      assertEquals([row.file, row.column], ["correlate/correlations.csv", "r_without_block"]);
    },
  ));

Deno.test("besidePublished() gives the accuracy over all rows as its source counts it, without the row that cannot be compared", () =>
  withTables(
    { scores_all: { "summary.csv": `${SUMMARY}all,533,0.71106941838649,0.67,0.75,1,2,3\n` } },
    {},
    async (parts) => {
      const row = found((await besidePublished(parts)).rows, { protocol: "all" });
      assertEquals([row.source, row.published_n], ["arXiv 2501.10913", 533]);
      // The reported .7097 is of 534 rows, of which one has equal sentences and counts as wrong.
      const right = Math.round(0.7097 * 534);
      assertAlmostEquals(right / 534, 0.7097, 5e-5);
      assertAlmostEquals(row.published, right / 533, 5e-5);
      assertAlmostEquals(row.published, row.measured!, 5e-5, "an exact repetition agrees");
    },
  ));

Deno.test("data/published has a source for every single figure, and a definition of every column", async () => {
  const folder = new URL("../../data/published/", import.meta.url);
  const text = await Deno.readTextFile(new URL("figures.csv", folder));
  const readme = await Deno.readTextFile(new URL("README.md", folder));
  for (const column of text.split("\n", 1)[0]!.split(",")) {
    assertEquals(readme.includes(`| \`${column}\` | `), true, column);
  }
  const rows = readCsvRows(text, "figures.csv");
  for (const row of rows) {
    row.oneOf("source", ["paper", "arXiv 2501.10913"]);
    assertEquals(readme.includes(`\`${row.text("quantity")}\``), true, row.text("quantity"));
  }
  const { rows: paper } = await besidePublished([]);
  assertEquals(paper.length, rows.length, "paper.csv has each of them");
});

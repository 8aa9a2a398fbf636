import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  placeKey,
  QUANTITIES,
  readPublished,
} from "../../../../lib/composites/compare/published/figures.ts";
import { readCsvRows } from "../../../../lib/tables/csv.ts";
import { sharedFile, testWithShared } from "../../../reference_material.ts";

Deno.test("readPublished() gives every quantity its figures, each of its own place and protocol", async () => {
  const tables = await readPublished();
  assertEquals(
    [...tables].map(([name, figures]) => [name, figures.length]),
    [
      ...[["accuracy", 5], ["correct", 2], ["ambiguous", 2], ["incorrect", 2], ["r", 5]],
      ...[["r_without_block", 1], ["accuracy_by_size", 4], ["causal_trace", 3 * 13 * 8]],
      ...[["negator_attention", 2 * 12 * 8], ["correlation_with_d", 2 * 12 * 8]],
      ["negator_attention_layer4", 2 * 8 * 8],
    ],
  );
  for (const [name, figures] of tables) {
    const places = new Set(figures.map((figure) => figure.protocol + placeKey(figure)));
    assertEquals(places.size, figures.length, name);
    assertEquals(figures.filter(({ published }) => !Number.isFinite(published)), [], name);
  }
});

const SHARED = sharedFile("data/published");
const MAPS = ["causal_trace.csv", "negator_attention.csv", "negator_attention_layer4.csv"];

/** The paper's figures have three digits. */
const HALF_DIGIT = 0.0005;

testWithShared("data/published holds the reference tables byte for byte", () => {
  for (const file of MAPS) {
    const bytes = (folder: string) => Deno.readTextFileSync(`${folder}/${file}`);
    assertEquals(bytes("data/published"), bytes(SHARED), file);
  }
});

Deno.test("readPublished() gives the most selective heads that the paper names", async () => {
  const cells = (await readPublished()).get("negator_attention")!;
  const top = (negation: string, n: number) =>
    cells.filter((cell) => cell.negation === negation).sort((a, b) => b.published - a.published)
      .slice(0, n).map(({ layer, head, published }) => `${layer}.${head} ${published.toFixed(3)}`);
  assertEquals(top("foil", 5), [
    ...["4.2 0.377", "3.6 0.234", "4.3 0.231", "10.2 0.158", "2.1 0.142"],
  ]);
  assertEquals(top("caption", 3), ["4.2 0.385", "4.3 0.241", "3.6 0.198"]);
});

Deno.test("readPublished() gives layer 4 by role as the paper has it", async () => {
  const cells = (await readPublished()).get("negator_attention_layer4")!;
  const value = (negation: string, head: number, role: string) =>
    cells.find((cell) => cell.negation === negation && cell.head === head && cell.role === role)!
      .published;
  assertAlmostEquals(value("foil", 2, "full_stop"), 0.336, HALF_DIGIT);
  assertAlmostEquals(value("caption", 2, "full_stop"), 0.353, HALF_DIGIT);
  assertAlmostEquals(value("foil", 3, "subject_first"), 0.193, HALF_DIGIT);
  assertAlmostEquals(value("caption", 3, "subject_first"), 0.232, HALF_DIGIT);
});

Deno.test("readPublished() gives traces that agree with the values that the method fixes", async () => {
  const cells = (await readPublished()).get("causal_trace")!;
  for (const { layer, role, published } of cells) {
    if (layer === 0) assertEquals(published, role === "negator" ? 1 : 0);
    if (layer === 12) assertEquals(published, role === "eot" ? 1 : 0);
    if (["sot", "there", "is_are"].includes(role!)) assertEquals(published, 0);
  }
  const groups = new Set(cells.map(({ negation, segment }) => `${negation} ${segment}`));
  assertEquals([...groups].sort(), ["caption correct", "foil correct", "foil incorrect"]);
});

Deno.test("data/published has a source for every single figure, and a definition of every column", async () => {
  const text = await Deno.readTextFile(`data/published/figures.csv`);
  const readme = await Deno.readTextFile(`data/published/README.md`);
  for (const column of text.split("\n", 1)[0]!.split(",")) {
    assertEquals(readme.includes(`| \`${column}\` | `), true, column);
  }
  const rows = readCsvRows(text, "figures.csv");
  for (const row of rows) {
    row.oneOf("source", ["paper", "arXiv 2501.10913"]);
    assertEquals(readme.includes(`\`${row.text("quantity")}\``), true, row.text("quantity"));
  }
  const single = QUANTITIES.filter(({ isMap }) => !isMap);
  const tables = await readPublished();
  const read = single.reduce((sum, { name }) => sum + tables.get(name)!.length, 0);
  assertEquals(read, rows.length, "each of them is compared");
});

Deno.test("readPublished() gives the accuracy over all rows as its source counts it, without the row that cannot be compared", async () => {
  const all = (await readPublished()).get("accuracy")!.find(({ protocol }) => protocol === "all")!;
  // The reported .7097 is of 534 rows, of which one has equal sentences and counts as wrong.
  const right = Math.round(0.7097 * 534);
  assertAlmostEquals(right / 534, 0.7097, 5e-5);
  assertAlmostEquals(all.published, right / 533, 5e-5);
});

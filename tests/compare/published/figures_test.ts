import { assertAlmostEquals, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  cellKey,
  COMPARED_TABLES,
  type PublishedCell,
  publishedFolder,
  readCells,
  readPublished,
  readRunTables,
} from "../../../lib/compare/published/figures.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";
import { HEAD_ROLES, HEADS, MANIFEST, SUMMARY, TRACE, withRun } from "../../runs/run_folders.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";

function cellsOf(name: string, text: string) {
  const table = COMPARED_TABLES.find((table) => table.name === name)!;
  return readCells(readCsvRows(text, "t.csv"), table);
}

Deno.test("readCells() reads each table's keys of cells, and leaves the other keys undefined", () => {
  const none = { segment: undefined, head: undefined, role: undefined };
  assertEquals(cellsOf("causal_trace", TRACE), [
    { ...none, negation: "foil", segment: "correct", layer: 4, role: "full_stop", value: 0.5 },
    {
      ...none,
      ...{ negation: "caption", segment: "correct", layer: 4, role: "subject_further" },
      value: undefined,
    },
  ]);
  assertEquals(cellsOf("negator_attention", HEADS), [
    { ...none, negation: "foil", layer: 4, head: 2, value: 0.25 },
    { ...none, negation: "caption", layer: 4, head: 2, value: 0.5 },
  ]);
  assertEquals(cellsOf("correlation_with_d", HEADS).map(({ value }) => value), [
    undefined,
    undefined,
  ]);
  assertEquals(cellsOf("negator_attention_layer4", HEAD_ROLES), [
    { ...none, negation: "foil", layer: 4, head: 2, role: "full_stop", value: 0.125 },
  ]);
});

Deno.test("readCells() refuses a cell that appears twice", () => {
  const repeated = `${HEADS}foil,4,2,240,0.75,\n`;
  assertThrowsCode(
    () => cellsOf("negator_attention", repeated),
    "run-edited",
    'Cannot read row 4 of table "t.csv": row 2 holds the same cell',
  );
});

Deno.test("readCells() refuses a role that no token has", () => {
  const wrong = HEAD_ROLES.replace("full_stop", "period");
  assertThrowsCode(
    () => cellsOf("negator_attention_layer4", wrong),
    "run-edited",
    'it is "period"',
  );
});

Deno.test("cellKey() distinguishes cells by each part of their key", () => {
  const cell = { negation: "foil", segment: "correct", layer: 1, head: 2, role: "eot" } as const;
  const others = [
    { ...cell, negation: "caption" as const },
    { ...cell, segment: undefined },
    { ...cell, layer: 12 },
    { ...cell, head: undefined },
    { ...cell, role: undefined },
    { ...cell, layer: 11, head: 2 },
    { ...cell, layer: 1, head: 12 },
  ];
  assertEquals(new Set([cell, ...others].map(cellKey)).size, 8);
});

const SHARED = fileURLToPath(new URL("../../../../shared/data/published", import.meta.url));
const FILES = ["causal_trace.csv", "negator_attention.csv", "negator_attention_layer4.csv"];

/** The paper's figures have three digits. */
const HALF_DIGIT = 0.0005;

function name({ negation, layer, head }: PublishedCell): string {
  return `${negation} ${layer}.${head}`;
}

Deno.test({
  name: "data/published holds the reference tables byte for byte (needs ../shared)",
  ignore: !existsSync(SHARED),
  fn: () => {
    for (const file of FILES) {
      const bytes = (folder: string) => Deno.readTextFileSync(`${folder}/${file}`);
      assertEquals(bytes(publishedFolder()), bytes(SHARED), file);
    }
  },
});

Deno.test("readPublished() gives the most selective heads that the paper names", async () => {
  const cells = (await readPublished()).get("negator_attention")!;
  const top = (negation: string, n: number) =>
    cells.filter((cell) => cell.negation === negation).sort((a, b) => b.value - a.value)
      .slice(0, n).map((cell) => [name(cell), cell.value.toFixed(3)]);
  assertEquals(top("foil", 5), [
    ["foil 4.2", "0.377"],
    ["foil 3.6", "0.234"],
    ["foil 4.3", "0.231"],
    ["foil 10.2", "0.158"],
    ["foil 2.1", "0.142"],
  ]);
  assertEquals(top("caption", 3), [
    ["caption 4.2", "0.385"],
    ["caption 4.3", "0.241"],
    ["caption 3.6", "0.198"],
  ]);
});

Deno.test("readPublished() gives layer 4 by role as the paper has it", async () => {
  const cells = (await readPublished()).get("negator_attention_layer4")!;
  const value = (negation: string, head: number, role: string) =>
    cells.find((cell) => cell.negation === negation && cell.head === head && cell.role === role)!
      .value;
  assertAlmostEquals(value("foil", 2, "full_stop"), 0.336, HALF_DIGIT);
  assertAlmostEquals(value("caption", 2, "full_stop"), 0.353, HALF_DIGIT);
  assertAlmostEquals(value("foil", 3, "subject_first"), 0.193, HALF_DIGIT);
  assertAlmostEquals(value("caption", 3, "subject_first"), 0.232, HALF_DIGIT);
});

Deno.test("readPublished() gives traces that agree with the values that the method fixes", async () => {
  const cells = (await readPublished()).get("causal_trace")!;
  for (const { layer, role, value } of cells) {
    if (layer === 0) assertEquals(value, role === "negator" ? 1 : 0);
    if (layer === 12) assertEquals(value, role === "eot" ? 1 : 0);
    if (["sot", "there", "is_are"].includes(role!)) assertEquals(value, 0);
  }
  const groups = new Set(cells.map(({ negation, segment }) => `${negation} ${segment}`));
  assertEquals([...groups].sort(), ["caption correct", "foil correct", "foil incorrect"]);
});

Deno.test("readPublished() gives r with d for the heads of negator_attention.csv", async () => {
  const tables = await readPublished();
  const heads = tables.get("negator_attention")!.map(name);
  assertEquals(tables.get("correlation_with_d")!.map(name), heads);
});

async function withCopy(
  change: (name: string, text: string) => string | undefined,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of FILES) {
      const text = change(name, await Deno.readTextFile(`${publishedFolder()}/${name}`));
      if (text !== undefined) await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readPublished() refuses a folder that lacks a table", () =>
  withCopy((name, text) => name === "negator_attention.csv" ? undefined : text, async (folder) => {
    const message =
      `Cannot read "${folder}/negator_attention.csv": it belongs to the kit and holds published figures; install the kit again`;
    await assertRejectsCode(() => readPublished(folder), "kit-damaged", message);
  }));

Deno.test("readPublished() refuses a table that was cut short", () =>
  withCopy(
    (_, text) => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1),
    async (folder) => {
      const message =
        '"cte" has 311 published figures in 311 rows; expected 312 in as many rows; install the kit again';
      await assertRejectsCode(() => readPublished(folder), "kit-damaged", message);
    },
  ));

Deno.test("readPublished() refuses a table without a figure", () =>
  withCopy((_, text) => text.replace(/,0\.0\r?\n/, ",\n"), async (folder) => {
    const message = '"cte" has 311 published figures in 312 rows; expected 312';
    await assertRejectsCode(() => readPublished(folder), "kit-damaged", message);
  }));

Deno.test("readPublished() refuses a row that the paper does not have, also without a figure", () =>
  withCopy(
    (name, text) =>
      name === "causal_trace.csv" ? `${text.trimEnd()}\nfoil,correct,81,sot,13,\n` : text,
    async (folder) => {
      const message = '"cte" has 312 published figures in 313 rows; expected 312';
      await assertRejectsCode(() => readPublished(folder), "kit-damaged", message);
    },
  ));

const RUN = { "manifest.json": MANIFEST };

Deno.test("readRunTables() reads the tables of a trace, with the rows by side and segment", () =>
  withRun({ ...RUN, "trace.csv": TRACE, "summary.csv": SUMMARY }, async (folder) => {
    const run = await readRunTables(folder);
    assertEquals(run.record.folder, folder);
    assertEquals([...run.tables.keys()], ["causal_trace"]);
    assertEquals(run.tables.get("causal_trace")!.map(({ value }) => value), [0.5, undefined]);
    assertEquals(run.files, ["trace.csv", "summary.csv"]);
    assertEquals([...run.counts], [
      ["foil", { n: 240, segments: { correct: 81, ambiguous: 145, incorrect: 14 } }],
      ["caption", { n: 250, segments: { correct: 72, ambiguous: 150, incorrect: 28 } }],
    ]);
  }));

Deno.test("readRunTables() takes rows by side from heads.csv if there is no summary.csv", () =>
  withRun({ ...RUN, "heads.csv": HEADS, "head_roles.csv": HEAD_ROLES }, async (folder) => {
    const run = await readRunTables(folder);
    const names = ["negator_attention", "correlation_with_d", "negator_attention_layer4"];
    assertEquals([...run.tables.keys()].map(String), names);
    assertEquals(run.files, ["heads.csv", "head_roles.csv"]);
    assertEquals([...run.counts], [
      ["foil", { n: 240, segments: undefined }],
      ["caption", { n: 250, segments: undefined }],
    ]);
  }));

Deno.test("readRunTables() counts no rows of a side that heads.csv lacks, and has no counts without it", async () => {
  const foil = HEADS.split("\n").filter((line) => !line.startsWith("caption")).join("\n");
  await withRun({ ...RUN, "heads.csv": foil }, async (folder) => {
    assertEquals((await readRunTables(folder)).counts.get("caption")!.n, 0);
  });
  await withRun({ ...RUN, "head_roles.csv": HEAD_ROLES }, async (folder) => {
    assertEquals((await readRunTables(folder)).counts.size, 0);
  });
});

Deno.test("readRunTables() names the comparable tables if a run has none of them", () =>
  withRun({ ...RUN, "summary.csv": SUMMARY, "effects.csv": "" }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": it has no table that was published; expected trace.csv of deno task trace, heads.csv of deno task attend, head_roles.csv of deno task attend; two runs are put side by side by: deno task contrast ${folder} RUN`,
    );
  }));

/** A trace of two cells in each of some directions. */
function directed(...directions: readonly string[]): string {
  const [header, ...rows] = TRACE.trim().split("\n");
  const lines = directions.flatMap((direction, i) =>
    rows.map((row) => row.replace("denoise", direction).replace("0.5", `0.${5 + i}`))
  );
  return `${[header, ...lines].join("\n")}\n`;
}

Deno.test("readRunTables() takes the published direction of a trace in both", async () => {
  for (const directions of [["denoise"], ["denoise", "noise"]]) {
    await withRun({ ...RUN, "trace.csv": directed(...directions) }, async (folder) => {
      const { tables } = await readRunTables(folder);
      assertEquals(tables.get("causal_trace")!.map(({ value }) => value), [0.5, undefined]);
    });
  }
});

Deno.test("readRunTables() refuses a trace in the other direction than the published one, or in an unknown one", async () => {
  await withRun({ ...RUN, "trace.csv": directed("noise") }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": its trace.csv is of direction "noise", but the published one is of "denoise"; trace with --direction denoise or both`,
    );
  });
  await withRun({ ...RUN, "trace.csv": directed("forth") }, async (folder) => {
    await assertRejectsCode(() => readRunTables(folder), "run-edited");
  });
});

Deno.test("readRunTables() refuses a trace of another site than the published one", () =>
  withRun({ ...RUN, "trace.csv": TRACE.replaceAll("resid", "mlp_out") }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": its trace.csv is of site "mlp_out", but the published one is of "resid"; trace with --site resid`,
    );
  }));

Deno.test("readRunTables() names the table and row that it cannot read", () =>
  withRun({ ...RUN, "trace.csv": TRACE.replace("0.5", "half") }, async (folder) => {
    const message = `Cannot read row 2 of table "${folder}/trace.csv": "cte" must be a number`;
    await assertRejectsCode(() => readRunTables(folder), "run-edited", message);
  }));

Deno.test("readRunTables() refuses a run that is not finished before it reads a table", () =>
  withRun(
    { "manifest.json": { ...MANIFEST, finished: false }, "trace.csv": "broken" },
    async (folder) => {
      await assertRejectsCode(() => readRunTables(folder), "run-unfinished", "it is not finished");
    },
  ));

Deno.test("readRunTables() refuses a table that was edited or removed since the run wrote it, by name, and ignores others", () =>
  withRun({ ...RUN, "trace.csv": TRACE }, async (folder) => {
    await Deno.writeTextFile(`${folder}/trace.csv`, TRACE.replace("0.5", "0.6"));
    const refused = (name: string) =>
      assertRejectsCode(
        () => readRunTables(folder),
        "run-edited",
        `Cannot trust "${folder}/${name}": it is not as the run wrote it; restore it, or move it away and repeat the run that wrote it`,
      );
    await refused("trace.csv");
    await Deno.writeTextFile(`${folder}/trace.csv`, TRACE);
    await Deno.writeTextFile(`${folder}/heads.csv`, HEADS); // which the run did not write
    assertEquals((await readRunTables(folder)).files, ["trace.csv"]);
    await Deno.remove(`${folder}/trace.csv`);
    await assertRejectsCode(
      () => readRunTables(folder),
      "run-edited",
      `Cannot read table "${folder}/trace.csv": there is no such file`,
    );
  }));

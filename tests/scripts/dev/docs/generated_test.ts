import { assertEquals } from "@std/assert";
import { withConstantModel } from "../../../../scripts/dev/docs/benchmarks_page.ts";
import { dataFiles } from "../../../../scripts/dev/docs/kit_files.ts";
import {
  experimentScript,
  withExperiments,
  withTasks,
} from "../../../../scripts/dev/docs/experiment_files.ts";
import { glossaryPage } from "../../../../scripts/dev/docs/glossary_page.ts";
import { tablesPage } from "../../../../scripts/dev/docs/tables_page.ts";
import { schemasOf } from "../../../../lib/experiments/schemas.ts";
import { ALL_EXPERIMENTS } from "../../../../lib/experiments/all.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../../../${path}`, import.meta.url));

Deno.test("docs/tables.md is up to date with deno task docs, and has every column", async () => {
  const page = await read("docs/tables.md");
  assertEquals(page, tablesPage());
  const columns = ALL_EXPERIMENTS.flatMap(schemasOf).flatMap((schema) =>
    Object.keys(schema.columns)
  );
  assertEquals(columns.filter((column) => !page.includes(`| \`${column}\` `)), []);
});

Deno.test("docs/benchmarks.md has the table of a constant model that follows from the code", async () => {
  const page = await read("docs/benchmarks.md");
  assertEquals(page, withConstantModel(page));
});

Deno.test("docs/glossary.md is up to date with deno task docs", async () => {
  assertEquals(await read("docs/glossary.md"), glossaryPage());
});

Deno.test("data/files.json has the checksum of every file that the kit reads as it runs", async () => {
  assertEquals(await read("data/files.json"), await dataFiles());
});

Deno.test("every experiment has its script, its task and its line in the README", async () => {
  for (const experiment of ALL_EXPERIMENTS) {
    assertEquals(await read(`scripts/${experiment.name}.ts`), experimentScript(experiment));
  }
  const [config, readme] = [await read("deno.json"), await read("README.md")];
  assertEquals(config, withTasks(config));
  assertEquals(readme, withExperiments(readme));
});

Deno.test("every column of an experiment's tables says what it means", () => {
  for (const { name, about, columns } of ALL_EXPERIMENTS.flatMap(schemasOf)) {
    for (const [column, { definition }] of Object.entries(columns)) {
      assertEquals(/^[A-Z`d].*\.$/s.test(definition), true, `${name}.${column}: ${definition}`);
    }
    assertEquals(/^[A-Z].*\.$/s.test(about), true, name);
  }
});

import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

async function open(): Promise<Study> {
  const { model, pairs: data, images } = TINY;
  return await Study.open({ model, data, images, threads: 1, cache: false });
}

Deno.test("Result.only() has the tables of a study of only these rows", async () => {
  await using study = await open();
  const whole = await study.run("trace");
  const { model, pairs: data, images } = TINY;
  await using first = await Study.open({
    ...{ model, data, images, threads: 1, cache: false, limit: 3 },
  });
  const ids = first.pairs.map(({ id }) => id);
  const some = await whole.only(({ pair }) => ids.includes(pair.id));
  const alone = await first.run("trace");
  assertEquals(some.rows.length, 3);
  assertEquals(some.allTables.map(({ name }) => name), alone.allTables.map(({ name }) => name));
  assertEquals(
    some.tables.trace.rows.map(({ n, layer, role }) => [n, layer, role]),
    alone.tables.trace.rows.map(({ n, layer, role }) => [n, layer, role]),
  );
  assertNotEquals(some.tables.effects.rows.length, whole.tables.effects.rows.length);
  assertEquals(whole.rows.length, study.pairs.length);
});

Deno.test("Result.only() makes empty tables and no figure without rows", async () => {
  await using study = await open();
  const none = await (await study.run("attend")).only(() => false);
  assertEquals(none.tables.attention.rows, []);
  assertEquals([...none.charts.keys()], []);
});

Deno.test("Result.save() writes the statistics of the study's clusters, and says what they are", () =>
  inFolder(async (folder) => {
    const accuracyLow = async (cluster: "pair" | "noun") => {
      await using study = await Study.open({ limit: 100, cluster, threads: 1, cache: false });
      const result = await study.run("evaluate");
      const all = result.tables.summary.rows[2]!;
      await result.save(`${folder}/${cluster}`, { formats: [] });
      const written = await Deno.readTextFile(`${folder}/${cluster}/summary.csv`);
      assertEquals(written.split("\r\n")[3]!.split(",")[3], `${all.accuracy_low}`);
      const { options } = JSON.parse(await Deno.readTextFile(`${folder}/${cluster}/manifest.json`));
      assertEquals(options.cluster, cluster);
      return all.accuracy_low;
    };
    assertNotEquals(await accuracyLow("noun"), await accuracyLow("pair"));
    const page = await Deno.readTextFile(`${folder}/noun/report.html`);
    assertMatch(page, /keep the rows of each of \d+ subject nouns together/);
  }));

Deno.test("Result.save() writes texts as they were given, or with an apostrophe before formulas for a spreadsheet", () =>
  inFolder(async (folder) => {
    const { model, pairs, images } = TINY;
    const [first] = JSON.parse(await Deno.readTextFile(pairs));
    const data = `${folder}/pairs.json`;
    await Deno.writeTextFile(data, JSON.stringify([{ ...first, id: "=1" }]));
    await using study = await Study.open({ model, data, images, threads: 1, cache: false });
    const result = await study.run("evaluate");
    for (const [spreadsheet, id] of [[false, "=1"], [true, "'=1"]] as const) {
      await result.save(`${folder}/${spreadsheet}`, { formats: [], spreadsheet });
      const csv = await Deno.readTextFile(`${folder}/${spreadsheet}/evaluate.csv`);
      assertEquals(csv.split("\r\n")[1]!.split(",")[0], id);
    }
  }));

Deno.test("Result.save() refuses a result of only some rows and writes nothing", () =>
  inFolder(async (folder) => {
    await using study = await open();
    const some = await (await study.run("ablate")).only(({ pair }) => pair.negation === "foil");
    await assertRejectsCode(
      () => some.save(`${folder}/some`),
      "result-of-some-rows",
      `Cannot save 4 of 8 rows in "${folder}/some": a run's folder holds all rows of its data; ` +
        "save the whole result, or open a study of a file with these rows",
    );
    assertEquals(namesIn(folder), []);
  }));

Deno.test("a result separates the experiment's own findings from those of the scores", async () => {
  await using study = await open();
  const trace = await study.run("trace");
  const [sentences, ...rest] = trace.own.findings.split("\n\n");
  assertEquals(trace.findings.startsWith(`${sentences}\n`), true); // the verdict, and its own
  for (const block of rest) assertEquals(trace.findings.includes(`\n\n${block.trimEnd()}\n`), true);
  assertStringIncludes(sentences!, "\nToo few rows for an interval");
  const evaluate = await study.run("evaluate");
  assertEquals([...evaluate.charts.keys()], ["scores"]);
  assertEquals(evaluate.own.findings, evaluate.findings);
});

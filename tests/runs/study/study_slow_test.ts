import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { knockOut, patch } from "../../../lib/hooks/interventions.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { Study } from "../../../lib/runs/study.ts";
import { differingFiles } from "../../scripts/killed_run.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder, namesIn, TINY as TINY_FLAGS } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

/** Opens a study of the committed model. */
async function open(options: Parameters<typeof Study.open>[0] = {}): Promise<Study> {
  const { model, pairs: data, images } = TINY;
  return await Study.open({ model, data, images, threads: 1, cache: false, ...options });
}

Deno.test("Result.save() writes the finished folder that the task writes", () =>
  inFolder(async (folder) => {
    await using study = await open();
    const result = await study.run("ablate");
    const files = await result.save(`${folder}/saved`, { formats: [] });
    const flags = [...TINY_FLAGS, "--format", "none", "--cache", "none"];
    assertEquals((await runHere("ablate", [...flags, "--out", `${folder}/task`])).code, 0);
    assertEquals(namesIn(`${folder}/saved`), [...files, "manifest.json", "report.html"].sort());
    assertEquals(differingFiles(`${folder}/saved`, `${folder}/task`), []);
    const again = await runHere("ablate", [...flags, "--out", `${folder}/saved`]);
    assertEquals(again.stdout.startsWith("This run is finished already"), true);
    assertEquals(await result.save(`${folder}/saved`, { formats: [] }), []);
    const pictures = ["ablation.svg"];
    assertEquals(await result.save(`${folder}/saved`), pictures); // which the finished run lacked
    const inPrint = ["ablation.svg", "ablation.tex"];
    assertEquals(await result.save(`${folder}/saved`, { venue: "acl" }), inPrint);
    await Deno.remove(`${folder}/saved/ablation.svg`);
    await Deno.mkdir(`${folder}/saved/ablation.svg`);
    const save = () => result.save(`${folder}/saved`, { venue: "acl" });
    await assertRejectsCode(save, "file-unreadable", "ablation.svg");
  }));

Deno.test("a row's sentences have roles, activations and scores", async () => {
  await using study = await open();
  const { pair: { id }, scores, negated, affirmative } = await study.row(study.pairs[0]!.id);
  assertEquals(id, study.pairs[0]!.id);
  const [negator] = negated.positions("negator");
  assertEquals(negated.positions("eot"), [negated.tokens.length - 1]);
  assertEquals(affirmative.positions("negator"), [negator]); // the twin's position
  const own = await negated.score();
  const isCaption = scores.negation === "caption";
  assertAlmostEquals(own, isCaption ? scores.s_caption : scores.s_foil, 1e-9);
  const cache = await negated.cache("blocks.*.hook_resid_post");
  assertEquals(cache.names.length, study.text.tower.shape.layers);
});

Deno.test("a patch at a role equals one at its position, and gives the effects of tracing", async () => {
  await using study = await open();
  const { tables } = await study.run("trace", { segments: ["correct", "incorrect", "ambiguous"] });
  for (const { id } of study.pairs) {
    const row = await study.row(id);
    const from = await row.negated.cache("blocks.*.hook_resid_post");
    for (const role of ["negator", "subject_first", "eot"]) {
      const cell = tables.effects.rows.find((cell) =>
        cell.id === id && cell.layer === 2 && cell.role === role
      )!;
      const patched = await row.affirmative.score({
        interventions: [patch("blocks.1.hook_resid_post", { position: role, from })],
      });
      assertAlmostEquals(row.cte(patched)!, cell.cte!, 1e-3); // ratios of float32 logits with d of 0.5 and more
    }
  }
});

Deno.test("Study.score() looks up a role in each sentence, and compares by side", async () => {
  await using study = await open();
  const interventions = [knockOut("blocks.0.attn.hook_pattern", { head: 1, key: "negator" })];
  const [plain, changed] = [await study.score(), await study.score({ interventions })];
  for (const [i, { id, d }] of changed.rows.entries()) {
    const row = await study.row(id);
    const s = async (sentence: typeof row.negated) => {
      const [key] = sentence.positions("negator");
      const own = [knockOut("blocks.0.attn.hook_pattern", { head: 1, key: key! })];
      return await sentence.score({ interventions: own });
    };
    const [no, some] = [await s(row.negated), await s(row.affirmative)];
    const expected = row.pair.negation === "caption" ? no - some : some - no;
    assertAlmostEquals(d, expected, 1e-4); // float32 logits
    assert(plain.rows[i]!.id === id);
  }
  const { rows } = changed.compare(plain);
  assertEquals(rows.map(({ negation, n }) => [negation, n]), [
    ...[["foil", 4], ["caption", 4], ["all", 8]],
  ]);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const all = rows.at(-1)!;
  assertAlmostEquals(all.mean_d!, mean(changed.rows.map(({ d }) => d)), 1e-12);
  assertAlmostEquals(all.mean_d_before!, mean(plain.rows.map(({ d }) => d)), 1e-12);
  assertAlmostEquals(all.change!, all.mean_d! - all.mean_d_before!, 1e-12);
  assertEquals([all.low, all.high], [undefined, undefined]); // eight rows of few pairs
});

Deno.test("positions() of a role that no sentence can have is an error, not an empty list", async () => {
  await using study = await open();
  const { negated } = await study.row(study.pairs[0]!.id);
  assertThrowsCode(() => negated.positions("negater"), "name-unknown", "the roles are sot, there");
});

Deno.test("Result.only() has the tables of a study of only these rows", async () => {
  await using study = await open();
  const whole = await study.run("trace");
  await using first = await open({ limit: 3 });
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
    const [first] = JSON.parse(await Deno.readTextFile(TINY.pairs));
    const data = `${folder}/pairs.json`;
    await Deno.writeTextFile(data, JSON.stringify([{ ...first, id: "=1" }]));
    await using study = await open({ data });
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

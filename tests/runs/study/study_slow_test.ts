import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
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

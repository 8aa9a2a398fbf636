import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { ChangedWeight } from "../../../lib/engine/weights/changed_weights.ts";
import type { Tower } from "../../../lib/engine/run/tower.ts";
import { transplant } from "../../../lib/experiments/transplant/index.ts";
import {
  measureTransplant,
  partSets,
  transplantRuns,
} from "../../../lib/experiments/transplant/measure.ts";
import { rowsOf } from "../../../lib/tables/table.ts";
import { studyBeside } from "./other_models.ts";
import { TINY, TINY_DISTURBED } from "../../studies.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { Study } from "../../../lib/runs/study.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { keptIn } from "../../study/kept_map.ts";
import { runExperiment } from "../run_experiment.ts";

const CHOICE = { model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 };

/** Head 3.1 by other numbers; each is read from the model of the same sizes that `tiny_disturbed` is. */
async function editedHead(): Promise<ChangedWeight[]> {
  await using study = await Study.open({ ...CHOICE, cache: false });
  const parts = ["attn.W_Q", "attn.b_Q", "attn.W_K", "attn.W_V", "attn.W_O"];
  return await Promise.all(parts.map(async (part) => {
    const name = `blocks.2.${part}`;
    const { data } = (await study.text.weights.get(name)).row(0);
    return { name, index: 0, values: data.map((x, i) => -x + 0.1 * (i % 3)) };
  }));
}

Deno.test("transplant finds the one head that differs, and only it", async () => {
  await using study = await studyBeside(CHOICE, await editedHead());
  const { tables } = await study.run(transplant, { from: "edited", parts: "each" });
  const ofAll = (name: string) =>
    tables.summary.rows.filter(({ negation, kind }) => negation === "all" && kind === name);
  const parts = ofAll("part");
  assertEquals(parts.length, 3 * 2 + 3);
  for (const { set, share } of parts) assertEquals(share, set === "head 3.1" ? 1 : 0, set!);
  for (const { number: layer, share, first, last } of ofAll("layer")) {
    const expected = layer === 3 ? 1 : 0;
    for (const own of [share, first, last]) assertAlmostEquals(own!, expected, 1e-12, `${layer}`);
  }
});

Deno.test("transplant compares a set with random sets of as many heads and MLPs, the same whatever the rows", async () => {
  await using study = await studyBeside(CHOICE, await editedHead());
  const parts = ["head 3.1", "mlp 2"];
  const { tables, findings } = await study.run(transplant, { from: "x", parts, random: 4 });
  const sets = tables.summary.rows.filter(({ negation, kind }) =>
    negation === "all" && kind === "part"
  );
  assertEquals(sets.map(({ set }) => set), [
    "chosen",
    ...[1, 2, 3, 4].map((i) => `random ${i}`),
  ]);
  assertEquals(new Set(sets.map(({ made_of }) => made_of)).size, 5);
  for (const { made_of, share } of sets) {
    const nodes = made_of!;
    assert(/^head \d\.\d, mlp \d$/.test(nodes), nodes);
    assertEquals(share, nodes.includes("head 3.1") ? 1 : 0, nodes);
  }
  const bring = sets.slice(1).filter(({ share }) => share === 1).length;
  assertStringIncludes(findings.replace(/\s+/g, " "), `${bring} of 4 bring as much`);
});

Deno.test("measureTransplant() measures a part again if only some of its rows are kept", async () => {
  await using study = await studyBeside({ ...CHOICE, limit: 4 }, await editedHead());
  const other = await study.other("edited");
  const sets = partSets(["head 3.1"], study.config.text, { seed: 0, random: 1 });
  const [rows, ofPart] = [new Map(), new Map()];
  const [kept, keptOf] = [keptIn(rows), () => keptIn(ofPart)];
  const measure = () => measureTransplant(study, other, { sets, kept, keptOf, progress: () => {} });
  const whole = await measure();
  ofPart.delete(study.pairs[1]!.id);
  assertEquals(await measure(), whole);
});

Deno.test("a model beside itself has no share of d, and the summary says so", async () => {
  await using study = await studyBeside(CHOICE, []);
  const { tables, findings } = await study.run(transplant, { from: "itself", parts: "each" });
  for (const { share } of tables.summary.rows) {
    assertEquals(share, undefined);
  }
  for (const { kind, s_caption, s_foil, id } of rowsOf(tables.transplant)) {
    if (kind !== "first" && kind !== "last") continue;
    const row = [...rowsOf(tables.transplant)].find((own) => own.id === id)!;
    assertEquals([s_caption, s_foil], [row.s_caption, row.s_foil]);
  }
  assertStringIncludes(findings.replace(/\s+/g, " "), "no share has a denominator");
});

/** Counts the rows that go through blocks, each in one block. */
function countBlocks(tower: Tower): { blocks: number } {
  const counted = { blocks: 0 };
  const run = tower.run.bind(tower);
  Object.defineProperty(tower, "run", {
    value: (...[input, { visit, ...how } = {}]: Parameters<Tower["run"]>) =>
      run(input, {
        ...how,
        visit: (stop, state) => {
          if (stop.hooks.some((hook) => hook.endsWith("hook_resid_post"))) {
            counted.blocks += state.rows;
          }
          visit?.(stop, state);
        },
      }),
  });
  return counted;
}

Deno.test("transplantRuns() sends a run only through the blocks above what it takes: N (N + 4) of a sentence, and those of the values", async () => {
  await using study = await studyBeside(CHOICE, await editedHead());
  const { study: other } = await study.other("edited");
  const [a, b] = [study.text.tower, other.text.tower];
  const [inA, inB] = [countBlocks(a), countBlocks(b)];
  const [pair] = study.sentencePairs;
  for await (const _ of transplantRuns(a, b, [pair!])) { /* counted */ }
  const n = a.shape.layers;
  const above = n * (n + 1) / 2;
  const tokens = pair!.negated.ids.length + pair!.affirmative.ids.length;
  assertEquals(inB.blocks, 2 * (n + above));
  assertEquals(inA.blocks, 2 * (2 * n + above) + tokens * above);
});

Deno.test("a transplant from a file of weights is that from the disturbed arrays, in a folder with both models' checksums", () =>
  inFolder(async (folder) => {
    const { outcome } = (await runExperiment(transplant, folder))!;
    const { sources } = JSON.parse(Deno.readTextFileSync(`${folder}/manifest.json`));
    const files = sources.model.map(({ file }: { file: string }) => file);
    assert(files.includes("from/tiny_disturbed.safetensors"), files.join());
    await using disturbed = await Clip.load(TINY.model, {
      ...{ weights: TINY_DISTURBED, towers: ["text"] },
    });
    const changes = await Promise.all(["ln_final.w", "ln_final.b"].map(async (name) => (
      { name, values: (await disturbed.text.weights.get(name)).data }
    )));
    await using study = await studyBeside({ ...CHOICE, cluster: "noun" }, changes);
    const { tables } = await study.run(transplant, { from: "norm" });
    const whole = outcome.tables.find(({ name }) => name === "transplant")!;
    const ofNorm = (rows: Iterable<Readonly<Record<string, unknown>>>, blocks: number) =>
      [...rows].filter((row) => row["kind"] === "last" && row["number"] === blocks)
        .map(({ s_caption }) => s_caption as number);
    const norms = ofNorm(whole.rows as never, 0); // nothing but the norm is exchanged
    ofNorm(rowsOf(tables.transplant) as never, 4).forEach((s, i) =>
      assertAlmostEquals(norms[i]!, s, 2e-4)
    );
  }));

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { PARTS, partSets } from "../../../lib/experiments/transplant/measure.ts";
import { DISK } from "../../../lib/files/read_file.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { studySource } from "../../../lib/opening/load_study.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { Study } from "../../../lib/runs/study.ts";
import { Study as LoadedStudy } from "../../../lib/study/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { pathOf, SIGLIP_TINY, TINY, TINY_DISTURBED } from "../../studies.ts";
import { inFolder } from "../../scripts/task_process.ts";

const CHOICE = {
  model: TINY.model,
  data: TINY.pairs,
  images: TINY.images,
  threads: 1,
  cache: false,
};

/** What is given, and what the message must say of it. */
const WRONG: readonly [given: Readonly<Record<string, unknown>>, says: string, onnx?: string][] = [
  [{}, "Cannot transplant without another model: expected --from FOLDER"],
  [{ from: "no/such/model" }, 'Cannot find model folder "no/such/model"'],
  [{ from: "planted/nothing" }, "planted/nothing"],
  [{ from: TINY.pairs }, "pairs.json"],
  [
    { from: pathOf("./fixtures/clip-odd") },
    "its text tower has layers 1 instead of 3, heads 5 instead of 2",
  ],
  [{ from: SIGLIP_TINY.model }, "its family is SigLIP instead of CLIP"],
  [{ from: TINY_DISTURBED, parts: "negator" }, 'Cannot use parts "negator": expected each, heads'],
  [{ from: TINY_DISTURBED, parts: "head 9.1" }, "Cannot use head 9.1"],
  [{ from: TINY_DISTURBED, parts: TINY.pairs }, "Cannot take nodes from"],
  [{ from: TINY_DISTURBED, random: 0 }, "Cannot use random 0: expected a whole number from 1"],
  [{ from: TINY_DISTURBED, parts: "" }, "Cannot use parts"],
  [{ from: TINY_DISTURBED }, "the file is quantised", "_quantized"],
];

for (const [given, says, onnx = ""] of WRONG) {
  Deno.test(`transplant refuses wrong input: ${says}`, async () => {
    const file = `${TINY.model}/onnx/text_model${onnx}.onnx`;
    await using study = await Study.open({ ...CHOICE, onnxText: file });
    const error = await assertRejects(() => study.run("transplant", given), NegscopeError);
    assertStringIncludes(error.message, says);
  });
}

Deno.test("transplant refuses a model whose tokeniser reads a sentence of the data otherwise", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    for (const { name, isFile } of Deno.readDirSync(TINY.model)) {
      if (isFile) await Deno.copyFile(`${TINY.model}/${name}`, `${folder}/${name}`);
    }
    await Deno.copyFile(`${TINY.model}/onnx/text_model.onnx`, `${folder}/onnx/text_model.onnx`);
    await Deno.copyFile(`${TINY.model}/onnx/vision_model.onnx`, `${folder}/onnx/vision_model.onnx`);
    const tokenizer = JSON.parse(await Deno.readTextFile(`${folder}/tokenizer.json`));
    const { vocab } = tokenizer.model;
    [vocab["no</w>"], vocab["a</w>"]] = [vocab["a</w>"], vocab["no</w>"]];
    await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer));
    await using study = await Study.open(CHOICE);
    const error = await assertRejects(
      () => study.run("transplant", { from: folder }),
      NegscopeError,
    );
    assertStringIncludes(error.message, 'its tokeniser reads "There is');
  }));

Deno.test("PARTS reads lists in every notation of heads, and the circuit of a run's folder", () =>
  inFolder((folder) => {
    assertEquals(PARTS.parse("2.1,2.2, mlp 3"), ["head 2.1", "head 2.2", "mlp 3"]);
    assertEquals(PARTS.parse("L1H0,head 2.2"), ["head 2.1", "head 2.2"]);
    assertEquals(PARTS.parse("blocks.1, head 1,mlp 1"), ["head 2.2", "mlp 1"]);
    const list = ["head 2.1", "head 2.2", "mlp 3"];
    assertEquals(PARTS.parse(PARTS.print(list)!), list);
    Deno.writeTextFileSync(`${folder}/circuit.json`, JSON.stringify({ nodes: list }));
    for (const path of [folder, `${folder}/`, `${folder}/circuit.json`]) {
      assertEquals(PARTS.parse(path, DISK), list);
    }
    return Promise.resolve();
  }));

Deno.test("partSets() draws different sets of as many heads and MLPs, and no more than there are", () => {
  const sizes = { layers: 2, heads: 2 };
  const draw = (seed: number) =>
    partSets(["head 1.1", "mlp 2"], sizes, { seed, random: 20 }).map(({ nodes }) =>
      nodes.map(({ kind, layer, head }) => `${kind} ${layer} ${head}`).join()
    );
  const sets = draw(1);
  assertEquals(sets.length, 8); // 4 heads x 2 MLPs, with the chosen set
  assertEquals(new Set(sets).size, 8);
  assertEquals(draw(1), sets);
  assert(draw(2).join() !== sets.join());
});

Deno.test("a study that was not opened from files has no other model", async () => {
  const { cache: _, ...choice } = CHOICE;
  const inputs = await openInputs(choice);
  const { other: __, ...source } = studySource(inputs, { runtime: nodeRuntime() });
  await using study = await LoadedStudy.load(inputs, source);
  await assertRejectsCode(
    () => study.other("planted/relay"),
    "value-wrong: Cannot open another model",
  );
});

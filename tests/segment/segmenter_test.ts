import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import {
  phraseReader,
  readSegmenterSettings,
  Segmenter,
  segmenterGraph,
  settingsFiles,
} from "../../lib/segment/segmenter.ts";
import { subjectMask } from "../../lib/segment/subject_mask.ts";
import { assertEachRejects, assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { behindLogits, copySegmenter, SEGMENTER } from "./own_graph.ts";

/** Values of transformers in float64 with the pixels of its own processor, see tests/fixtures/recipe/make_segmenter.py. */
interface Golden {
  readonly image: string;
  readonly phrase: string;
  readonly ids: readonly number[];
  readonly logits: readonly number[]; // every eighth logit of every eighth row of [64, 64]
  readonly largest: number;
  readonly subject_size: number;
  readonly subject_size_binary: number;
}

const GOLDEN: readonly Golden[] = JSON.parse(Deno.readTextFileSync(`${SEGMENTER}/golden.json`));
const [FIRST] = GOLDEN as readonly [Golden];

const load = (folder = SEGMENTER) => Segmenter.load(folder, { runtime: nodeRuntime(), threads: 1 });

const readImage = async (name: string) => {
  return { bytes: await Deno.readFile(fixture(`images/${name}`)), name };
};

Deno.test("Segmenter gives transformers' logits, and subjectMask() its sizes", async () => {
  await using segmenter = await load();
  const text = await phraseReader(SEGMENTER, await readSegmenterSettings(SEGMENTER));
  assertEquals(GOLDEN.length, 5);
  for (const { image, phrase, ids, logits, largest, ...golden } of GOLDEN) {
    assertEquals(text.encode(phrase), ids);
    const found = await segmenter.logits(await readImage(image), phrase);
    assertEquals([found.height, found.width], [64, 64]);
    const sampled = logits.map((_, i) => found.data[Math.floor(i / 8) * 8 * 64 + (i % 8) * 8]!);
    // float32 sums of some hundred products, relative to the largest logit
    const error = Math.max(...sampled.map((logit, i) => Math.abs(logit - logits[i]!)));
    assert(error < 1e-4 * Math.max(1, largest), `${image}, ${phrase}: ${error}`);
    const { size, binary } = subjectMask(found);
    assertAlmostEquals(size, golden.subject_size, 1e-5);
    assertAlmostEquals(binary, golden.subject_size_binary, 1e-5); // no pixel is so near the threshold
  }
});

Deno.test("Segmenter takes the logits of one image without an axis of images, as earlier exports have them", () =>
  inFolder(async (folder) => {
    await using segmenter = await load(await copySegmenter(folder, behindLogits("Squeeze")));
    const found = await segmenter.logits(await readImage(FIRST.image), FIRST.phrase);
    assertEquals([found.height, found.width], [64, 64]);
    assertAlmostEquals(subjectMask(found).size, FIRST.subject_size, 1e-5);
  }));

Deno.test("Segmenter refuses logits that are no map of finite numbers", () =>
  inFolder(async (folder) => {
    const run = async (opType: string) => {
      const changed = await copySegmenter(`${folder}/${opType}`, behindLogits(opType));
      await using segmenter = await load(changed);
      await segmenter.logits(await readImage("odd.png"), "some cats");
    };
    const said = 'weights-not-finite: says of "some cats" in image "odd.png": it is not finite';
    await assertRejectsCode(() => run("Log"), said);
    await assertRejectsCode(() => run("Shape"), "model-unsupported: its logits are int64 [3]");
  }));

Deno.test("Segmenter refuses graphs that are not the whole CLIPSeg", () =>
  inFolder(async (folder) => {
    const loadChanged = async (name: string, change: Parameters<typeof copySegmenter>[1]) =>
      await load(await copySegmenter(`${folder}/${name}`, change));
    await assertEachRejects("model-unsupported", [
      [() =>
        loadChanged("input", (graph) => {
          graph.input.find(({ name }) => name === "input_ids")!.name = "prompt";
          for (const node of graph.node) {
            node.input = node.input.map((name) => name === "input_ids" ? "prompt" : name);
          }
        }), "it has no input input_ids; expected"],
      [
        () =>
          loadChanged(
            "output",
            (graph) => void (graph.output[0]!.name = graph.node[0]!.output[0]!),
          ),
        "it has no output logits",
      ],
      [() =>
        loadChanged("more", (graph) => {
          graph.input.push({ ...graph.input[2]!, name: "conditional" });
          const last = graph.node.find(({ output }) => output.includes("logits"))!;
          graph.node.push({ ...last, name: "sum", opType: "Add", attribute: [] });
          last.output = last.output.map(() => "logits before");
          graph.node.at(-1)!.input = ["logits before", "conditional"];
          graph.node.at(-1)!.output = ["logits"];
        }), "its logits need more than these inputs"],
    ]);
  }));

Deno.test("Segmenter refuses a phrase that it would read only in part", async () => {
  await using segmenter = await load();
  await assertRejectsCode(
    async () => await segmenter.logits(await readImage("odd.png"), "some boats ".repeat(12)),
    "sentence-beyond-context: reads only the first 24",
  );
});

async function withSettings(
  change: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await copySegmenter(folder);
    const path = `${folder}/preprocessor_config.json`;
    const settings = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...settings, ...change }));
    await use(folder);
  });
}

Deno.test("readSegmenterSettings() stretches images, bilinear, where the file says less", async () => {
  const { preprocessing, text } = await readSegmenterSettings(SEGMENTER);
  assertEquals(text, { vocabSize: 602, maxPositions: 24, eosTokenId: 601 });
  const changes = [{ size: 64 }, { resample: undefined }, { image_mean: undefined }];
  for (const change of changes) {
    await withSettings(change, async (folder) => {
      assertEquals((await readSegmenterSettings(folder)).preprocessing, preprocessing);
    });
  }
  await withSettings({ size: undefined }, async (folder) => {
    const { resize } = (await readSegmenterSettings(folder)).preprocessing;
    assertEquals(resize, { height: 352, width: 352 });
  });
});

Deno.test("readSegmenterSettings() refuses other sizes than a square, and images as they are", async () => {
  const square = `"size" must be a square such as {"height": 352, "width": 352}, but it is {`;
  const wrong: readonly [Readonly<Record<string, unknown>>, string][] = [
    [{ size: { height: 64, width: 32 } }, square],
    [{ size: { shortest_edge: 64 } }, square],
    [{ do_resize: false }, '"do_resize" must be true, but it is false'],
  ];
  for (const [change, message] of wrong) {
    await withSettings(change, async (folder) => {
      await assertRejectsCode(() => readSegmenterSettings(folder), "setting-wrong", message);
    });
  }
});

Deno.test("segmenterGraph() finds a graph by its suffix, and names those that are there", () =>
  inFolder(async (folder) => {
    await copySegmenter(folder);
    assertEquals(await segmenterGraph(folder), `${folder}/onnx/model.onnx`);
    const other =
      `Cannot find the segmenter's graph "${folder}/onnx/model_fp16.onnx": onnx/ has model`;
    await assertRejectsCode(() => segmenterGraph(folder, "_fp16"), "model-file-missing", other);
    await Deno.remove(`${folder}/onnx`, { recursive: true });
    const none = "the folder has no graphs in onnx/; run: deno task download clipseg";
    await assertRejectsCode(() => segmenterGraph(folder), "model-file-missing", none);
    const names = ["config.json", "tokenizer.json", "preprocessor_config.json"];
    assertEquals(await settingsFiles(folder), names.map((name) => `${folder}/${name}`));
  }));

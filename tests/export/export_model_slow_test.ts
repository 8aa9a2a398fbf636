import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { lockFolder } from "../../lib/disk/folders.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { exportModel } from "../../lib/export/export_model.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { runWhole } from "../onnx/run_whole.ts";
import { fixture, inFolder, namesIn } from "../scripts/task_process.ts";
import { FOLDERS, miniFolder, TUNED } from "../model/forms/mini_folders.ts";

const FILES = [
  ...["onnx/text_model.onnx", "onnx/vision_model.onnx", "tokenizer.json", "tokenizer_config.json"],
  ...["preprocessor_config.json", "config.json"],
];

/** Unit embeddings in float64 of Hugging Face's model (tests/fixtures/recipe/forms.py). */
const { sentences }: { readonly sentences: Readonly<Record<string, readonly number[]>> } = JSON
  .parse(Deno.readTextFileSync(fixture("weights/mini/golden.json")));

async function embeddings(folder: string, weights?: string): Promise<Float32Array[]> {
  await using clip = await Clip.load(folder, weights === undefined ? {} : { weights });
  const size = clip.config.vision!.imageSize;
  const data = Float32Array.from({ length: 3 * size ** 2 }, (_, i) => Math.sin(i * i));
  const image = new Tensor(data, [3, size, size], ["channel", "row", "column"]);
  const texts = await clip.text.run(Object.keys(sentences));
  return [texts.data, (await clip.image.run([image])).data];
}

function jsonIn(path: string): Record<string, unknown> {
  return JSON.parse(Deno.readTextFileSync(path));
}

/** A model folder in one of the forms, and another for its export. */
async function withModel(
  form: string,
  work: (folder: string, out: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (parent) => {
    await work(await miniFolder(parent, form), `${parent}/out`);
  });
}

for (const [form, file] of Object.entries(FOLDERS)) {
  Deno.test(`exportModel() gives a model in the form ${form} the embeddings that its weights have`, () =>
    withModel(form, async (folder, out) => {
      const before = await embeddings(folder);
      const exported = await exportModel(folder, out);
      const settings = form.startsWith("hf") ? "config.json" : "open_clip_config.json";
      const from = `${file} (activation quick_gelu, from ${settings})`;
      assertEquals(exported, { folder: out, files: FILES, taken: { text: from, image: from } });
      assertEquals(namesIn(out), ["onnx", ...FILES.slice(2)].toSorted());
      assertEquals(namesIn(`${out}/onnx`), ["text_model.onnx", "vision_model.onnx"]);
      assertEquals(await embeddings(out), before); // the same graph and the same numbers
    }));
}

/** Entries of unit vectors of 3, from float32 sums over at most 192 terms of about 1. */
const ROUNDING = 2e-6;

for (const eosTokenId of [601, 2]) {
  Deno.test(`an exported text tower gives a sentence the same bits with any token as padding, eos_token_id being ${eosTokenId}`, () =>
    withModel("hf", async (folder, out) => {
      const config = jsonIn(`${folder}/config.json`);
      const text = { ...config["text_config"] as object, eos_token_id: eosTokenId };
      await Deno.writeTextFile(
        `${folder}/config.json`,
        JSON.stringify({ ...config, text_config: text }),
      );
      await exportModel(folder, out);
      await using clip = await Clip.load(folder, { towers: ["text"] });
      const ids = Object.keys(sentences).map((sentence) => clip.text.encode(sentence));
      const path = `${out}/onnx/text_model.onnx`;
      for (const [row, own] of ids.entries()) {
        const rest = 24 - own.length;
        const padded = Array.from(
          { length: clip.config.text.vocabSize },
          (_, pad) => [...own, ...new Array<number>(rest).fill(pad)],
        );
        const found = await runWhole(path, { ids: padded, outputs: ["text_embeds"] });
        const data = Float32Array.from(found.get("text_embeds")!.data as Float32Array);
        const first = data.slice(0, 3);
        for (const pad of padded.keys()) assertEquals(data.slice(3 * pad, 3 * pad + 3), first);
        const norm = Math.hypot(...first);
        Object.values(sentences)[row]!.forEach((x, i) =>
          assertAlmostEquals(first[i]! / norm, x, ROUNDING)
        );
      }
    }));
}

Deno.test("exportModel() gives the same bytes each time, and one tower alone the same as both", () =>
  withModel("hf-f16", async (folder, out) => {
    await exportModel(folder, out);
    await exportModel(folder, `${out}2`, { towers: ["text"] });
    assertEquals(
      namesIn(`${out}2`),
      ["config.json", "onnx", "tokenizer.json", "tokenizer_config.json"],
    );
    for (const name of ["onnx/text_model.onnx", "config.json", "tokenizer.json"]) {
      assertEquals(await Deno.readFile(`${out}2/${name}`), await Deno.readFile(`${out}/${name}`));
    }
  }));

Deno.test("exportModel() lays weights over the folder's", () =>
  withModel("hf", async (folder, out) => {
    await exportModel(folder, out, { weights: TUNED });
    const tuned = await embeddings(folder, TUNED);
    assertEquals(await embeddings(out), tuned);
    assertNotEquals((await embeddings(folder))[0], tuned[0]);
  }));

Deno.test("exportModel() writes the text tower alone of a model whose image tower is not CLIP's", () =>
  withModel("open-clip", async (folder, out) => {
    const { model_cfg: model, ...rest } = jsonIn(`${folder}/open_clip_config.json`) as {
      readonly model_cfg: { readonly vision_cfg: object };
    };
    const vision_cfg = { ...model.vision_cfg, timm_model_name: "eva02_base_patch16_clip_224" };
    const text = JSON.stringify({ ...rest, model_cfg: { ...model, vision_cfg } });
    await Deno.writeTextFile(`${folder}/open_clip_config.json`, text);
    await assertRejectsCode(() => exportModel(folder, out), "model-unsupported");
    await exportModel(folder, out, { towers: ["text"] });
    assertEquals("vision_config" in jsonIn(`${out}/config.json`), false);
    await using clip = await Clip.load(out, { towers: ["text"] });
    await using before = await Clip.load(folder, { towers: ["text"] });
    const own = Object.keys(sentences);
    assertEquals((await clip.text.run(own)).data, (await before.text.run(own)).data);
  }));

Deno.test("exportModel() writes SigLIP's towers and settings", () =>
  inFolder(async (parent) => {
    const folder = fixture("siglip-tiny");
    const weights = `${folder}/model.safetensors`;
    await exportModel(folder, `${parent}/out`, { weights });
    assertEquals(await embeddings(`${parent}/out`), await embeddings(folder, weights));
    for (const name of ["config.json", "tokenizer.json", "preprocessor_config.json"]) {
      assertEquals(jsonIn(`${parent}/out/${name}`), jsonIn(`${folder}/${name}`));
    }
    await exportModel(folder, `${parent}/beside`, { weights, largest: 1000 });
    for (const out of ["out", "beside"]) {
      for (const tower of ["text", "image"] as const) { // either may be used with the other of another file
        await using clip = await Clip.load(`${parent}/${out}`, { towers: [tower] });
        assertEquals(clip.family.similarity.formula, "115.58 x cosine - 12.500");
      }
    }
  }));

Deno.test("exportModel() puts the weights of a large tower beside its file and tells transformers.js", () =>
  withModel("hf-bin", async (folder, out) => {
    await exportModel(folder, `${out}2`);
    const sizeOf = async (name: string) => (await Deno.stat(`${out}2/onnx/${name}`)).size;
    const largest = await sizeOf("text_model.onnx") - 1;
    assert(await sizeOf("vision_model.onnx") <= largest);
    const { files } = await exportModel(folder, out, { largest });
    assertEquals(
      files.slice(0, 3),
      ["onnx/text_model.onnx_data", "onnx/text_model.onnx", "onnx/vision_model.onnx"],
    );
    assertEquals(await embeddings(out), await embeddings(folder));
    const text = await Deno.readTextFile(`${out}/config.json`);
    assertEquals(JSON.parse(text), {
      ...jsonIn(`${folder}/config.json`),
      "transformers.js_config": { use_external_data_format: { "text_model.onnx": true } },
    });
    assertEquals(text.match(/initializer_factor": 1\.0,/g)?.length, 3); // transformers refuses 1
  }));

Deno.test("exportModel() keeps what is there with the same bytes and refuses to replace the rest", () =>
  withModel("hf", async (folder, out) => {
    await exportModel(folder, out);
    const times = async () =>
      await Promise.all(FILES.map(async (name) => (await Deno.stat(`${out}/${name}`)).mtime));
    const before = await times();
    await Deno.remove(`${out}/config.json`); // as if it had been cut off
    await exportModel(folder, out);
    assertEquals((await times()).slice(0, -1), before.slice(0, -1));
    await assertRejectsCode(
      () => exportModel(folder, out, { weights: TUNED }),
      `folder-taken: Cannot write into "${out}": it holds other files with the names onnx/text_model.onnx; choose another folder (--out), or replace them (--overwrite)`,
    );
    assertEquals((await times()).slice(0, -1), before.slice(0, -1));
    await exportModel(folder, out, { weights: TUNED, overwrite: true });
    assertEquals(await embeddings(out), await embeddings(folder, TUNED));
  }));

Deno.test("exportModel() refuses the model's own folder, by whatever name, and leaves it as it is", () =>
  withModel("hf", async (folder) => {
    const names = namesIn(folder);
    await Deno.symlink(folder, `${folder}-link`);
    for (const out of [folder, `${folder}/../hf`, `${folder}-link`]) {
      for (const options of [{}, { overwrite: true }, { weights: TUNED }]) {
        await assertRejectsCode(
          () => exportModel(folder, out, options),
          `folder-taken: Cannot export a model into its own folder "${out}": later runs would read the ONNX files in place of its weights; choose another folder (--out)`,
        );
      }
    }
    assertEquals(namesIn(folder), names);
  }));

Deno.test("exportModel() refuses a folder that is in use, and makes none for a model that it refuses", () =>
  withModel("hf", async (folder, out) => {
    {
      using _held = await lockFolder(out);
      await assertRejectsCode(() => exportModel(folder, out), "folder-in-use");
      assertEquals(namesIn(out), [".lock"]);
    }
    await Deno.remove(`${folder}/tokenizer.json`);
    await assertRejectsCode(() => exportModel(folder, `${out}2`), "model-file-missing");
    await assertRejectsCode(
      () => exportModel(fixture("clip-tiny"), `${out}2`),
      `export-onnx-already: Cannot export the text tower of "${
        fixture("clip-tiny")
      }": it is ONNX already, onnx/text_model.onnx; copy that file, or give the weights to build it from: --weights FILE`,
    );
    assertEquals(namesIn(`${out}2`), []);
  }));

Deno.test("exportModel() finishes no export of weights that change as the last graph is put in its place", () =>
  withModel("hf", async (folder, out) => {
    const rename = Deno.rename;
    using _ = { [Symbol.dispose]: () => void (Deno.rename = rename) };
    Deno.rename = async (from, to) => {
      await rename(from, to);
      if (`${to}`.endsWith("vision_model.onnx")) {
        await Deno.utime(`${folder}/model.safetensors`, 0, 0);
      }
    };
    await assertRejectsCode(() => exportModel(folder, out), "file-changed");
    assertEquals(namesIn(`${out}/onnx`), ["text_model.onnx", "vision_model.onnx"]);
    assertEquals(namesIn(out), ["onnx"]);
  }));

Deno.test("exportModel() follows no link out of its folder, removes nothing there, and checks before it removes", () =>
  withModel("hf", async (folder, out) => {
    const victim = `${out}2`;
    for (const place of [out, victim]) await Deno.mkdir(place);
    await Deno.symlink(victim, `${out}/onnx`);
    for (const overwrite of [false, true]) {
      await assertRejectsCode(() => exportModel(folder, out, { overwrite }), "link-in-the-way");
    }
    assertEquals(namesIn(victim), []);
    const models = ["text_model.onnx", "vision_model.onnx", "text_model.onnx_data"];
    for (const name of models) await Deno.writeTextFile(`${victim}/${name}`, "another model");
    await Deno.writeTextFile(`${out}/config.json`, "{}");
    const replacing = () => exportModel(folder, out, { overwrite: true });
    await assertRejectsCode(
      replacing,
      `link-in-the-way: Cannot write "${out}/onnx": it is a link, and the kit writes only into its own files`,
    );
    await Deno.remove(`${out}/onnx`);
    await Deno.mkdir(`${out}/onnx/text_model.onnx`, { recursive: true });
    await Deno.symlink(`${victim}/vision_model.onnx`, `${out}/onnx/vision_model.onnx`);
    await Deno.symlink("nowhere", `${out}/tokenizer.json`);
    await assertRejectsCode(replacing, "folder-taken: own: onnx/text_model.onnx;");
    assertEquals(await Deno.readTextFile(`${out}/config.json`), "{}");
    assertEquals(namesIn(out), ["config.json", "onnx", "tokenizer.json"]);
    for (const name of models) {
      assertEquals(await Deno.readTextFile(`${victim}/${name}`), "another model");
    }
  }));

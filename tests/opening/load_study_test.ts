/** Files that are replaced while a study is opened: its checksums are those of what it uses, or it is refused. */

import { checksumsOf, loadStudy } from "../../lib/opening/load_study.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";
import { sha256File } from "../../lib/files/read_file.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { writeTensors } from "./embedding_files.ts";
import { fixture, inFolder, namesIn } from "../scripts/task_process.ts";

const MODEL = fixture("clip-tiny");

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test("checksumsOf() has the checksum of the data that were read, whatever the file holds by then", () =>
  inFolder(async (folder) => {
    const data = `${folder}/pairs.json`;
    const bytes = await Deno.readFile(fixture("pairs.json"));
    await Deno.writeFile(data, bytes);
    const inputs = await openInputs({ model: MODEL, data }, { imagesAre: "ignored" });
    await Deno.writeTextFile(data, "[]");
    const { sources } = await checksumsOf(inputs);
    assertEquals(sources.data, [{ file: "pairs.json", sha256: sha256Text(bytes) }]);
  }));

Deno.test("Study refuses a model of which a file was replaced after its checksum was computed", () =>
  inFolder(async (folder) => {
    const model = `${folder}/model`;
    await copyFolder(MODEL, model);
    const choice = { model, data: fixture("pairs.json"), images: fixture("images") };
    const inputs = await openInputs(choice);
    for (const file of ["config.json", "onnx/text_model.onnx", "onnx/vision_model.onnx"]) {
      const checksums = await checksumsOf(inputs);
      const bytes = await Deno.readFile(`${model}/${file}`);
      await Deno.writeFile(`${model}/${file}.new`, bytes);
      await Deno.rename(`${model}/${file}.new`, `${model}/${file}`); // even with equal bytes: they are not read again
      const says =
        `"${model}/${file}": it has changed since the run began; run the same command again`;
      const load = () => loadStudy(inputs, { runtime: nodeRuntime(), checksums });
      await assertRejectsCode(load, "file-changed", says);
    }
    await using study = await loadStudy(inputs, {
      ...{ runtime: nodeRuntime(), checksums: await checksumsOf(inputs) },
    });
    assertEquals([study.pairs.length, namesIn(folder)], [8, ["model"]]);
  }));

Deno.test("a model with random weights has a name and checksums of its own, so that no embedding of the model is taken for its", async () => {
  const choice = { model: MODEL, data: fixture("pairs.json"), images: fixture("images") };
  const [plain, random, other] = await Promise.all(
    [undefined, 7, 8].map((randomWeights) => openInputs({ ...choice, randomWeights })),
  );
  assertEquals(random!.modelName, `${plain!.modelName} with random weights (seed 7)`);
  const [own, made, others] = await Promise.all(
    [plain, random, other].map((inputs) => checksumsOf(inputs!)),
  );
  for (const kind of ["text", "image"] as const) {
    assertEquals(made![kind].slice(0, -1), own![kind]);
    assertEquals(made![kind].at(-1)!.file, "random weights (seed 7)");
    assertNotEquals(made![kind].at(-1)!.sha256, others![kind].at(-1)!.sha256);
  }
  assertEquals(made!.sources.model.length, own!.sources.model.length + 1);
  assertEquals(made!.towers, own!.towers);
});

Deno.test("checksumsOf() has one checksum of each tower's files, whatever they are called", () =>
  inFolder(async (folder) => {
    const model = `${folder}/model`;
    await copyFolder(MODEL, model);
    const towersOf = async (choice: StudyChoice) => {
      const given = { model, data: fixture("pairs.json"), images: fixture("images"), ...choice };
      return (await checksumsOf(await openInputs(given))).towers;
    };
    const breaks = "\n".repeat(5); // give the settings a checksum that is not the least, since the order of files must not count
    await Deno.writeTextFile(`${model}/config.json`, breaks, { append: true });
    const own = await towersOf({});
    const together = async (...names: readonly string[]) => {
      const sums = await Promise.all(names.map((name) => sha256File(`${model}/${name}`)));
      return sha256Text(sums.sort().join("\n"));
    };
    assertEquals(own, {
      text: await together("config.json", "tokenizer.json", "onnx/text_model.onnx"),
      image: await together("config.json", "preprocessor_config.json", "onnx/vision_model.onnx"),
    });

    const moved = `${folder}/another-name.onnx`;
    await Deno.copyFile(`${model}/onnx/text_model.onnx`, moved);
    assertEquals(await towersOf({ onnxText: moved }), own);
    const weights = fixture("weights/tiny.safetensors");
    const laid = await towersOf({ weights });
    assertNotEquals(laid.text, own.text);
    assertNotEquals(laid.image, own.image);

    const image = new Float32Array(12).fill(1);
    const names = JSON.parse(await Deno.readTextFile(fixture("pairs.json")))
      .map((pair: { readonly image: string }) => pair.image);
    const embeddings = `${folder}/images.safetensors`;
    await writeTensors(embeddings, new Map(names.map((name: string) => [name, image])));
    const given = await towersOf({ imageEmbeddings: embeddings });
    assertEquals(given, { text: own.text!, image: sha256Text(await sha256File(embeddings)) });
  }));

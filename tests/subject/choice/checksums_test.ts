/** Files that are replaced while a study is opened: its checksums are those of what it uses, or it is refused. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { checksumsOf } from "../../../lib/subject/choice/checksums.ts";
import { openInputs } from "../../../lib/subject/choice/inputs.ts";
import { Subject } from "../../../lib/subject/subject.ts";
import { sha256Text } from "../../../lib/files/sha256.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder, namesIn } from "../../scripts/task_process.ts";

const MODEL = fixture("clip-tiny");

/** Copies a folder with all that is in it. */
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

Deno.test("Subject refuses a model of which a file was replaced after its checksum was computed", () =>
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
      const { message } = await assertRejectsCode(
        () => Subject.load(inputs, { checksums }),
        "model-file-changed",
      );
      assertEquals(
        message,
        `Cannot use "${model}/${file}": it has changed since the run began; run the same command again`,
      );
    }
    await using subject = await Subject.load(inputs, { checksums: await checksumsOf(inputs) });
    assertEquals([subject.pairs.length, namesIn(folder)], [8, ["model"]]);
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
});

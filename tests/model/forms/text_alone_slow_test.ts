/** A folder of `CLIPTextModelWithProjection`, with image embeddings from elsewhere. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { goldenImages, TINY } from "../../studies.ts";
import { writeMatrix } from "../../opening/embedding_files.ts";
import { done, runHere } from "../../scripts/task_here.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { safetensorsOf } from "./safetensors.ts";

const WEIGHTS = fixture("weights/tiny.safetensors");
/** Writes clip-tiny's text tower as `CLIPTextModelWithProjection.save_pretrained()` does: its settings alone, and only its arrays. */
async function textFolder(parent: string): Promise<string> {
  const folder = `${parent}/text`;
  await Deno.mkdir(folder);
  const settings = await Deno.readTextFile(`${TINY.model}/config.json`);
  const { text_config, projection_dim } = JSON.parse(settings);
  const config = {
    ...{ ...text_config, model_type: "clip_text_model", projection_dim },
    architectures: ["CLIPTextModelWithProjection"],
  };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  await Deno.copyFile(`${TINY.model}/tokenizer.json`, `${folder}/tokenizer.json`);
  const isText = (name: string) => name.startsWith("text_");
  await Deno.writeFile(`${folder}/model.safetensors`, safetensorsOf(WEIGHTS, isText));
  return folder;
}

Deno.test("tasks run on a text tower alone with image embeddings, and need them", () =>
  inFolder(async (parent) => {
    const folder = await textFolder(parent);
    const embeddings = `${parent}/made.npy`;
    await writeMatrix(embeddings, goldenImages(TINY));
    const flags = ["--data", TINY.pairs, "--format", "none", "--quiet"];
    flags.push("--image-embeddings", embeddings);
    const tables: string[] = [];
    const cases = [["own", [folder]], ["whole", [TINY.model, "--weights", WEIGHTS]]] as const;
    for (const [out, model] of cases) {
      const place = `${parent}/${out}`;
      await done("evaluate", ["--model", ...model, ...flags, "--out", place]);
      tables.push(await Deno.readTextFile(`${place}/evaluate.csv`));
    }
    assertEquals(tables[0], tables[1]);
    const inspected = await runHere("inspect", ["--model", folder]);
    const says = "image tower: not built: none, since the settings are of";
    assertStringIncludes(inspected.stdout, says);
    const images = ["--data", TINY.pairs, "--images", TINY.images, "--out", `${parent}/images`];
    const { code, stderr } = await runHere("evaluate", ["--model", folder, ...images]);
    assertEquals(code, 1);
    assertStringIncludes(stderr.replaceAll(/\s+/g, " "), "--image-embeddings FILE");
  }));

/** Runs on image embeddings that were made elsewhere, beside runs on the images. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { imageReader } from "../../lib/opening/images/image_folder.ts";
import { sha256File } from "../../lib/files/read_file.ts";
import { embedImages } from "../../lib/study/embeddings.ts";
import { type Study, studyPairs, TINY, withClip } from "../studies.ts";
import { type Vectors, writeMatrix, writeTensors } from "../opening/embedding_files.ts";
import { brokenModel } from "./failures.ts";
import { differingFiles } from "./killed_run.ts";
import { run, runHere } from "./task_here.ts";
import { inFolder, namesIn } from "./task_process.ts";

function flagsOf({ model, pairs }: Study): string[] {
  return ["--model", model, "--data", pairs, "--threads", "1"];
}

/** The embeddings that the study's image tower makes. */
async function ownVectors(study: Study): Promise<Vectors> {
  let made: Vectors = new Map();
  await withClip(study, async ({ image }) => {
    made = await embedImages(image, await studyPairs(study), { read: imageReader(study.images) });
  });
  return made;
}

function tablesIn(folder: string): string[] {
  return namesIn(folder).filter((name) => name.endsWith(".csv"));
}

function manifestOf(folder: string) {
  return JSON.parse(Deno.readTextFileSync(`${folder}/manifest.json`));
}

Deno.test("embeddings of the kit's own image tower give the tables of the images, byte for byte", () =>
  inFolder(async (folder) => {
    const vectors = await ownVectors(TINY);
    const [matrix, tensors] = [`${folder}/own.npy`, `${folder}/own.safetensors`];
    await writeMatrix(matrix, vectors);
    await writeTensors(tensors, new Map([...vectors].toReversed()));
    const flags = [...flagsOf(TINY), "--cache", "none"];
    for (const [task, file] of [["trace", matrix], ["trace", tensors], ["correlate", matrix]]) {
      const [whole, out] = [`${folder}/${task}`, `${folder}/${task} of ${file!.split("/").at(-1)}`];
      await run(task!, [...flags, "--images", TINY.images], whole);
      await run(task!, [...flags, "--image-embeddings", file!], out);
      assertEquals(tablesIn(whole).includes("evaluate.csv"), true);
      assertEquals(tablesIn(out), tablesIn(whole));
      assertEquals(differingFiles(out, whole).filter((name) => name.endsWith(".csv")), [], out);
    }
  }));

Deno.test("a run on image embeddings records their files and not the image tower's, and no other file is its equal", () =>
  inFolder(async (folder) => {
    const vectors = await ownVectors(TINY);
    const matrix = `${folder}/images.npy`;
    await writeMatrix(matrix, vectors);
    const [out, flags] = [`${folder}/out`, [...flagsOf(TINY), "--image-embeddings", matrix]];
    await run("evaluate", [...flags, "--cache", `${folder}/cache`], out);
    const { model, sources, embeddings } = manifestOf(out);
    assertEquals(embeddings, { text: { cached: 0, computed: 12 } });
    assertEquals(Object.keys(model), ["name", "text", "taken", "causal", "threads"]);
    const { sha256, ...taken } = model.taken[1];
    assertEquals(taken, { tower: "image", from: "embeddings in images.npy" });
    assertEquals(/^[0-9a-f]{64}$/.test(sha256), true);
    const files: { readonly file: string; readonly sha256: string }[] = sources.model;
    assertEquals(files.map(({ file }) => file).filter((file) => file.includes("vision")), []);
    assertEquals(files.slice(-2), [
      { file: "image embeddings", sha256: await sha256File(matrix) },
      { file: "image names", sha256: await sha256File(`${folder}/images.txt`) },
    ]);
    assertEquals(sources.data.map(({ file }: { readonly file: string }) => file), ["pairs.json"]);
    const moved = `${folder}/moved.npy`;
    await Deno.rename(matrix, moved);
    await Deno.rename(`${folder}/images.txt`, `${folder}/moved.txt`);
    const how = ["--format", "none", "--quiet", "--out", out];
    const repeated = [...flags.with(-1, moved), ...how];
    assertEquals(await runHere("evaluate", repeated), { code: 0, stdout: "", stderr: "" });
    const refuses = async (changed: Vectors, place: number) => {
      await writeMatrix(moved, changed);
      const { code, stderr } = await runHere("evaluate", repeated);
      assertEquals(code, 1);
      const why = `another run, its model file "${files.at(place)!.file}" has other content`;
      assertStringIncludes(stderr, why);
    };
    const [first, second] = [...vectors.keys()];
    const swapped = [...vectors].map(([name, own]) =>
      [name === first ? second! : name === second ? first! : name, own] as const
    );
    await refuses(new Map(swapped), -1);
    const scaled = [...vectors].map(([name, own]) =>
      [name, [...Array.from(own)].map((x) => 2 * x)] as const
    );
    await refuses(new Map(scaled), -2);
  }));

Deno.test("images given beside embeddings are shown in the report, change no table, and need no image tower", () =>
  inFolder(async (folder) => {
    const tensors = `${folder}/images.safetensors`;
    await writeTensors(tensors, await ownVectors(TINY));
    const model = await brokenModel(folder, { file: "onnx/vision_model.onnx" });
    const flags = [...flagsOf({ ...TINY, model }), "--image-embeddings", tensors];
    const plain = await run("trace", flags, `${folder}/plain`);
    const shown = await run("trace", [...flags, "--images", TINY.images], `${folder}/shown`);
    const differing = differingFiles(shown, plain);
    assertEquals(differing.includes("report.html"), true);
    assertEquals(differing.filter((name) => name.endsWith(".csv")), []);
    const thumbnails = (out: string) =>
      Deno.readTextFileSync(`${out}/report.html`).includes("data:image/webp");
    assertEquals([thumbnails(plain), thumbnails(shown)], [false, true]);
    const { model: { image }, sources: { data } } = manifestOf(shown);
    assertEquals(image, undefined);
    assertEquals(data.map(({ file }: { readonly file: string }) => file), ["pairs.json", "images"]);
  }));

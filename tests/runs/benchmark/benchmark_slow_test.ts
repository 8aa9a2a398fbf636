/** The task on odd files and with its options. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { npyHeader } from "../../../lib/files/tensors.ts";
import { similarity } from "../../../lib/model/families.ts";
import { innerProduct } from "../../../lib/stats/columns.ts";
import { differingFiles } from "../../scripts/killed_run.ts";
import { runHere } from "../../scripts/task_here.ts";
import { fixture, inFolder, recordsIn, reportIn, TINY } from "../../scripts/task_process.ts";

type Line = Readonly<Record<string, string>>;

const MODEL = TINY.slice(0, 2);

const HOW = ["--format", "none", "--threads", "1"];
const IMAGES = fixture("images");

const run = (flags: readonly string[]) => runHere("benchmark", [...MODEL, ...HOW, ...flags]);

/** The lines of benchmark.csv of all rows, or of others, by measure. */
function figuresIn(out: string, by = "all"): Readonly<Partial<Record<string, Line>>> {
  const lines = recordsIn(`${out}/benchmark.csv`).filter((line) => line["by"] === by);
  return Object.fromEntries(lines.map((line) => [line["measure"]!, line]));
}

/** A list of choices with images at odd places. */
const ROWS = [
  "id,image,answer,option_1,option_2,x,y,width,height",
  "a,data/coco/val2017/photo.jpg,1,a cat,no cat,,,,",
  "b,grey,2,a cat,no cat,,,,",
  "c,/home/me/tiny.png,1,a dog,a dog,,,,",
  "d,nowhere.jpg,1,a cat,no cat,,,,",
  "e,photo.jpg,1,a cat,no cat,9000,0,5,5",
  "f,photo.jpg,7,a cat,no cat,,,,",
  `g,photo.jpg,1,${"cat ".repeat(40)},no cat,,,,`,
  "h,../../images/rotated.jpg,1,a cat,no cat,0,0,9,9",
].join("\n");

Deno.test("benchmark finds images by the tail of their path, and counts each row that it leaves out", () =>
  inFolder(async (folder) => {
    const data = `${folder}/rows.csv`;
    await Deno.writeTextFile(data, ROWS);
    const files = ["--data", data, "--images", IMAGES, "--cache", "none"];
    const refused = await run([...files, "--out", `${folder}/refused`]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "Cannot use 4 of 8 rows");
    const out = `${folder}/out`;
    assertEquals((await run([...files, "--skip-bad", "--out", out])).code, 0);
    const page = reportIn(out);
    for (
      const reason of [
        ...["its image is missing (d)", "its box lies outside the image (e)"],
        ...['"answer" is missing or wrong (f)', "a sentence is longer than the model reads (g)"],
      ]
    ) assertStringIncludes(page, `1 rows skipped: ${reason}`);
    const rows = recordsIn(`${out}/choices.csv`);
    assertEquals([...new Set(rows.map(({ id, row }) => `${id}${row}`))], ["a0", "b1", "c2", "h7"]);
    const { ties } = figuresIn(out);
    assertEquals([ties!["n"], ties!["value"]], ["4", "1"]); // both options of row c are one sentence
  }));

Deno.test("benchmark says what is wrong with one row, and with what it is given", () =>
  inFolder(async (folder) => {
    const data = `${folder}/rows.csv`;
    const rows = ROWS.split("\n");
    const refuses = async (chosen: readonly string[], message: string, flags: string[]) => {
      await Deno.writeTextFile(data, chosen.join("\n"));
      const { code, stderr } = await run(["--data", data, "--out", `${folder}/out`, ...flags]);
      assert(code > 0);
      assertStringIncludes(stderr, message);
      assertEquals(stderr.trim().split("\n").filter((line) => !line.startsWith("See:")).length, 1);
    };
    const images = ["--images", IMAGES];
    const box = 'Cannot use box [9000, 0, 5, 5] of row "e": image "photo.jpg" has';
    await refuses([rows[0]!, rows[5]!], box, images);
    await refuses([rows[0]!], "it has no rows", images);
    await refuses(rows.slice(0, 2), "--images FOLDER beside it", []);
    await refuses(["1,2,3", "4,5,6"], "it has the form of none that is known", images);
  }));

Deno.test("benchmark takes image embeddings made elsewhere, by the names of the data, but not for boxes or without lengths", () =>
  inFolder(async (folder) => {
    const data = `${folder}/rows.csv`;
    const rows = ROWS.split("\n");
    const vectors = Float32Array.from({ length: 2 * 12 }, (_, i) => Math.sin(i));
    const matrix = [...npyHeader("<f4", [2, 12]), new Uint8Array(vectors.buffer)];
    const bytes = Uint8Array.from(matrix.flatMap((part) => [...part]));
    await Deno.writeFile(`${folder}/images.npy`, bytes);
    await Deno.writeTextFile(`${folder}/images.txt`, "grey\nphoto.jpg\n");
    const embeddings = ["--data", data, "--image-embeddings", `${folder}/images.npy`];
    const with_ = async (row: number, flags: readonly string[] = []) => {
      await Deno.writeTextFile(data, [rows[0], rows[row]].join("\n"));
      return await run([...embeddings, ...flags, "--out", `${folder}/out`]);
    };
    assertStringIncludes((await with_(1)).stderr, "it is not among the file's names");
    const box = "the row looks at a part of the image, of which there is no embedding";
    assertStringIncludes((await with_(5)).stderr, box);
    const any = await with_(2, ["--unnormalised"]);
    assertStringIncludes(any.stderr, "embeddings made elsewhere may have any length");
    assertEquals((await with_(2)).code, 0);
    await using clip = await Clip.load(TINY[1]!, { threads: 1, towers: ["text"] });
    const text = (await clip.text.run(["a cat"])).row(0).data;
    const score = Number(recordsIn(`${folder}/out/choices.csv`)[0]!["score"]);
    assertAlmostEquals(score, similarity(text, vectors.subarray(0, 12)), 1e-4); // of a unit vector in float32
  }));

Deno.test("benchmark compares SimpleNeg's sentences with questions by the text tower alone, and refuses what the set cannot be asked", () =>
  inFolder(async (folder) => {
    const data = `${fixture("benchmarks")}/files/simpleneg.json`;
    const out = `${folder}/out`;
    const given = ["--data", data, "--cache", "none", "--out", out];
    assertEquals((await run(given)).code, 0);
    assertStringIncludes(reportIn(out), "The rows have no image");
    await using clip = await Clip.load(TINY[1]!, { threads: 1, towers: ["text"] });
    const [[sentence, denied, present]] = JSON.parse(await Deno.readTextFile(data));
    const texts = await clip.text.run([sentence, present, denied]);
    const vectors = [0, 1, 2].map((row) => texts.row(row).data);
    const rows = recordsIn(`${out}/choices.csv`).slice(0, 2);
    assertEquals(rows.map(({ right }) => right), ["1", "0"]);
    rows.forEach(({ score }, option) => {
      assertAlmostEquals(Number(score), similarity(vectors[0]!, vectors[1 + option]!), 1e-5);
    });
    const { accuracy_published, bag_of_words } = figuresIn(out);
    assertEquals([accuracy_published, bag_of_words!["value"]], [undefined, "1"]);
    for (
      const [flags, message] of [
        [["--published"], "retrieves images and asks a model that answers questions"],
        [["--images", IMAGES], "the rows of the data are sentences without images"],
      ] as const
    ) {
      const { code, stderr } = await run([...given, ...flags]);
      assertEquals(code, 2);
      assertStringIncludes(stderr, message);
    }
  }));

Deno.test("benchmark --activation scores weights as another hidden_act in config.json does, and refuses a fixed graph", () =>
  inFolder(async (folder) => {
    const data = `${fixture("benchmarks")}/files/sugarcrepe.json`;
    await Deno.mkdir(`${folder}/model`);
    for (const name of ["tokenizer.json", "tokenizer_config.json", "preprocessor_config.json"]) {
      await Deno.copyFile(`${TINY[1]}/${name}`, `${folder}/model/${name}`);
    }
    const config = await Deno.readTextFile(`${TINY[1]}/config.json`);
    const other = config.replaceAll('"quick_gelu"', '"gelu"');
    assert(other !== config);
    await Deno.writeTextFile(`${folder}/model/config.json`, other);
    const weights = ["--weights", fixture("weights/tiny.safetensors")];
    const scoresOf = async (name: string, model: string, flags: readonly string[] = []) => {
      const files = ["--model", model, ...weights, "--data", data, "--images", IMAGES];
      const how = [...HOW, "--cache", `${folder}/cache`, "--out", `${folder}/${name}`];
      const { code, stdout } = await runHere("benchmark", [...files, ...how, ...flags]);
      assertEquals(code, 0);
      const scores = recordsIn(`${folder}/${name}/choices.csv`).map(({ score }) => score);
      return { stdout, scores };
    };
    const plain = await scoresOf("plain", TINY[1]!);
    const asked = await scoresOf("asked", TINY[1]!, ["--activation", "gelu"]); // with what is kept of the first run
    const settings = await scoresOf("settings", `${folder}/model`);
    assertEquals(asked.scores, settings.scores);
    assert(asked.scores.some((score, i) => score !== plain.scores[i]));
    assertStringIncludes(asked.stdout, "tiny.safetensors, with activation gelu");
    assertStringIncludes(reportIn(`${folder}/asked`), "activation gelu, as asked for, not quick_");
    const graph = ["--data", data, "--images", IMAGES, "--activation", "gelu"];
    const { code, stderr } = await run([...graph, "--out", `${folder}/graph`]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "the graph in an ONNX file has its activation fixed");
  }));

Deno.test("benchmark of a retrieval has random weights beside the model, and no intervals by noun", () =>
  inFolder(async (folder) => {
    const data = `${fixture("benchmarks")}/files/negbench_retrieval.csv`;
    const given = ["--data", data, "--images", IMAGES, "--cache", "none"];
    const { code, stderr } = await run([...given, "--cluster", "noun", "--out", `${folder}/no`]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "it is a file of retrieval, whose captions have no options");
    const rule = { kind: "score_rule", name: "photo", strength: 1, prompt: "a photo of a {}" };
    await Deno.writeTextFile(`${folder}/rule.json`, JSON.stringify(rule));
    const ruled = await run([...given, "--edit", `${folder}/rule.json`, "--out", `${folder}/no`]);
    assertEquals(ruled.code, 2);
    assertStringIncludes(ruled.stderr, "it is a rule for scores, and a retrieval ranks embeddings");
    const [plain, out] = [`${folder}/plain`, `${folder}/out`];
    assertEquals((await run([...given, "--out", plain])).code, 0);
    const { stdout } = await run([...given, "--control", "random", "--out", out]);
    assertEquals(stdout.match(/random weights +chance/g)?.length, 1);
    const [own, other] = [out, plain].map((run) => Deno.readTextFileSync(`${run}/retrieval.csv`));
    assertEquals(own, other);
    const measured = (run: string, ending: string) =>
      ["text_to_image", "image_to_text"].flatMap((direction) => {
        const figures = figuresIn(run, direction);
        return ["r1", "r5", "r10", "median"].map((name) => figures[name + ending]?.["value"]);
      });
    const beside = measured(out, "_random_weights");
    assertEquals(measured(plain, "_random_weights"), Array(8).fill(undefined));
    assertEquals([Number(beside[2]) > 0, Number(beside[6]) > 0], [true, true]); // R@10
    const chart = await Deno.readTextFile(`${out}/recall.vl.json`);
    assertStringIncludes(chart, "caption of an image, R@10, random weights");
    const weights = ["--random-weights", "1", "--out", `${folder}/alone`];
    assertEquals((await run([...given, ...weights])).code, 0);
    assertEquals(beside, measured(`${folder}/alone`, ""));
  }));

Deno.test("benchmark --unnormalised scores by inner products of what the projections give", () =>
  inFolder(async (folder) => {
    const data = `${folder}/rows.csv`;
    await Deno.writeTextFile(data, ROWS.split("\n").slice(0, 2).join("\n"));
    const flags = ["--data", data, "--images", IMAGES, "--unnormalised", "--out", `${folder}/out`];
    assertEquals((await run(flags)).code, 0);
    await using clip = await Clip.load(TINY[1]!, { threads: 1 });
    const bytes = await Deno.readFile(`${IMAGES}/photo.jpg`);
    const pixels = [await clip.image.pixels(bytes, "photo")];
    const raw = { unnormalised: true };
    const image = (await clip.image.run(pixels, raw)).row(0).data;
    const text = (await clip.text.run(["a cat"], raw)).row(0).data;
    const made = Number(recordsIn(`${folder}/out/choices.csv`)[0]!["score"]);
    assertAlmostEquals(made, innerProduct(text, image), 1e-6); // the same towers
    const unit = (await clip.image.run(pixels)).row(0).data;
    const length = Math.sqrt(innerProduct(image, image));
    assert(Math.abs(length - 1) > 0.01);
    unit.forEach((x, i) => assertAlmostEquals(x * length, image[i]!, 1e-5));
  }));

Deno.test("benchmark --control random puts the model with random weights beside, and the cache changes no byte", () =>
  inFolder(async (folder) => {
    const data = `${fixture("benchmarks")}/files/negrefcocog.json`;
    const flags = ["--data", data, "--images", IMAGES, "--control", "random"];
    const outs = ["one", "two"].map((name) => `${folder}/${name}`);
    for (const out of outs) {
      const how = ["--cache", `${folder}/cache`, "--out", out];
      assertEquals((await run([...flags, ...how])).code, 0);
    }
    const { value } = figuresIn(outs[0]!)["random_weights"]!;
    assert(value !== "" && Number(value) >= 0);
    assertEquals(await differingFiles(outs[0]!, outs[1]!), []);
    const { embeddings } = JSON.parse(await Deno.readTextFile(`${outs[1]}/manifest.json`));
    assertEquals([embeddings.image.computed, embeddings.text.computed], [0, 0]);
    const again = await run([...flags, "--out", outs[1]!]);
    assertStringIncludes(again.stdout, "This run is finished already");
  }));

Deno.test("benchmark without data scores the embedded drawings", () =>
  inFolder(async (folder) => {
    const { code, stdout } = await runHere("benchmark", [...HOW, "--limit", "6", "--out", folder]);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "negscope benchmark: shapes, VALSE, 6 of");
    assertEquals(stdout.includes("Published figures"), false); // those are of VALSE's photographs
  }));

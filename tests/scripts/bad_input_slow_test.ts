/** What tasks do with input that they cannot use: one line, the right exit code, and no file. The rooms' own tests have the other messages. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { brokenImages, brokenModel, fail, type Failure, tinyBut } from "./failures.ts";
import { done } from "./task_here.ts";
import { fixture, inFolder, namesIn, recordsIn, runTask, TINY } from "./task_process.ts";

/** The committed text tower with NaN in its token embedding. */
function withNaN(): Uint8Array {
  const bytes = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/text_model.onnx`);
  const model = fromBinary(ModelProtoSchema, bytes);
  const { initializer } = model.graph!;
  const weight = initializer.find(({ name }) => name.endsWith("token_embedding.weight"));
  const numbers = new Float32Array(weight!.rawData.slice().buffer);
  numbers[5] = NaN;
  weight!.rawData = new Uint8Array(numbers.buffer);
  return toBinary(ModelProtoSchema, model);
}

Deno.test("tasks refuse data, folders of images, images and fonts that they cannot use", () =>
  inFolder(async (folder) => {
    const photo = await Deno.readFile(fixture("images/photo.jpg"));
    const half = { file: "photo.jpg", content: photo.subarray(0, photo.length / 2) };
    const [nowhere, broken] = [`${folder}/nowhere`, await brokenImages(folder, half)];
    const missing = `Cannot find images in "${nowhere}": there is no such folder`;
    const cut = 'Cannot decode image "photo.jpg": it is cut or damaged; expected a whole JPEG';
    await fail(folder, [
      ["correlate", tinyBut("--data", folder), `Cannot read data file "${folder}": it is a folder`],
      ["evaluate", tinyBut("--images", nowhere), missing],
      ["correlate", tinyBut("--images", broken), cut],
      ["trace", ["--font", nowhere], `Cannot draw text in font "${nowhere}": there is no`],
    ]);
  }));

Deno.test("tasks refuse models whose files do not make one together", () =>
  inFolder(async (folder) => {
    const tiny = fixture("clip-tiny");
    const own = JSON.parse(await Deno.readTextFile(`${tiny}/config.json`));
    own.text_config.hidden_size = 32;
    const config = { file: "config.json", content: JSON.stringify(own) };
    const narrow = await brokenModel(folder, config);
    const file = "onnx/text_model.onnx";
    const damaged = await brokenModel(folder, { file, content: withNaN() });
    const other = new URL("../../data/shapes/model/onnx/text_model.onnx", import.meta.url).pathname;
    const fused = `${tiny}/onnx/text_model_attention.onnx`;
    const [point, blocks] = ["hook point", "attention blocks"];
    const values =
      `${point} "blocks.0.hook_resid_pre" holds 48 values where config.json asks for [1`;
    const nan = 'weight "m.text_model.embeddings.token_embedding.weight" holds NaN; export or';
    const six = `Cannot find the ${blocks} of "${other}": it has 6 where config.json asks for 3`;
    const none =
      `Cannot find model folder "shapes": expected a folder in Hugging Face layout, or the Hub's name of a downloaded model; none of the kit's own models segments; run: deno task download clipseg`;
    const [onnx] = other.split("/text_model");
    const noQ4 =
      `Cannot find "${onnx}/text_model_q4.onnx" or "${onnx}/model_q4.onnx": the folder's onnx/ holds text_model.onnx, vision_model.onnx; choose one by what its name ends in with --onnx, or name the file of each tower with --onnx-text`;
    const pattern =
      `Cannot reach ${point} "blocks.0.attn.hook_pattern" in "${fused}": the file has`;
    await fail(folder, [
      ["evaluate", tinyBut("--model", narrow), `Cannot use "${narrow}/${file}": ${values}`],
      ["evaluate", tinyBut("--model", damaged), `Cannot use "${damaged}/${file}": ${nan}`],
      ["trace", [...TINY, "--onnx-text", other], six],
      ["knockout", [...TINY, "--onnx-text", fused], pattern],
      ["trace", ["--onnx", "_q4"], noQ4],
      ["segment", ["--segmenter", "shapes"], none],
    ]);
  }));

Deno.test("tasks refuse runs that they cannot read and places that they cannot write to, and leave existing files alone", () =>
  inFolder(async (folder) => {
    const [file, foreign] = [`${folder}/file`, `${folder}/foreign`];
    const [blocked, chart] = [`${folder}/blocked`, `${folder}/chart`];
    await Deno.writeTextFile(file, "mine");
    await Deno.mkdir(foreign);
    await Deno.writeTextFile(`${foreign}/summary.csv`, "mine");
    await Deno.mkdir(`${blocked}/how_and_where.svg`, { recursive: true });
    await Deno.mkdir(chart);
    await Deno.writeTextFile(`${chart}/map.vl.json`, '{"mark": "zigzag"}');
    const exists = `Cannot write into "${file}": File exists; choose another folder (--out)`;
    const written: Failure = ["figures", [chart, "--out", file], exists];
    const other = `Cannot write into "${foreign}": it holds what is not known to be the kit's own`;
    const atlas =
      'Cannot read run "data/cards": it holds no manifest.json; expected the folder of an atlas';
    const marks = 'Cannot update the document: expected "<!-- threads-1 -->" and "<!-- /threads-1';
    await fail(folder, [
      written,
      ["cards", ["data/cards", "--static", file], exists.replace("--out", "--static")],
      ["card", ["data/cards"], atlas],
      ["attend", [...TINY, "--out", foreign], other],
      ["readme", ["--out", blocked], `Cannot write "${blocked}/how_and_where.svg": Is a directory`],
      ["bench", ["--threads", "1", "--document", file], marks],
    ]);
    await fail(folder, [written], { run: runTask }); // with its own rights
    assertEquals([await Deno.readTextFile(file), namesIn(foreign)], ["mine", ["summary.csv"]]);
  }));

Deno.test({
  name: "tasks refuse files that the system does not let them read or write",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const [data, out] = ["/proc/self/environ", "/proc/negscope"];
      const manifest = `Cannot read "${out}/manifest.json" as a run's manifest: it may not be read`;
      const file = `Cannot read data file "${data}": it may not be read`;
      await fail(folder, [
        ["evaluate", tinyBut("--data", data), file],
        ["trace", [...TINY, "--out", out], manifest],
      ], { run: runTask }); // with a task's own permissions
    }),
});

Deno.test("trace runs on a file with fused attention, which keeps the residual stream, and evaluate on a quantised file", () =>
  inFolder(async (folder) => {
    const run = async (task: string, name: string) => {
      const onnx = ["--onnx-text", `${fixture("clip-tiny")}/onnx/text_model${name}.onnx`];
      const out = `${folder}/run${name}`;
      await done(task, [...TINY, ...onnx, "--out", out]);
      return out;
    };
    const effects = [await run("trace", ""), await run("trace", "_attention")]
      .map((out) => recordsIn(`${out}/effects.csv`));
    assertEquals(effects[0]!.length, effects[1]!.length);
    effects[0]!.forEach((row, i) => {
      assertAlmostEquals(Number(row["effect"]), Number(effects[1]![i]!["effect"]), 4e-4); // both are float32
    });
    await run("evaluate", "_quantized");
  }));

/** What tasks do with input that they cannot use: one line, the right exit code, and no file. The rooms' own tests have the other messages. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { brokenImages, brokenModel, fail, type Failure, tinyBut } from "./failures.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

const TOGETHER = "check that the file and config.json belong together";
/** The committed text tower with NaN in its token embedding. */
function withNaN(): Uint8Array {
  const model = fromBinary(
    ModelProtoSchema,
    Deno.readFileSync(`${fixture("clip-tiny")}/onnx/text_model.onnx`),
  );
  const weight = model.graph!.initializer.find(({ name }) =>
    name.endsWith("token_embedding.weight")
  );
  const numbers = new Float32Array(weight!.rawData.slice().buffer);
  numbers[5] = NaN;
  weight!.rawData = new Uint8Array(numbers.buffer);
  return toBinary(ModelProtoSchema, model);
}

type Case = readonly [task: string, flags: readonly string[], says: string];

const failures = (cases: readonly Case[]): Failure[] =>
  cases.map(([task, flags, says]) => ({ task, flags, says }));

Deno.test("tasks refuse data, folders of images and images that they cannot use", () =>
  inFolder(async (folder) => {
    const photo = await Deno.readFile(fixture("images/photo.jpg"));
    const half = { file: "photo.jpg", content: photo.subarray(0, photo.length / 2) };
    await fail(
      folder,
      failures([
        [
          "correlate",
          tinyBut("--data", folder),
          `Cannot read data file "${folder}": it is a folder; check the data file`,
        ],
        [
          "evaluate",
          tinyBut("--images", `${folder}/nowhere`),
          `Cannot find images in "${folder}/nowhere": there is no such folder; check the folder of the images`,
        ],
        [
          "correlate",
          tinyBut("--images", await brokenImages(folder, half)),
          'Cannot decode image "photo.jpg": it is cut or damaged; expected a whole JPEG, PNG, WebP, GIF or TIFF file',
        ],
      ]),
    );
  }));

Deno.test("tasks refuse models whose files do not make one together", () =>
  inFolder(async (folder) => {
    const tiny = fixture("clip-tiny");
    const own = JSON.parse(await Deno.readTextFile(`${tiny}/config.json`));
    own.text_config.hidden_size = 32;
    const narrow = await brokenModel(folder, {
      file: "config.json",
      content: JSON.stringify(own),
    });
    const file = "onnx/text_model.onnx";
    const damaged = await brokenModel(folder, { file, content: withNaN() });
    const other = new URL("../../data/shapes/model/onnx/text_model.onnx", import.meta.url).pathname;
    await fail(
      folder,
      failures([
        [
          "evaluate",
          tinyBut("--model", narrow),
          `Cannot use "${narrow}/${file}": hook point "blocks.0.hook_resid_pre" holds 48 values where config.json asks for [1, 3, 32]; ${TOGETHER}`,
        ],
        [
          "evaluate",
          tinyBut("--model", damaged),
          `Cannot use "${damaged}/${file}": weight "m.text_model.embeddings.token_embedding.weight" holds NaN; export or download it again`,
        ],
        [
          "trace",
          [...TINY, "--onnx-text", other],
          `Cannot find the attention blocks of "${other}": it has 6 where config.json asks for 3; ${TOGETHER}`,
        ],
        [
          "knockout",
          [...TINY, "--onnx-text", `${tiny}/onnx/text_model_attention.onnx`],
          `Cannot reach hook point "blocks.0.attn.hook_pattern" in "${tiny}/onnx/text_model_attention.onnx": the file has attention fused into one "Attention" node; use an unfused export, text_model.onnx and vision_model.onnx`,
        ],
      ]),
    );
  }));

Deno.test("tasks refuse runs that they cannot read and places that they cannot write to, and leave existing files alone", () =>
  inFolder(async (folder) => {
    const [file, foreign, blocked] = ["file", "foreign", "blocked"].map((name) =>
      `${folder}/${name}`
    ) as [string, string, string];
    await Deno.writeTextFile(file, "mine");
    await Deno.mkdir(foreign);
    await Deno.writeTextFile(`${foreign}/summary.csv`, "mine");
    await Deno.mkdir(`${blocked}/trace_map.svg`, { recursive: true });
    const chart = `${folder}/chart`;
    await Deno.mkdir(chart);
    await Deno.writeTextFile(`${chart}/map.vl.json`, '{"mark": "zigzag"}');
    const written: Case = [
      "figures",
      [chart, "--out", file],
      `Cannot write into "${file}": File exists; choose another folder (--out)`,
    ];
    await fail(
      folder,
      failures([
        written,
        [
          "attend",
          [...TINY, "--out", foreign],
          `Cannot write into "${foreign}": it holds what is not known to be the kit's own: summary.csv; move that away, or choose another folder (--out)`,
        ],
        [
          "readme",
          ["--out", blocked],
          `Cannot write "${blocked}/trace_map.svg": Is a directory; make room, or choose another folder`,
        ],
        [
          "bench",
          ["--threads", "1", "--document", file],
          'Cannot update the document: expected "<!-- threads-1 -->" and "<!-- /threads-1 -->" in it; put both marks where the table belongs',
        ],
      ]),
    );
    await fail(folder, failures([written]), runTask); // with its own rights
    assertEquals([await Deno.readTextFile(file), namesIn(foreign)], ["mine", ["summary.csv"]]);
  }));

Deno.test({
  name: "tasks refuse files that the system does not let them read or write",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const cases: readonly Case[] = [
        [
          "evaluate",
          tinyBut("--data", "/proc/self/environ"),
          'Cannot read data file "/proc/self/environ": it may not be read; check the data file',
        ],
        [
          "trace",
          [...TINY, "--out", "/proc/negscope"],
          'Cannot read "/proc/negscope/manifest.json" as a run\'s manifest: it may not be read; move it away, or choose another folder (--out)',
        ],
      ];
      await fail(folder, failures(cases), runTask); // with a task's own permissions
    }),
});

Deno.test("trace runs on a file with fused attention, which keeps the residual stream, and evaluate on a quantised file", () =>
  inFolder(async (folder) => {
    const run = async (task: string, name: string) => {
      const onnx = ["--onnx-text", `${fixture("clip-tiny")}/onnx/text_model${name}.onnx`];
      const out = `${folder}/run${name}`;
      assertEquals((await runHere(task, [...TINY, ...onnx, "--out", out])).code, 0);
      return out;
    };
    const effects = [await run("trace", ""), await run("trace", "_attention")].map((out) =>
      parse(Deno.readTextFileSync(`${out}/effects.csv`), { skipFirstRow: true })
    );
    assertEquals(effects[0]!.length, effects[1]!.length);
    effects[0]!.forEach((row, i) => {
      assertAlmostEquals(Number(row.effect), Number(effects[1]![i]!.effect), 4e-4); // both are float32
    });
    await run("evaluate", "_quantized");
  }));

Deno.test("inspect says how to download a model of the Hub that is missing", () =>
  inFolder(async (folder) => {
    const variables = { HF_HOME: folder };
    assertEquals(await runTask("inspect", ["--model", "nobody/nothing"], { variables }), {
      ...{ code: 1, stdout: "" },
      stderr:
        `Cannot find model "nobody/nothing": there is neither a folder of that name nor a download of it in "${folder}/hub"; check the name, or first run: deno task download clip nobody/nothing\n`,
    });
  }));

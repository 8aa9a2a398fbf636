/** The errors of trace for input that it cannot use: one line, the right exit code, and no file. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { brokenImages, brokenModel, fail, pairFile, tinyBut } from "./failures.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

const BOAT = {
  ...{ id: "boat", image: "photo.jpg", negation: "foil" },
  ...{ caption: "There is a boat.", foil: "There is no boat." },
};

Deno.test("trace refuses a folder that is not a CLIP model", () =>
  inFolder(async (folder) => {
    const missing = `${folder}/nowhere`;
    const empty = await brokenModel(folder, { file: "config.json" });
    const broken = await brokenModel(folder, { file: "config.json", content: '{"text_config": {' });
    const bert = await brokenModel(folder, {
      file: "config.json",
      content: '{"model_type": "bert"}',
    });
    const config = await Deno.readTextFile(`${fixture("clip-tiny")}/config.json`);
    const deeper = await brokenModel(folder, {
      file: "config.json",
      content: config.replace('"num_hidden_layers": 3', '"num_hidden_layers": 12'),
    });
    const layout =
      "expected a folder in the layout of transformers or open_clip: settings, tokeniser, and weights or onnx/; check the model's folder";
    await fail(folder, [
      {
        flags: tinyBut("--model", missing),
        says:
          `Cannot find model folder "${missing}": expected a folder in Hugging Face layout, or the Hub's name of a downloaded model`,
      },
      {
        flags: tinyBut("--model", empty),
        says:
          `Cannot find "config.json" or "open_clip_config.json" in model folder "${empty}": ${layout}`,
      },
      {
        flags: tinyBut("--model", broken),
        says:
          `Cannot read "${broken}/config.json" as JSON: Expected property name or '}' in JSON at position 17 (line 1 column 18); download or write it again`,
      },
      {
        flags: tinyBut("--model", bert),
        says:
          `Cannot use "${bert}/config.json": "model_type" must be "clip" or "siglip", but it is "bert"; use a CLIP or SigLIP model with both towers' settings, such as openai/clip-vit-base-patch32, which the download task fetches; docs/models.md lists what can be read`,
      },
      {
        flags: tinyBut("--model", deeper),
        says:
          `Cannot find the attention blocks of "${deeper}/onnx/text_model.onnx": it has 3 where config.json asks for 12; check that the file and config.json belong together`,
      },
    ]);
  }));

Deno.test("trace refuses a graph that is broken or foreign", () =>
  inFolder(async (folder) => {
    const file = "onnx/text_model.onnx";
    const bytes = await Deno.readFile(`${fixture("clip-tiny")}/${file}`);
    const broken: string[] = [];
    for (const content of [bytes.subarray(0, bytes.length / 2), "no model, but a text\n"]) {
      broken.push(await brokenModel(folder, { file, content }));
    }
    const missing = await brokenModel(folder, { file });
    const image = `${fixture("clip-tiny")}/onnx/vision_model.onnx`;
    await fail(folder, [
      ...broken.map((model) => ({
        flags: tinyBut("--model", model),
        says:
          `Cannot read "${model}/${file}" as an ONNX model: the file is truncated or of another format; export or download it again`,
      })),
      {
        flags: tinyBut("--model", missing),
        says:
          `Cannot find the text tower in "${missing}": its onnx/ holds vision_model.onnx, and beside it there is no file of weights; expected onnx/text_model.onnx, onnx/model.onnx, or weights by a usual name, such as model.safetensors or pytorch_model.bin; choose one by what its name ends in with the option "onnx", or name the ONNX file of each tower`,
      },
      {
        flags: [...TINY, "--onnx-text", image],
        says:
          `Cannot find the text tower in "${image}": its inputs and outputs are pixel_values, image_embeds, last_hidden_state; expected "input_ids" and "text_embeds"; point at an export with this tower`,
      },
    ]);
  }));

Deno.test("tasks name the file to use if hook points cannot be reached", () =>
  inFolder(async (folder) => {
    const onnx = `${fixture("clip-tiny")}/onnx`;
    const fused =
      'the file has attention fused into one "Attention" node; use an unfused export, text_model.onnx and vision_model.onnx';
    await fail(folder, [
      {
        flags: [...TINY, "--onnx-text", `${onnx}/text_model_quantized.onnx`],
        says:
          `Cannot reach hook point "blocks.2.hook_resid_post" in "${onnx}/text_model_quantized.onnx": the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx`,
      },
      ...["attend", "knockout"].map((task) => ({
        task,
        flags: [...TINY, "--onnx-text", `${onnx}/text_model_attention.onnx`],
        says:
          `Cannot reach hook point "blocks.0.attn.hook_pattern" in "${onnx}/text_model_attention.onnx": ${fused}`,
      })),
    ]);
  }));

Deno.test("trace runs on a file with fused attention, which keeps the residual stream, and evaluate on a quantised file", () =>
  inFolder(async (folder) => {
    const onnx = `${fixture("clip-tiny")}/onnx`;
    const runs = await Promise.all([
      runHere("trace", [...TINY, "--out", `${folder}/plain`]),
      ...[["trace", "attention"], ["evaluate", "quantized"]].map(([task, name]) =>
        runHere(task!, [
          ...TINY,
          ...["--onnx-text", `${onnx}/text_model_${name}.onnx`, "--out", `${folder}/${name}`],
        ])
      ),
    ]);
    assertEquals(runs.map(({ code }) => code), [0, 0, 0]);
    const effects = ["plain", "attention"].map((run) =>
      parse(Deno.readTextFileSync(`${folder}/${run}/effects.csv`), { skipFirstRow: true })
    );
    assertEquals(effects[0]!.length, effects[1]!.length);
    effects[0]!.forEach((row, i) => {
      assertAlmostEquals(Number(row.effect), Number(effects[1]![i]!.effect), 4e-4); // both are float32
    });
    assert(namesIn(`${folder}/quantized`).includes("evaluate.csv"));
  }));

Deno.test("trace refuses images that are missing, outside the folder, or not images", () =>
  inFolder(async (folder) => {
    const missing = await brokenImages(folder, { file: "grey.png" });
    const text = new TextEncoder().encode("no image, but a text");
    const foreign = await brokenImages(folder, { file: "grey.png", content: text });
    const photo = await Deno.readFile(fixture("images/photo.jpg"));
    const cut = await brokenImages(folder, { file: "photo.jpg", content: photo.subarray(0, 300) });
    const outside = JSON.stringify([{ ...BOAT, image: "../images/photo.jpg" }]);
    const whole = "expected a whole JPEG, PNG, WebP, GIF or TIFF file";
    await fail(folder, [
      {
        flags: tinyBut("--images", missing),
        says:
          `Cannot find image "grey.png" of pair "clock-seen" in folder "${missing}": there is no such file; check the folder of the images`,
      },
      {
        flags: tinyBut("--data", await pairFile(folder, outside)),
        says:
          `Cannot read image "../images/photo.jpg" of pair "boat": it lies outside the image folder "${
            fixture("images")
          }"; name a file within it, without "..", and copy what a link points to`,
      },
      {
        flags: tinyBut("--images", foreign),
        says: `Cannot decode image "grey.png": its format is not known; ${whole}`,
      },
      {
        flags: tinyBut("--images", cut),
        says: `Cannot decode image "photo.jpg": it is cut or damaged; ${whole}`,
      },
    ]);
  }));

Deno.test("trace refuses pairs that it cannot align, distinguish or find", () =>
  inFolder(async (folder) => {
    const crooked = await pairFile(
      folder,
      JSON.stringify([{
        ...BOAT,
        caption: "There is a cat in here.",
        foil: "There is no dog at here.",
      }]),
    );
    const doubled = await pairFile(folder, JSON.stringify([BOAT, { ...BOAT, image: "odd.png" }]));
    const empty = await pairFile(folder, "");
    const none = await pairFile(folder, "[]");
    const missing = `${folder}/nowhere.json`;
    await fail(folder, [
      {
        flags: tinyBut("--data", crooked),
        says:
          `Cannot read pair "boat" (row 1) from "${crooked}": caption and foil must differ in exactly one word, but they differ in 3; use the standard protocol (--protocol standard)`,
      },
      {
        flags: tinyBut("--data", doubled),
        says:
          `Cannot read pair "boat" (row 2) from "${doubled}": "id" must be unique, but row 1 has it already`,
      },
      {
        flags: tinyBut("--data", empty),
        says: `Cannot use data file "${empty}": the file is empty; expected at least one pair`,
      },
      {
        flags: tinyBut("--data", none),
        says: `Cannot use data file "${none}": its list is empty; expected at least one pair`,
      },
      {
        flags: tinyBut("--data", missing),
        says: `Cannot read data file "${missing}": there is no such file; check the data file`,
      },
    ]);
  }));

Deno.test("trace refuses flags and values that it does not have", () =>
  inFolder(async (folder) => {
    const wrong: readonly [readonly string[], string][] = [
      [
        ["--segemnts", "correct"],
        'Cannot use "--segemnts": there is no such flag; the nearest is --segments',
      ],
      [
        ["existence.json"],
        'Cannot use "existence.json": expected a flag before it, such as --data "existence.json"',
      ],
      [["--limit"], "Cannot use --limit: expected --limit N"],
      [["--limit", "0"], 'Cannot use --limit "0": expected a whole number from 1 to 1000000000'],
      [
        ["--shard", "5/4"],
        'Cannot use --shard "5/4": expected K/N with K from 1 to N, such as 1/4',
      ],
      [["--seed", "-1"], 'Cannot use --seed "-1": expected a whole number from 0 to 4294967295'],
      [
        ["--site", "nonsense"],
        'Cannot use --site "nonsense": expected resid or resid_mid or attn_out or mlp_out or z',
      ],
      [
        ["--segments", "nonsense"],
        'Cannot use --segments "nonsense": expected a list of correct, ambiguous, incorrect',
      ],
      [["--format", "gif"], 'Cannot use --format "gif": expected a list of svg, png, pdf'],
      [
        ["--protocol", "free"],
        'Cannot use --protocol "free": expected rephrased or standard or all',
      ],
      [
        ["--shard", "9/9"],
        `Cannot run on "${fixture("pairs.json")}": --shard leaves none of 8 rows; take a smaller N`,
      ],
    ];
    await fail(folder, [
      ...wrong.map(([flags, says]) => ({ flags: [...TINY, ...flags], says, usage: true })),
      {
        flags: TINY.slice(0, 4),
        says: `Cannot run with --data "${TINY[3]}" alone: expected --images FOLDER beside it`,
        usage: true,
      },
    ]);
  }));

Deno.test("trace refuses a folder that it cannot or must not write into", () =>
  inFolder(async (folder) => {
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "mine");
    const foreign = `${folder}/foreign`;
    await Deno.mkdir(foreign);
    await Deno.writeTextFile(`${foreign}/evaluate.csv`, "mine");
    await Deno.writeTextFile(`${foreign}/notes.txt`, "mine");
    const runs = await Promise.all(
      [file, `${file}/below`, foreign].map((out) => runHere("trace", [...TINY, "--out", out])),
    );
    const starts = [
      `Cannot write into "${file}": `,
      `Cannot write into "${file}/below": `,
      `Cannot write into "${foreign}": it holds what is not known to be the kit's own: evaluate.csv; `,
    ];
    runs.forEach(({ code, stdout, stderr }, i) => {
      assertEquals([code, stdout], [1, ""]);
      assertEquals(stderr.slice(0, starts[i]!.length), starts[i]);
      assertEquals(stderr.split("\n").length, 2); // one line, and the empty text after it
      assertEquals(stderr.includes("choose another folder (--out)"), true);
    });
    assertEquals(await Deno.readTextFile(file), "mine");
    assertEquals(await Deno.readTextFile(`${foreign}/evaluate.csv`), "mine");
    assertEquals(namesIn(foreign), ["evaluate.csv", "notes.txt"]);
  }));

/** Whether permissions restrict this user; root may write anywhere. */
async function isBound(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o500);
  const bound = await Deno.writeTextFile(`${folder}/probe`, "").then(() => false, () => true);
  await Deno.remove(folder, { recursive: true });
  return bound;
}

Deno.test({
  name: "trace refuses a folder without permission to write",
  ignore: Deno.build.os === "windows" || !await isBound(),
  fn: () =>
    inFolder(async (folder) => {
      await Deno.chmod(folder, 0o500);
      const { code, stderr } = await runTask("trace", [...TINY, "--out", `${folder}/run`]);
      await Deno.chmod(folder, 0o700);
      assertEquals([code, stderr.startsWith(`Cannot write into "${folder}/run": `)], [1, true]);
      assertEquals(namesIn(folder), []);
    }),
});

/** The errors of tasks for model folders whose files do not make a CLIP model together. */

import { brokenModel, fail, tinyBut } from "./failures.ts";
import { fixture, inFolder, runTask, TINY } from "./task_process.ts";
import { assertEquals } from "@std/assert";

const LAYOUT =
  "expected a folder in Hugging Face layout (config.json, tokenizer.json, preprocessor_config.json or processor_config.json, onnx/); check the model's folder";
const TOGETHER = "check that the file and config.json belong together";
const TOKENISERS =
  "expected tokenizer.json, vocab.json with merges.txt, or bpe_simple_vocab_16e6.txt.gz; put the model's own there; CLIP's: curl -L -o bpe_simple_vocab_16e6.txt.gz https://github.com/openai/CLIP/raw/main/clip/bpe_simple_vocab_16e6.txt.gz";
const SAME_MODEL = "take the tokeniser and the settings from the same model";
type ModelJson = Readonly<Record<string, unknown>>;

/** A file of a model folder, its content (undefined if the file is missing), and the message for a given folder. */
type BadFile = readonly [
  file: string,
  content: string | Uint8Array | undefined,
  says: (folder: string) => string,
];

function settingsOf(file: string): ModelJson {
  return JSON.parse(Deno.readTextFileSync(`${fixture("clip-tiny")}/${file}`));
}

/** The committed model's file with some settings changed, in one of its objects or at the top level. */
function settings(file: string, values: ModelJson, place?: string): string {
  const own = settingsOf(file);
  const changed = place === undefined
    ? { ...own, ...values }
    : { ...own, [place]: { ...own[place] as ModelJson, ...values } };
  return JSON.stringify(changed);
}

const config = (values: ModelJson, place?: string) => settings("config.json", values, place);
/** An object nested in itself, deeper than recursion can follow. */
const DEEP = `${'{"text_config":'.repeat(100_000)}1${"}".repeat(100_000)}`;
const TOO_DEEP =
  "its lists and objects are nested more than 100 levels deep; download or write it again";

const SETTINGS: readonly BadFile[] = [
  ...["config.json", "tokenizer.json", "preprocessor_config.json"].map((file): BadFile => [
    file,
    DEEP,
    (folder) => `Cannot read "${folder}/${file}" as JSON: ${TOO_DEEP}`,
  ]),
  ...["config.json", "tokenizer.json", "preprocessor_config.json"].map((file): BadFile => [
    file,
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2224041\n",
    (folder) =>
      `Cannot read "${folder}/${file}": it is a Git LFS pointer, not the file itself; download the file itself, or run git lfs pull where it was cloned`,
  ]),
  [
    "config.json",
    config({ hidden_size: 32 }, "text_config"),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": hook point "blocks.0.hook_resid_pre" holds 48 values where config.json asks for [1, 3, 32]; ${TOGETHER}`,
  ],
  [
    "tokenizer.json",
    undefined,
    (folder) => `Cannot find a tokeniser in model folder "${folder}": ${TOKENISERS}`,
  ],
  [
    "tokenizer.json",
    Deno.readTextFileSync(new URL("../../data/shapes/model/tokenizer.json", import.meta.url)),
    (folder) =>
      `Cannot use "${folder}/tokenizer.json": token "diamond</w>" has id 602, but the model has a vocabulary of 602; ${SAME_MODEL}`,
  ],
  [
    "preprocessor_config.json",
    undefined,
    (folder) => `Cannot find "preprocessor_config.json" in model folder "${folder}": ${LAYOUT}`,
  ],
];

const IMAGE = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/vision_model.onnx`);

const GRAPHS: readonly BadFile[] = [
  [
    "onnx/vision_model.onnx",
    IMAGE.subarray(0, IMAGE.length - 100),
    (folder) =>
      `Cannot read "${folder}/onnx/vision_model.onnx" as an ONNX model: the file is truncated or of another format; export or download it again`,
  ],
  [
    "onnx/vision_model.onnx",
    undefined,
    (folder) =>
      `Cannot find the image tower in "${folder}": its onnx/ holds text_model.onnx, and beside it there is no file of weights; expected onnx/vision_model.onnx, onnx/model.onnx, or weights by a usual name, such as model.safetensors or pytorch_model.bin; choose one by what its name ends in with the option "onnx", or name the ONNX file of each tower`,
  ],
  [
    "onnx/text_model.onnx",
    IMAGE,
    (folder) =>
      `Cannot find the text tower in "${folder}/onnx/text_model.onnx": its inputs and outputs are pixel_values, image_embeds, last_hidden_state; expected "input_ids" and "text_embeds"; point at an export with this tower`,
  ],
];

for (
  const [what, task, files] of [
    ["a broken or foreign settings file", "evaluate", SETTINGS],
    ["a broken, missing or swapped graph", "inspect", GRAPHS],
  ] as const
) {
  Deno.test(`${task} refuses a model with ${what}`, () =>
    inFolder(async (folder) => {
      const failures = await Promise.all(files.map(async ([file, content, says]) => {
        const model = await brokenModel(folder, {
          file,
          ...(content === undefined ? {} : { content }),
        });
        const flags = task === "inspect" ? ["--model", model] : tinyBut("--model", model);
        return { task, flags, says: says(model) };
      }));
      await fail(folder, failures);
    }));
}

Deno.test("tasks refuse impossible values of --model, --onnx and --onnx-text", () =>
  inFolder(async (folder) => {
    const onnx = `${fixture("clip-tiny")}/onnx`;
    const other = new URL("../../data/shapes/model/onnx/text_model.onnx", import.meta.url).pathname;
    const held = [...Deno.readDirSync(onnx)].map(({ name }) => name).sort().join(", ");
    await fail(folder, [
      {
        task: "knockout",
        flags: tinyBut("--model", fixture("pairs.json")),
        says: `Cannot use "${
          fixture("pairs.json")
        }" as a model's folder: it is a file; give its folder, "${
          fixture(".").replace(/\/$/, "")
        }"`,
      },
      {
        task: "inspect",
        flags: ["--model", folder],
        says:
          `Cannot find "config.json" or "open_clip_config.json" in model folder "${folder}": expected a folder in the layout of transformers or open_clip: settings, tokeniser, and weights or onnx/; check the model's folder`,
      },
      {
        task: "ablate",
        flags: [...TINY, "--onnx", "_q4"],
        says:
          `Cannot find "${onnx}/text_model_q4.onnx" or "${onnx}/model_q4.onnx": the folder's onnx/ holds ${held}; choose one by what its name ends in with the option "onnx", or name the ONNX file of each tower`,
      },
      {
        task: "attend",
        flags: [...TINY, "--onnx-text", `${folder}/nowhere.onnx`],
        says:
          `Cannot read model file "${folder}/nowhere.onnx": there is no such file; check the model's folder`,
      },
      {
        flags: [...TINY, "--onnx-vision", folder],
        says: `Cannot read model file "${folder}": it is a folder; check the model's folder`,
      },
      {
        flags: [...TINY, "--onnx-text", other],
        says:
          `Cannot find the attention blocks of "${other}": it has 6 where config.json asks for 3; ${TOGETHER}`,
      },
    ]);
  }));

Deno.test("inspect says how to download a model of the Hub that is missing", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await runTask("inspect", ["--model", "nobody/nothing"], {
      variables: { HF_HOME: folder },
    });
    assertEquals([code, stdout, stderr], [
      ...[1, ""],
      `Cannot find model "nobody/nothing": there is neither a folder of that name nor a download of it in "${folder}/hub"; check the name, or first run: deno task download clip nobody/nothing\n`,
    ]);
  }));

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
const CLIP_TOKENISER =
  `expected CLIP's tokeniser (byte pairs with "</w>" at the end of a word, a start and an end token around the sentence)`;

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

/** The committed model's vocabulary without the tokens that contain a letter. */
function withoutLetter(letter: string): ModelJson {
  const { vocab } = settingsOf("tokenizer.json")["model"] as { readonly vocab: ModelJson };
  return Object.fromEntries(Object.entries(vocab).filter(([token]) => !token.includes(letter)));
}

const config = (values: ModelJson, place?: string) => settings("config.json", values, place);
const tokenizer = (values: ModelJson, place?: string) => settings("tokenizer.json", values, place);
const preprocessor = (values: ModelJson) => settings("preprocessor_config.json", values);

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
    "",
    (folder) =>
      `Cannot read "${folder}/config.json" as JSON: Unexpected end of JSON input; download or write it again`,
  ],
  [
    "config.json",
    "[]",
    (folder) => `Cannot use "${folder}/config.json": it must be a JSON object, but it is []`,
  ],
  [
    "config.json",
    config({ hidden_size: 15 }, "text_config"),
    (folder) =>
      `Cannot use "${folder}/config.json": "text_config.hidden_size" must be a multiple of num_attention_heads, 2, but it is 15`,
  ],
  [
    "config.json",
    config({ num_hidden_layers: "3" }, "text_config"),
    (folder) =>
      `Cannot use "${folder}/config.json": "text_config.num_hidden_layers" must be a whole number of at least 1, but it is "3"`,
  ],
  [
    "config.json",
    config({ hidden_size: 32 }, "text_config"),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": hook point "blocks.0.hook_resid_pre" holds 48 values where config.json asks for [1, 3, 32]; ${TOGETHER}`,
  ],
  [
    "config.json",
    config({ projection_dim: 13 }),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": its embeddings have 12 values where config.json asks for 13; ${TOGETHER}`,
  ],
  [
    "config.json",
    config({ eos_token_id: 5 }, "text_config"),
    (folder) =>
      `Cannot use "${folder}/tokenizer.json": its end token has id 601, but "eos_token_id" of the model's settings is 5; ${SAME_MODEL}`,
  ],
  [
    "tokenizer.json",
    undefined,
    (folder) => `Cannot find a tokeniser in model folder "${folder}": ${TOKENISERS}`,
  ],
  [
    "tokenizer.json",
    JSON.stringify({ model: { type: "WordPiece", vocab: {} } }),
    (folder) =>
      `Cannot use "${folder}/tokenizer.json": it is of type "WordPiece"; ${CLIP_TOKENISER}; take the tokenizer.json of the model`,
  ],
  [
    "tokenizer.json",
    tokenizer({ post_processor: null }),
    (folder) =>
      `Cannot use "${folder}/tokenizer.json": it makes 0 tokens of an empty sentence; ${CLIP_TOKENISER}; take the tokenizer.json of the model`,
  ],
  [
    "tokenizer.json",
    Deno.readTextFileSync(new URL("../../data/shapes/model/tokenizer.json", import.meta.url)),
    (folder) =>
      `Cannot use "${folder}/tokenizer.json": token "diamond</w>" has id 602, but the model has a vocabulary of 602; ${SAME_MODEL}`,
  ],
  [
    "tokenizer.json",
    tokenizer({ merges: 7 }, "model"),
    (folder) =>
      `Cannot make a tokeniser from "${folder}/tokenizer.json": a part of tokenizer.json is missing or of another form; download it again, or save it again as a fast tokeniser`,
  ],
  [
    "tokenizer.json",
    tokenizer({ unk_token: "nowhere", vocab: withoutLetter("b"), merges: [] }, "model"),
    () =>
      `Cannot make token ids of "There is a boat.": the id of token 9 is undefined; take the tokenizer.json of the model`,
  ],
  [
    "preprocessor_config.json",
    undefined,
    (folder) => `Cannot find "preprocessor_config.json" in model folder "${folder}": ${LAYOUT}`,
  ],
  [
    "preprocessor_config.json",
    preprocessor({ resample: 1 }),
    (folder) =>
      `Cannot use "${folder}/preprocessor_config.json": "resample" must be 2 (bilinear) or 3 (bicubic), but it is "1 (lanczos)"`,
  ],
  [
    "preprocessor_config.json",
    preprocessor({ crop_size: 224 }),
    (folder) =>
      `Cannot use "${folder}/preprocessor_config.json": "crop_size" must be 24 x 24 as "image_size" of the model's settings, but it is {"height":224,"width":224}`,
  ],
];

const TEXT = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/text_model.onnx`);
const IMAGE = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/vision_model.onnx`);

const GRAPHS: readonly BadFile[] = [
  [
    "onnx/text_model.onnx",
    "",
    (folder) =>
      `Cannot read "${folder}/onnx/text_model.onnx" as an ONNX model: it holds no graph with nodes; export or download it again`,
  ],
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
  [
    "onnx/vision_model.onnx",
    TEXT,
    (folder) =>
      `Cannot find the image tower in "${folder}/onnx/vision_model.onnx": its inputs and outputs are input_ids, text_embeds, last_hidden_state; expected "pixel_values" and "image_embeds"; point at an export with this tower`,
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

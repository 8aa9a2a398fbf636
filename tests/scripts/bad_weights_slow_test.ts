/** The errors of tasks for models whose weights cannot be right. */

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { brokenModel, fail, tinyBut } from "./failures.ts";
import { fixture, inFolder, TINY } from "./task_process.ts";

/** The committed graph with other bytes at the place of a weight. */
function withWeight(
  graph: string,
  name: string,
  change: (numbers: Float32Array) => void,
): Uint8Array {
  const bytes = Deno.readFileSync(`${fixture("clip-tiny")}/onnx/${graph}.onnx`);
  const model = fromBinary(ModelProtoSchema, bytes);
  const weight = model.graph!.initializer.find((each) => each.name.endsWith(name))!;
  const numbers = new Float32Array(weight.rawData.slice().buffer);
  change(numbers);
  weight.rawData = new Uint8Array(numbers.buffer);
  return toBinary(ModelProtoSchema, model);
}

/** A damaged file, its content, and the message for a given folder. */
const DAMAGED: readonly [string, Uint8Array, (folder: string) => string][] = [
  [
    "onnx/text_model.onnx",
    withWeight("text_model", "token_embedding.weight", (numbers) => numbers[5] = NaN),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": weight "m.text_model.embeddings.token_embedding.weight" holds NaN; export or download it again`,
  ],
  [
    "onnx/vision_model.onnx",
    withWeight("vision_model", "patch_embedding.weight", (numbers) => numbers.fill(0)),
    (folder) =>
      `Cannot use "${folder}/onnx/vision_model.onnx": its embedding is the same for different inputs; export or download it again`,
  ],
  [
    "onnx/text_model.onnx",
    withWeight("text_model", "final_layer_norm.weight", (numbers) => numbers.fill(0)),
    (folder) =>
      `Cannot use "${folder}/onnx/text_model.onnx": its embedding is the same for different inputs; export or download it again`,
  ],
];

Deno.test("evaluate refuses weights that cannot be right before it writes anything", () =>
  inFolder(async (folder) => {
    const failures = await Promise.all(DAMAGED.map(async ([file, content, says]) => {
      const model = await brokenModel(folder, { file, content });
      return { task: "evaluate", flags: tinyBut("--model", model), says: says(model) };
    }));
    await fail(folder, failures);
  }));

Deno.test("inspect says of files that are no weights, and of half a tokeniser, what is expected", () =>
  inFolder(async (folder) => {
    const forms =
      "expected a file in safetensors format, one of torch.save (.pt, .pth, .bin), or the index of such files";
    const settings = `${fixture("clip-tiny")}/config.json`;
    const [pointer, vocab] = [`${folder}/tuned.pt`, `${folder}/vocab.json`];
    await Deno.writeTextFile(pointer, "version https://git-lfs.github.com/spec/v1\n");
    await Deno.writeTextFile(vocab, "{}");
    const model = ["--model", fixture("clip-tiny")];
    const half = await brokenModel(folder, { file: "tokenizer.json" });
    await Deno.copyFile(vocab, `${half}/vocab.json`);
    await fail(folder, [
      {
        task: "inspect",
        flags: [...model, "--weights", settings],
        says:
          `Cannot read weight file "${settings}": it is a JSON file without a "weight_map", such as settings or a tokeniser; ${forms}; name the file that holds the weights`,
      },
      {
        task: "inspect",
        flags: [...model, "--weights", pointer],
        says:
          `Cannot read weight file "${pointer}": it is a Git LFS pointer, not the file itself; ${forms}; download the file itself, or run git lfs pull where it was cloned`,
      },
      {
        task: "evaluate",
        flags: [...TINY, "--tokenizer", vocab],
        says:
          `Cannot read a tokeniser from "${vocab}": vocab.json is only half of one; expected tokenizer.json, bpe_simple_vocab_16e6.txt.gz, or a folder with vocab.json and merges.txt; name the folder, "${folder}"`,
      },
      {
        task: "evaluate",
        flags: tinyBut("--model", half),
        says:
          `Cannot find "merges.txt" in model folder "${half}": its "vocab.json" is only half of a tokeniser; download merges.txt from the same repository, or tokenizer.json instead of both`,
      },
    ]);
  }));

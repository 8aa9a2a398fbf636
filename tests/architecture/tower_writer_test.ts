import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { miniFolder } from "../model/forms/mini_folders.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { activationOf, PlacedWeights } from "../../lib/architecture/tower_writer.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { transposed } from "../../lib/checkpoint/stored_array.ts";
import { requireArray, type TowerName } from "../../lib/architecture/names/conventions.ts";
import { CLIP } from "../../lib/model/families.ts";
import { loadClipConfig } from "../../lib/model/forms/settings.ts";
import { openWeights } from "../../lib/model/forms/model_form.ts";
import { entry, Folder, safetensors } from "../checkpoint/fixtures.ts";

Deno.test("activationOf() knows the activations of published CLIP and SigLIP models", () => {
  const names = ["quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu", "swish"];
  const kinds = ["quick", "exact", "tanh", "tanh", "relu", "silu", "silu"];
  assertEquals(names.map(activationOf), kinds);
});

Deno.test("activationOf() refuses another one by its name", () => {
  for (const name of ["mish", "toString"]) {
    const says = `Cannot build a tower with the activation "${name}"`;
    const { message } = assertThrowsCode(() => activationOf(name), "model-unsupported", says);
    assert(message.endsWith(`; check "hidden_act" in the model's settings`), message);
  }
});

/** What torch's functions of these names make of x. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  silu: (x) => x / (1 + Math.exp(-x)),
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
};

for (const [name, activation] of Object.entries(FUNCTIONS)) {
  Deno.test(`a tower whose settings name ${name} computes it, and its hook points are found`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, "hf-f32");
      const path = `${folder}/config.json`;
      const config = JSON.parse(await Deno.readTextFile(path));
      config.text_config.hidden_act = name;
      await Deno.writeTextFile(path, JSON.stringify(config));
      await using clip = await Clip.load(folder, { towers: ["text"] });
      const hooks = ["blocks.0.mlp.hook_pre", "blocks.0.mlp.hook_post"] as const;
      const { cache } = await clip.text.runWithCache(["There is no dog."], hooks);
      const [before, after] = hooks.map((hook) => cache.get(hook).data);
      assertEquals(before!.some((x) => x < 0) && before!.some((x) => x > 0), true);
      before!.forEach((x, i) => assertAlmostEquals(after![i]!, activation(x), 1e-6)); // float32 numbers of about 1
    }));
}

/** The names of a tower's weights that are not read from the file as they stand there, and the number of all. */
async function copied(file: string, tower: TowerName): Promise<[string[], number]> {
  const { named, stamps } = await openWeights(onDisk(file), tower);
  const { text, vision } = await loadClipConfig(onDisk(fixture("weights/mini")));
  const names: string[] = [];
  const found = {
    stamps: new Map<string, string>(),
    has: (name: string) => named.arrays.has(name),
    arrayOf: (name: string, shape: readonly number[]) => {
      names.push(name);
      return requireArray(named, name, shape);
    },
  };
  const { weights } = tower === "text"
    ? CLIP.write.text(found, text)
    : CLIP.write.image(found, vision!);
  const places = names.map((name) => weights.placeOf(create(TensorProtoSchema, { name })));
  const inFile = places.filter((place) => place !== undefined);
  assertEquals(
    new Set(inFile.map(({ path }) => path)),
    new Set(inFile.length > 0 ? stamps.keys() : []),
  );
  return [names.filter((_, i) => places[i] === undefined), names.length];
}

const COUNT = { text: 21, image: 24 }; // 16 of the block, and embeddings, norms and projection

Deno.test("weights of single precision stay in the file, slices and transposed projections too", async () => {
  const file = fixture("weights/mini/files/with_args.pt");
  assertEquals(await copied(file, "text"), [[], COUNT.text]);
  const filters = "vision_model.embeddings.patch_embedding.weight"; // stored with the channels last
  assertEquals(await copied(file, "image"), [[filters], COUNT.image]);
  const plain = fixture("weights/mini/hf-f32/model.safetensors");
  assertEquals(await copied(plain, "image"), [[], COUNT.image]);
});

Deno.test("weights of half precision are converted", async () => {
  const file = fixture("weights/mini/open-clip/open_clip_model.safetensors");
  const [names, count] = await copied(file, "text");
  assertEquals([names.length, count], [COUNT.text, COUNT.text]);
});

Deno.test("weights that are converted or brought into order are not read from another file", () => {
  using folder = new Folder();
  const header = { half: entry([2, 2], 0, 8, "F16"), real: entry([2, 2], 8, 24) };
  const path = folder.write("weights", safetensors(header, 24));
  const { stamps, arrays } = openCheckpoint(onDisk(path));
  const weights = new PlacedWeights(stamps);
  weights.add("half", arrays.get("half")!);
  weights.add("transposed", transposed(arrays.get("real")!));
  const read = (name: string) => weights.read(create(TensorProtoSchema, { name }));
  for (const name of ["half", "transposed"]) assertEquals(read(name), new Uint8Array(16));
  Deno.renameSync(folder.write("other", safetensors(header, 24)), path);
  const message = `Cannot go on with model file "${path}": it has changed since it was loaded`;
  for (const name of ["half", "transposed"]) {
    assertThrowsCode(() => read(name), "file-changed", message);
  }
  folder.write("weights", "shorter");
  assertThrowsCode(() => read("half"), "file-changed", message);
});

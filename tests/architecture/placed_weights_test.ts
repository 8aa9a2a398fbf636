import { onDisk } from "../../lib/files/disk.ts";
import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { TensorProtoSchema } from "onnx-buf";
import { PlacedWeights } from "../../lib/architecture/tower_writer.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { transposed } from "../../lib/checkpoint/stored_array.ts";
import { requireArray } from "../../lib/architecture/names/require_array.ts";
import type { TowerName } from "../../lib/architecture/names/named_arrays.ts";
import { CLIP } from "../../lib/model/families.ts";
import { loadClipConfig } from "../../lib/model/forms/settings.ts";
import { openWeights } from "../../lib/model/forms/model_form.ts";
import { Folder } from "../checkpoint/fixtures.ts";
import { entry, safetensors } from "../checkpoint/safetensors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { fixture } from "../scripts/task_process.ts";

/** The names of a tower's weights that are not read from the file as they stand there, and the number of all. */
async function copied(file: string, tower: TowerName): Promise<[string[], number]> {
  const { named, files } = await openWeights(onDisk(file), tower);
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
  assertEquals(new Set(inFile.map(({ path }) => path)), new Set(inFile.length > 0 ? files : []));
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

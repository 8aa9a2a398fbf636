/** Models with matrices of zeros, as pruning and building by hand leave them. */

import { onDisk } from "../../../lib/files/read_file.ts";
import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { zero } from "../../../lib/hooks/interventions.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { safetensorsOf } from "./safetensors.ts";

const FOLDER = fixture("clip-tiny");
const WEIGHTS = fixture("weights/tiny.safetensors");
const BLOCK = "encoder.layers.1";
const OUT = `text_model.${BLOCK}.self_attn.out_proj.weight`;
const MLP = `vision_model.${BLOCK}.mlp.fc2.weight`;
/** Arrays of zeros in their place; the sizes are those of clip-tiny. */
const ZEROS = { [OUT]: [16, 16], [MLP]: [24, 96] };

/** Writes clip-tiny's weights with two matrices of zeros, one in each tower. */
function pruned(folder: string): string {
  const path = `${folder}/pruned.safetensors`;
  Deno.writeFileSync(path, safetensorsOf(WEIGHTS, (name) => !(name in ZEROS), ZEROS));
  return path;
}

Deno.test("a matrix of zeros is read: without W_O a block's attention adds only its bias", () =>
  inFolder(async (folder) => {
    const sentences = ["There is no dog.", "There is a dog."];
    const options = { towers: ["text"] as const };
    await using whole = await Clip.load(FOLDER, { weights: WEIGHTS, ...options });
    await using clip = await Clip.load(FOLDER, { weights: pruned(folder), ...options });
    const interventions = [zero("blocks.1.attn.hook_z")]; // which leaves the bias as well
    const expected = (await whole.text.run(sentences, { interventions })).data;
    const { data } = await clip.text.run(sentences);
    data.forEach((x, i) => assertAlmostEquals(x, expected[i]!, 1e-6)); // float32 sums over 16 terms of about 1
  }));

Deno.test("models say which matrices hold nothing but zeros", () =>
  inFolder(async (folder) => {
    const weights = pruned(folder);
    const from = "pruned.safetensors (activation quick_gelu, from config.json";
    const [text, image] = [OUT, MLP].map((name) => `${from}; nothing but zeros: "${name}")`);
    await using clip = await Clip.load(FOLDER, { weights });
    assertEquals(clip.taken, { text: text!, image: image! });
    const form = await ModelForm.find(onDisk(FOLDER), { weights });
    assertEquals(await form.takenWithZeros("image"), image);
    await using random = await Clip.load(FOLDER, { weights, randomWeights: 1 });
    assertEquals(random.taken, { text: `${from})`, image: `${from})` }); // random ones stand in their place
    const more = { ...ZEROS, [OUT.replace("out", "q")]: [16, 16] };
    const two = `${folder}/two.safetensors`;
    Deno.writeFileSync(two, safetensorsOf(WEIGHTS, (name) => !(name in more), more));
    await using both = await Clip.load(FOLDER, { weights: two, towers: ["text"] });
    assertStringIncludes(both.taken.text!, `; nothing but zeros: 2 matrices, such as "text_model.`);
  }));

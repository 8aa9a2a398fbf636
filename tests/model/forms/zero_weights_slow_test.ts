import { assertAlmostEquals } from "@std/assert";
import { zero } from "../../../lib/hooks/interventions.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { safetensorsOf } from "./safetensors.ts";

const FOLDER = fixture("clip-tiny");
const WEIGHTS = fixture("weights/tiny.safetensors");
const OUT = "text_model.encoder.layers.1.self_attn.out_proj.weight";

Deno.test("a matrix of zeros is read: without W_O a block's attention adds only its bias", () =>
  inFolder(async (folder) => {
    const sentences = ["There is no dog.", "There is a dog."];
    const options = { towers: ["text"] as const };
    const pruned = `${folder}/pruned.safetensors`;
    const bytes = safetensorsOf(WEIGHTS, (name) => name !== OUT, { [OUT]: [16, 16] });
    await Deno.writeFile(pruned, bytes);
    await using whole = await Clip.load(FOLDER, { weights: WEIGHTS, ...options });
    await using clip = await Clip.load(FOLDER, { weights: pruned, ...options });
    const interventions = [zero("blocks.1.attn.hook_z")]; // which leaves the bias as well
    const expected = (await whole.text.run(sentences, { interventions })).data;
    const { data } = await clip.text.run(sentences);
    data.forEach((x, i) => assertAlmostEquals(x, expected[i]!, 1e-6)); // float32 sums over 16 terms of about 1
  }));

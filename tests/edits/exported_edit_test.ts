import { assert } from "@std/assert";
import type { Edit } from "../../lib/edits/edit.ts";
import { exportModel } from "../../lib/export/export_model.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { FOLDERS, miniFolder } from "../model/forms/mini_folders.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const SENTENCES = ["There are no birds.", "There are some birds.", "A garden."];

/** Float32 sums over a dozen terms. */
const BOUND = 2e-6;

const EDITS: Readonly<Record<string, (projection: number) => Edit>> = {
  scale: () => (
    {
      kind: "scale",
      name: "s",
      strength: 0.5,
      factor: -1,
      nodes: ["head 1.2", "mlp 1"],
    }
  ),
  map: (size) => ({
    ...{ kind: "map", name: "m", strength: 0.7 },
    matrix: Array.from(
      { length: size },
      (_, row) => Array.from({ length: size }, (_, column) => Math.cos(row * size + column)),
    ),
  }),
};

async function embedded(folder: string, edit?: Edit): Promise<Float32Array> {
  await using clip = await Clip.load(folder, { towers: ["text"], edit });
  return (await clip.text.run(SENTENCES)).data;
}

for (const [kind, editOf] of Object.entries(EDITS)) {
  Deno.test(`an exported model with an edit of kind ${kind} gives what the edit gives, of ONNX and of weights`, () =>
    inFolder(async (parent) => {
      for (const folder of [TINY.model, await miniFolder(parent, Object.keys(FOLDERS)[0]!)]) {
        const plain = await embedded(folder);
        const edit = editOf(plain.length / SENTENCES.length);
        const expected = await embedded(folder, edit);
        const out = await Deno.makeTempDir({ dir: parent });
        await exportModel(folder, `${out}/model`, { towers: ["text"], edit });
        const found = await embedded(`${out}/model`);
        const off = (other: Float32Array) =>
          Math.max(...found.map((x, i) => Math.abs(x - other[i]!)));
        assert(off(expected) <= BOUND && off(plain) > 1e-3, `off by ${off(expected)}`);
      }
    }));
}

Deno.test("an edit of activations or scores is refused by an export, with what to do", async () => {
  const edit: Edit = { kind: "score_rule", name: "r", strength: 1, prompt: "a {}" };
  await assertRejectsCode(
    () => exportModel(TINY.model, "never", { edit }),
    "change-unfit: --edit",
  );
});

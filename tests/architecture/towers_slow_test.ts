import { assertAlmostEquals, assertEquals } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { Tower, type TowerOptions } from "../../lib/engine/run/tower.ts";
import { expandHookNames } from "../../lib/hooks/cache.ts";
import { CLIP } from "../../lib/model/families.ts";
import { ModelForm } from "../../lib/model/forms/model_form.ts";
import { idsInput } from "../../lib/engine/run/hooked_run.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { fixture } from "../scripts/task_process.ts";

/** What the recipe's own forward gives in float64 (tests/fixtures/recipe/forms.py). */
interface Golden {
  readonly ids: readonly (readonly number[])[];
  readonly text: readonly (readonly number[])[]; // unit embeddings
  readonly image: readonly (readonly number[])[];
  /** The sum of a hook point's numbers, and the sum with the number at place i times cos(i). */
  readonly sums: Readonly<Record<string, readonly [number, number]>>;
}

/** The pixels of the recipe. */
function pixels(size: number): OnnxValue {
  const data = Float32Array.from({ length: 2 * 3 * size ** 2 }, (_, i) => Math.sin(i));
  return { type: "float32", dims: [2, 3, size, size], data };
}

const BOUND = 1e-5; // rounding of float32 over 24 blocks

async function assertTower(
  form: ModelForm,
  { golden, ...options }: Pick<TowerOptions, "kind" | "shape" | "ends"> & {
    readonly golden: Golden;
  },
  input: OnnxValue,
): Promise<void> {
  const { origin } = await form.tower(options.kind);
  const tower = await Tower.load(origin, {
    ...{ ...options, runtime: nodeRuntime(), causal: options.kind === "text" },
  });
  try {
    const { prefix } = options.ends;
    const sums = Object.entries(golden.sums)
      .filter(([name]) => name.startsWith("vision.") === (prefix !== ""));
    const found = new Map<string, readonly [number, number, number]>();
    const embeddings = await tower.run(input, {
      wanted: new Set(expandHookNames(["*"], tower.hooks)),
      visit: (stop, state) => {
        const { data } = tower.view(stop, state);
        const value = [
          data.reduce((sum, x) => sum + x, 0),
          data.reduce((sum, x, i) => sum + x * Math.cos(i), 0),
          data.reduce((sum, x) => sum + Math.abs(x), 0),
        ] as const;
        for (const hook of stop.hooks) found.set(hook, value);
      },
    });
    for (const [name, expected] of sums) {
      const [plain, byPlace, size] = found.get(name)!;
      assertAlmostEquals(plain, expected[0], BOUND * size, name);
      assertAlmostEquals(byPlace, expected[1], BOUND * size, name);
    }
    golden[options.kind].forEach((expected, row) => {
      const { data } = embeddings.row(row);
      const length = Math.hypot(...data);
      expected.forEach((x, i) => assertAlmostEquals(data[i]! / length, x, BOUND, `row ${row}`));
    });
  } finally {
    await tower.release();
  }
}

const cases = [
  ["deep", "text of 24 blocks, image of 1 with patches that do not fill it, read at the first end"],
  ["wide", "projection smaller than either width, one head, read at the largest id"],
] as const;
for (const [model, shapes] of cases) {
  Deno.test(`a built model has the reference's values: ${shapes}`, async () => {
    const folder = fixture(`weights/${model}`);
    const golden: Golden = JSON.parse(await Deno.readTextFile(`${folder}/golden.json`));
    const form = await ModelForm.find(onDisk(folder));
    const { text } = form.settings.config;
    const { ends } = CLIP;
    const asText = { kind: "text", shape: text, ends: ends.text, golden } as const;
    await assertTower(form, asText, idsInput(golden.ids));
    const { vision } = form;
    assertEquals(vision.imageSize % vision.patchSize > 0, true);
    const asImage = { kind: "image", shape: vision, ends: ends.image, golden } as const;
    await assertTower(form, asImage, pixels(vision.imageSize));
  });
}

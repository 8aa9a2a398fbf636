import { assert, assertEquals } from "@std/assert";
import { findHooks } from "../../../lib/engine/graph/find_tower.ts";
import { idsInput } from "../../../lib/engine/run/hooked_run.ts";
import { Tower } from "../../../lib/engine/run/tower.ts";
import { expandHookNames } from "../../../lib/hooks/cache.ts";
import { onnxOrigin } from "../../../lib/onnx/graph_file.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { modelBytes, valueInfo } from "../../onnx/model_bytes.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { runWhole } from "../../onnx/run_whole.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { bits } from "./sentences.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { ENDS, IMAGE, ONNX, readGraph, TEXT, withTower } from "../tiny.ts";

/** Arbitrary token ids between a start and an end token. */
function someIds(rows: number, positions: number): number[][] {
  return Array.from({ length: rows }, (_, row) => [
    600,
    ...Array.from({ length: positions - 2 }, (_, i) => (37 * row + 11 * i) % 600),
    601,
  ]);
}

function somePixels(rows: number): OnnxValue {
  const data = Float32Array.from({ length: rows * 3 * 24 * 24 }, (_, i) => Math.sin(i));
  return { type: "float32", dims: [rows, 3, 24, 24], data };
}

/** Different sets of hook points to cut at. */
const CUTS = [[], ["*"], ["*hook_pattern", "*hook_mlp_out"], ["*blocks.1.attn.hook_z"]];

for (const file of ["text_model", "text_model_sdpa", "text_model_dynamo20", "model_old"]) {
  Deno.test(`run() gives the bits of the whole of ${file}.onnx, wherever the text tower is cut`, async () => {
    const path = `${ONNX}/${file}.onnx`;
    const ends = ENDS.text;
    const { values, added } = findHooks(await readGraph(file), ends);
    const stored = [...values.values()].filter((value) => !added.has(value));
    const outputs = [ends.output, ...stored];
    await withTower(path, TEXT, async (tower) => {
      // Rows and positions other than the exporter's example, up to the longest sentence.
      for (const [rows, positions] of [[1, 2], [2, 7], [3, 13], [1, 24]] as const) {
        const ids = someIds(rows, positions);
        const whole = await runWhole(path, { ids, outputs: [...new Set(outputs)] });
        for (const cut of CUTS) {
          const wanted = new Set(expandHookNames(cut, tower.hooks));
          const seen = new Set<string>();
          const embeddings = await tower.run(idsInput(ids), {
            wanted,
            visit: (stop, state) => {
              stop.hooks.forEach((hook) => seen.add(hook));
              const data = state.data(stop.value);
              if (added.has(stop.value)) return;
              assertEquals(bits({ data }), bits(whole.get(stop.value)!), stop.hooks[0]);
            },
          });
          assert(wanted.isSubsetOf(seen));
          assertEquals(bits(embeddings), bits(whole.get(ends.output)!));
        }
      }
    });
  });
}

Deno.test("run() gives the same bits wherever a half-precision tower is cut", async () => {
  await withTower(`${ONNX}/text_model_fp16.onnx`, TEXT, async (tower) => {
    const input = idsInput(someIds(3, 13));
    const plain = await tower.run(input);
    for (const cut of CUTS) {
      const wanted = new Set(expandHookNames(cut, tower.hooks));
      assertEquals(bits(await tower.run(input, { wanted })), bits(plain));
    }
  });
});

for (const file of ["vision_model", "vision_model_sdpa", "vision_model_dynamo20", "model_old"]) {
  Deno.test(`run() gives the bits of the whole of ${file}.onnx, wherever the image tower is cut`, async () => {
    const path = `${ONNX}/${file}.onnx`;
    await withTower(path, IMAGE, async (tower) => {
      for (const rows of [1, 3, 64]) {
        const pixels = somePixels(rows);
        const whole = await runWhole(path, { pixels, outputs: ["image_embeds"] });
        for (const cut of CUTS) {
          const wanted = new Set(expandHookNames(cut, tower.hooks));
          const embeddings = await tower.run(pixels, { wanted });
          assertEquals(bits(embeddings), bits(whole.get("image_embeds")!));
        }
      }
    });
  });
}

for (const file of ["text_model", "text_model_sdpa", "text_model_dynamo20", "model_old"]) {
  Deno.test(`rows appended to a run of ${file}.onnx end like runs of their own`, async () => {
    const inner = [
      ...["ln1.hook_scale", "attn.hook_attn_scores", "attn.hook_result", "mlp.hook_pre"],
      ...["attn.hook_z", "attn.hook_pattern", "hook_attn_out", "hook_mlp_out"],
    ];
    const outer = [
      ...["hook_embed", "hook_pos_embed", "ln_final.hook_normalized"],
      ...["blocks.1.hook_resid_post", "blocks.2.hook_resid_post"],
    ];
    await withTower(`${ONNX}/${file}.onnx`, TEXT, async (tower) => {
      const [ids, other] = [someIds(2, 6), someIds(3, 6)[2]!];
      const alone = await tower.run(idsInput([...ids, other]));
      const all = inner.flatMap((hook) => [`blocks.0.${hook}`, `blocks.2.${hook}`]);
      for (const hook of [...outer, ...all]) {
        const embeddings = await tower.run(idsInput([...ids, other]), {
          wanted: new Set([hook]),
          visit: ({ hooks }, state) => hooks.includes(hook) && state.append([2, 0, 1, 2]),
        });
        assertEquals(embeddings.shape, [7, 12]);
        [0, 1, 2, 2, 0, 1, 2].forEach((source, row) => {
          assertEquals(bits(embeddings.row(row)), bits(alone.row(source)), `${hook}, row ${row}`);
        });
      }
    });
  });
}

Deno.test("run() takes any number of rows to any other, also where their quotient is not exact", () =>
  withTower(`${ONNX}/text_model.onnx`, TEXT, async (tower) => {
    const ids = someIds(21, 6);
    const [hook, more] = ["blocks.0.attn.hook_pattern", new Array(162).fill(20)];
    const embeddings = await tower.run(idsInput(ids), { // 21 * (183 / 21) is 182.99999999999997
      wanted: new Set([hook]),
      visit: ({ hooks }, state) => hooks.includes(hook) && state.append(more),
    });
    assertEquals(bits(embeddings.row(182)), bits(embeddings.row(20)));
  }));

for (
  const [name, wrong] of [["width", 32], ["width", 8], ["heads", 4], ["mlpWidth", 32]] as const
) {
  Deno.test(`view() compares the graph with config.json, ${name} ${wrong}`, async () => {
    const shape = { ...TEXT.shape, [name]: wrong };
    await withTower(`${ONNX}/text_model.onnx`, { ...TEXT, shape }, async (tower) => {
      const run = tower.run(idsInput(someIds(1, 8)), { // 8 positions of 16 would be 4 of 32
        wanted: new Set(tower.hooks),
        visit: (stop, state) => void tower.view(stop, state),
      });
      const message = `Cannot use "${ONNX}/text_model.onnx": hook point "`;
      await assertRejectsCode(() => run, "model-files-differ", message);
    });
  });
}

Deno.test("prepare() loads everything that a run needs from the file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/text_model.onnx`;
    await Deno.copyFile(`${ONNX}/text_model.onnx`, path);
    await withTower(path, TEXT, async (tower) => {
      await tower.prepare(["blocks.*.hook_mlp_out"]);
      await Deno.remove(path);
      const input = idsInput(someIds(2, 6));
      const plain = await tower.run(input);
      const wanted = new Set(expandHookNames(["blocks.*.hook_mlp_out"], tower.hooks));
      assertEquals(bits(await tower.run(input, { wanted })), bits(plain));
      const other = () => tower.run(input, { wanted: new Set(["blocks.0.attn.hook_z"]) });
      await assertRejectsCode(other, "file-unreadable: there is no such file");
      await Deno.copyFile(`${ONNX}/text_model_sdpa.onnx`, path);
      await assertRejectsCode(other, "file-changed: it has changed since it was loaded");
      assertEquals(bits(await tower.run(input)), bits(plain), "what was loaded still runs");
    });
  }));

Deno.test("release() ends a tower, and may be repeated", async () => {
  const tower = await Tower.load(onnxOrigin(onDisk(`${ONNX}/text_model.onnx`)), TEXT);
  await tower.release();
  await tower.release();
  await assertRejectsCode(
    () => tower.run(idsInput(someIds(1, 3))),
    "tower-not-loaded: Cannot run the text tower: it was released; load the model again",
  );
});

/** `text_embeds` [2, 12] = ids [2, 5] x weights, with a sum that allows no other number of rows. */
function boundModel(): Uint8Array {
  const floats = (name: string, rows: number) => ({
    ...{ name, dataType: 1, dims: [BigInt(rows), 12n] },
    floatData: Array.from({ length: rows * 12 }, (_, i) => i),
  });
  const dim = [2n, 5n].map((value) => ({ value: { case: "dimValue" as const, value } }));
  const type = { value: { case: "tensorType" as const, value: { elemType: 7, shape: { dim } } } };
  return modelBytes({
    name: "bound",
    node: [
      {
        opType: "Cast",
        input: ["input_ids"],
        output: ["x"],
        attribute: [{ name: "to", type: 2, i: 1n }],
      },
      { opType: "MatMul", input: ["x", "w"], output: ["xw"] },
      { opType: "Add", input: ["xw", "b"], output: ["text_embeds"] },
    ],
    initializer: [floats("w", 5), { ...floats("b", 2), floatData: new Array(24).fill(0.5) }],
    input: [{ name: "input_ids", type }],
    output: [valueInfo("text_embeds")],
  });
}

Deno.test("load() runs a graph that is bound to one size, and says why its hook points cannot be reached", () =>
  inFolder(async (folder) => {
    const path = `${folder}/bound.onnx`;
    await Deno.writeFile(path, boundModel());
    const example = idsInput([[0, 0, 0]]);
    await withTower(path, { ...TEXT, example }, async (tower) => {
      const embeddings = await tower.run(idsInput([[1, 2, 3], [4, 5, 6], [7, 8, 9]]));
      const rows = [[1, 2, 3, 3, 3], [4, 5, 6, 6, 6], [7, 8, 9, 9, 9]]; // the end repeated
      const expected = rows.flatMap((ids) =>
        Array.from(
          { length: 12 },
          (_, i) => ids.reduce((sum, id, position) => sum + id * (position * 12 + i), 0.5),
        )
      );
      assertEquals([embeddings.shape, [...embeddings.data]], [[3, 12], expected]);
      await assertRejectsCode(
        () => tower.run(example, { wanted: new Set(["hook_embed"]) }),
        `hook-unreachable: Cannot reach hook point "hook_embed" in "${path}": the graph is bound to an "input_ids" of 2 rows of 5 tokens; use an export with dynamic axes`,
      );
      const long = () => tower.run(idsInput([[1, 2, 3, 4, 5, 6]]));
      await assertRejectsCode(long, "input-size-fixed: Cannot run a sentence of 6 tokens");
    });
  }));

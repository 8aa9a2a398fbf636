import { assert, assertEquals } from "@std/assert";
import { RowTower } from "../../../lib/engine/rows/row_tower.ts";
import { idsInput, runHooked } from "../../../lib/engine/run/hooked_run.ts";
import type { Tower } from "../../../lib/engine/run/tower.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { ONNX, TEXT, withTower as withTowerOf } from "../tiny.ts";

const SHAPE = TEXT.shape;
const IDS = [[600, 3, 4, 5, 6, 601], [600, 8, 3, 9, 7, 601]];
const HOOKS = [
  ...["hook_resid_pre", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_z"],
  ...["hook_resid_mid", "hook_resid_post"],
];

async function rowTower(tower: Tower): Promise<RowTower> {
  const rows = await RowTower.open({ ...SHAPE, threads: 1 }, nodeRuntime());
  tower.own(rows);
  for await (const models of tower.rows.rowBlocks()) await rows.add(models);
  return rows;
}

const withTower = (file: string, use: (tower: Tower) => Promise<void>) =>
  withTowerOf(`${ONNX}/${file}.onnx`, TEXT, use);

/** The values of both sentences at the hook points between the row subgraphs, by hook point. */
async function hookedValues(tower: Tower): Promise<(layer: number, hook: string) => Float32Array> {
  const { cache } = await runHooked(tower, {
    batches: [{ rows: [0, 1], positions: 6, input: () => idsInput(IDS) }],
    rowNames: ["a", "b"],
    keep: HOOKS.map((hook) => `blocks.*.${hook}`),
  });
  return (layer, hook) => {
    const rows = [0, 1].map((row) => cache.row(`blocks.${layer}.${hook}`, row).data);
    return Float32Array.from(rows.flatMap((data) => [...data]));
  };
}

function assertNear(found: Float32Array, expected: Float32Array, place: string): void {
  const largest = Math.max(...expected.map(Math.abs));
  // Float32 sums of 16 to 64 terms.
  found.forEach((x, i) => assert(Math.abs(x - expected[i]!) <= 1e-6 * largest, place));
}

const cases = [
  ...["text_model", "text_model_sdpa", "text_model_dynamo20", "model_old", "text_model_fused"],
];
for (const file of cases) {
  Deno.test(`RowTower computes the whole graph's values at its hook points, ${file}`, () =>
    withTower(file, async (tower) => {
      const rows = await rowTower(tower);
      const value = await hookedValues(tower);
      const size = 2 * 6 * SHAPE.width;
      for (let layer = 0; layer < SHAPE.layers; layer++) {
        const before = value(layer, "hook_resid_pre");
        const [q, k, v, after] = Array.from({ length: 4 }, () => new Float32Array(size));
        await rows.project(layer, before, { q: q!, k: k!, v: v! });
        assertNear(q!, value(layer, "attn.hook_q"), `q of block ${layer}`);
        assertNear(k!, value(layer, "attn.hook_k"), `k of block ${layer}`);
        assertNear(v!, value(layer, "attn.hook_v"), `v of block ${layer}`);
        const mid = new Float32Array(size);
        await rows.addAttention(layer, before, value(layer, "attn.hook_z"), mid);
        assertNear(mid, value(layer, "hook_resid_mid"), `after attention of block ${layer}`);
        await rows.addMlp(layer, mid, after!);
        assertNear(after!, value(layer, "hook_resid_post"), `block ${layer}`);
      }
    }));
}

Deno.test("project() of the last block makes only queries, or only keys and values", () =>
  withTower("text_model", async (tower) => {
    const rows = await rowTower(tower);
    const value = await hookedValues(tower);
    const x = value(2, "hook_resid_pre");
    const [q, k, v] = Array.from({ length: 3 }, () => new Float32Array(x.length));
    await rows.project(2, x, { k: k!, v: v! });
    assertNear(k!, value(2, "attn.hook_k"), "k");
    assertEquals(q!, new Float32Array(x.length));
    await rows.project(2, x, { q: q! });
    assertNear(q!, value(2, "attn.hook_q"), "q");
  }));

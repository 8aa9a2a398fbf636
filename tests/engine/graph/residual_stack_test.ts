import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  accumulatedResidual,
  decomposeResidual,
  type ResidualStack,
  stackHeadResults,
} from "../../../lib/engine/graph/residual_stack.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { TINY, withClip } from "../../studies.ts";

const HOOKS = [
  "hook_embed",
  "hook_pos_embed",
  ...["hook_resid_pre", "hook_resid_mid", "hook_resid_post", "hook_attn_out", "hook_mlp_out"]
    .map((name) => `blocks.*.${name}`),
  "blocks.*.attn.hook_result",
];
const SENTENCES = ["There are no birds in the garden.", "There are birds."];
const ROUNDING = 1e-5; // of float32 sums of a few numbers below 10

/** The sum over components in float64, [position, width]. */
function sumOf({ values }: ResidualStack): Tensor {
  const [count, ...shape] = values.shape as [number, number, number];
  const mean = values.mean("component");
  return new Tensor(mean.data.map((x) => x * count), shape, ["position", "width"]);
}

Deno.test("stacks of the residual stream hold the stream at each layer, and parts that add up to it", async () => {
  await withClip(TINY, async ({ text }) => {
    const { cache } = await text.runWithCache(SENTENCES, HOOKS);
    const { layers, heads } = text.tower.shape;
    for (const row of SENTENCES.keys()) {
      const { labels, values } = accumulatedResidual(cache, { row, mid: true });
      assertEquals(labels, ["0_pre", "0_mid", "1_pre", "1_mid", "2_pre", "2_mid", "final_post"]);
      assertEquals(values.row(3), cache.row("blocks.1.hook_resid_mid", row));
      assertEquals(values.row(6), cache.row("blocks.2.hook_resid_post", row));
      for (let layer = 0; layer <= layers; layer++) {
        const streams = accumulatedResidual(cache, { layer, row });
        assertEquals(streams.values.shape[0], layer + 1);
        const stream = streams.values.row(layer);
        for (const parts of [decomposeResidual, stackHeadResults]) {
          assertNear(sumOf(parts(cache, { layer, row })).data, stream.data, ROUNDING);
        }
      }
    }
    const ofHeads = stackHeadResults(cache, { row: 1 });
    const result = cache.row("blocks.1.attn.hook_result", 1); // [position, head, width]
    for (let head = 0; head < heads; head++) {
      const own = ofHeads.values.row(ofHeads.labels.indexOf(`L1H${head}`));
      for (const position of [0, 2]) {
        assertEquals(own.row(position).data, result.row(position).row(head).data);
      }
    }
    assertEquals(
      decomposeResidual(cache, { layer: 2 }).labels,
      ["embed", "pos_embed", "0_attn_out", "0_mlp_out", "1_attn_out", "1_mlp_out"],
    );
    const { labels } = stackHeadResults(cache, { layer: 1 });
    assertEquals(labels, [
      ...Array.from({ length: heads }, (_, head) => `L0H${head}`),
      "remainder",
    ]);
  });
});

Deno.test("stacks of the residual stream refuse layers that there are not, and caches that lack a part", async () => {
  await withClip(TINY, async ({ text }) => {
    const { cache } = await text.runWithCache(SENTENCES, ["blocks.*.hook_resid_pre"]);
    const layer = text.tower.shape.layers + 1;
    assertThrowsCode(() => accumulatedResidual(cache, { layer }), "index-outside");
    assertThrowsCode(() => accumulatedResidual(cache), "name-unknown");
    assertThrowsCode(() => decomposeResidual(cache), "name-unknown");
  });
});

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  assertEquals(found.length, expected.length);
  for (let i = 0; i < found.length; i++) assertAlmostEquals(found[i]!, expected[i]!, within);
}

/** Transplants against the reference values of tests/fixtures/recipe/disturbed.py and ../shared. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { transplant } from "../../../lib/experiments/transplant/index.ts";
import { EXPORTS, pathOf, SMALL } from "../../studies.ts";
import { arraysOf, studyBeside } from "./other_models.ts";

const DISTURBED = "./fixtures/weights/small_disturbed.safetensors";

/** S is 100 x a cosine in float32. */
const TOLERANCE = 2e-4;

function goldenOf(table: string): Record<string, string>[] {
  const path = pathOf(`../../shared/fixtures/golden_models/${table}.csv`);
  return parse(Deno.readTextFileSync(path), { skipFirstRow: true });
}

for (const onnx of [...EXPORTS, "_fused"]) {
  Deno.test({
    name: `transplant has the reference's stacks, values and towers, ${SMALL.label}${onnx}`,
    ignore: !SMALL.exists,
    fn: async () => {
      const { model, pairs: data, images } = SMALL;
      const disturbed = arraysOf(Deno.readFileSync(pathOf(DISTURBED)));
      const changes = [...disturbed].map(([name, values]) => ({ name, values }));
      await using study = await studyBeside({ model, onnx, data, images, threads: 1 }, changes);
      const { tables } = await study.run(transplant, { from: "disturbed" });
      const kindsOf = {
        stack: ["first", "last"],
        values: ["value"],
        towers: ["tower"],
      } as const;
      for (const name of ["stack", "values", "towers"] as const) {
        const golden = goldenOf(name);
        const kinds: readonly string[] = kindsOf[name];
        const made = new Map(
          tables.transplant.rows.filter(({ kind }) => kinds.includes(kind)).map((row) => {
            const { id, kind, number, position, set, s_caption, s_foil } = row;
            const keys = set === undefined ? [number, position] : [...set];
            const order = name === "stack" ? [kind] : [];
            const all = [id, ...order, ...keys.filter((key) => key !== undefined)];
            return [`${all}`, [s_caption!, s_foil!]] as const;
          }),
        );
        assertEquals(made.size, golden.length, name);
        for (const { s_caption, s_foil, ...keys } of golden) {
          const at = `${Object.values(keys)}`;
          const s = made.get(at)!;
          assertAlmostEquals(s[0]!, Number(s_caption), TOLERANCE, `${name} ${at}`);
          assertAlmostEquals(s[1]!, Number(s_foil), TOLERANCE, `${name} ${at}`);
        }
      }
    },
  });
}

Deno.test({
  name:
    "the shares of a stack are those of the reference's scores, and its ends exact (needs ../shared)",
  ignore: !SMALL.exists,
  fn: async () => {
    const { model, pairs: data, images } = SMALL;
    const disturbed = arraysOf(Deno.readFileSync(pathOf(DISTURBED)));
    const changes = [...disturbed].map(([name, values]) => ({ name, values }));
    await using study = await studyBeside({ model, data, images, threads: 1 }, changes);
    const { tables } = await study.run(transplant, { from: "disturbed" });
    const golden = goldenOf("stack").map(({ order, blocks, s_caption, s_foil }) => (
      { order, blocks: Number(blocks), d: Number(s_caption) - Number(s_foil) }
    ));
    const dOf = (order: string, blocks: number) =>
      golden.filter((row) => row.order === order && row.blocks === blocks).map(({ d }) => d);
    const ratio = (runs: readonly number[], a: readonly number[], b: readonly number[]) =>
      runs.reduce((sum, d, i) => sum + (d - a[i]!) * (b[i]! - a[i]!), 0) /
      runs.reduce((sum, _, i) => sum + (b[i]! - a[i]!) ** 2, 0);
    const ofAll = tables.summary.rows.filter(({ negation }) => negation === "all");
    const all = ofAll.filter(({ kind }) => kind === "first" || kind === "last");
    assertEquals(all.length, 2 * 7);
    for (const { kind: order, number, share, accuracy } of all) {
      const blocks = number!;
      const [run, a, b] = [dOf(order, blocks), dOf(order, -1), dOf(order, 5)];
      assertAlmostEquals(share!, ratio(run, a, b), 1e-5, `${order} ${blocks}`);
      const right = run.filter((d) => d > 0).length;
      assertAlmostEquals(accuracy!, right / run.length, 1e-12, `${order} ${blocks}`);
      if (blocks === -1) assertEquals(share, 0);
      if (blocks === 5) assertEquals(share, 1);
    }
    const layers = ofAll.filter(({ kind }) => kind === "layer");
    const sum = layers.reduce((sum, { share }) => sum + share!, 0);
    assertAlmostEquals(sum, 1, 1e-12);
    // Blocks 1 and 4 and the projection are the same in both models; the norm before the projection is not.
    for (const { number, first, last } of layers) {
      const layer = number!;
      if (layer === 1 || layer === 4) continue;
      const step = ratio(dOf("first", layer), dOf("first", -1), dOf("first", 5)) -
        ratio(dOf("first", layer - 1), dOf("first", -1), dOf("first", 5));
      assertAlmostEquals(first!, step, 1e-5);
      assertEquals(last === undefined, false);
    }
  },
});

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

/** Parts that tell pictures apart and parts that only push towards a sentence, in models that have one of each. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { BIASED } from "../../data/planted/recipe/models.ts";
import { pixelOf, ROWS } from "../../data/planted/recipe/rows.ts";
import { Study } from "../../lib/runs/study.ts";

type Numbers = Readonly<Record<"layer" | "head" | "share" | "alpha", number | undefined>>;
type HeadLine = Partial<Numbers> & { readonly negation: string };

const METHODS: Readonly<Record<string, (study: Study) => Promise<readonly HeadLine[]>>> = {
  knockout: async (study) => (await study.run("knockout")).tables.summary.rows,
  ablate: async (study) => (await study.run("ablate", { tower: "text" })).tables.summary.rows,
  attribute: async (study) =>
    (await study.run("attribute")).tables.summary.rows.filter(({ role }) => role === undefined),
  paths: async (study) =>
    (await study.run("paths")).tables.nodesSummary.rows
      .filter(({ method, role }) => method === "total" && role === "eot"),
};

/** Alpha of what lowers the part that text and images share by .05: of a cosine, 100 x .05 over the lengths of both, half of it. */
const ALPHA = ROWS.reduce((sum, { image }) => sum + 2.5 / Math.hypot(1, pixelOf(image)), 0) /
  ROWS.length / Math.SQRT2;

/** The share of gamma and the alpha of the heads that do something. */
const EXPECTED: Readonly<
  Record<keyof typeof BIASED, Readonly<Record<string, readonly [number | undefined, number]>>>
> = {
  gamma: { "2.1": [1, 0] },
  bias: { "3.2": [undefined, ALPHA] },
  two: { "2.1": [1, 0], "3.2": [0, ALPHA] },
};

for (const [model, expected] of Object.entries(EXPECTED)) {
  Deno.test(`${model}: each method tells the head that sees the picture from the one that only pushes`, async () => {
    await using study = await Study.open({ model: `planted/${model}`, threads: 1, cache: false });
    for (const [method, linesOf] of Object.entries(METHODS)) {
      const lines = (await linesOf(study)).filter(({ negation, head }) =>
        negation === "both" && head !== undefined
      );
      assertEquals(lines.length, 16, method);
      for (const { layer, head, share, alpha } of lines) {
        const name = `${layer}.${head}`;
        const [gamma, push] = expected[name] ?? [model === "bias" ? undefined : 0, 0];
        // Either head of `two` changes the length that the other keeps by up to 1 %.
        assertAlmostEquals(alpha!, push, 0.01 * ALPHA, `${method} ${name}`);
        if (gamma === undefined) assert(share === undefined, method);
        else assertAlmostEquals(share!, gamma, 0.01, `${method} ${name}`);
      }
    }
  });
}

/** Direct attribution of models whose circuit is known by construction (data/planted). */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { nodeName } from "../../../lib/tables/nodes.ts";
import { Study } from "../../../lib/runs/study.ts";
import { type ModelName, NEGATION } from "../../../data/planted/recipe/models.ts";
import { pixelOf, ROWS, score } from "../../../data/planted/recipe/rows.ts";

const EFFECT = 5e-5; // 100 x a cosine in float32

const OTHER = 0.1; // what heads write that move something else than negation

/** What each part writes to `output` at the end token of the negated and the affirmative sentence; all other parts write nothing there. */
const WRITES: Partial<Record<ModelName, Readonly<Record<string, readonly [number, number]>>>> = {
  decoy: { "head 3.3": [NEGATION, 0] }, // not 2.1, which looks and writes nothing, nor 1.2, from which 3.3 has it
  and: { "mlp 2": [NEGATION, 0] }, // not its two inputs
  generic: { "head 3.3": [NEGATION, 0], "head 2.1": [OTHER, OTHER] }, // the same in both sentences
  opposed: { "head 3.3": [NEGATION, 0], "head 2.1": [OTHER, 0], "head 2.2": [-OTHER, 0] },
};

/** Where the heads with an effect read it. */
const READS: Readonly<Record<string, string>> = {
  "3.3": "subject_first",
  "2.1": "negator",
  "2.2": "negator",
};

async function attributionOf(name: ModelName) {
  await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
  const { tables } = await study.run("attribute");
  const rows = [...tables.attribution.rows];
  return {
    parts: rows.filter(({ component }) => component !== "read"),
    sources: rows.filter(({ component }) => component === "read"),
  };
}

for (const [name, writes] of Object.entries(WRITES)) {
  Deno.test(`attribute gives d of planted model "${name}" to the parts that write to the end token, and 0 to all others`, async () => {
    const { parts, sources } = await attributionOf(name as ModelName);
    for (const { id, image, negation } of ROWS) {
      const pixel = pixelOf(image);
      const own = Object.values(writes);
      const [n, a] = [0, 1].map((i) => own.reduce((sum, amounts) => sum + amounts[i]!, 0));
      const sign = negation === "caption" ? 1 : -1;
      // S = t o with t = 100 x / sqrt((1 + o^2) (1 + x^2)): no constant, and the image is orthogonal to all but `output`.
      const slope = (output: number) => score(1, pixel) * Math.sqrt(2 / (1 + output ** 2));
      const mean = (slope(n!) + slope(a!)) / 2;
      const d = sign * (score(n!, pixel) - score(a!, pixel));
      const effectOf = ([negated, affirmative]: readonly [number, number]) =>
        sign * mean * (negated - affirmative);
      const norm = d - own.reduce((sum, amounts) => sum + effectOf(amounts), 0);
      for (const row of parts.filter((part) => part.id === id)) {
        const { component, layer, head, effect } = row;
        const key = component === "head" || component === "mlp"
          ? nodeName({ kind: component, layer: layer!, ...(head !== undefined && { head }) })
          : component;
        const amounts = writes[key];
        const expected = key === "norm" ? norm : amounts === undefined ? 0 : effectOf(amounts);
        assertAlmostEquals(effect, expected, EFFECT, `${id} ${key}`);
        if (component.includes("embedding") || component === "attention_bias") {
          assertEquals([effect, row.net_effect], [0, 0]);
        }
      }
      const nets = parts.filter((part) => part.id === id).map(({ net_effect }) => net_effect);
      assertAlmostEquals(nets.reduce((sum, x) => sum + x, 0), d, EFFECT);
      if (own.length === 1) assertAlmostEquals(Math.max(...nets), d, EFFECT); // nothing else changes the norm
    }
    for (const { id, layer, head, role, effect, net_effect } of sources) {
      const key = `${layer}.${head}`;
      const whole = parts.find((part) =>
        part.id === id && part.layer === layer && part.head === head
      );
      const isRead = role === READS[key];
      assertAlmostEquals(effect, isRead ? whole!.effect : 0, EFFECT, `${id} ${key} ${role}`);
      assertAlmostEquals(
        net_effect,
        isRead ? whole!.net_effect : 0,
        EFFECT,
        `${id} ${key} ${role}`,
      );
    }
  });
}

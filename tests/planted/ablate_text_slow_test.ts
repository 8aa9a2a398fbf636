/** `ablate --tower text` on models whose circuit is known by construction. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { HEAD_SET } from "../../lib/experiments/head_set.ts";
import { Study } from "../../lib/runs/study.ts";
import { nodeName } from "../../lib/tables/nodes.ts";
import { type ModelName, MODELS, NEGATION } from "../../data/planted/recipe/models.ts";
import { type Truth, TRUTHS } from "../fixtures/planted/truths.ts";
import { pixelOf, ROWS, score } from "../../data/planted/recipe/rows.ts";

const SCORE = 5e-5; // 100 x a cosine in float32
const OTHER = 0.1; // what `generic` moves in both sentences

/** The amplitudes of `output` with a node ablated, of the negated and of the affirmative sentence. */
type Outputs = readonly [negated: number, affirmative: number];

const [NONE, BOTH, SWAPPED]: readonly Outputs[] = [[0, 0], [NEGATION, NEGATION], [0, NEGATION]];

/** By model: heads that are ablated together, and what is left by method and node; nothing else changes anything. */
const EXPECTED: Partial<
  Record<ModelName, { heads: string } & Record<"zero" | "twin", Readonly<Record<string, Outputs>>>>
> = {
  relay: {
    heads: "1.2,3.3",
    zero: { "head 1.2": NONE!, "head 3.3": NONE!, "heads 1.2,3.3": NONE! },
    twin: { "head 1.2": SWAPPED!, "head 3.3": SWAPPED!, "heads 1.2,3.3": SWAPPED! },
  },
  backup: { // 2.4 acts where 1.2 has not
    heads: "1.2,2.4",
    zero: { "head 3.3": NONE!, "heads 1.2,2.4": NONE! },
    twin: { "head 1.2": BOTH!, "head 3.3": SWAPPED!, "heads 1.2,2.4": SWAPPED! },
  },
  and: { // one input does not open the gate, in either sentence
    heads: "2.1,2.3",
    zero: { "head 2.1": NONE!, "head 2.3": NONE!, "heads 2.1,2.3": NONE!, "mlp 2": NONE! },
    twin: { "head 2.1": NONE!, "head 2.3": NONE!, "heads 2.1,2.3": SWAPPED!, "mlp 2": SWAPPED! },
  },
  generic: { // 2.1 gives the same in both sentences
    heads: "2.1,3.3",
    zero: {
      ...{ "head 1.2": [OTHER, OTHER], "head 3.3": [OTHER, OTHER] },
      ...{ "head 2.1": [NEGATION, 0], "heads 2.1,3.3": NONE! },
    },
    twin: {
      ...{ "head 1.2": [OTHER, OTHER + NEGATION], "head 3.3": [OTHER, OTHER + NEGATION] },
      "heads 2.1,3.3": [OTHER, OTHER + NEGATION],
    },
  },
  decoy: {
    heads: "2.1,2.2",
    zero: { "head 1.2": NONE!, "head 3.3": NONE! },
    twin: { "head 1.2": SWAPPED!, "head 3.3": SWAPPED! },
  },
};

for (const [name, { heads, ...byMethod }] of Object.entries(EXPECTED)) {
  Deno.test(`${name}: ablate finds the planted nodes of the text tower by zero and twin, and nothing else`, async () => {
    const { circuit } = MODELS[name as ModelName];
    const truth: Truth = TRUTHS[name as ModelName];
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const methods = ["zero", "twin"] as const;
    const { tables, own } = await study.run("ablate", {
      ...{ tower: "text", method: methods, nodes: ["heads", "mlps"] },
      heads: HEAD_SET.parse(heads),
    });
    const ds = new Map((await study.score()).rows.map(({ id, d }) => [id, d]));
    const met = new Set<string>();
    const affirmative = truth.affirmative ?? 0;
    for (const { id, negation, part, layer, head, method, effect } of tables.ablation.rows) {
      const node = layer === undefined
        ? part
        : nodeName({ kind: part as "head", layer, head: head! });
      const left = byMethod[method as "zero"][node] ?? [truth.negated, affirmative];
      const pixel = pixelOf(ROWS.find((row) => row.id === id)!.image);
      const change = score(left[0], pixel) - score(left[1], pixel);
      const expected = negation === "caption" ? change : -change;
      assertAlmostEquals(ds.get(id)! - effect!, expected, 2 * SCORE, `${id} ${method} ${node}`);
      met.add(`${method} ${node}`);
    }
    assertEquals(met.size, 2 * (4 * circuit.heads + 4 + 1));
    for (const method of methods) {
      for (const node of Object.keys(byMethod[method])) assert(met.has(`${method} ${node}`));
    }
    const listed = [...own.findings.matchAll(/^(?:foil|caption) +(\d\.\d|mlp \d) /gm)];
    const planted = new Set(methods.flatMap((method) => Object.keys(byMethod[method])));
    assert(listed.length > 0);
    const nodes = listed.map(([, node]) => node!.replace(/^\d/, "head $&"));
    assertEquals(nodes.filter((node) => !planted.has(node)), []);
  });
}

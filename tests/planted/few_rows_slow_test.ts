/** Few rows of a model whose circuit is known: each row names the parts that carry its d, whether it is right or wrong. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { runOnce } from "../bench/ground_truth/methods.ts";
import type { Result } from "../../lib/study/result.ts";
import { Study } from "../../lib/runs/study.ts";

const study = await Study.open({ model: "planted/half", threads: 1, cache: false });
const { rows } = await study.score();
const chosen = (["correct", "incorrect"] as const).flatMap((segment) =>
  (["foil", "caption"] as const).map((side) =>
    rows.find((row) => row.segment === segment && row.negation === side)!.id
  )
);

/** What each of the chosen rows names, by its id. */
async function namedIn(result: Result): Promise<readonly (string | undefined)[]> {
  const { own } = await result.only(({ pair }) => chosen.includes(pair.id));
  const text = own.findings.replaceAll("\n  ", " ");
  return chosen.map((id) => new RegExp(`^${id} .*, d \\S+: (.*)$`, "m").exec(text)?.[1]);
}

const knockout = await runOnce(study, "knockout");
const named = {
  knockout: await namedIn(knockout),
  attribute: await namedIn(await runOnce(study, "attribute")),
  paths: await namedIn(await runOnce(study, "paths")),
  ablate: await namedIn(await runOnce(study, "ablate", { tower: "text", nodes: ["heads"] })),
  attend: await namedIn(await runOnce(study, "attend")),
  trace: await namedIn(await runOnce(study, "trace")),
  shares: await namedIn(await runOnce(study, "shares")),
  probe: await namedIn(await runOnce(study, "probe")),
};
await study[Symbol.asyncDispose]();

/** What every row names, in alphabetical order, since equal values have no order; subject and end token without their layers, of which several have all of d. */
const PLANTED = {
  knockout: ["1.2 1.00"],
  attribute: ["3.3 1.00"],
  paths: ["1.2 to 3.3 by values 1.00"],
  ablate: ["1.2 2.00", "3.3 2.00"],
  attend: ["1.2 1.00"],
  trace: ["end token 1.00", "subject (first) 1.00"],
  shares: ["end token 1.00", "subject (first) 1.00"],
  probe: ["mean difference 1.00"],
};

for (const name of Object.keys(PLANTED) as (keyof typeof PLANTED)[]) {
  Deno.test(`half: each of four rows names what carries its d by ${name}, right or wrong`, () => {
    const parts = named[name].map((text) => text!.replaceAll(/ in layer \d/g, "").split(", "));
    assertEquals(parts.map((own) => own.toSorted()), chosen.map(() => PLANTED[name]));
  });
}

Deno.test("half: the head that carries d in every row has all of it in each segment, though its mean effect over all rows is 0", () => {
  const lines = knockout.tables.summary.rows.filter(({ negation, layer, head }) =>
    negation !== "both" && layer === 1 && head === 2
  );
  assertEquals(lines.length, 6);
  for (const { segment, share, mean_effect } of lines) {
    assertAlmostEquals(share!, 1, 1e-6);
    if (segment === "all") assert(Math.abs(mean_effect!) < 0.05);
  }
});

/**
 * A sweep of your own: every two heads of a block together, at the negator, the noun and the end token, in three blocks.
 *
 *     deno run -A examples/sweep.ts
 */

import { patch, Study, type SweepRun } from "negscope";

await using study = await Study.open();
const heads = Array.from({ length: study.text.tower.shape.heads }, (_, head) => head);
const pairs = heads.flatMap((a) => heads.filter((b) => b > a).map((b) => [a, b]));
const runs = [1, 2, 3].flatMap((block) =>
  pairs.flatMap((head) =>
    ["negator", "subject_first", "eot"].map((position): SweepRun => ({
      name: `heads ${head.map((one) => `${block + 1}.${one + 1}`).join(" and ")} at ${position}`,
      of: "affirmative",
      changes: [patch(`blocks.${block}.attn.hook_z`, { head, position, from: "negated" })],
    }))
  )
);
console.log(await study.sweep(runs));

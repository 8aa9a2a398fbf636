/** A sweep of your own: every two heads of a block together, at every role, in three blocks. */

import { patch, Study, type SweepRun } from "negscope";

await using study = await Study.open({ limit: 100 });
const { heads } = study.text.tower.shape;
const pairs = Array.from({ length: heads }, (_, b) => Array.from({ length: b }, (_, a) => [a, b]))
  .flat();
const runs = [1, 2, 3].flatMap((block) =>
  pairs.flatMap((head) =>
    (["negator", "subject_first", "eot"] as const).map((position): SweepRun => ({
      name: `heads ${head.map((one) => `${block + 1}.${one + 1}`).join(" and ")} at ${position}`,
      of: "affirmative",
      changes: [patch(`blocks.${block}.attn.hook_z`, { head, position, from: "negated" })],
    }))
  )
);
console.log(await study.sweep(runs));

import { assertEquals } from "@std/assert";
import type { EffectRow } from "../../../lib/experiments/trace/effects.ts";
import type { Site } from "../../../lib/experiments/trace/cells.ts";
import {
  runsOf,
  type ScoredStudy,
  scoreStudy,
  SMALL,
  studyPairs,
  TINY,
  withClip,
} from "../../studies.ts";
import { traceRows } from "../measured_rows.ts";

async function traced(
  { clip, rows, images }: ScoredStudy,
  site: Site,
): Promise<readonly EffectRow[]> {
  return (await traceRows(clip.text, rows, { site, images })).rows;
}

for (const study of [TINY, SMALL]) {
  Deno.test({
    name:
      `traceRows() gives a row the same bits whatever other rows are in the run, ${study.label}`,
    ignore: !study.exists,
    fn: () =>
      withClip(study, async (clip) => {
        const pairs = await studyPairs(study);
        const whole = await scoreStudy(clip, study, { pairs });
        for (const site of ["resid", "z"] as const) {
          const rowsById = Map.groupBy(await traced(whole, site), ({ id }) => id);
          for (const run of runsOf(pairs)) {
            const rows = await traced(await scoreStudy(clip, study, { pairs: run }), site);
            assertEquals(rows, run.flatMap(({ id }) => rowsById.get(id)!));
          }
        }
      }),
  });
}

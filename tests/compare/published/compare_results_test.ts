import { attentionTables, summarize, summarizeTrace } from "../../experiments/finished.ts";
import { assertEquals } from "@std/assert";
import { readRunTables } from "../../../lib/compare/published/run_tables.ts";
import { measuredRun } from "../../../lib/compare/published/compare_results.ts";
import { RunFolder } from "../../../lib/runs/folder/run_folder.ts";
import { MANIFEST } from "../../runs/run_folders.ts";
import type { AnyTable } from "../../../lib/tables/table.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { scoreStudy, studyPairs, TINY, withClip } from "../../studies.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { attendPairs, traceRows } from "../../experiments/measured_rows.ts";

const SOURCES = { model: [], data: [] };

Deno.test("measuredRun() has what readRunTables() reads from the same tables in a folder", () =>
  withClip(TINY, (clip) =>
    inFolder(async (folder) => {
      const study = await scoreStudy(clip, TINY, { pairs: await studyPairs(TINY) });
      const { pairs, distinct, rows, images, evaluate } = study;
      const seed = 0;
      const effects = await traceRows(clip.text, rows, { site: "resid", images });
      const trace = summarizeTrace(effects.rows, {
        d: new Map(evaluate.map(({ id, d }) => [id, d])),
        clusters: new Map(rows.map(({ scores, aligned }) => [scores.id, aligned.key])),
        seed,
      });
      const attended = await attendPairs(clip.text, distinct);
      const { heads, headRoles } = attentionTables(
        rows.map(({ scores: { id, negation, d }, aligned: pair }) => (
          { id, negation, d, pair, heads: attended[distinct.indexOf(pair)]! }
        )),
        { seed },
      );
      const summary = summarize(pairs, evaluate, { seed });
      const run = measuredRun(clip, {
        protocol: "rephrased",
        kept: pairs.length,
        sources: SOURCES,
        tables: [trace, heads, headRoles, summary],
      });
      using saved = await RunFolder.create(folder);
      const tables: readonly AnyTable[] = [trace, heads, headRoles, summary];
      for (const table of tables) await saved.writeTable(table);
      await saved.finish(MANIFEST);
      const read = await readRunTables(folder);
      assertEquals([...run.tables], [...read.tables]);
      assertEquals([...run.counts], [...read.counts]);
      assertEquals(run.files, read.files);
      assertEquals(run.record.text.width, clip.config.text.width);
      assertEquals(run.record.image.layers, clip.config.vision!.layers);
      assertEquals([run.record.kept, run.record.protocol], [pairs.length, "rephrased"]);
    })));

Deno.test("measuredRun() refuses a run without a published table", () =>
  withClip(TINY, (clip) => {
    const measured = { protocol: "rephrased", kept: 0, sources: SOURCES, tables: [] } as const;
    assertThrowsCode(() => measuredRun(clip, measured), "not-comparable", clip.folder);
    return Promise.resolve();
  }));

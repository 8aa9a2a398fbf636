/**
 * Draws the figures of README and docs from the tables beside them in docs/figures.
 *
 *     deno task dev readme
 *
 * The tables are those of the embedded model: trace.csv from `deno task trace`, heads.csv from `deno task attend`,
 * circuit_groups.csv is effect_groups.csv of `deno task circuit --data shapes-pairs`, and score_groups.csv that of `deno task evaluate` with the
 * same data, `--protocol standard` and `--model shapes/tuned`.
 */

import { flagSet, textFlag } from "../../lib/cli/flags.ts";
import { fileURLToPath } from "node:url";
import { HEADS } from "../../lib/experiments/attend/tables.ts";
import { TRACE } from "../../lib/experiments/trace/tables.ts";
import { readRows } from "../../lib/tables/csv.ts";
import { selectivityMap } from "../../lib/experiments/attend/findings.ts";
import { understandingChart } from "../../lib/study/evaluate/chart.ts";
import { groupPoints } from "../../lib/study/evaluate/groups.ts";
import { groupChart } from "../../lib/study/groups/group_chart.ts";
import { EFFECT_GROUPS } from "../../lib/study/groups/group_estimates.ts";
import { type ChartSpec, SCREEN } from "../../lib/charts/spec.ts";
import type { Columns, TableSchema } from "../../lib/tables/table.ts";
import { traceMap } from "../../lib/experiments/trace/chart.ts";
import { lockFolder } from "../../lib/disk/folders.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { runTask } from "../../lib/cli/task.ts";

const TABLES = fileURLToPath(new URL("../../docs/figures", import.meta.url));

const HELP = {
  name: "readme",
  command: "deno task dev readme",
  does: "draws the README's figures from the tables in docs/figures.",
  example: "",
  out: "docs/figures",
};

await runTask(HELP, flagSet("out"), async (values) => {
  const out = textFlag(values, "out") ?? TABLES;
  using _held = await lockFolder(out);
  const options = { sources: { model: [], data: [] } };
  const draw = async (picture: string, chart: ChartSpec) =>
    await writeWhole(`${out}/${picture}.svg`, await renderSvg(chart, { preset: SCREEN }));
  await draw("trace_map", traceMap(await tableRows(TRACE, "trace"), options));
  await draw("selectivity", selectivityMap(await tableRows(HEADS, "heads"), options));
  const groups = (name: string) => tableRows(EFFECT_GROUPS, name);
  await draw("circuit_groups", groupChart(await groups("circuit_groups"), options));
  const scored = groupPoints(await groups("score_groups"));
  await draw("understanding", understandingChart(scored, options));
});

async function tableRows<Own extends Columns>(schema: TableSchema<Own>, name: string) {
  const path = `${TABLES}/${name}.csv`;
  return readRows(schema, await readText(path, MOST_BYTES.own), path);
}

/**
 * Draws the README's figures from the tables beside them in docs/figures.
 *
 *     deno task readme
 *
 * The tables are those of the embedded model: trace.csv from `deno task trace`, heads.csv from `deno task attend`.
 */

import { flagSet } from "../lib/cli/flags.ts";
import { fileURLToPath } from "node:url";
import { HEADS } from "../lib/experiments/attend/tables.ts";
import { TRACE } from "../lib/experiments/trace/trace_summary.ts";
import { readRows } from "../lib/tables/read_rows.ts";
import { selectivityMap } from "../lib/experiments/attend/selectivity_map.ts";
import { SCREEN } from "../lib/charts/venues.ts";
import { traceMap } from "../lib/experiments/trace/chart.ts";
import { writePictures } from "../lib/draw/pictures.ts";
import { textFlag } from "../lib/cli/flag_values.ts";
import { runTask } from "../lib/cli/task.ts";

const TABLES = fileURLToPath(new URL("../docs/figures", import.meta.url));

const HELP = {
  name: "readme",
  does: "draws the README's figures from the tables in docs/figures.",
  example: "deno task readme",
  out: "docs/figures",
};

await runTask(HELP, flagSet("out"), async (values) => {
  const out = textFlag(values, "out") ?? TABLES;
  const options = { sources: { model: [], data: [] } };
  const pictures = { formats: ["svg"], preset: SCREEN } as const;
  const trace = `${TABLES}/trace.csv`;
  const map = traceMap(readRows(TRACE, await Deno.readTextFile(trace), trace), options);
  await writePictures(`${out}/trace_map`, map, pictures);
  const heads = `${TABLES}/heads.csv`;
  const selectivity = selectivityMap(
    readRows(HEADS, await Deno.readTextFile(heads), heads),
    options,
  );
  await writePictures(`${out}/selectivity`, selectivity, pictures);
});

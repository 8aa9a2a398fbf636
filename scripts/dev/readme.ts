/**
 * Draws the figures of README and docs.
 *
 *     deno task dev readme
 *
 * The README's is of what ships with the kit: gamma and alpha of the embedded model in data/shapes/measured, and its circuit in
 * data/explore. The tables of the others are beside them in docs/figures: circuit_groups.csv is effect_groups.csv of
 * `deno task circuit --data shapes-pairs`, and score_groups.csv that of `deno task evaluate` with the same data, `--protocol standard`
 * and `--model shapes/tuned`.
 */

import { flagSet, textFlag } from "../../lib/cli/flags.ts";
import { fileURLToPath } from "node:url";
import { bars } from "../../lib/charts/bars.ts";
import { circuitPicture } from "../../lib/charts/circuit/picture.ts";
import type { PictureSide } from "../../lib/charts/circuit/sides.ts";
import type { Role } from "../../lib/data/align.ts";
import { readCsvRows, readRows } from "../../lib/tables/csv.ts";
import { understandingChart } from "../../lib/study/evaluate/chart.ts";
import { groupPoints } from "../../lib/study/evaluate/blocks.ts";
import { EFFECT_GROUPS, groupChart } from "../../lib/study/groups/group_estimates.ts";
import { type ChartSpec, SCREEN } from "../../lib/charts/spec.ts";
import { lockFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { kitPath } from "../../lib/files/kit_files.ts";
import { shortNumber } from "../../lib/charts/texts.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { runTask } from "../../lib/cli/task.ts";

const TABLES = fileURLToPath(new URL("../../docs/figures", import.meta.url));

const HELP = {
  name: "readme",
  command: "deno task dev readme",
  does: "draws the figures of README and docs from tables that are committed.",
  example: "--out results/figures",
  out: "docs/figures",
};

const OPTIONS = { sources: { model: [], data: [] } };

await runTask(HELP, flagSet("out"), async (values) => {
  const out = textFlag(values, "out") ?? TABLES;
  using _held = await lockFolder(out);
  const draw = async (picture: string, chart: ChartSpec) =>
    await writeWhole(`${out}/${picture}.svg`, await renderSvg(chart, { preset: SCREEN }));
  await draw("how_and_where", howAndWhere(await howWell(), await where()));
  await draw("circuit_groups", groupChart(await groups("circuit_groups"), OPTIONS));
  const scored = groupPoints(await groups("score_groups"));
  await draw("understanding", understandingChart(scored, OPTIONS));
});

async function groups(name: string) {
  const path = `${TABLES}/${name}.csv`;
  return readRows(EFFECT_GROUPS, await readText(path, MOST_BYTES.own), path);
}

/** How often the embedded model is right, and its gamma and alpha. */
async function howWell(): Promise<ChartSpec> {
  const folder = kitPath("data/shapes/measured");
  const path = `${folder}/blocks.csv`;
  const row = readCsvRows(await readText(path, MOST_BYTES.own), path)
    .find((row) => row.text("model") === "shapes")!;
  const accuracies = `${folder}/models.csv`;
  const sides = readCsvRows(await readText(accuracies, MOST_BYTES.own), accuracies)
    .filter((row) => row.text("model") === "shapes")
    .map((row) => ({ n: row.number("n")!, accuracy: row.number("accuracy")! }));
  const n = sides.reduce((sum, side) => sum + side.n, 0);
  const share = sides.reduce((sum, side) => sum + side.n * side.accuracy, 0) / n;
  const of = (name: string, column: string) => ({
    name,
    value: row.number(column)!,
    low: row.number(`${column}_low`)!,
    high: row.number(`${column}_high`)!,
  });
  return bars([
    of("understanding (gamma)", "gamma"),
    of("bias (alpha)", "alpha"),
  ], {
    ...OPTIONS,
    title: "How well",
    panels: (rows) => [{
      title: [
        `How well: the true sentence scores higher in ${shortNumber(share)}`,
        `of ${n} rows. In logits, over ${row.number("blocks")} blocks of pictures:`,
      ],
      rows,
    }],
    at: "name",
    value: { field: "value", low: "low", high: "high", title: "logits" },
  });
}

/** The circuit of the rows whose true sentence is negated. */
async function where(): Promise<ChartSpec> {
  const { circuit } = JSON.parse(
    await readText(kitPath("data/explore/circuit.json"), MOST_BYTES.own),
  ) as {
    readonly circuit: {
      readonly roles: readonly Role[];
      readonly sides: readonly (PictureSide & { readonly negation: string })[];
    };
  };
  const side = circuit.sides.find(({ negation }) => negation === "caption")!;
  const title = 'Where: the circuit of rows in which the sentence with "no" is true';
  const sizes = { layers: 6, heads: 4 };
  return circuitPicture([{ ...side, title }], {
    ...OPTIONS,
    ...{ ...sizes, roles: circuit.roles, title: "Where" },
  });
}

/** Both charts side by side. */
function howAndWhere(left: ChartSpec, right: ChartSpec): ChartSpec {
  const panelOf = (chart: ChartSpec) =>
    (chart as unknown as { readonly concat: [object] }).concat[0];
  return {
    ...right,
    title: 'How well and where the embedded CLIP processes "no"',
    description: `${left.description} ${right.description}`,
    concat: [{ ...panelOf(left), width: 230, height: { step: 56 } }, panelOf(right)],
  } as ChartSpec;
}

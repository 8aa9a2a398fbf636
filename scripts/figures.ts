/** Draws the figures of finished runs again for a venue, without computing anything. */

import { flagSet, type FlagValues, settingsOf, textFlag, valueWrong } from "../lib/cli/flags.ts";
import { drawFigures } from "../lib/runs/draw_figures.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "figures",
  operands: "[RUN…]",
  does: "draws every chart of finished runs (default: results/trace) again, for another venue.",
  example: "results/trace --venue icml --format pdf",
  out: "the run's own folder",
};

export const flags = {
  ...flagSet("format", "venue", "font", "out"),
  panels: {
    value: "LIST",
    help: "draws these panels alone, by parts of their titles, such as foil,correct",
  },
  overwrite: { help: "replaces files of these names that the run did not draw" },
  ...flagSet("quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  const runs = values.operands?.length ? values.operands : ["results/trace"];
  const out = textFlag(values, "out");
  const panels = textFlag(values, "panels")?.split(",").map((name) => name.trim());
  const { pictures, overwrite, say } = settingsOf(values, help);
  if (pictures.formats.length === 0) {
    throw valueWrong("--format", "none", "a list of svg, png, pdf");
  }
  if (out !== undefined && runs.length > 1) {
    throw valueWrong(
      "--out",
      out,
      "only one run with it, since figures of runs have the same names",
    );
  }
  for (const run of runs) {
    const drawn = await drawFigures(run, pictures, { ...(out && { out }), overwrite, panels });
    say(`Drawn for ${pictures.preset.name} in ${out ?? run}: ${drawn.join(", ")}`);
  }
}

if (import.meta.main) await runTask(help, flags, work);

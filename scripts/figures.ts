/**
 * Draws the figures of finished runs again for a venue, without computing anything.
 *
 *     deno task figures
 *     deno task figures results/vit-b-32 --venue icml-full --format pdf,png
 */

import { flagSet, settingsOf, textFlag, valueWrong } from "../lib/cli/flags.ts";
import { drawFigures } from "../lib/runs/draw_figures.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "figures",
  operands: "[RUN…]",
  does: "draws every chart of finished runs (default: results/trace) again, for another venue.",
  example: "deno task figures results/trace --venue icml --format pdf",
  out: "the run's own folder",
};

const FLAGS = {
  ...flagSet("format", "venue", "font", "out"),
  overwrite: { help: "replaces files of these names that the run did not draw" },
  ...flagSet("quiet"),
};

await runTask(HELP, FLAGS, async (values) => {
  const runs = values.operands?.length ? values.operands : ["results/trace"];
  const out = textFlag(values, "out");
  const { pictures, overwrite, say } = settingsOf(values, HELP);
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
    const drawn = await drawFigures(run, pictures, { ...(out && { out }), overwrite });
    say(`Drawn for ${pictures.preset.name} in ${out ?? run}: ${drawn.join(", ")}`);
  }
});

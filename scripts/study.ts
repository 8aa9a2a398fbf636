/** Runs a study file, models x data x experiments, in one folder: here, or job by job by a scheduler. */

import { say } from "../lib/show/terminal.ts";
import { resolve } from "node:path";
import {
  flagSet,
  type FlagValues,
  refuseTogether,
  RESULT_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { makeCard } from "../lib/composites/cards/make_card.ts";
import { writeCard } from "../lib/composites/cards/card_files.ts";
import { cellsOf, type Grid, type GridCell, jobsOf, STAGES } from "../lib/composites/grid/grid.ts";
import { readGrid } from "../lib/composites/grid/read_grid.ts";
import {
  checkStudyFolder,
  jobNamed,
  runGrid,
  runJob,
  sizeText,
} from "../lib/composites/grid/run_grid.ts";
import { runTask } from "../lib/cli/task.ts";
import { NegscopeError } from "../lib/errors/errors.ts";

export const help = {
  name: "study",
  operands: "FILE",
  needsOperands: true,
  does:
    "runs every experiment of a study file on every model and all data, each run in a folder, and writes one table and one report over all (docs/study.md). The same command goes on after an interruption.",
  example: "examples/study.json --out results/study",
};

export const flags = {
  ...flagSet("out"),
  "dry-run": { help: "says how many runs and jobs there are, and how many are finished" },
  jobs: { help: "lists the jobs for a scheduler: the stage and the name of each" },
  job: { value: "NAME", help: "does only this job" },
  card: { help: "writes a card of every atlas into cards/, see card and cards" },
  ...flagSet("overwrite", ...RESULT_FLAGS, "quiet"),
};

export async function work(values: FlagValues): Promise<void> {
  refuseTogether(values, ["jobs", "job", "dry-run", "card"]);
  const settings = settingsOf(values, help);
  const out = resolve(settings.out);
  const [file] = values.operands!;
  const grid = await readGrid(file!);
  const how = { ...settings, out };
  await checkStudyFolder(grid, how);
  const name = textFlag(values, "job");
  if (name !== undefined) return await runJob(grid, jobNamed(grid, name, out), how);
  if (values["dry-run"] === true) return say(await sizeText(grid, out));
  if (values["jobs"] !== true) {
    const atlases = values["card"] === true ? atlasesOf(grid) : [];
    await runGrid(grid, how);
    return await writeStudyCards(grid, atlases, how);
  }
  say(jobsOf(grid, out).map(({ kind, name }) => `${STAGES[kind]} ${name}`).join("\n"));
}

/** The atlases of a study; refused if there is none, before anything runs. */
function atlasesOf(grid: Grid): GridCell[] {
  const atlases = cellsOf(grid).filter(({ experiment: { task } }) => task === "atlas");
  if (atlases.length > 0) return atlases;
  throw new NegscopeError("usage-input-missing", {
    problem: "Cannot write cards of this study",
    reason: "it has no atlas, of which cards are made",
    fix: 'add "atlas": {} to its experiments',
  });
}

/** The card of each atlas; the scores on data called `controlled` are those on controlled pairs. */
async function writeStudyCards(
  grid: Grid,
  atlases: readonly GridCell[],
  { out, overwrite }: { readonly out: string; readonly overwrite: boolean },
): Promise<void> {
  const controlled = cellsOf(grid).filter(({ data, experiment: { task } }) =>
    data.name === "controlled" && task === "evaluate"
  );
  for (const { folder, model, seed } of atlases) {
    const other = controlled.find((cell) => cell.model === model && cell.seed === seed);
    const card = await makeCard(`${out}/${folder}`, {
      controlled: other && `${out}/${other.folder}`,
    });
    const name = folder.replaceAll("/", "_");
    const path = await writeCard(card, `${out}/cards`, { name, overwrite });
    say(`Card: ${path}`);
  }
}

if (import.meta.main) await runTask(help, flags, work);

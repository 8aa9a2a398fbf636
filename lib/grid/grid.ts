/** A study: models x data x experiments, each cell a run in one folder, and the jobs that a machine does for them. */

import { join } from "node:path";
import type { ChosenExperiment } from "../study/experiment/experiment.ts";
import type { Shard, StudyChoice } from "../study/choice/study_options.ts";

export interface GridModel {
  readonly name: string;
  readonly choice: StudyChoice & { readonly threads: number };
  readonly missing?: string; // its name on the Hub, if it is one that is not on this machine
}

export interface GridData {
  readonly name: string;
  readonly choice: StudyChoice;
}

export interface GridExperiment {
  readonly name: string;
  readonly task: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The experiment with these values; absent of the atlas, which runs several. */
  readonly chosen?: ChosenExperiment;
  readonly shards: number; // into how many shards its runs are cut; 1 if it cannot be cut
  readonly whole?: string; // why it is not cut into as many as the file says
}

/** Cells that are left out: those that have all of its names. */
export interface GridException {
  readonly model?: string;
  readonly data?: string;
  readonly experiment?: string;
}

export interface Grid {
  readonly path: string; // its path from the root
  readonly models: readonly GridModel[];
  readonly data: readonly GridData[];
  readonly experiments: readonly GridExperiment[];
  readonly seeds: readonly number[];
  readonly except: readonly GridException[];
}

export interface GridCell {
  readonly model: GridModel;
  readonly data: GridData;
  readonly experiment: GridExperiment;
  readonly seed: number;
  readonly folder: string; // its folder in that of the study
}

export function cellsOf({ models, data, experiments, seeds, except }: Grid): GridCell[] {
  const isLeftOut = (cell: Omit<GridCell, "folder" | "seed">) =>
    except.some((names) =>
      (["model", "data", "experiment"] as const).every((key) =>
        names[key] === undefined || names[key] === cell[key].name
      )
    );
  return models.flatMap((model) =>
    data.flatMap((data) =>
      experiments.filter((experiment) => !isLeftOut({ model, data, experiment }))
        .flatMap((experiment) =>
          seeds.map((seed): GridCell => {
            const folder = `${model.name}/${data.name}/${experiment.name}`;
            const own = seeds.length > 1 ? `${folder}/seed_${seed}` : folder;
            return { model, data, experiment, seed, folder: own };
          })
        )
    )
  );
}

/** Whether the rows of data have images, or embeddings of them, as far as the file says. */
export function hasImages({ choice: { data, images, imageEmbeddings } }: GridData): boolean {
  return data === undefined || images !== undefined || imageEmbeddings !== undefined;
}

export function choiceOf({ model, data }: GridCell): StudyChoice {
  return { ...data.choice, ...model.choice };
}

/** The kinds of jobs, in the order in which they run. */
const KINDS = ["download", "embed", "shard", "merge", "run", "report"] as const;

export type JobKind = typeof KINDS[number];

export interface GridJob {
  readonly name: string; // its name, which says its place in the study
  readonly kind: JobKind;
  readonly after: readonly string[]; // names of the jobs that must be done before it
  readonly folder: string;
  readonly model?: GridModel; // model, and the data unless it is a download; the report has neither
  readonly data?: GridData;
  readonly cell?: GridCell; // run that it is, or is a part of
  readonly shard?: Shard;
}

/** The folder of the embeddings that the jobs of a study share. */
export function cacheFolder(out: string): string {
  return join(out, "cache");
}

/** The jobs of a study in an order in which they can run: downloads, embeddings, shards, whole runs, the report. */
export function jobsOf(grid: Grid, out: string): GridJob[] {
  const cells = cellsOf(grid);
  const downloads = downloadsOf(cells);
  const downloadOf = ({ missing }: GridModel) =>
    downloads.filter(({ model }) => model!.missing === missing).map(({ name }) => name);
  const embeds = new Map<string, GridJob>();
  const runs: GridJob[] = [];
  const shards: GridJob[] = [];
  for (const cell of cells) {
    const { model, data, experiment, folder: name } = cell;
    const embed = `embed/${model.name}/${data.name}`;
    if (hasImages(data) && data.choice.imageEmbeddings === undefined) {
      const how = { after: downloadOf(model), folder: cacheFolder(out), model, data };
      embeds.set(embed, { name: embed, kind: "embed", ...how });
    }
    const after = embeds.has(embed) ? [embed] : downloadOf(model);
    const folder = join(out, name);
    const own = { model, data, cell };
    const n = experiment.shards;
    if (n === 1) {
      runs.push({ name, kind: "run", after, folder, ...own });
      continue;
    }
    const parts = Array.from({ length: n }, (_, i): GridJob => {
      const part = `${name}/${i + 1}_of_${n}`;
      const folder = join(out, "shards", part);
      return { name: part, kind: "shard", after, folder, ...own, shard: { k: i + 1, n } };
    });
    shards.push(...parts);
    runs.push({ name, kind: "merge", after: parts.map(({ name }) => name), folder, ...own });
  }
  const whole = runs.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const after = whole.map(({ name }) => name);
  const report: GridJob = { name: "report", kind: "report", after, folder: out };
  return [...downloads, ...embeds.values(), ...shards, ...whole, report];
}

function downloadsOf(cells: readonly GridCell[]): GridJob[] {
  const models = [...new Set(cells.map(({ model }) => model))];
  const missing = Map.groupBy(models.filter(({ missing }) => missing), ({ missing }) => missing);
  return [...missing.values()].map(([model]): GridJob => (
    { name: `download/${model!.name}`, kind: "download", after: [], folder: "", model: model! }
  ));
}

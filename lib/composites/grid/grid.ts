/** A study: models x data x experiments, each cell a run in one folder, and the jobs that a machine does for them. */

import { join } from "node:path";
import type { ChosenExperiment } from "../../study/experiment/experiment.ts";
import type { Shard, StudyChoice } from "../../study/choice/study_options.ts";

export interface GridModel {
  readonly name: string;
  readonly choice: StudyChoice & { readonly threads: number };
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

/** The kinds of jobs, with their stage: a job may start once all those of the stages before its own are done. */
export const STAGES = { embed: 1, shard: 2, run: 2, merge: 3, report: 4 } as const;

export interface GridJob {
  readonly name: string; // its name, which says its place in the study
  readonly kind: keyof typeof STAGES;
  readonly folder: string;
  readonly cell?: GridCell; // run that it is, or is a part of, or the first of those that it embeds for; the report has none
  readonly shard?: Shard;
}

/** The folder of the embeddings that the jobs of a study share. */
export function cacheFolder(out: string): string {
  return join(out, "cache");
}

/** The jobs of a study in the order of their stages. */
export function jobsOf(grid: Grid, out: string): GridJob[] {
  const jobs = new Map<string, GridJob>();
  for (const cell of cellsOf(grid)) {
    const { model, data, folder: name } = cell;
    const embed = `embed/${model.name}/${data.name}`;
    if (hasImages(data) && data.choice.imageEmbeddings === undefined) {
      jobs.getOrInsert(embed, { name: embed, kind: "embed", folder: cacheFolder(out), cell });
    }
    const shards = shardsOf(cell);
    for (const { name, shard } of shards) {
      const folder = join(out, "shards", name);
      jobs.set(name, { name, kind: "shard", folder, cell, shard });
    }
    const kind = shards.length === 0 ? "run" : "merge";
    jobs.set(name, { name, kind, folder: join(out, name), cell });
  }
  const sorted = [...jobs.values()].toSorted((a, b) => STAGES[a.kind] - STAGES[b.kind]);
  return [...sorted, { name: "report", kind: "report", folder: out }];
}

/** The shards of a run; none of one that is not cut. */
export function shardsOf({ experiment: { shards: n }, folder }: GridCell) {
  return Array.from({ length: n === 1 ? 0 : n }, (_, i) => (
    { name: `${folder}/${i + 1}_of_${n}`, shard: { k: i + 1, n } }
  ));
}

/** A study file: models x data x experiments, each cell a run in one folder. */

import type { StudyChoice } from "../study/choice/study_options.ts";

export interface GridModel {
  readonly name: string;
  readonly choice: StudyChoice & { readonly threads: number };
  /** Its name on the Hub, if it is one that is not on this machine. */
  readonly missing?: string;
}

export interface GridData {
  readonly name: string;
  readonly choice: StudyChoice;
}

export interface GridExperiment {
  readonly name: string;
  readonly task: string;
  /** The values of its options that are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Into how many shards its runs are cut; 1 if it cannot be cut. */
  readonly shards: number;
  /** Why it is not cut into as many as the file says. */
  readonly whole?: string;
}

/** Cells that are left out: those that have all of its names. */
export interface GridException {
  readonly model?: string;
  readonly data?: string;
  readonly experiment?: string;
}

export interface Grid {
  /** Its path from the root. */
  readonly path: string;
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
  /** Its folder in that of the study. */
  readonly folder: string;
}

/** The runs of a study: for each model and data, all experiments, each with all seeds. */
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

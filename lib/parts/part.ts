/** A list of runs that one command makes in one folder, each in a folder of its own. */

import type { Protocol } from "../data/pairs.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import type { StudyChoice, StudyOption } from "../study/choice/study_options.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";

/** The section of a report about a part. */
export interface PartHeading {
  /** The name of the part's folder. */
  readonly name: string;
  /** The heading. */
  readonly title: string;
  /** The question that the part answers. */
  readonly question: string;
}

/** A part of the results: one run. */
export interface Part extends PartHeading {
  /** The experiment. */
  readonly experiment: AnyExperiment;
  /** Values of the experiment's options that are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How the rows are read and aligned. */
  readonly protocol: Protocol;
  /** Files that this part reads and the others do not. @default {none} */
  readonly files?: Pick<StudyChoice, "subjectSizes">;
}

/** A part that did not run, and why. */
export interface PartLeftOut {
  /** The heading of its section. */
  readonly title: string;
  /** Why it did not run. */
  readonly reason: string;
  /** What would let it run. */
  readonly fix: string;
}

/** How the rows were read, which decides which parts there are. */
export interface RowsRead {
  /** Their format, such as `valse`. */
  readonly format: string;
  readonly protocol: Protocol;
}

/** A command that runs several parts. */
export interface PartsList {
  /** The command. */
  readonly command: string;
  /** The files that it writes beside the parts' folders. */
  readonly files: readonly string[];
  /** All parts that there may be, of which only the folders and the names of files count. */
  readonly all: readonly Part[];
  /** The folders of what is made beside the parts. */
  readonly further: readonly string[];
  /** The parts of rows, whether they can run or not. */
  partsOf(rows: RowsRead): readonly Part[];
}

/** The parts that run, and those that do not. */
export interface ChosenParts {
  /** The parts in the list's order. */
  readonly parts: readonly Part[];
  /** The others. */
  readonly leftOut: readonly PartLeftOut[];
}

/** Chooses the parts that can run: those of the image tower need one. */
export function partsThatRun(
  all: readonly Part[],
  { embeddings }: Pick<StudyInputs, "embeddings">,
  called: (option: StudyOption) => string = (option) => option,
): ChosenParts {
  const cannot = ({ experiment, options }: Part) =>
    embeddings !== undefined && towerOf(experiment, options) === "image";
  return {
    parts: all.filter((part) => !cannot(part)),
    leftOut: all.filter(cannot).map(({ title }) => ({
      title,
      reason: "image embeddings made elsewhere stand in for the image tower",
      fix: `give ${called("images")} without ${called("imageEmbeddings")}`,
    })),
  };
}

/** The folders that parts and what is made beside them may have. */
export function foldersOf({ all, further }: PartsList): readonly string[] {
  return [...all.map(({ name }) => name), ...further];
}

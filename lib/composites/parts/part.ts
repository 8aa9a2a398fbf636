/** A list of runs that one command makes in one folder, each in a folder within it. */

import { pictureEndings, type Pictures } from "../../draw/pictures.ts";
import type { Protocol } from "../../data/pairs.ts";
import { wrapText } from "../../tables/words.ts";
import type { ErrorCode } from "../../errors/errors.ts";
import type { KnownDigests } from "../../files/read_file.ts";
import type { OpeningOptions } from "../../opening/open_inputs.ts";
import type { RunIdentity } from "../../runs/identity.ts";
import type { RunSettings } from "../../runs/run_experiment.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyChoice, StudyOption } from "../../study/choice/study_options.ts";
import {
  type AnyExperiment,
  type RunsTower,
  withOptions,
} from "../../study/experiment/experiment.ts";

export interface PartHeading {
  readonly name: string;
  readonly title: string;
  readonly question: string;
}

export interface Part extends PartHeading {
  readonly experiment: AnyExperiment;
  /** Values of the experiment's options that are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly runs: RunsTower; // tower that it runs
  readonly protocol: Protocol;
  /** The codes of errors by which the model or the rows have nothing for this part, which is then left out. @default {none} */
  readonly leftOutOn?: readonly ErrorCode[];
  /** About how long it takes, in any unit: of those that run side by side, the longest begin first. @default {1} */
  readonly cost?: number;
  /** Files that only this part reads. @default {none} */
  readonly files?: Pick<StudyChoice, "subjectSizes">;
}

/** A part with the defaults of its experiment, in a folder of its name. */
export function part(
  experiment: AnyExperiment,
  title: string,
  question: string,
  { options = {}, ...more }: Partial<Omit<Part, "experiment" | "title" | "question" | "runs">> = {},
): Part {
  const { runs } = withOptions(experiment, options);
  const { name } = experiment;
  return { name, title, question, experiment, options, runs, protocol: "rephrased", ...more };
}

export interface PartLeftOut {
  readonly title: string;
  readonly reason: string;
  readonly fix: string;
}

/** What a summary says of parts that did not run. */
export function leftOutLines(leftOut: readonly PartLeftOut[]): string[] {
  return leftOut.map(({ title, reason, fix }) =>
    wrapText(`Not run: ${title}, since ${reason}; ${fix}`)
  );
}

/** How the rows were read, which decides which parts there are. */
export interface RowsRead {
  readonly format: string; // their format, such as `valse`
  readonly protocol: Protocol;
}

export interface PartsList {
  readonly command: string;
  /** The files that it writes beside the parts' folders, without its charts. */
  readonly files: readonly string[];
  readonly charts?: readonly string[]; // names of its charts; default: none
  /** All parts that there may be, of which only the folders and the names of files count. */
  readonly all: readonly Part[];
  readonly further: readonly string[]; // folders of what is made beside the parts
  partsOf(rows: RowsRead): readonly Part[]; // parts of rows, whether they can run or not
}

export interface ChosenParts {
  readonly parts: readonly Part[];
  readonly leftOut: readonly PartLeftOut[];
}

/** How a folder of parts is made. */
export interface PartsSettings
  extends Pick<RunSettings, "say" | "bar">, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder; each part has one of its own in it. */
  readonly out: string;
  /** The seed of the draws for intervals and tests. @default {0} */
  readonly seed?: number;
  /** Pictures of the charts. @default {SVG for the screen} */
  readonly pictures?: Pictures;
  /** Whether to remove what earlier runs have written into the folder, and start over. @default {false} */
  readonly overwrite?: boolean;
  /**
   * The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false` or `"none"`, and then each protocol
   * embeds all images.
   * @default {none}
   */
  readonly cache?: string | boolean | undefined;
}

export interface PartRuns extends PartsSettings {
  readonly seed: number;
  readonly pictures: Pictures;
  readonly digests: KnownDigests; // checksums of the files, which are read once for all parts
  /** What all parts are made of; each checks that it is the same. */
  readonly inputs: Pick<RunIdentity, "options" | "sources">;
  readonly isResumed: boolean; // whether the folder holds parts of these results from before
  /** How many parts of the text tower run side by side, each in a thread of its own. @default {1} */
  readonly sideBySide?: number;
}

/** Chooses the parts that can run: those of the image tower need one. */
export function partsThatRun(
  list: PartsList,
  inputs: StudyInputs,
  called: (option: StudyOption) => string = (option) => option,
): ChosenParts {
  const { data: { format }, protocol, embeddings } = inputs;
  const withoutTower = {
    reason: "image embeddings made elsewhere stand in for the image tower",
    fix: `give ${called("images")} without ${called("imageEmbeddings")}`,
  };
  const all = list.partsOf({ format, protocol });
  const isLeftOut = ({ runs }: Part) => embeddings !== undefined && runs === "image";
  return {
    parts: all.filter((part) => !isLeftOut(part)),
    leftOut: all.filter(isLeftOut).map(({ title }) => ({ title, ...withoutTower })),
  };
}

export function foldersOf({ all, further }: PartsList): readonly string[] {
  return [...all.map(({ name }) => name), ...further];
}

/** The files that a command writes beside the parts' folders. */
export function filesOf({ files, charts = [] }: PartsList, pictures: Pictures): readonly string[] {
  const endings = ["vl.json", ...pictureEndings(pictures)];
  return [...files, ...charts.flatMap((name) => endings.map((ending) => `${name}.${ending}`))];
}

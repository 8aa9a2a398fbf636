/** The result of an experiment with `save`: the result of lib/study, which knows no folders, and the writing of one. */

import { SCREEN, VENUES } from "../../charts/spec.ts";
import { pictureEndings, type PictureFormat, type Pictures } from "../../draw/pictures.ts";
import { NegscopeError } from "../../errors.ts";
import { freeText } from "../../options/option.ts";
import { checkedValue, checkNames } from "../../options/values.ts";
import type { AnyExperiment, MeasuredRow } from "../../study/experiment/experiment.ts";
import { outcomeFiles } from "../../study/experiment/outcome.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { Result as MeasuredResult } from "../../study/result.ts";
import { drawMissing } from "../finished.ts";
import { RunFolder } from "../folder/run_folder.ts";
import { PICTURE_OPTIONS } from "../picture_options.ts";
import { runFiles } from "../run_files.ts";
import { describeStudy, identityOf } from "../run_identity.ts";
import { manifestOf } from "../folder/write_results.ts";
import { type RunOutput, writeRun } from "../write_run.ts";

/** Options for writing a result. */
export interface SaveOptions {
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Formats of the pictures. @default {["svg"]} */
  readonly formats?: readonly PictureFormat[];
  /** What the pictures are drawn for. @default {SCREEN} */
  readonly venue?: Pictures["preset"] | string;
  /** The file of a TrueType or OpenType font for the pictures. @default {DejaVu Sans} */
  readonly font?: string;
}

/** The result of an experiment in a study of files. */
export class Result<Own extends AnyExperiment = AnyExperiment> extends MeasuredResult<Own> {
  /**
   * Makes the tables, charts and findings of some of the rows; nothing is measured again.
   *
   * @param isChosen Whether to use a row.
   */
  override async only(isChosen: (row: MeasuredRow<unknown>) => boolean): Promise<Result<Own>> {
    return new Result(this.experiment, (await super.only(isChosen)).parts);
  }

  /**
   * Writes the folder that the task would write with the same options.
   *
   * @param out The folder.
   * @param how The pictures, and whether to discard the folder's files first.
   * @returns The names of the written files: if the folder already holds this run, finished, those of pictures that it lacked.
   * @throws {NegscopeError} If this is a result of only some of the rows, or the folder holds another run or cannot be written
   * to.
   */
  async save(
    out: string,
    how: SaveOptions = {},
  ): Promise<readonly string[]> {
    checkNames(how, ["overwrite", "formats", "venue", "font"]);
    checkedValue("out", out, FOLDER);
    const { overwrite = false } = how;
    const pictures = picturesOf(how);
    const { rows, study, parts: { chosen, engines } } = this;
    const { seed, inputs, pairs } = study;
    if (rows.length < pairs.length) {
      throw new NegscopeError("result-of-some-rows", {
        problem: `Cannot save ${rows.length} of ${pairs.length} rows in "${out}"`,
        reason: "a run's folder holds all rows of its data",
        fix: "save the whole result, or open a study of a file with these rows",
      });
    }
    const identity = identityOf(chosen, { inputs, sources: this.sources, seed });
    const files = runFiles(outcomeFiles(chosen, { scored: study.hasImages }), {
      endings: pictureEndings(pictures),
      sharded: inputs.choice.shard !== undefined,
    });
    using folder = await RunFolder.open(out, identity, { files, overwrite });
    if (folder === undefined) return await drawMissing(out, pictures); // this run is there, finished
    const output: RunOutput = {
      chosen,
      folder,
      identity,
      pictures,
      seed,
      engines,
      stopwatch: new Stopwatch(),
      embeddings: study.embeddings.origins,
      ...describeStudy(study),
    };
    await folder.begin(manifestOf(output, files), { overwrite });
    await writeRun(output, rows);
    return folder.files;
  }
}

const FOLDER = freeText({ placeholder: "FOLDER", help: "" });

/** The formats and the style of the pictures, checked; a venue is a preset itself, or its name as for `--venue`. */
function picturesOf({ formats = ["svg"], venue = SCREEN, font }: SaveOptions): Pictures {
  const chosen = formats.length === 0 // the flag has `none` for this
    ? []
    : checkedValue("formats", formats, PICTURE_OPTIONS.format);
  const preset = typeof venue === "object" && "width" in venue
    ? venue
    : VENUES.get(checkedValue("venue", venue as unknown, PICTURE_OPTIONS.venue))!;
  return { formats: chosen, preset: font === undefined ? preset : { ...preset, font } };
}

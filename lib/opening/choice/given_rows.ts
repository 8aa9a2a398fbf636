/** The rows that a choice gives: those of a file, or rows made by a script. */

import type { BadRow } from "../../data/bad_rows.ts";
import type { DataRows, ReadRows } from "../../data/formats/format.ts";
import { checkPairs } from "../../data/formats/lists.ts";
import type { Pair, Protocol } from "../../data/pairs.ts";
import { type DataFile, readRows } from "../../data/read.ts";
import { SHAPES } from "../data/shapes.ts";
import { onDisk } from "../../files/disk.ts";
import { fetchKitFiles } from "../../files/kit_files.ts";
import { wrongValue } from "../../errors.ts";
import { MADE_ROWS } from "../../study/choice/inputs.ts";
import { sha256Text } from "../../reading/sha256.ts";
import {
  EMBEDDED_PAIRS,
  EMBEDDED_SENTENCES,
  type StudyChoice,
} from "../../study/choice/study_options.ts";
import { readSubjectSizes, withSubjectSizes } from "../../data/subject_sizes.ts";
import type { FileDigest } from "../../reading/path.ts";

export interface GivenData {
  readonly source: string | undefined;
  /** The file that is read, the model's own or the embedded one if nothing was given; {@linkcode MADE_ROWS} of rows made by a script. */
  readonly name: string;
  /** The images that belong to named data. @default {none are known} */
  readonly images?: string;
}

export function givenData(
  { data, pairs }: Pick<StudyChoice, "data" | "pairs">,
  own: string = SHAPES.data,
): GivenData {
  if (pairs === undefined) {
    if (data === EMBEDDED_PAIRS) return { source: data, name: SHAPES.pairs, images: SHAPES.images };
    const name = data === EMBEDDED_SENTENCES ? SHAPES.sentences : data ?? own;
    return { source: data, name };
  }
  if (data !== undefined) {
    throw wrongValue("use data", data, "no file beside pairs", { code: "usage-value-wrong" });
  }
  return { source: MADE_ROWS, name: MADE_ROWS };
}

/** How given rows are read: how the sentences of a pair are aligned, and whether they must be. */
type GivenRowsOptions = { readonly protocol: Protocol; readonly aligned: boolean };

/** Reads the rows of a file, or checks those made by a script in the same way. */
export async function readGiven(
  given: readonly Pair[] | string,
  options: GivenRowsOptions,
): Promise<DataFile & ReadRows> {
  return typeof given === "string"
    ? await readRows(onDisk(await fetchKitFiles(given)), options)
    : madeRows(given, options);
}

function madeRows(given: readonly Pair[], options: GivenRowsOptions): DataFile & ReadRows {
  const rows = checkPairs(given, { source: MADE_ROWS, ...options });
  const { pairs, bad } = rows;
  const described = (row: BadRow) => [row.where, ...row.problems.map(({ reason }) => reason)];
  const content = bad.length === 0 ? pairs : { pairs, bad: bad.map(described) };
  return {
    ...rows,
    format: MADE_ROWS,
    textOnly: false,
    sha256: sha256Text(JSON.stringify(content)),
  };
}

/** What the file is called among the sources of a run, wherever it is. */
export const SIZES_SOURCE = "subject sizes";

/** Joins the rows of the data with the sizes of a file, of which the checksum is given; without a file the data's own are used. */
export async function sizedData<Data extends DataRows>(
  data: Data,
  path: string | undefined,
): Promise<{ readonly data: Data; readonly subjectSizes?: FileDigest }> {
  if (path === undefined) return { data };
  const given = await readSubjectSizes(onDisk(path));
  const subjectSizes = { file: SIZES_SOURCE, sha256: given.sha256 };
  return { data: { ...data, pairs: withSubjectSizes(data, given) }, subjectSizes };
}

/** The sizes of subjects from a file that a study's options choose. */

import { readSubjectSizes, withSubjectSizes } from "../../data/subject_sizes.ts";
import { onDisk } from "../../files/disk.ts";
import type { DataRows } from "../../data/formats/format.ts";
import type { FileDigest } from "../../reading/sources.ts";

/** What the file is called among the sources of a run, wherever it is. */
export const SIZES_SOURCE = "subject sizes";

/** The rows of a study's data, and where the sizes of their subjects come from. */
export interface SizedData<Data extends DataRows> {
  readonly data: Data;
  /** The checksum of the file with the sizes; absent if the data's own are used. */
  readonly subjectSizes?: FileDigest;
}

/** Joins the rows of the data with the sizes of a file. */
export async function sizedData<Data extends DataRows>(
  data: Data,
  path: string | undefined,
): Promise<SizedData<Data>> {
  if (path === undefined) return { data };
  const given = await readSubjectSizes(onDisk(path));
  const subjectSizes = { file: SIZES_SOURCE, sha256: given.sha256 };
  return { data: { ...data, pairs: withSubjectSizes(data, given) }, subjectSizes };
}

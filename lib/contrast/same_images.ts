/** Whether runs read the same image files: rows with other pictures under the same names are other rows. */

import type { RunRecord } from "../files/manifest.ts";
import { IMAGES } from "../opening/model_files.ts";

/** The one checksum of all images of a run. Undefined if it read none. */
export function imagesOf({ sources }: Pick<RunRecord, "sources">): string | undefined {
  return sources.data.find(({ file }) => file === IMAGES)?.sha256;
}

/** Why runs whose rows have the same text are not on the same rows, and what is needed. */
export const OTHER_IMAGES = {
  reason:
    "their images are other files under the same names (how many is not known: a run records one checksum of all its images)",
  expected: "runs on the same files: run one of them again with the other's --images",
} as const;

/** Whether two runs read images, and not the same. */
export function haveOtherImages(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

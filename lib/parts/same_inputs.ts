/** That all parts of a folder are made of the same files, though each reads them anew. */

import { NegscopeError } from "../errors.ts";
import { IMAGES } from "../opening/choice/checksums.ts";
import type { RunIdentity } from "../runs/identity.ts";

type Inputs = Pick<RunIdentity, "options" | "sources">;

/** The digests of a folder's inputs, taken once, with which those of each part are compared. */
export class SameInputs {
  readonly #known: Map<string, string>;

  constructor(whole: Inputs) {
    this.#known = digestsOf(whole);
  }

  /** Refuses a part of which an input is not the folder's, nor that of an earlier part. */
  check(name: string, part: Inputs): void {
    for (const [input, sha256] of digestsOf(part)) {
      if (this.#known.getOrInsert(input, sha256) === sha256) continue;
      throw new NegscopeError("file-changed", {
        problem: `Cannot use part "${name}" with the others`,
        subject: name,
        reason: `its ${input} is not the one that the others have`,
        fix: "restore it and run the same command again, or begin anew (--overwrite)",
      });
    }
  }
}

/** The digest of each input by what it is; the protocol decides which images there are. */
function digestsOf(
  { options: { protocol }, sources: { model, data } }: Inputs,
): Map<string, string> {
  return new Map([
    ["number of model files", `${model.length}`],
    ...model.map(({ file, sha256 }, i) =>
      [file === "edit" ? file : `model file ${i + 1} "${file}"`, sha256] as const
    ),
    ...data.map(({ file, sha256 }) =>
      [file === IMAGES ? `set of images (${protocol})` : `data file "${file}"`, sha256] as const
    ),
  ]);
}

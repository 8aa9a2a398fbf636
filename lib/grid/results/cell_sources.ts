/** The files that the study file gives a run now, by their checksums. */

import { checksumsWith } from "../../opening/other_model.ts";
import { openInputs } from "../../opening/choice/open_inputs.ts";
import type { Manifest } from "../../files/manifest.ts";
import { KnownDigests } from "../../files/sha256.ts";
import { needsAlignment, readsOf } from "../../study/experiment/by_options.ts";
import { experimentOf } from "../file/keys.ts";
import { choiceOf, type GridCell } from "../grid.ts";

/** Checksums of the cells of a study; each file is read once. */
export class CellSources {
  readonly #digests = new KnownDigests();
  readonly #known = new Map<string, Promise<Manifest["sources"]>>();

  /** The sources that a run of a cell would record. */
  of(cell: GridCell): Promise<Manifest["sources"]> {
    const { model, data, experiment: { task, options }, seed } = cell;
    const experiment = experimentOf(task);
    const isAtlas = experiment === undefined;
    const imagesAre = isAtlas || readsOf(experiment, options) === "text and images"
      ? "needed" as const
      : "used" as const;
    const aligned = isAtlas || needsAlignment(experiment, options);
    const drawnBy = data.choice.limit === undefined ? 0 : seed;
    const other = experiment?.otherModel?.(options);
    const place = [model.name, data.name, imagesAre, aligned, drawnBy, isAtlas];
    const key = JSON.stringify([other, ...place]);
    return this.#known.getOrInsertComputed(key, async () => {
      const inputs = await openInputs(choiceOf(cell), { imagesAre, aligned, seed });
      const { sources } = await checksumsWith(other, inputs, this.#digests);
      if (!isAtlas) return sources;
      const { subjectSizes } = inputs; // which one part alone reads
      return { ...sources, data: sources.data.filter((file) => file !== subjectSizes) };
    });
  }
}

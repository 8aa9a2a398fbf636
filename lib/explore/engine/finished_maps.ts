/** An engine that computes nothing: it has the maps of a finished run, for a model too large for a page. */

import { NegscopeError, unknownName } from "../../errors.ts";
import type { About, Explorer, Grid, Measured, Scene } from "../protocol.ts";

/** What a page without a model has of each row. */
export interface FinishedMaps {
  readonly about: About;
  readonly pictures: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, FinishedRow>>;
}

export interface FinishedRow {
  readonly measured: Measured;
  readonly map: Grid;
}

export function finishedMaps(
  { about, pictures, rows }: FinishedMaps,
  read: (file: string) => Promise<Blob>,
): Explorer {
  const rowOf = ({ row, caption, foil, picture }: Scene, changes: readonly unknown[]) => {
    const known = about.rows.find((own) => own.row === row);
    const isKnown = known?.caption === caption && known.foil === foil && known.picture === picture;
    if (!isKnown || changes.length > 0) throw notLive(about);
    return rows[known.row]!;
  };
  const refuse = () => Promise.reject(notLive(about));
  return {
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const file = Object.hasOwn(pictures, name) ? pictures[name] : undefined;
      if (file !== undefined) return await read(file);
      throw unknownName({ doing: "find picture", name, known: Object.keys(pictures) });
    },
    measure: (scene, changes) => Promise.try(() => rowOf(scene, changes).measured),
    map: (scene, changes) => Promise.try(() => rowOf(scene, changes).map),
    ...{ addPicture: refuse, attention: refuse, direct: refuse },
    ...{ knockouts: refuse, ranking: refuse, script: refuse },
  };
}

function notLive({ model }: About): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: "Cannot compute on this page",
    subject: model,
    reason: `${model} is too large for a page, which shows maps of a finished run instead`,
    fix: "give deno task explore the model, and open the page that it names",
  });
}

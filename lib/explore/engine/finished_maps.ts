/** An engine that computes nothing: it has what a finished run measured, of a model that is too large for a page. */

import { NegscopeError, unknownName } from "../../errors.ts";
import type { About, Explorer, Measured, Scene, Scores } from "../protocol.ts";

/** What a page without a model has. */
export interface FinishedMaps {
  readonly about: About;
  readonly pictures: Readonly<Record<string, string>>;
  /** By the row's id. */
  readonly scores: Readonly<Record<string, Scores>>;
}

export function finishedMaps(
  { about, pictures, scores }: FinishedMaps,
  read: (file: string) => Promise<Blob>,
): Explorer {
  const measure = (
    { row, caption, foil, picture }: Scene,
    changes: readonly unknown[],
  ): Promise<Measured> => {
    const known = about.rows.find((own) => own.row === row);
    const isKnown = known?.caption === caption && known.foil === foil && known.picture === picture;
    if (!isKnown || changes.length > 0) return refuse();
    const before = scores[known.row]!;
    const [first, second] = [caption, foil].map((sentence) =>
      sentence.split(" ").map((text) => ({ text }))
    );
    const tokens = { caption: first!, foil: second! };
    return Promise.resolve({ tokens, negated: known.negated, before, after: before });
  };
  const refuse = () => Promise.reject(notLive(about));
  return {
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const file = Object.hasOwn(pictures, name) ? pictures[name] : undefined;
      if (file !== undefined) return await read(file);
      throw unknownName({ doing: "find picture", name, known: Object.keys(pictures) });
    },
    measure,
    ...{ map: refuse, addPicture: refuse, attention: refuse, direct: refuse },
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

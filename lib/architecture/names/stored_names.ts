/** Canonical names as the file has them, for messages: a user looks for an array by the name that is in the file. */

import { HUGGING_FACE } from "./hugging_face.ts";
import type { NamedArrays, Origin } from "./named_arrays.ts";
import { OPENAI } from "./openai.ts";

/** An array of the file, with the shape of one that it holds. */
export interface InFile {
  readonly name: string;
  /** The shape of the array of the file in which the other has a given shape. */
  readonly shapeOf: (shape: readonly number[]) => readonly number[];
}

/** The array of a file that holds the one of a canonical name; or, if there is none, the one that the convention of its names calls for. */
export function inFile(
  named: Pick<NamedArrays, "origins" | "naming" | "prefix" | "textPrefix">,
  canonical: string,
): InFile {
  const { stored, kind } = named.origins.get(canonical) ?? called(named, canonical);
  return {
    name: stored,
    shapeOf: (shape) => {
      if (kind === "transposed") return shape.toReversed();
      const [first = 0, ...others] = shape;
      return kind === "fused" ? [3 * first, ...others] : shape;
    },
  };
}

function called(
  { naming, prefix, textPrefix }: Pick<NamedArrays, "naming" | "prefix" | "textPrefix">,
  canonical: string,
): Origin {
  const { name, kind } = (naming === "OpenAI" ? OPENAI : HUGGING_FACE).storedAs(canonical);
  return { stored: `${/^text_/.test(canonical) ? textPrefix : prefix}${name}`, kind };
}

/** What a static page's engine finds beside it. */

import type { Pair, Protocol } from "../../data/pairs.ts";
import type { FormChoice } from "../../model/forms/model_form.ts";
import type { Opening } from "../engine/script.ts";
import type { About } from "../protocol.ts";

export interface SiteData {
  readonly about: About;
  readonly pairs: readonly Pair[];
  readonly protocol: Protocol;
  /** The file of each picture, in the order of the embeddings in `pictures.f32`. */
  readonly pictures: readonly (readonly [name: string, file: string])[];
  /** The files that each tower is loaded from, from the folder `model` on. */
  readonly model: Readonly<Record<"text" | "image", readonly string[]>> & {
    readonly form: FormChoice;
  };
  readonly opening: Opening;
}

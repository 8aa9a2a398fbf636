/** What the score reads of vectors of the text tower's residual stream: a logit lens, and an exact split of the score. */

import type { ResidualStack } from "../../engine/graph/residual_stack.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { ClipModel } from "../../model/clip_model.ts";
import { innerProduct } from "../../stats/columns.ts";
import type { Table } from "../../tables/table.ts";
import {
  type EndWeights,
  readEnd,
  sentenceEnd,
  throughProjection,
  unscaledScore,
} from "./readout.ts";

/** What is read, and where. */
export interface LensOptions {
  /** A direction of embeddings, [projection], taken as it is: an image's embedding for S, or the difference of two. */
  readonly direction: ArrayLike<number>;
  /** The position that becomes the embedding. */
  readonly position: number;
}

/** A component of the residual stream with its logits. */
export interface ComponentLogit {
  /** The component's label; `bias` is what the final norm and the projection add whatever the sentence. */
  readonly component: string;
  /** In logits, as S. */
  readonly logit: number;
}

/** A model's final layer norm, projection and logit scale, as a lens on the residual stream. */
export class ResidualLens {
  readonly #weights: EndWeights;

  private constructor(weights: EndWeights) {
    this.#weights = weights;
  }

  /**
   * Reads the weights after the last block.
   *
   * @param model A model or a study.
   * @throws {NegscopeError} If the graph does not store one of the weights separately, or the family's score is no multiple of the cosine.
   */
  static async open({ text, config }: Pick<ClipModel, "text" | "config">): Promise<ResidualLens> {
    return new ResidualLens(await readEnd(text, config.text.layerNormEps));
  }

  /**
   * The score of each vector as if the tower ended there: each passes the final norm by its own scale, and its embedding has length 1.
   * The logit lens.
   *
   * @param stack Such as `accumulatedResidual()` gives; its last entry after the last block has the model's own score.
   * @param options The direction and the position.
   * @throws {NegscopeError} If there is no such position.
   */
  logitLens(stack: ResidualStack, { direction, position }: LensOptions): Table<ComponentLogit> {
    const read = this.#reads(direction);
    const rows = stack.labels.map((component, i) => {
      const end = sentenceEnd(this.#weights, stack.values.row(i).row(position).data);
      return { component, logit: end.perPart * unscaledScore(end, read) };
    });
    return { name: "logit_lens", columns: ["component", "logit"], rows };
  }

  /**
   * What each component adds directly to the score, with the final norm's scale and the embedding's length frozen at those of the run:
   * `logit_attrs` of TransformerLens. With the components of the whole stream and `bias` the logits add up to the score; those of the
   * caption less those of the foil, to d.
   *
   * @param stack Such as `decomposeResidual()` or `stackHeadResults()` gives for the stream after the last block.
   * @param options The direction, the position, and `end`, the residual stream after the last block, [position, width].
   * @throws {NegscopeError} If there is no such position.
   */
  directLogitAttribution(
    stack: ResidualStack,
    { direction, position, end }: LensOptions & { readonly end: Tensor },
  ): Table<ComponentLogit> {
    const read = this.#reads(direction);
    const { perPart, sigma } = sentenceEnd(this.#weights, end.row(position).data);
    const rows = stack.labels.map((component, i) => {
      const vector = stack.values.row(i).row(position).data;
      return { component, logit: perPart * innerProduct(vector, read.direction) };
    });
    const bias = { component: "bias", logit: perPart * sigma * read.constant };
    return {
      name: "direct_logit_attribution",
      columns: ["component", "logit"],
      rows: [...rows, bias],
    };
  }

  /** What a direction of embeddings reads of the stream at the end token: a direction with mean 0, so that the norm need not centre vectors. */
  #reads(direction: ArrayLike<number>) {
    const embedding = Float64Array.from(direction);
    const [atEnd] = throughProjection(this.#weights, [embedding]);
    return { direction: atEnd!, constant: innerProduct(this.#weights.constant, embedding) };
  }
}

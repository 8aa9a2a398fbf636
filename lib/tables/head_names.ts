/** The names of attention heads in tables and summaries, and how they are named elsewhere. */

import { wrapText } from "./wrap_text.ts";

/** A head. */
export interface NamedHead {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
}

/**
 * A head's name, `layer.head`, both from 1 as in the paper.
 *
 * @param head The head.
 */
export function headName({ layer, head }: NamedHead): string {
  return `${layer}.${head}`;
}

/**
 * A note for the foot of a table with heads: how they are counted here, in hook names and in TransformerLens.
 *
 * @param example A head of the table.
 */
export function headNote(example: NamedHead): string {
  const [block, head] = [example.layer - 1, example.head - 1];
  const text = `Layers and heads count from 1 here: ${
    headName(example)
  } is blocks.${block}, head ${head} in hook names and L${block}H${head} in TransformerLens.`;
  return `${wrapText(text)}\n`;
}

/** The names of attention heads in tables and summaries, and how they are named elsewhere. */

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
 * What a head of a table is called where heads count from 0: in TransformerLens, and by its hook point.
 *
 * @param example A head of the table.
 */
export function headNote({ layer, head }: NamedHead): string {
  const [block, index] = [layer - 1, head - 1];
  return `Heads count from 1: ${
    headName({ layer, head })
  } is L${block}H${index} in TransformerLens, blocks.${block} head ${index}`;
}

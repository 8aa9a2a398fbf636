/** The sizes of a model and its towers. */

/** The settings that both towers have. */
export interface TowerConfig {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of one head's query, key or value: width / heads. */
  readonly headWidth: number;
  /** Size of the MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of an embedding, the same for both towers. */
  readonly projection: number;
  /** The MLP's activation: `quick_gelu` for OpenAI's weights, `gelu` for some others, `gelu_pytorch_tanh` for SigLIP. */
  readonly hiddenAct: string;
  /** Added to the variance in every layer norm. */
  readonly layerNormEps: number;
}

/** The text tower. */
export interface TextConfig extends TowerConfig {
  /** Number of token embeddings. */
  readonly vocabSize: number;
  /** Largest number of tokens of a sentence, start and end included. */
  readonly maxPositions: number;
  /**
   * The token at whose first position the embedding is read; 2, in older files, stands for the largest id. Absent in families that read
   * it elsewhere.
   */
  readonly eosTokenId?: number;
}

/** The image tower. */
export interface VisionConfig extends TowerConfig {
  /** Height and width of its input, pixels. */
  readonly imageSize: number;
  /** Height and width of a patch, pixels. */
  readonly patchSize: number;
  /** Colour channels of its input; always 3. */
  readonly channels: number;
}

/** The sizes of a model with two towers. */
export interface ClipConfig {
  /** Size of an embedding. */
  readonly projection: number;
  /** The text tower. */
  readonly text: TextConfig;
  /** The image tower; absent if the kit cannot build it. */
  readonly vision?: VisionConfig;
}

/** The text tower: sentences in, embeddings and activations out. */

import { visibleText } from "../../errors.ts";
import { idsInput } from "../../engine/run/ids_input.ts";
import { checkRunList, isText } from "../../engine/run/run_lists.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import {
  type RunBatch,
  runHooked,
  type RunOptions,
  type RunResult,
} from "../../engine/run/hooked_run.ts";
import type { ModelFamily } from "../families.ts";
import { type OwnPositions, SentenceReader } from "./sentence_reader.ts";
import type { SentenceTokenizer } from "./tokenizers/sentence_tokenizer.ts";
import type { Tower } from "../../engine/tower.ts";
import type { Weights } from "../../engine/weights/weights.ts";

/** The most tokens in one batch: enough to reach the full multiply rate without taking much memory. */
const TOKENS_PER_BATCH = 2048;

/** The text tower with its tokeniser. */
export class TextTower {
  /** The underlying tower, for experiments that need more than runs of sentences. */
  readonly tower: Tower;
  /** The family of the model: whether attention is causal, where the embedding is read, how sentences are scored. */
  readonly family: ModelFamily;
  /** Sentences as token ids, without running the model. */
  readonly sentences: SentenceReader;

  /** Made by `Clip.load`. */
  constructor(tower: Tower, tokenizer: SentenceTokenizer, family: ModelFamily) {
    this.tower = tower;
    this.family = family;
    this.sentences = new SentenceReader(tokenizer, family);
  }

  /** All hook points in the order of computation. */
  get hooks(): readonly string[] {
    return this.tower.hooks;
  }

  /** The weights by name, e.g. `blocks.0.attn.W_Q`, read on request. */
  get weights(): Weights {
    return this.tower.weights;
  }

  /** Token ids of a sentence, start and end token included, cut to the model's limit, and padded if the family pads sentences. */
  encode(sentence: string): number[] {
    return this.sentences.encode(sentence);
  }

  /** The tokens of a sentence as text, without end-of-word marks. */
  tokens(sentence: string): string[] {
    return this.sentences.tokens(sentence);
  }

  /**
   * Where a sentence's own tokens are among its token ids.
   *
   * @param sentence Any text.
   */
  ownTokens(sentence: string): OwnPositions {
    return this.sentences.ownTokens(sentence);
  }

  /**
   * The position whose residual stream becomes the embedding; in CLIP that of the first end token.
   *
   * @param ids A sentence's token ids, as `encode` returns them.
   */
  pooledPosition(ids: readonly number[]): number {
    return this.sentences.pooledPosition(ids);
  }

  /**
   * Refuses a sentence of which the model would read only the beginning; see {@linkcode SentenceReader.checkLength}.
   *
   * @param sentence Any text.
   * @param names What cannot be used, and what the sentence is called, for the message. @default {the sentence itself}
   * @throws {NegscopeError} If it has more tokens than the model has positions.
   */
  checkLength(sentence: string, names?: Parameters<SentenceReader["checkLength"]>[1]): void {
    this.sentences.checkLength(sentence, names);
  }

  /**
   * Embeds sentences. Sentences of one length run together, and none is padded to another's length, so that no row depends on another.
   *
   * @param sentences Any number of sentences.
   * @param options Changes to activations.
   * @returns One unit-length embedding per sentence, [batch, projection].
   * @throws {NegscopeError} If a sentence has more tokens than the model reads.
   * @throws {NegscopeError} If an intervention selects something that does not exist.
   * @throws {NegscopeError} If an intervention does not fit its hook point.
   */
  async run(sentences: readonly string[], options: RunOptions = {}): Promise<Tensor> {
    return (await this.runWithCache(sentences, [], options)).embeddings;
  }

  /**
   * Embeds sentences and keeps activations.
   *
   * @param sentences Any number of sentences.
   * @param hooks The hook points to keep; `*` stands for any part of a name.
   * @param options Changes to activations; the cache holds the changed values.
   * @returns The embeddings and the cache.
   * @throws {NegscopeError} If a sentence has more tokens than the model reads.
   * @throws {NegscopeError} If a hook point does not exist, or an intervention selects something that does not exist.
   * @throws {NegscopeError} If an intervention does not fit its hook point.
   */
  async runWithCache(
    sentences: readonly string[],
    hooks: readonly string[],
    options: RunOptions = {},
  ): Promise<RunResult> {
    checkRunList(sentences, isText, "sentences");
    for (const sentence of sentences) this.checkLength(sentence);
    const batches = batchesByLength(sentences.map((sentence) => this.encode(sentence)));
    const isKept = hooks.length > 0; // an empty cache needs no tokens
    const tokens = isKept ? sentences.map((sentence) => this.tokens(sentence)) : undefined;
    const rows = { batches, rowNames: sentences, tokens, keep: hooks };
    return await runHooked(this.tower, { ...options, ...rows });
  }

  /** The hook points with axes and sizes, those of all blocks in one line. */
  toString(): string {
    return this.tower.toString();
  }

  /** What a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }
}

function batchesByLength(ids: readonly (readonly number[])[]): RunBatch[] {
  const rowsByLength = Map.groupBy(ids.keys(), (row) => ids[row]!.length);
  return [...rowsByLength].flatMap(([positions, rows]) => {
    const size = Math.max(1, Math.floor(TOKENS_PER_BATCH / positions));
    const count = Math.ceil(rows.length / size);
    return Array.from({ length: count }, (_, batch) => {
      const own = rows.slice(batch * size, (batch + 1) * size);
      return { rows: own, positions, input: () => idsInput(own.map((row) => ids[row]!)) };
    });
  });
}

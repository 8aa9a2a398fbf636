import type { FileAt } from "../../reading/files.ts";
import { NegscopeError, printsItself, shown } from "../../errors/errors.ts";
import type { ModelFamily } from "../families.ts";
import { readSettings } from "../forms/settings.ts";
import type { SentenceTokenizer } from "./sentence_tokenizer.ts";
import { activationEdit, type EditedTokens, unchangedError } from "../../edits/changes.ts";
import { type Edit, type ScoreRule, scoreRule } from "../../edits/edit.ts";
import {
  checkRunList,
  idsInput,
  isText,
  type RunBatch,
  runHooked,
  type RunOptions,
  type RunResult,
} from "../../engine/run/hooked_run.ts";
import {
  type GradientOptions,
  type GradientRun,
  runWithGradients,
} from "../../engine/gradients/tower_gradients.ts";
import type { Tensor } from "../../hooks/tensor.ts";
import type { Tower } from "../../engine/run/tower.ts";
import type { Weights } from "../../engine/weights/weights.ts";

/** Where a sentence's own tokens are among those that the model reads. */
export interface OwnPositions {
  /** The first of them: 1 after a start token, 0 without. */
  readonly start: number;
  /** The end token, after the last of them; padding may follow it. */
  readonly end: number;
  /** Whether the full stop is one of them. */
  readonly keepsPunctuation: boolean;
  /** Whether padding fills the sentence up and the embedding is made at the last position. */
  readonly padded: boolean;
}

/** Turns sentences into the text tower's token ids. */
export class SentenceReader {
  /** The family of the model: whether attention is causal, where the embedding is read, how sentences are scored. */
  readonly family: ModelFamily;
  readonly #tokenizer: SentenceTokenizer;

  /**
   * Made by the model that it belongs to, or by {@linkcode loadSentences}.
   *
   * @param tokenizer The model's tokeniser.
   * @param family The model's family.
   */
  constructor(tokenizer: SentenceTokenizer, family: ModelFamily) {
    this.#tokenizer = tokenizer;
    this.family = family;
  }

  /** Token ids of a sentence, end token included and a start token if the model has one, cut to the model's limit, and padded if the family pads sentences. */
  encode(sentence: string): number[] {
    const ids = this.#tokenizer.encode(sentence);
    if (!this.family.positions.padded) return ids;
    const { maxPositions, padId = ids.at(-1)! } = this.#tokenizer;
    return [...ids, ...new Array<number>(maxPositions - ids.length).fill(padId)];
  }

  /** The tokens of a sentence as text, without end-of-word marks. */
  tokens(sentence: string): string[] {
    return this.#tokenizer.tokens(this.encode(sentence));
  }

  /**
   * Where a sentence's own tokens are among its token ids: after a start token, if there is one, and before the end token.
   *
   * @param sentence Any text.
   */
  ownTokens(sentence: string): OwnPositions {
    const { startTokens: start = 1, keepsPunctuation = true } = this.#tokenizer;
    const end = this.#tokenizer.encode(sentence).length - 1;
    return { start, end, keepsPunctuation, padded: this.family.positions.padded };
  }

  /**
   * The position whose residual stream becomes the embedding; in CLIP that of the first end token.
   *
   * @param ids A sentence's token ids, as `encode` returns them.
   */
  pooledPosition(ids: readonly number[]): number {
    return this.family.pooled(ids);
  }

  /**
   * Refuses a sentence of which the model would read only the beginning.
   *
   * @param sentence Any text.
   * @param names What cannot be used, and what the sentence is called, for the message. @default {the sentence itself}
   * @throws {NegscopeError} If it has more tokens than the model has positions.
   */
  checkLength(
    sentence: string,
    { subject = shown(sentence), called = "it" }: {
      readonly subject?: string;
      readonly called?: string;
    } = {},
  ): void {
    const { maxPositions } = this.#tokenizer;
    const count = this.#tokenizer.count?.(sentence) ?? 0;
    if (count <= maxPositions) return;
    const around = this.#tokenizer.startTokens === 0 ? "the end token" : "start and end";
    throw new NegscopeError("sentence-beyond-context", {
      problem: `Cannot use ${subject}`,
      subject: sentence,
      reason:
        `${called} has ${count} tokens with ${around}, but the model reads only the first ${maxPositions}`,
      gist: "a sentence is longer than the model reads",
      fix: "shorten it",
    });
  }
}

/** Reads the tokeniser of a model folder; no graph is loaded. */
export async function loadSentences(
  { files, path }: FileAt,
  { tokenizer = path, weights }: {
    readonly tokenizer?: string | undefined;
    readonly weights?: string | undefined;
  } = {},
): Promise<SentenceReader> {
  const { family, config: { text } } = await readSettings({ files, path }, { weights });
  return new SentenceReader(await family.tokenizer({ files, path: tokenizer }, text), family);
}

/** The most tokens in one batch: enough to reach the full multiply rate without taking much memory. */
const TOKENS_PER_BATCH = 2048;

/** The text tower with its tokeniser: the tokens of sentences, as a {@linkcode SentenceReader} gives them, their embeddings, and activations. */
export class TextTower extends SentenceReader {
  /** The underlying tower, for experiments that need more than runs of sentences. */
  readonly tower: Tower;
  readonly #tokenizer: SentenceTokenizer;
  #edit: Edit | undefined;

  /** Made by `Clip.load`. */
  constructor(tower: Tower, tokenizer: SentenceTokenizer, family: ModelFamily) {
    super(tokenizer, family);
    this.tower = tower;
    this.#tokenizer = tokenizer;
  }

  /** The edit that is laid over the tower. */
  get edit(): Edit | undefined {
    return this.#edit;
  }

  /**
   * The rule by which sentences are scored, if an edit has one.
   *
   * @internal
   */
  get rule(): ScoreRule | undefined {
    return scoreRule(this.#edit);
  }

  /**
   * The tower with an edit, which changes activations in every run; it shares the memory of this one.
   *
   * @param edit The edit, instead of any that this tower has.
   * @param how Whether the tower's weights have been changed accordingly. @default {false}
   * @throws {NegscopeError} If the edit does not fit the model.
   */
  edited(edit: Edit, { inWeights = false }: { readonly inWeights?: boolean } = {}): TextTower {
    const base = activationEdit(edit, this.tower.shape, this.#editedTokens());
    const tower = base === undefined || inWeights ? this.tower : this.tower.withBase(base);
    const made = new TextTower(tower, this.#tokenizer, this.family);
    made.#edit = edit;
    return made;
  }

  /**
   * The error of an edit that leaves all of these sentences as they are.
   *
   * @internal
   */
  unchangedError(
    sentences: Iterable<string>,
    edit: Edit | undefined = this.#edit,
  ): NegscopeError | undefined {
    if (edit === undefined) return undefined;
    const ids = new Map([...sentences].map((sentence) => [sentence, this.encode(sentence)]));
    return unchangedError(edit, ids, this.#editedTokens());
  }

  #editedTokens(): EditedTokens {
    const tokenizer = this.#tokenizer;
    return {
      idsOf: (word) => tokenizer.encode(word).slice(tokenizer.startTokens ?? 1, -1),
      tokens: (ids) => tokenizer.tokens(ids),
    };
  }

  /** All hook points in the order of computation. */
  get hooks(): readonly string[] {
    return this.tower.hooks;
  }

  /** The weights by name, e.g. `blocks.0.attn.W_Q`, read on request. */
  get weights(): Weights {
    return this.tower.weights;
  }

  /**
   * Embeds sentences. Sentences of one length run together, and none is padded to another's length, so that no row depends on another.
   *
   * @param sentences Any number of sentences.
   * @param options Changes to activations.
   * @returns One unit-length embedding per sentence, [batch, projection].
   * @throws {NegscopeError} If a sentence has more tokens than the model reads.
   * @throws {NegscopeError} If an intervention selects something that does not exist, or does not fit its hook point.
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
    return await runHooked(this.tower, {
      ...options,
      ...this.#rows(sentences, hooks.length > 0), // an empty cache needs no tokens
      keep: hooks,
    });
  }

  /**
   * Computes the gradients of each sentence's cosine with a target, such as an image's embedding.
   *
   * @param sentences Any number of sentences.
   * @param hooks The hook points with respect to whose values; `*` stands for any part of a name.
   * @param options The target of each sentence.
   * @returns The cosines, the values, and the gradients, in the shapes of the values.
   * @throws {NegscopeError} If a sentence has more tokens than the model reads, or there is not one target for each.
   * @throws {NegscopeError} If a hook point does not exist, an edit changes activations, or an operator's gradient is unknown.
   */
  async runWithGradients(
    sentences: readonly string[],
    hooks: readonly string[],
    options: GradientOptions,
  ): Promise<GradientRun> {
    return await runWithGradients(this.tower, hooks, {
      ...options,
      ...this.#rows(sentences, true),
    });
  }

  #rows(sentences: readonly string[], named: boolean) {
    checkRunList(sentences, isText, "sentences");
    for (const sentence of sentences) this.checkLength(sentence);
    return {
      batches: batchesByLength(sentences.map((sentence) => this.encode(sentence))),
      rowNames: sentences,
      tokens: named ? sentences.map((sentence) => this.tokens(sentence)) : undefined,
    };
  }

  /** The hook points with axes and sizes, those of all blocks in one line. */
  override toString(): string {
    return this.tower.toString();
  }
}

printsItself(TextTower.prototype);

/** Batches of sentences with equally many tokens, each of at most {@linkcode TOKENS_PER_BATCH} tokens or one sentence. */
function batchesByLength(ids: readonly (readonly number[])[]): RunBatch[] {
  const rowsByLength = Map.groupBy(ids.keys(), (row) => ids[row]!.length);
  return [...rowsByLength].flatMap(([positions, rows]) => {
    const size = Math.max(1, Math.floor(TOKENS_PER_BATCH / positions));
    const count = Math.ceil(rows.length / size);
    return Array.from({ length: count }, (_, i) => {
      const batch = rows.slice(i * size, (i + 1) * size);
      return { rows: batch, positions, input: () => idsInput(batch.map((row) => ids[row]!)) };
    });
  });
}

/** Rules for scores: what a sentence denies is scored too, and subtracted. */

import { countNegations } from "../data/negation.ts";
import { subjectNoun } from "../data/subject_noun.ts";
import type { Edit, ScoreRuleEdit } from "./edit.ts";

/** How a sentence's embedding and an image's make a score. */
type Score = (text: Float32Array, image: Float32Array) => number;

/** The rule of an edit; undefined for other kinds, and at strength 0. */
export function scoreRule(edit: Edit | undefined): ScoreRule | undefined {
  return edit?.kind === "score_rule" && edit.strength !== 0 ? new ScoreRule(edit) : undefined;
}

/** S of a sentence that denies X minus a times S of the prompt of X; the noun is that of the negated sentence. */
export class ScoreRule {
  readonly #edit: ScoreRuleEdit;

  constructor(edit: ScoreRuleEdit) {
    this.#edit = edit;
  }

  /** The prompt of what a sentence denies; undefined if it denies nothing that can be told. */
  denied(sentence: string): string | undefined {
    if (countNegations(sentence) === 0) return undefined;
    const noun = subjectNoun(sentence);
    return noun === sentence.toLowerCase() ? undefined : this.#promptOf(noun);
  }

  #promptOf(noun: string): string {
    const { prompt, prompts = {} } = this.#edit;
    return Object.hasOwn(prompts, noun) ? prompts[noun]! : prompt.replace("{}", noun);
  }

  /** Sentences with the prompts that the rule scores besides. */
  withPrompts(sentences: ReadonlySet<string>): Set<string> {
    const prompts = [...sentences].map((sentence) => this.denied(sentence));
    return new Set([...sentences, ...prompts.filter((prompt) => prompt !== undefined)]);
  }

  /** The score of a sentence, given all embeddings. */
  score(
    sentence: string,
    image: Float32Array,
    { score, embeddings }: {
      readonly score: Score;
      readonly embeddings: ReadonlyMap<string, Float32Array>;
    },
  ): number {
    const own = score(embeddings.get(sentence)!, image);
    const prompt = this.denied(sentence);
    if (prompt === undefined) return own;
    return own - this.#edit.strength * score(embeddings.get(prompt)!, image);
  }
}

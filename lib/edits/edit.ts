/** Edits as data: changes of activations, weights or scores that are laid over a model, with a strength that is 0 where nothing changes. */

import { countNegations, wordSet, wordsOf } from "../data/words.ts";
import { subjectNoun } from "../data/subject.ts";
import { unit } from "../engine/run/hooked_run.ts";

/** What every edit has. */
export interface NamedEdit {
  /** Its name, in tables and messages. */
  readonly name: string;
  /** How much of the edit is made: 0 nothing, 1 all. */
  readonly strength: number;
}

/** Which sentences an edit of activations changes: all, or those with a token that negates. */
export type EditedSentences = "all" | "negated";

/**
 * A direction at the last position, after the given blocks: h + a v, or with the rule `simple-neg` (1 - a) h + a |h| v / |v|, where a is the
 * strength.
 */
export interface DirectionEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "direction";
  /** How the direction is put in. */
  readonly rule: "add" | "simple-neg";
  /** Which sentences it changes. */
  readonly sentences: EditedSentences;
  /** The blocks, from 1. */
  readonly blocks: readonly number[];
  /** The vector of each block, [block, width]. */
  readonly vectors: readonly (readonly number[])[];
}

/**
 * What the last position holds of the named noun, taken out after a block: h - a ((h - m) u) u, where u is the unit vector from the mean m of
 * all nouns to the noun's vector. The noun is the first one after the negator, else the last one before it.
 */
export interface ConceptEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "concept";
  /** Which sentences it changes. */
  readonly sentences: EditedSentences;
  /** The block, from 1. */
  readonly block: number;
  /** The forms of each noun, such as ["star", "stars"]. */
  readonly nouns: readonly (readonly string[])[];
  /** The vector of each noun, [noun, width]. */
  readonly vectors: readonly (readonly number[])[];
}

/** Heads and MLPs of the text tower, whose outputs are multiplied by 1 + a (factor - 1). */
export interface ScaleEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "scale";
  /** Such as `head 4.2` and `mlp 3`, from 1. */
  readonly nodes: readonly string[];
  /** The factor at strength 1. */
  readonly factor: number;
}

/** A linear map of text embeddings, as rows: t becomes t (1 - a + a M). */
export interface MapEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "map";
  /** [projection, projection]. */
  readonly matrix: readonly (readonly number[])[];
}

/**
 * A rule for scores of a sentence that denies X, with n, A and t the embeddings of the prompt of X, of what the sentence affirms (or that
 * there is something) and of the sentence. `subtract`: S becomes S - a S(n). `cap`: (1 - a) S + a S of the middle of the cap near A and far
 * from n (SpaceVLM, arXiv 2511.12331): cos(D) n + sin(D) (A - cos(u) n) / sin(u), where u is the angle of A and n, and
 * D = arccos(cosine) + u / 2; A itself if u is 2 arccos(cosine) or more. `project`: S of t - a ((t - A) n) n: along n the sentence becomes as its
 * anchor A (after ICLR 2026, Dd86hsSam5).
 */
export interface ScoreRuleEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "score_rule";
  /** What becomes of the score. */
  readonly rule: "subtract" | "cap" | "project";
  /** With `{}` where the noun stands. */
  readonly prompt: string;
  /** The prompts of some nouns. @default {the prompt with the noun} */
  readonly prompts?: Readonly<Record<string, string>>;
  /** Of a cap, the cosine from which something is like a text. @default {0.92, as in SpaceVLM's script} */
  readonly cosine?: number;
}

/**
 * The first negator and the noun phrase after it, merged at the input: without positions, the embedding e of each of their tokens becomes
 * (1 - a) e + a m, where m is the mean over these tokens and a is from 0 to 1. A phrase that stands before its negator is left as it is.
 */
export interface MergeEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "merge";
}

/** Parts of another model of the same architecture, in the share a. */
export interface TransplantEdit extends NamedEdit {
  /** Its kind. */
  readonly kind: "transplant";
  /** The other model, as for `--from`. */
  readonly from: string;
  /** Names of weights, in which `*` stands for any part. */
  readonly weights: readonly string[];
}

/** An edit. */
export type Edit =
  | DirectionEdit
  | ConceptEdit
  | ScaleEdit
  | MapEdit
  | ScoreRuleEdit
  | MergeEdit
  | TransplantEdit;

export type EditKind = Edit["kind"];

/** What an edit changes: an edit of weights is a model of its own, one of activations belongs to the runs of a tower, and one of scores to no tower. */
export type EditedPart = "weights" | "activations" | "scores";

export const EDIT_KINDS: Readonly<Record<EditKind, EditedPart>> = {
  direction: "activations",
  concept: "activations",
  scale: "weights",
  map: "weights",
  score_rule: "scores",
  merge: "activations",
  transplant: "weights",
};

/** What an edit changes; nothing at strength 0. */
export function editedPart(edit: Edit | undefined): EditedPart | undefined {
  return edit === undefined || edit.strength === 0 ? undefined : EDIT_KINDS[edit.kind];
}

export function withStrength<Own extends Edit>(edit: Own, strength: number): Own {
  return { ...edit, strength };
}

/** Whether a kind has a strength: a merge is from 0, nothing, to 1, the mean itself. */
export function hasStrength(kind: EditKind, strength: number): boolean {
  return kind !== "merge" || strength >= 0 && strength <= 1;
}

export function editText({ kind, name, strength }: Edit): string {
  return `${kind} "${name}" at strength ${strength}`;
}

/** The rule of an edit; undefined for other kinds, and at strength 0. */
export function scoreRule(edit: Edit | undefined): ScoreRule | undefined {
  return edit?.kind === "score_rule" && edit.strength !== 0 ? new ScoreRule(edit) : undefined;
}

/** Words that affirm nothing before a negator: "There is", "This is a photo with". */
const BARE = wordSet(
  "a an the there this it is are in of photo picture image shows showing with and but or yet",
);

/** What {@linkcode ScoreRuleEdit} does with scores; the noun is that of the negated sentence. */
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

  /** What a sentence affirms before its negator, or that there is something. */
  #affirmed(sentence: string): string {
    const words = wordsOf(sentence);
    const before = words.slice(0, words.findIndex((word) => countNegations(word) > 0));
    const isBare = (word: string) => BARE.has(word.toLowerCase().replace(/[,;]$/, ""));
    const end = before.findLastIndex((word) => !isBare(word)) + 1;
    if (end === 0) return this.#edit.prompt.replace(/(\b(a|an|the) )?\{\}/i, "something");
    return `${before.slice(0, end).join(" ").replace(/[,;]$/, "")}.`;
  }

  /** Sentences with those that the rule scores besides. */
  withPrompts(sentences: ReadonlySet<string>): Set<string> {
    const others = [...sentences].flatMap((sentence) => {
      const prompt = this.denied(sentence);
      if (prompt === undefined) return [];
      return this.#edit.rule === "subtract" ? [prompt] : [prompt, this.#affirmed(sentence)];
    });
    return new Set([...sentences, ...others]);
  }

  score(
    sentence: string,
    image: Float32Array,
    { score, embeddings }: {
      readonly score: (text: Float32Array, image: Float32Array) => number;
      readonly embeddings: ReadonlyMap<string, Float32Array>;
    },
  ): number {
    const { rule, strength, cosine = 0.92 } = this.#edit;
    const text = embeddings.get(sentence)!;
    const own = score(text, image);
    const prompt = this.denied(sentence);
    if (prompt === undefined) return own;
    const denied = embeddings.get(prompt)!;
    if (rule === "subtract") { // of SigLIP's S, which has a constant, what depends on the texts alone
      const constant = (score(denied, image) + score(denied.map((x) => -x), image)) / 2;
      return own - strength * (score(denied, image) - constant);
    }
    const affirmed = embeddings.get(this.#affirmed(sentence))!;
    if (rule === "project") {
      const along = text.reduce((sum, x, i) => sum + (x - affirmed[i]!) * denied[i]!, 0);
      return score(unit(text.map((x, i) => x - strength * along * denied[i]!)), image);
    }
    return (1 - strength) * own + strength * score(capMiddle(affirmed, denied, cosine), image);
  }
}

/** The middle of the cap near a unit vector and far from another, see {@linkcode ScoreRuleEdit}. */
function capMiddle(near: Float32Array, far: Float32Array, cap: number): Float32Array {
  const cosine = near.reduce((sum, x, i) => sum + x * far[i]!, 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const reach = Math.acos(cap);
  if (angle >= 2 * reach || angle === 0) return near;
  const from = reach + angle / 2;
  const share = Math.sin(from) / Math.sin(angle);
  return near.map((x, i) => Math.cos(from) * far[i]! + share * (x - cosine * far[i]!));
}

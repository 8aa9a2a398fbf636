/** One row of a study: its pair, its image, and its two sentences with tokens, roles, activations and scores. */

import { visibleText } from "../../errors.ts";
import type { Pair } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { effectOnD } from "../effects/noise.ts";
import type { AlignedPair } from "../rows/prepare.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import type { Table } from "../../tables/table.ts";
import { imagesNotGiven, picturesNotGiven, StudySentence } from "./sentence.ts";
import { placesOf, type Sources } from "./roles.ts";
import { checkSweep, Sweep, type SweepRow, type SweepRun } from "../sweep/sweep.ts";
import { type SweepParts, sweepScores } from "../sweep/sweep_runs.ts";

/** One row of a study. */
export class StudyRow {
  /** The row of the data. */
  readonly pair: Pair;
  /** Its aligned sentences. */
  readonly aligned: AlignedPair;
  /** The negated sentence. */
  readonly negated: StudySentence;
  /** The affirmative sentence. */
  readonly affirmative: StudySentence;
  readonly #scores: EvaluateRow | undefined;
  readonly #readImage: ((name: string) => Promise<Uint8Array>) | undefined;
  readonly #sweepParts: SweepParts | undefined;

  /** Made by `Study.row`. */
  constructor(
    row: {
      readonly pair: Pair;
      readonly aligned: AlignedPair;
      readonly scores?: EvaluateRow | undefined;
    },
    { tower, embedded, readImage, sources }: {
      readonly tower: TextTower;
      readonly embedded: SweepParts["embedded"] | undefined;
      readonly readImage: ((name: string) => Promise<Uint8Array>) | undefined;
      readonly sources: Sources;
    },
  ) {
    this.pair = row.pair;
    this.aligned = row.aligned;
    this.#scores = row.scores;
    this.#readImage = readImage;
    this.#sweepParts = embedded && { text: tower, embedded, sources };
    const image = embedded?.images.get(row.pair.image);
    const { negated, affirmative } = row.aligned;
    const places = placesOf(row.aligned);
    const parts = { tower, image, sources };
    this.negated = new StudySentence(places.negated, { ...parts, tokens: negated.tokens });
    this.affirmative = new StudySentence(places.affirmative, {
      ...parts,
      tokens: affirmative.tokens,
    });
  }

  /** Whether the study has images, or embeddings of them, and so the row has scores. */
  get hasImage(): boolean {
    return this.#scores !== undefined;
  }

  /** Whether the study has the files of the images, which a study with image embeddings may lack. */
  get hasPicture(): boolean {
    return this.#readImage !== undefined;
  }

  /**
   * Its scores.
   *
   * @throws {NegscopeError} If the study has no images.
   */
  get scores(): EvaluateRow {
    if (this.#scores === undefined) throw imagesNotGiven(this.pair.id);
    return this.#scores;
  }

  /**
   * The bytes of its image's file.
   *
   * @throws {NegscopeError} If the study has no images, or only embeddings of them.
   */
  async picture(): Promise<Uint8Array> {
    if (this.#readImage === undefined) throw picturesNotGiven(this.pair.id);
    return await this.#readImage(this.pair.image);
  }

  /** The tokens of the negated sentence with their roles, each beside its twin in the affirmative sentence, if it has one. */
  get tokens(): Table<{
    readonly position: number;
    readonly role: Role;
    readonly negated: string;
    readonly affirmative: string | undefined;
  }> {
    const { negated, affirmative, alignment, roles } = this.aligned;
    const rows = roles.map((role, position) => {
      const twin = alignment[position];
      return {
        position,
        role,
        negated: negated.tokens[position]!,
        affirmative: twin === undefined ? undefined : affirmative.tokens[twin],
      };
    });
    return { name: "tokens", columns: ["position", "role", "negated", "affirmative"], rows };
  }

  /**
   * Runs a list of changed runs on this row, as {@linkcode Study.sweep} does on all.
   *
   * @param runs The runs; positions may be roles.
   * @throws {NegscopeError} If the study has no images, or a change does not fit.
   */
  async sweep(runs: readonly SweepRun[]): Promise<Table<SweepRow>> {
    checkSweep(runs);
    const { scores, aligned } = this; // reports that there are no images
    const scored = await sweepScores([{ scores, aligned }], runs, this.#sweepParts!);
    return new Sweep([scores], { runs, scores: scored, seed: 0 }).table;
  }

  /**
   * Computes the causal tracing effect: the share of d that a patched affirmative sentence restores (Quantmeyer et al. 2024,
   * section 4).
   *
   * @param patched S of the patched sentence.
   * @returns 0 if nothing is restored, 1 if all of d is; undefined if d is 0.
   * @throws {NegscopeError} If the study has no images.
   */
  cte(patched: number): number | undefined {
    const { scores } = this;
    return scores.d === 0 ? undefined : effectOnD(scores, patched) / scores.d;
  }

  /** Its sentences, and its scores if there are images. */
  toString(): string {
    const { id, negation, caption, foil } = this.pair;
    const scored = (s: "s_caption" | "s_foil") =>
      this.hasImage ? `, S = ${this.scores[s].toFixed(3)}` : "";
    return [
      `Row ${id}, ${negation}-negated`,
      `caption: ${caption}${scored("s_caption")}`,
      `foil: ${foil}${scored("s_foil")}`,
      ...this.hasImage ? [`d = ${this.scores.d.toFixed(3)}, ${this.scores.segment}`] : [],
    ].join("\n");
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }
}

/** The engine: it answers what the page asks, by the functions of the tasks, wherever the runtime and the files are. */

import stringify from "json-stringify-pretty-compact";
import { changedRuns } from "../../engine/changes/groups.ts";
import type { Intervention } from "../../hooks/interventions.ts";
import {
  type ChangedScene,
  changedScene,
  checkedScene,
  checkedSide,
  nameOf,
  prepareScene,
  scoresOf,
  tokensOf,
} from "./scene.ts";
import type { Pair, Protocol } from "../../data/pairs.ts";
import { unknownName, wrongValue } from "../../errors.ts";
import { endResiduals } from "../../experiments/probe/residuals.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { pictureKind } from "../../reading/picture.ts";
import { sha256Bytes } from "../../reading/sha256.ts";
import { meanDifference } from "../../study/effects/mean_difference.ts";
import type { Embeddings } from "../../study/embeddings/embed.ts";
import { readReadout } from "../../study/readout/readout.ts";
import { preparePairs } from "../../study/rows/prepare.ts";
import {
  type About,
  type Change,
  checkedChanges,
  type Explorer,
  type Grid,
  type Measured,
  type Scene,
  type Side,
} from "../protocol.ts";
import { attentionGrid, directGrid, knockoutGrid, traceGrid } from "./grids.ts";

export type Opening = Readonly<Record<string, unknown>>;

/** A script that opens the study, and runs each sentence of the row with its changes. */
function scriptOf({ prepared, changes }: ChangedScene, opening: Opening): string {
  const { pair } = prepared;
  const run = changedRuns(changes);
  const runs = (["negated", "affirmative"] as const).filter((of) => changes[of]!.length > 0)
    .map((of) => ({ name: of, ...run({ of }) }));
  const options = Object.keys(opening).length === 0 ? "" : stringify(opening);
  return `import { Study, type SweepRun } from "negscope";

await using study = await Study.open(${options});
const row = await study.row(${JSON.stringify(pair.id)});
const runs: SweepRun[] = ${stringify(runs.map(plain))};
console.log(row.toString());
for (const { run, s, effect, share } of (await row.sweep(runs)).rows) {
  console.log(\`\${run} sentence changed: S = \${s}, d changes by \${effect} (\${share} of d)\`);
}
`;
}

function plain<Run extends { readonly changes?: readonly Intervention[] }>(run: Run): unknown {
  return JSON.parse(
    JSON.stringify(
      run,
      (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
    ),
  );
}

export interface EngineParts {
  readonly about: About;
  readonly text: TextTower;
  readonly image: () => Promise<ImageTower>;
  readonly epsilon: number;
  readonly pairs: readonly Pair[];
  readonly protocol: Protocol;
  readonly images: Embeddings;
  readonly readImage: (name: string) => Promise<Uint8Array>;
  readonly opening: Opening;
}

/** The most pictures of the reader's that are remembered, and the bytes of each. */
const MOST_PICTURES = 40;
const MOST_BYTES = 20e6;

/** The sentence pairs whose mean is a direction, the first of the data. */
const PAIRS_OF_DIRECTION = 200;

const STOPS = [
  ...["q", "k", "v", "pattern", "z"].map((name) => `blocks.*.attn.hook_${name}`),
  "blocks.*.hook_mlp_out",
];

/** An engine that computes. Its calls go one after the other. */
export class Engine implements Explorer {
  readonly #parts: EngineParts;
  readonly #rows: ReadonlyMap<string, Pair>;
  /** The reader's pictures. */
  readonly #added = new Map<string, { bytes: Uint8Array<ArrayBuffer>; embedding: Float32Array }>();
  #differences: Promise<readonly Float64Array[]> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#rows = new Map(parts.pairs.map((pair) => [pair.id, pair]));
    parts.text.tower.shareStops(STOPS);
  }

  about(): Promise<About> {
    return Promise.resolve(this.#parts.about);
  }

  async picture(name: string): Promise<Blob> {
    const known = this.#added.get(name)?.bytes;
    if (known !== undefined) return blobOf(known);
    this.#checkPicture(name);
    return blobOf(await this.#parts.readImage(name));
  }

  addPicture(given: Uint8Array): Promise<string> {
    return this.#inTurn(async () => {
      if (!(given instanceof Uint8Array) || given.length === 0 || given.length > MOST_BYTES) {
        throw wrongValue("add picture", given?.length, `at most ${MOST_BYTES / 1e6} MB`);
      }
      const bytes = new Uint8Array(given);
      const name = `your picture ${(await sha256Bytes(bytes)).slice(0, 12)}`;
      if (this.#added.has(name)) return name;
      const image = await this.#parts.image();
      const embedded = await image.run([await image.pixels(bytes, "your picture")]);
      this.#added.set(name, { bytes, embedding: embedded.row(0).data });
      if (this.#added.size > MOST_PICTURES) this.#added.delete(this.#added.keys().next().value!);
      return name;
    });
  }

  measure(scene: Scene, changes: readonly Change[]): Promise<Measured> {
    return this.#inTurn(async () => {
      const { prepared, before, after } = await this.#changed(scene, changes);
      const { aligned, noMap, pair } = prepared;
      return {
        tokens: tokensOf(prepared),
        ...aligned && { negated: pair.negation },
        ...noMap !== undefined && { noMap },
        before: scoresOf(before),
        after: scoresOf(after),
      };
    });
  }

  map(scene: Scene, changes: readonly Change[]): Promise<Grid> {
    return this.#grid(scene, changes, traceGrid);
  }

  knockouts(scene: Scene, changes: readonly Change[]): Promise<Grid> {
    return this.#grid(scene, changes, knockoutGrid);
  }

  direct(scene: Scene, changes: readonly Change[]): Promise<Grid> {
    const { epsilon } = this.#parts;
    return this.#grid(
      scene,
      changes,
      async (text, changed) => directGrid(text, changed, await readReadout(text, epsilon)),
    );
  }

  attention(scene: Scene, changes: readonly Change[], side: Side, head: string): Promise<Grid> {
    return this.#grid(scene, changes, (text, changed) => {
      const name = nameOf(checkedSide(side), changed.prepared);
      return attentionGrid(text, changed, { name, head });
    });
  }

  ranking(scene: Scene, changes: readonly Change[], side: Side): ReturnType<Explorer["ranking"]> {
    return this.#inTurn(async () => {
      const { prepared, embeddings } = await this.#changed(scene, changes);
      const embedding = embeddings[nameOf(checkedSide(side), prepared)];
      const { text, images } = this.#parts;
      const { similarity } = text.family;
      return Array.from(images, ([picture, image]) => (
        { picture, score: similarity.score(embedding, image) }
      )).sort((a, b) => b.score - a.score);
    });
  }

  script(scene: Scene, changes: readonly Change[]): Promise<string> {
    return this.#inTurn(async () => {
      const changed = await this.#changed(scene, changes);
      const { id, image } = changed.prepared.pair;
      if (this.#rows.get(id)?.image !== image) {
        const fix = "choose a row, or take the changes as JSON";
        throw wrongValue("write a script of", id, "a row of the data as it is", { fix });
      }
      return scriptOf(changed, this.#parts.opening);
    });
  }

  #grid(
    scene: Scene,
    changes: readonly Change[],
    make: (text: TextTower, changed: ChangedScene) => Promise<Grid>,
  ): Promise<Grid> {
    const { text } = this.#parts;
    return this.#inTurn(async () => await make(text, await this.#changed(scene, changes)));
  }

  async #changed(given: Scene, changes: readonly Change[]): Promise<ChangedScene> {
    const scene = checkedScene(given);
    const { text, images, protocol } = this.#parts;
    const checked = checkedChanges(changes, text.tower.shape);
    const embedding = images.get(scene.picture) ?? this.#added.get(scene.picture)?.embedding;
    if (embedding === undefined) this.#checkPicture(scene.picture);
    const prepared = prepareScene(text, scene, { rows: this.#rows, protocol });
    const differenceAt = async (layer: number) =>
      (await (this.#differences ??= this.#measureDifferences()))[layer - 1]!;
    return await changedScene({ text, differenceAt }, prepared, {
      changes: checked,
      images: new Map([[scene.picture, embedding!]]),
    });
  }

  #checkPicture(name: string): void {
    const { images } = this.#parts;
    if (images.has(name)) return;
    throw unknownName({
      doing: "find picture",
      name: String(name),
      known: [...images.keys()],
      fix: `of pictures that were dropped or drawn the last ${MOST_PICTURES} are remembered`,
    });
  }

  /** The mean difference at the end token after each block, negated minus affirmative. */
  async #measureDifferences(): Promise<readonly Float64Array[]> {
    const { text, pairs, protocol } = this.#parts;
    const { distinct } = preparePairs(text, pairs, { protocol });
    const residuals = await endResiduals(text, distinct.slice(0, PAIRS_OF_DIRECTION));
    const ofBlock = (block: number) =>
      residuals.map(({ negated, affirmative }) => (
        { negated: negated[block]!, affirmative: affirmative[block]! }
      ));
    const { layers } = text.tower.shape;
    return Array.from({ length: layers }, (_, block) => meanDifference(ofBlock(block)));
  }

  /** Begins when all earlier calls have ended. */
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const made = this.#last.then(work);
    this.#last = made.catch(() => undefined);
    return made;
  }
}

function blobOf(bytes: Uint8Array): Blob {
  const kind = pictureKind(bytes);
  const type = kind === undefined ? "application/octet-stream" : `image/${kind}`;
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}

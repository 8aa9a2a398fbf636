/** The engine: it answers what the page asks, by the functions of the tasks, wherever the runtime and the files are. */

import stringify from "json-stringify-pretty-compact";
import type { Pair, Protocol } from "../../data/pairs.ts";
import { changedRuns } from "../../engine/changes/groups.ts";
import { unknownName, wrongValue } from "../../errors/errors.ts";
import { endResiduals } from "../../experiments/probe/probe.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { boxOf, pictureKind } from "../../reading/picture.ts";
import { sha256Bytes } from "../../reading/sha256.ts";
import { meanDifference } from "../../study/effects/means.ts";
import type { Embeddings } from "../../study/embeddings.ts";
import { explainScore, greysOf, saliencyFinding } from "../../study/image_scores.ts";
import { preparePairs } from "../../study/rows/prepare.ts";
import { type About, type Change, checkedChanges, type Explorer, type Scene } from "../protocol.ts";
import { gridOf } from "./grids.ts";
import {
  type ChangedScene,
  changedScene,
  checkedScene,
  nameOf,
  NAMES,
  prepareScene,
  scoresOf,
  tokensOf,
} from "./scene.ts";

export type Opening = Readonly<Record<string, unknown>>;

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

export function engineOf(parts: EngineParts): Explorer {
  const { about, text, image, epsilon, images, protocol, readImage, opening } = parts;
  const rows = new Map(parts.pairs.map((pair) => [pair.id, pair]));
  const added = new Map<string, { bytes: Uint8Array<ArrayBuffer>; embedding: Float32Array }>();
  let differences: ReturnType<typeof measureDifferences> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  text.tower.shareStops(STOPS);

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const made = last.then(work);
    last = made.catch(() => undefined);
    return made;
  }

  function checkPicture(name: string): void {
    if (images.has(name)) return;
    throw unknownName({
      doing: "find picture",
      name: String(name),
      known: [...images.keys()],
      fix: `of pictures that were dropped or drawn the last ${MOST_PICTURES} are remembered`,
    });
  }

  function ofChanged<Value>(
    given: Scene,
    changes: readonly Change[],
    make: (changed: ChangedScene) => Value | Promise<Value>,
  ): Promise<Value> {
    return inTurn(async () => {
      const scene = checkedScene(given);
      const checked = checkedChanges(changes, text.tower.shape);
      const embedding = images.get(scene.picture) ?? added.get(scene.picture)?.embedding;
      if (embedding === undefined) checkPicture(scene.picture);
      const prepared = prepareScene(text, scene, { rows, protocol });
      const differenceAt = async (layer: number) =>
        (await (differences ??= measureDifferences(parts)))[layer - 1]!;
      const of = about.rows.find(({ row }) => row === prepared.pair.id);
      const other = of?.picture === scene.picture ? rows.get(of.other ?? "") : undefined;
      const seen = new Map([[scene.picture, embedding!]]);
      if (other !== undefined) seen.set(other.image, images.get(other.image)!);
      const all = { changes: checked, images: seen, other };
      return await make(await changedScene({ text, differenceAt }, prepared, all));
    });
  }

  return {
    about: () => Promise.resolve(about),
    picture: async (name) => {
      const known = added.get(name)?.bytes;
      if (known !== undefined) return blobOf(known);
      checkPicture(name);
      return blobOf(await readImage(name));
    },
    addPicture: (given) =>
      inTurn(async () => {
        if (!(given instanceof Uint8Array) || given.length === 0 || given.length > MOST_BYTES) {
          throw wrongValue("add picture", given?.length, `at most ${MOST_BYTES / 1e6} MB`);
        }
        const bytes = new Uint8Array(given);
        const name = `your picture ${(await sha256Bytes(bytes)).slice(0, 12)}`;
        if (added.has(name)) return name;
        const tower = await image();
        const embedded = await tower.run([await tower.pixels(bytes, "your picture")]);
        added.set(name, { bytes, embedding: embedded.row(0).data });
        if (added.size > MOST_PICTURES) added.delete(added.keys().next().value!);
        return name;
      }),
    measure: (scene, changes) =>
      ofChanged(scene, changes, ({ prepared, before, after, other }) => {
        const { aligned, noMap, pair } = prepared;
        return {
          tokens: tokensOf(prepared),
          ...aligned && { negated: pair.negation },
          ...noMap !== undefined && { noMap },
          ...{ before: scoresOf(before), after: scoresOf(after), ...other && { other } },
        };
      }),
    grid: (scene, changes, of) =>
      ofChanged(scene, changes, (own) => gridOf(text, own, { of, epsilon })),
    explain: (scene) =>
      ofChanged(scene, [], async ({ prepared: { pair: { caption, foil, image: name } } }) => {
        const tower = await image();
        const bytes = added.get(name)?.bytes ?? await readImage(name);
        const pixels = await tower.pixels(bytes, name, boxOf(name));
        const model = { text, image: tower, family: text.family };
        const found = await explainScore(model, { pixels, sentences: [caption, foil] });
        const { sentences: said = [] } = saliencyFinding(found, about.model);
        return { ...found, said, greys: [...greysOf(pixels)] };
      }),
    ranking: (scene, changes, side) =>
      ofChanged(scene, changes, ({ prepared, embeddings }) => {
        const embedding = embeddings[nameOf(side, prepared)];
        return Array.from(images, ([picture, image]) => (
          { picture, score: text.family.similarity.score(embedding, image) }
        )).sort((a, b) => b.score - a.score);
      }),
    script: (scene, changes) =>
      ofChanged(scene, changes, (own) => {
        const { id, image } = own.prepared.pair;
        if (rows.get(id)?.image === image) return scriptOf(own, opening);
        const fix = "choose a row, or take the changes as JSON";
        throw wrongValue("write a script of", id, "a row of the data as it is", { fix });
      }),
  };
}

async function measureDifferences(
  { text, pairs, protocol }: EngineParts,
): Promise<readonly Float64Array[]> {
  const { distinct } = preparePairs(text, pairs, { protocol });
  const residuals = await endResiduals(text, distinct.slice(0, PAIRS_OF_DIRECTION));
  const ofBlock = (block: number) =>
    residuals.map(({ negated, affirmative }) => (
      { negated: negated[block]!, affirmative: affirmative[block]! }
    ));
  const { layers } = text.tower.shape;
  return Array.from({ length: layers }, (_, block) => meanDifference(ofBlock(block)));
}

function scriptOf({ prepared, changes }: ChangedScene, opening: Opening): string {
  const run = changedRuns(changes);
  const runs = NAMES.filter((of) => changes[of]!.length > 0)
    .map((of) => ({ name: of, ...run({ of }) }));
  const plain = JSON.stringify(
    runs,
    (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
  );
  return `import { Study, type SweepRun } from "negscope";

await using study = await Study.open(${
    Object.keys(opening).length === 0 ? "" : stringify(opening)
  });
const row = await study.row(${JSON.stringify(prepared.pair.id)});
const runs: SweepRun[] = ${stringify(JSON.parse(plain))};
console.log(row.toString());
for (const { run, s, effect, share } of (await row.sweep(runs)).rows) {
  console.log(\`\${run} sentence changed: S = \${s}, d changes by \${effect} (\${share} of d)\`);
}
`;
}

function blobOf(bytes: Uint8Array): Blob {
  const kind = pictureKind(bytes);
  const type = kind === undefined ? "application/octet-stream" : `image/${kind}`;
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}

import { assertEquals } from "@std/assert";
import { NegscopeError } from "../../../lib/errors.ts";
import { withKeptRandom } from "../../../lib/study/controls/kept_random.ts";
import type { KeptStore } from "../../../lib/study/embeddings/embedding_cache.ts";
import type { KeptRows } from "../../../lib/study/rows/kept_rows.ts";
import type { Pair } from "../../../lib/data/pairs.ts";

/** A store in memory. */
class Store implements KeptStore<Float64Array> {
  readonly refused = undefined;
  saved = 0;
  readonly vectors = new Map<string, Float64Array>();
  get = (key: string) => this.vectors.get(key);
  add = (key: string, vector: Float64Array) =>
    void (this.vectors.has(key) || this.vectors.set(key, vector));
  save = () => Promise.resolve(void this.saved++);
}

const PAIRS = [..."abcdef"].map((id): Pair => ({
  ...{ id, image: `${id}.png`, negation: "foil" },
  ...{ caption: `There is a ${id}.`, foil: `There is no ${id}.` },
}));

const IMAGES = new Map(PAIRS.map(({ image }, i) => [image, Float32Array.of(i, 1)]));

/** Measures pairs as an experiment does; says which rows it had to measure. */
async function measured(
  store: Store | NegscopeError,
  { pairs = PAIRS, images = IMAGES } = {},
) {
  const [made, said, journal]: [string[], string[], string[]] = [[], [], []];
  const open = () => store instanceof Store ? Promise.resolve(store) : Promise.reject(store);
  const say = (line: string) => void said.push(line);
  const kept: KeptRows = {
    size: 0,
    get: () => undefined,
    keep: (id) => Promise.resolve(void journal.push(id)),
  };
  const numbers = await withKeptRandom({ open, pairs, images, say }, async (around) => {
    const rows = around(kept);
    const all: (readonly number[])[] = [];
    for (const [i, { id }] of pairs.entries()) {
      const known = rows.get(id);
      const own = known ?? [i, Math.sin(i)];
      if (known === undefined) {
        made.push(id);
        await rows.keep(id, own);
      }
      all.push(own);
    }
    return all;
  });
  return { numbers, made: made.join(""), journal: journal.join(""), said };
}

Deno.test("withKeptRandom() measures all rows once, and later runs take the same bits", async () => {
  const store = new Store();
  const first = await measured(store);
  assertEquals([first.made, first.journal, first.said], ["abcdef", "abcdef", []]);
  assertEquals(await measured(store), { ...first, made: "", journal: "" });
});

Deno.test("withKeptRandom() measures rows whose sentences or images are others", async () => {
  const store = new Store();
  await measured(store, { pairs: PAIRS.slice(0, 4) });
  assertEquals((await measured(store)).made, "ef");
  const foil = "There is no egg.";
  const another = PAIRS.map((pair) => pair.id === "b" ? { ...pair, foil } : pair);
  assertEquals((await measured(store, { pairs: another })).made, "b");
  const images = new Map(IMAGES).set("c.png", Float32Array.of(2, 1.5));
  assertEquals((await measured(store, { images })).made, "c");
  const renamed = PAIRS.map((pair) => ({ ...pair, id: pair.id.toUpperCase() }));
  assertEquals((await measured(store, { pairs: renamed })).made, ""); // the rows are the same
});

Deno.test("withKeptRandom() says why nothing can be kept, and measures", async () => {
  const error = new NegscopeError("file-unreadable", { problem: "Cannot open it" });
  const { numbers, said, made } = await measured(error);
  assertEquals([numbers.length, made], [6, "abcdef"]);
  assertEquals(said, ["Random towers are not kept for other runs: Cannot open it"]);
});

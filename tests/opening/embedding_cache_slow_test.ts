import { assert, assertEquals } from "@std/assert";
import { EmbeddingCache } from "../../lib/opening/embedding_cache.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { ROOT } from "../imports.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

const CACHE = new URL("../../lib/opening/embedding_cache.ts", import.meta.url).href;
const KEYS = ["a", "b", "c", "d"].map(sha256Text);

/** Two numbers that float32 does not hold exactly, so that any other type in the file would give different numbers. */
const vector = (i: number) => Float32Array.of(Math.cos(i + 0.1), Math.sin(i + 0.1));

const cacheIn = (folder: string, most?: { bytes: number; bytesPerFile: number }) =>
  new EmbeddingCache(`${folder}/cache`, most);

const tower = (from: string) => ({ kind: "image" as const, from: [from] });

/** Saves the vectors of some of the keys. */
async function save(cache: EmbeddingCache, from: string, ...known: readonly number[]) {
  const own = await cache.open(tower(from), 2);
  for (const i of known) own.add(KEYS[i]!, vector(i));
  await own.save();
}

Deno.test("EmbeddingCache keeps towers and sizes apart", () =>
  inFolder(async (folder) => {
    const cache = cacheIn(folder);
    await save(cache, "one", 0);
    assertEquals((await cache.open(tower("another"), 2)).get(KEYS[0]!), undefined);
    const text = await cache.open({ kind: "text", from: ["one"] }, 2);
    assertEquals(text.get(KEYS[0]!), undefined);
    assertEquals((await cache.open(tower("one"), 3)).get(KEYS[0]!), undefined);
    const split = { kind: "image" as const, from: ["one", "two"] }; // a file's name may hold a line feed
    await save(cache, "one\ntwo", 0);
    assertEquals((await cache.open(split, 2)).get(KEYS[0]!), undefined);
  }));

Deno.test("EmbeddingCache treats a file that is damaged anywhere as empty, and replaces it", () =>
  inFolder(async (folder) => {
    const cache = cacheIn(folder);
    await save(cache, "model", 0, 1);
    const path = `${folder}/cache/${namesIn(`${folder}/cache`)[0]}`;
    const whole = await Deno.readFile(path);
    for (let place = 0; place < whole.length; place += 7) {
      const damaged = whole.slice();
      damaged[place]! ^= 1;
      await Deno.writeFile(path, damaged);
      const opened = await cache.open(tower("model"), 2);
      const known = KEYS.filter((key) => opened.get(key) !== undefined);
      assertEquals([known, opened.refused], [[], path], `byte ${place}`);
    }
    for (const length of [0, 10, whole.length - 1]) {
      await Deno.writeFile(path, whole.subarray(0, length));
      assertEquals((await cache.open(tower("model"), 2)).get(KEYS[0]!), undefined);
    }
    await save(cache, "model", 2);
    assertEquals((await cache.open(tower("model"), 2)).get(KEYS[2]!), vector(2));
  }));

Deno.test("EmbeddingCache is bounded: it removes the least recently used file, and the oldest embeddings of a file", () =>
  inFolder(async (folder) => {
    const size = 40 * 2 + 280; // two embeddings of two numbers with their keys, and a header of less than 280 bytes
    const cache = cacheIn(folder, { bytes: 2 * size, bytesPerFile: 2 * 40 });
    for (const [i, model] of ["one", "two", "three"].entries()) {
      await save(cache, model, ...KEYS.keys());
      const paths = namesIn(`${folder}/cache`).map((name) => `${folder}/cache/${name}`);
      const saved = paths.filter((path) => Deno.statSync(path).mtime!.getTime() < 2e12).at(-1)!;
      await Deno.utime(saved, new Date(1000 + i), new Date(2e9 + 1000 * i)); // in the order of the models
    }
    assertEquals((await cache.open(tower("one"), 2)).get(KEYS[3]!), undefined);
    for (const model of ["two", "three"]) {
      const own = await cache.open(tower(model), 2);
      assertEquals(KEYS.map((key) => own.get(key) !== undefined), [false, false, true, true]);
    }
  }));

Deno.test("EmbeddingCache keeps all embeddings saved at the same time, in one process and in several", () =>
  inFolder(async (folder) => {
    const cache = cacheIn(folder, { bytes: 1, bytesPerFile: 1 << 20 }); // each save drops the other tower's file
    const towers = await Promise.all(KEYS.map(() => cache.open(tower("model"), 2)));
    const other = await cache.open(tower("other"), 2);
    towers.forEach((own, i) => own.add(KEYS[i]!, vector(i)));
    other.add(KEYS[0]!, vector(0));
    const saved = await Promise.all([...towers, other].map((own) => own.save()));
    assertEquals(saved, [undefined, undefined, undefined, undefined, undefined]);
    for (const name of namesIn(`${folder}/cache`)) assert(name.endsWith(".bin"), name);
    const writer = `
      const [folder, key, from] = Deno.args;
      const { EmbeddingCache } = await import(${JSON.stringify(CACHE)});
      const cache = await new EmbeddingCache(folder + "/cache").open({ kind: "text", from: ["model"] }, 2);
      for (let i = 0; i < 20; i++) {
        cache.add(key + i.toString(16).padStart(2, "0"), Float32Array.of(Math.cos(i + Number(from) / 9), Math.sin(i + Number(from) / 9)));
        const failure = await cache.save();
        if (failure !== undefined) throw failure;
      }`;
    const ends = await Promise.all(
      ["a", "b", "c"].map((digit, i) =>
        new Deno.Command(Deno.execPath(), {
          args: [
            ...["eval", "--config", `${ROOT}deno.json`, writer, "--", folder, digit.repeat(62)],
            `${i}`,
          ],
          env: { NO_COLOR: "1" },
        }).output()
      ),
    );
    assertEquals(ends.map(({ stderr }) => new TextDecoder().decode(stderr)), ["", "", ""]);
    const all = await cache.open({ kind: "text", from: ["model"] }, 2);
    for (const [from, digit] of ["a", "b", "c"].entries()) {
      for (let i = 0; i < 20; i++) {
        const key = digit.repeat(62) + i.toString(16).padStart(2, "0");
        const angle = i + from / 9;
        assertEquals(all.get(key), Float32Array.of(Math.cos(angle), Math.sin(angle)));
      }
    }
  }));

Deno.test("EmbeddingCache reads from a folder that cannot be written to, and reports a failure when it saves", () =>
  inFolder(async (folder) => {
    const path = `${folder}/cache`;
    await save(cacheIn(folder), "model", 0);
    await Deno.mkdir(`${path}/.lock`); // stands in for a lack of permission, since root has every permission
    const again = await cacheIn(folder).open(tower("model"), 2);
    assertEquals(again.get(KEYS[0]!), vector(0));
    again.add(KEYS[1]!, vector(1));
    const { message } = await again.save() ?? {};
    assert(message?.startsWith(`Cannot write into "${path}": `), message);
  }));

Deno.test("EmbeddingCache does not use a file of another tower under this one's name, or what is no file", () =>
  inFolder(async (folder) => {
    const names: string[] = [];
    for (const from of ["one", "another"]) {
      await save(cacheIn(folder), from, 0);
      names.push(...namesIn(`${folder}/cache`).filter((name) => !names.includes(name)));
    }
    const [one, another] = names.map((name) => `${folder}/cache/${name}`) as [string, string];
    await Deno.rename(another, one);
    assertEquals((await cacheIn(folder).open(tower("one"), 2)).refused, one);
    await Deno.remove(one);
    await Deno.symlink("/dev/zero", one);
    assertEquals((await cacheIn(folder).open(tower("one"), 2)).refused, one);
  }));

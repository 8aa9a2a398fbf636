import { assertEquals, assertRejects } from "@std/assert";
import { findInArchive } from "../../lib/hub/archive.ts";
import type { Patience } from "../../lib/hub/request.ts";
import { downloadImages } from "../../lib/hub/download_data.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { type Answer, type Asked, LoopbackServer, ranged } from "./loopback.ts";
import { type Packed, zipOf } from "./zip.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";

const SWIFT: Patience = { failures: 3, delay: () => 0, stall: 1_000 };

function picture(seed: number): Uint8Array {
  return Uint8Array.from({ length: 20_000 + seed }, (_, i) => (i >> 4) * seed % 256);
}

const FORMS: readonly Packed[] = [
  { name: "images/", content: new Uint8Array() },
  { name: "images/v7w_1.jpg", content: picture(1) },
  { name: "images/v7w_2.jpg", content: picture(2), deflated: true },
  { name: "images/v7w_3.jpg", content: picture(3), deflated: true, described: true },
  { name: "images/v7w_4.jpg", content: picture(4), wide: true },
  { name: "images/v7w_5.jpg", content: picture(5), deflated: true, described: true, wide: true },
  { name: "images/other.jpg", content: picture(6) },
  { name: "empty.jpg", content: new Uint8Array() },
];
const NAMES = FORMS.slice(1).map(({ name }) => name.split("/").at(-1)!);

interface Tried {
  readonly server: LoopbackServer;
  readonly folder: string;
  readonly download: (names?: readonly string[], patience?: Patience) => Promise<number>;
}

async function withArchive(
  answer: (asked: Asked, nth: number) => Answer,
  use: (tried: Tried) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    using server = new LoopbackServer(answer);
    const from = server.at("/images.zip");
    const download: Tried["download"] = (names = NAMES, patience = SWIFT) =>
      downloadImages(new Set(names), { from, folder, patience });
    await use({ server, folder, download });
  });
}

Deno.test("findInArchive() unpacks every form of entry", async () => {
  using server = new LoopbackServer((asked) => ranged(zipOf(FORMS).bytes, asked));
  const { files, missing } = await findInArchive(server.at("/a.zip"), NAMES, {});
  assertEquals([files.map(({ name }) => name), missing], [NAMES, []]);
  for (const [i, file] of files.entries()) assertEquals(await file.read(), FORMS[i + 1]!.content);
});

Deno.test("downloadImages() reads only an archive's directory and the images", () => {
  const others = Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, content: picture(i) }));
  const { bytes } = zipOf([...others, ...FORMS]); // 1.1 MB, of which zip.js first reads the last 64 kB
  return withArchive((asked) => ranged(bytes, asked), async ({ server, folder, download }) => {
    assertEquals(await download(["v7w_4.jpg", "v7w_2.jpg"]), 2);
    assertEquals(namesIn(folder), ["v7w_2.jpg", "v7w_4.jpg"]);
    assertEquals(await Deno.readFile(`${folder}/v7w_2.jpg`), picture(2));
    const lengths = server.ranges.map((range) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range!)!;
      return Number(to) + 1 - Number(from);
    });
    const read = lengths.reduce((sum, length) => sum + length, 0);
    assertEquals(read < bytes.length / 8, true, `${read} of ${bytes.length} bytes`);
  });
});

Deno.test("downloadImages() keeps images that are right, and replaces others", () => {
  const { bytes } = zipOf(FORMS);
  return withArchive((asked) => ranged(bytes, asked), async ({ folder, download }) => {
    await download();
    assertEquals(await download(), 0);
    await Deno.writeFile(`${folder}/v7w_1.jpg`, picture(1).fill(7));
    await Deno.remove(`${folder}/v7w_3.jpg`);
    assertEquals(await download(), 2);
    assertEquals(await Deno.readFile(`${folder}/v7w_1.jpg`), picture(1));
    assertEquals(namesIn(folder), NAMES.toSorted());
  });
});

Deno.test("downloadImages() names images that the archive lacks, after writing the others", () => {
  const { bytes } = zipOf(FORMS);
  return withArchive((asked) => ranged(bytes, asked), async ({ server, folder, download }) => {
    const names = ["a", "v7w_1.jpg", "../b", "c", "images", "images/v7w_2.jpg"];
    const url = `${server.at("/images.zip")}`;
    const says = `Cannot find "a", "../b", "c" and 2 others in "${url}": the archive lacks images`;
    const error = await assertRejectsCode(() => download(names), "archive-unreadable", says);
    assertEquals([error.subject, namesIn(folder)], [url, ["v7w_1.jpg"]]);
  });
});

Deno.test("downloadImages() writes nothing outside its folder, even if archive and data both name it", async () => {
  const climbing = ["../a.jpg", "images/..", "images/.", "images/..\\b.jpg", "/c.jpg"];
  await Promise.all(climbing.map((name) => {
    const { bytes } = zipOf([{ name, content: picture(9) }]);
    return withArchive((asked) => ranged(bytes, asked), async ({ folder, download }) => {
      for (const asked of [name, name.slice(name.indexOf("/") + 1)]) {
        await assertRejects(() => download([asked]), NegscopeError, "Cannot ");
      }
      assertEquals(namesIn(folder), []);
    });
  }));
});

Deno.test("downloadImages() tries again after a cut, a busy server and damaged bytes", () => {
  const { bytes, starts } = zipOf(FORMS);
  const damaged = bytes.slice();
  damaged[starts[1]!]! ^= 1;
  return withArchive((asked, nth) => {
    if (nth % 4 === 1) return { status: 503 };
    if (nth % 4 === 2) return { ...ranged(bytes, asked), cutAfter: 3 };
    return ranged(nth % 4 === 3 ? damaged : bytes, asked);
  }, async ({ folder, download }) => {
    await download(["v7w_1.jpg"], { ...SWIFT, failures: 4 });
    assertEquals(await Deno.readFile(`${folder}/v7w_1.jpg`), picture(1));
  });
});

Deno.test("downloadImages() never writes an image whose checksum or size is wrong", async () => {
  const content = picture(1);
  const cases: [Packed, string][] = [
    [{ name: "a.jpg", content, damaged: true }, '"a.jpg" came damaged'],
    [{ name: "a.jpg", content, deflated: true, damaged: true }, '"a.jpg" came damaged'],
    [
      { name: "a.jpg", content: new Uint8Array(3_000_000), deflated: true, claimed: 1000 },
      '"a.jpg" came damaged',
    ],
  ];
  for (const [packed, says] of cases) {
    const { bytes } = zipOf([packed]);
    await withArchive((asked) => ranged(bytes, asked), async ({ folder, download }) => {
      await assertRejectsCode(() => download(["a.jpg"]), "download-failed", says);
      assertEquals(namesIn(folder), []);
    });
  }
});

Deno.test("downloadImages() refuses a file that is not an archive or has no image in its place, and a server that sends no parts", async () => {
  const page = new TextEncoder().encode("<html>".repeat(100));
  const large = zipOf([{ name: "images/a", content: picture(1), claimed: 2 ** 24 + 1 }]).bytes;
  const cases: [string, (asked: Asked) => Answer, string][] = [
    ["a", (asked) => ranged(page, asked), "no proper zip archive: End of central directory not"],
    ["a", (asked) => ranged(large, asked), '"images/a" is too large for an image'],
    ["a", () => ({ body: large }), "its server does not send parts of a file"],
  ];
  for (const [name, answer, says] of cases) {
    await withArchive(answer, async ({ download }) => {
      await assertRejectsCode(() => download([name]), "archive-unreadable", says);
    });
  }
});

import { assertEquals, assertRejects } from "@std/assert";
import { findInArchive } from "../../lib/hub/archive.ts";
import type { Patience } from "../../lib/hub/request.ts";
import { downloadImages } from "../../lib/hub/download_data.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { type Answer, type Asked, LoopbackServer, ranged } from "./loopback.ts";
import { zip, type ZipFile } from "../checkpoint/zip.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";

const SWIFT: Patience = { failures: 3, delay: () => 0, stall: 1_000 };

function picture(seed: number): Uint8Array {
  return Uint8Array.from({ length: 20_000 + seed }, (_, i) => (i >> 4) * seed % 256);
}

const FORMS: readonly ZipFile[] = [
  { name: "images/", bytes: new Uint8Array() },
  { name: "images/v7w_1.jpg", bytes: picture(1) },
  { name: "images/v7w_2.jpg", bytes: picture(2), deflated: true },
  { name: "images/v7w_3.jpg", bytes: picture(3), deflated: true, described: true },
  { name: "images/v7w_4.jpg", bytes: picture(4), wide: true },
  { name: "images/v7w_5.jpg", bytes: picture(5), deflated: true, described: true, wide: true },
  { name: "images/other.jpg", bytes: picture(6) },
  { name: "empty.jpg", bytes: new Uint8Array() },
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

/** The same of a server that has an archive of these files. */
async function withFiles(
  files: readonly ZipFile[],
  use: (tried: Tried) => Promise<void>,
): Promise<void> {
  const bytes = zip(files);
  await withArchive((asked) => ranged(bytes, asked), use);
}

Deno.test("findInArchive() unpacks every form of entry", async () => {
  using server = new LoopbackServer((asked) => ranged(zip(FORMS), asked));
  const { files, missing } = await findInArchive(server.at("/a.zip"), NAMES, {});
  assertEquals([files.map(({ name }) => name), missing], [NAMES, []]);
  for (const [i, file] of files.entries()) assertEquals(await file.read(), FORMS[i + 1]!.bytes);
});

Deno.test("downloadImages() reads only an archive's directory and the images", () => {
  const others = Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, bytes: picture(i) }));
  const bytes = zip([...others, ...FORMS]); // 1.1 MB, of which zip.js first reads the last 64 kB
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

Deno.test("downloadImages() keeps images that are right, and replaces others", () =>
  withFiles(FORMS, async ({ folder, download }) => {
    await download();
    assertEquals(await download(), 0);
    await Deno.writeFile(`${folder}/v7w_1.jpg`, picture(1).fill(7));
    await Deno.remove(`${folder}/v7w_3.jpg`);
    assertEquals(await download(), 2);
    assertEquals(await Deno.readFile(`${folder}/v7w_1.jpg`), picture(1));
    assertEquals(namesIn(folder), NAMES.toSorted());
  }));

Deno.test("downloadImages() names images that the archive lacks, after writing the others", () =>
  withFiles(FORMS, async ({ server, folder, download }) => {
    const names = ["a", "v7w_1.jpg", "../b", "c", "images", "images/v7w_2.jpg"];
    const url = `${server.at("/images.zip")}`;
    const says = `Cannot find "a", "../b", "c" and 2 others in "${url}": the archive lacks images`;
    const error = await assertRejectsCode(() => download(names), "archive-unreadable", says);
    assertEquals([error.subject, namesIn(folder)], [url, ["v7w_1.jpg"]]);
  }));

Deno.test("downloadImages() writes nothing outside its folder, even if archive and data both name it", async () => {
  const climbing = ["../a.jpg", "images/..", "images/.", "images/..\\b.jpg", "/c.jpg"];
  await Promise.all(
    climbing.map((name) =>
      withFiles([{ name, bytes: picture(9) }], async ({ folder, download }) => {
        for (const asked of [name, name.slice(name.indexOf("/") + 1)]) {
          await assertRejects(() => download([asked]), NegscopeError, "Cannot ");
        }
        assertEquals(namesIn(folder), []);
      })
    ),
  );
});

Deno.test("downloadImages() tries again after a cut, a busy server and damaged bytes", () => {
  const bytes = zip(FORMS);
  const damaged = zip(FORMS.with(1, { ...FORMS[1]!, damaged: true }));
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
  const bytes = picture(1);
  const cases: readonly ZipFile[] = [
    { name: "a.jpg", bytes, damaged: true },
    { name: "a.jpg", bytes, deflated: true, damaged: true },
    { name: "a.jpg", bytes: new Uint8Array(3_000_000), deflated: true, claimed: 1000 },
  ];
  for (const packed of cases) {
    await withFiles([packed], async ({ folder, download }) => {
      const says = 'download-failed: "a.jpg" came damaged';
      await assertRejectsCode(() => download(["a.jpg"]), says);
      assertEquals(namesIn(folder), []);
    });
  }
});

Deno.test("downloadImages() refuses a file that is not an archive or has no image in its place, and a server that sends no parts", async () => {
  const page = new TextEncoder().encode("<html>".repeat(100));
  const large = zip([{ name: "images/a", bytes: picture(1), claimed: 2 ** 24 + 1 }]);
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

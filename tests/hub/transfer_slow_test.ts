import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import type { Patience, Source } from "../../lib/hub/request.ts";
import type { Checksum } from "../../lib/hub/repository.ts";
import { transferFile } from "../../lib/hub/download_model.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { type Answer, type Asked, LoopbackServer, ranged } from "./loopback.ts";
import { assertRejectsCode } from "../error_codes.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const HALF = BYTES.length / 2;
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const ZEROS = new Uint8Array(BYTES.length);
const AT_HOME: Source = {};
const SWIFT: Patience = { failures: 3, delay: () => 0, stall: 5_000 };

interface Tried {
  readonly server: LoopbackServer;
  readonly path: string;
  readonly download: (options?: {
    patience?: Patience;
    source?: Source;
    checksum?: Checksum;
    size?: number;
    onBytes?: (bytes: number, when: "now" | "earlier") => void;
  }) => Promise<boolean>;
}

async function withServer(
  answer: (asked: Asked, nth: number) => Answer | Promise<Answer>,
  use: (tried: Tried) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    using server = new LoopbackServer(answer);
    const path = `${folder}/file`;
    const download: Tried["download"] = (options = {}) =>
      transferFile(server.at("/file"), path, {
        ...{ source: AT_HOME, size: BYTES.length, patience: SWIFT },
        ...{ checksum: { kind: "sha256", hex: SHA256 }, ...options },
      });
    await use({ server, path, download });
  });
}

/** Asserts that the file is there, and nothing beside it. */
async function assertComplete(path: string): Promise<void> {
  assertEquals(await Deno.readFile(path), BYTES);
  assertEquals(namesIn(dirname(path)), ["file"]);
}

Deno.test("transferFile() keeps a file that is right, and replaces one that is not", () =>
  withServer(() => ({ body: BYTES }), async ({ download, path, server }) => {
    await Deno.writeFile(path, BYTES);
    assertEquals([await download(), server.asked.length], [false, 0]);
    await Deno.writeFile(path, ZEROS);
    assertEquals([await download(), server.asked.length], [true, 1]);
    await assertComplete(path);
  }));

/** Another file of as many bytes, which the server has at first. */
const replaced = (asked: Asked, nth: number) =>
  nth === 0 ? { ...ranged(ZEROS, asked), cutAfter: HALF } : ranged(BYTES, asked, '"2"');

const CUTS: readonly (readonly [string, (asked: Asked, nth: number) => Answer, unknown[]])[] = [
  ["asks for the whole if nothing is there", () => ({ body: BYTES }), [null]],
  [
    "resumes where the connection was cut",
    (asked, nth) => ({ ...ranged(BYTES, asked), ...nth < 2 && { cutAfter: 50_000 } }),
    [null, "bytes=50000-", "bytes=100000-"],
  ],
  [
    "starts again if the server ignores ranges",
    (_, nth) => ({ body: BYTES, headers: { etag: '"1"' }, ...nth === 0 && { cutAfter: HALF } }),
    [null, `bytes=${HALF}-`],
  ],
  ["starts again if the server's file has changed", replaced, [null, `bytes=${HALF}-`]],
  [
    "starts again if the file has changed and the server ignores If-Range",
    ({ path, headers }, nth) => {
      const { "if-range": _, ...others } = Object.fromEntries(headers);
      return replaced({ path, headers: new Headers(others) }, nth);
    },
    [null, `bytes=${HALF}-`, null],
  ],
];

for (const [what, answer, ranges] of CUTS) {
  Deno.test(`transferFile() ${what}, and reports every byte once`, () =>
    withServer(answer, async ({ download, path, server }) => {
      let bytes = 0;
      assertEquals(await download({ onBytes: (n) => bytes += n }), true);
      await assertComplete(path);
      assertEquals([server.ranges, bytes], [ranges, BYTES.length]);
      assertEquals(server.asked[0]!.headers.get("accept-encoding"), "identity");
      if (ranges.length > 1) assertEquals(server.asked[1]!.headers.get("if-range"), '"1"');
    }));
}

Deno.test("transferFile() checks git's checksum of a file", () =>
  withServer(() => ({ body: new TextEncoder().encode("hello\n") }), async ({ download, path }) => {
    const hex = "ce013625030ba8dba906f756967f9e9ca394464a"; // git hash-object
    await download({ size: 6, checksum: { kind: "git", hex } });
    assertEquals(await Deno.readTextFile(path), "hello\n");
  }));

Deno.test("transferFile() resumes the partial file of an earlier call", () =>
  withServer((asked) => ranged(BYTES, asked), async ({ download, path, server }) => {
    await Deno.writeFile(`${path}.incomplete`, BYTES.subarray(0, HALF));
    const heard: [number, string][] = [];
    await download({ onBytes: (...what) => heard.push(what) });
    await assertComplete(path);
    assertEquals(server.ranges, [`bytes=${HALF}-`]);
    assertEquals(heard[0], [HALF, "earlier"]);
    assertEquals(heard.slice(1).reduce((sum, [n]) => sum + n, 0), HALF);
  }));

Deno.test("transferFile() starts again after wrong bytes at the start or too many bytes", async () => {
  for (const left of [ZEROS.subarray(0, HALF), ZEROS, new Uint8Array(BYTES.length + 1)]) {
    await withServer((asked) => ranged(BYTES, asked), async ({ download, path, server }) => {
      await Deno.writeFile(`${path}.incomplete`, left);
      await download();
      await assertComplete(path);
      assertEquals(server.ranges.at(-1), null);
    });
  }
});

Deno.test("transferFile() tries again after a busy or broken server, a cut and a silence", async () => {
  const troubles: Answer[] = [
    ...[408, 425, 429, 500, 502, 503, 504, 507, 520, 524].map((status) => ({ status })),
    { body: BYTES, cutAfter: 0 },
    { body: BYTES, stallAfter: 0 },
    { status: 302, headers: { location: "http://[" } },
  ];
  await Promise.all(
    troubles.map((trouble) =>
      withServer((_, nth) => nth < 2 ? trouble : { body: BYTES }, async ({ download, path }) => {
        await download({ patience: { ...SWIFT, stall: 500 } });
        await assertComplete(path);
      })
    ),
  );
});

const ENDLESS = 2 * BYTES.length;

/** What the server answers each time, and what the error says of it. */
const FAILURES: readonly (readonly [string, (asked: Asked) => Answer])[] = [
  [
    "the server is troubled (status 500); check the network, HTTPS_PROXY and HF_ENDPOINT; what has arrived is kept",
    () => ({ status: 500 }),
  ],
  ["the server has had", () => ({ status: 429 })],
  ["nothing came for 0.05 seconds", () => ({ body: BYTES, stallAfter: 0 })],
  [
    `its checksum is ${createHash("sha256").update(ZEROS).digest("hex")} instead of ${SHA256}`,
    (asked) => ranged(ZEROS, asked), // wrong bytes are never resumed
  ],
  ["the server sends more than the 300000 bytes of the file", () => ({
    body: new Uint8Array([
      ...new TextEncoder().encode(`${ENDLESS.toString(16)}\r\n`),
      ...new Uint8Array(ENDLESS),
      ...new TextEncoder().encode("\r\n0\r\n\r\n"),
    ]),
    headers: { "transfer-encoding": "chunked" },
  })],
];

for (const [why, answer] of FAILURES) {
  Deno.test(`transferFile() gives up after three failures and leaves no file: ${why}`, () =>
    withServer(answer, async ({ download, path, server }) => {
      const stall = why.startsWith("nothing") ? 50 : 5_000;
      const says = `it failed 3 times in a row, the last time because ${why}`;
      const fails = () => download({ patience: { ...SWIFT, stall } });
      await assertRejectsCode(fails, "download-failed", says);
      assertEquals(await Deno.stat(path).catch(() => "none"), "none");
      assertEquals(server.ranges, [null, null, null]);
    }));
}

Deno.test("transferFile() waits as long as the server asks, up to five minutes", async () => {
  const waits: number[] = [];
  const onWait = (_: string, n: number) => void waits.push(n);
  const patience = { ...SWIFT, delay: () => 60_000, onWait };
  const asking = (after: string, status = 503) => ({ status, headers: { "retry-after": after } });
  const soon = [asking("0", 429), asking("0"), { body: BYTES }];
  await withServer((_, nth) => soon[nth]!, async ({ download, path }) => {
    await download({ patience });
    await assertComplete(path);
    assertEquals(waits, [0, 0]);
  });
  await withServer(() => asking("3600"), async ({ download, server }) => {
    const says = "the server asks to wait 60 minutes; run the same command again then";
    await assertRejectsCode(() => download({ patience }), "download-failed", says);
    assertEquals(server.asked.length, 1);
  });
});

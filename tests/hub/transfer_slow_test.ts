import { assertEquals, assertRejects } from "@std/assert";
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
const AT_HOME: Source = { allowed: { hosts: ["127.0.0.1"] } };
const SWIFT: Patience = { failures: 3, delay: () => 0, stall: 5_000 };

interface Tried {
  readonly server: LoopbackServer;
  readonly path: string;
  readonly download: (options?: {
    patience?: Patience;
    source?: Source;
    signal?: AbortSignal;
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

/** Asserts that the download fails and that the file does not appear. */
async function assertFails({ download, path, server }: Tried, why: string, asked = 3) {
  const address = `http://127.0.0.1:${server.port}/file`;
  const message =
    `Cannot download "${address}": it failed ${asked} times in a row, the last time because ${why}; what has arrived is kept: run the same command again to go on`;
  assertEquals((await assertRejectsCode(() => download(), "download-failed")).message, message);
  assertEquals(await Deno.stat(path).catch(() => "none"), "none");
}

Deno.test("transferFile() downloads a file and says that it did", () =>
  withServer(() => ({ body: BYTES }), async ({ download, path, server }) => {
    assertEquals(await download(), true);
    await assertComplete(path);
    assertEquals(server.ranges, [null]);
    assertEquals(server.asked[0]!.headers.get("accept-encoding"), "identity");
  }));

Deno.test("transferFile() keeps a file that is right, and replaces one that is not", () =>
  withServer(() => ({ body: BYTES }), async ({ download, path, server }) => {
    await Deno.writeFile(path, BYTES);
    assertEquals([await download(), server.asked.length], [false, 0]);
    await Deno.writeFile(path, ZEROS);
    assertEquals([await download(), server.asked.length], [true, 1]);
    await assertComplete(path);
  }));

Deno.test("transferFile() checks git's checksum of a file", () =>
  withServer(() => ({ body: new TextEncoder().encode("hello\n") }), async ({ download, path }) => {
    const hex = "ce013625030ba8dba906f756967f9e9ca394464a"; // git hash-object
    await download({ size: 6, checksum: { kind: "git", hex } });
    assertEquals(await Deno.readTextFile(path), "hello\n");
  }));

Deno.test("transferFile() resumes where the connection was cut, and reports every byte once", () =>
  withServer((asked, nth) => {
    return nth < 5 ? { ...ranged(BYTES, asked), cutAfter: 50_000 } : ranged(BYTES, asked);
  }, async ({ download, path, server }) => {
    let bytes = 0;
    await download({ onBytes: (n) => bytes += n });
    await assertComplete(path);
    assertEquals(server.ranges, [
      ...[null, "bytes=50000-", "bytes=100000-", "bytes=150000-", "bytes=200000-"],
      "bytes=250000-",
    ]);
    assertEquals(server.asked[1]!.headers.get("if-range"), '"1"');
    assertEquals(bytes, BYTES.length);
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

Deno.test("transferFile() starts again if the server ignores ranges", () =>
  withServer((_, nth) => ({ body: BYTES, ...(nth === 0 ? { cutAfter: HALF } : {}) }), async (
    { download, path, server },
  ) => {
    let bytes = 0;
    await download({ onBytes: (n) => bytes += n });
    await assertComplete(path);
    assertEquals(server.ranges, [null, `bytes=${HALF}-`]);
    assertEquals(bytes, BYTES.length);
  }));

Deno.test("transferFile() starts again if the server's file has changed", async () => {
  const honours = (asked: Asked, nth: number) =>
    nth === 0 ? { ...ranged(ZEROS, asked), cutAfter: HALF } : ranged(BYTES, asked, '"2"');
  await withServer(honours, async ({ download, path, server }) => {
    await download();
    await assertComplete(path);
    assertEquals(server.ranges, [null, `bytes=${HALF}-`]);
  });
  const ignoresIfRange = (asked: Asked, nth: number) => {
    const { "if-range": _, ...headers } = Object.fromEntries(asked.headers);
    return honours({ ...asked, headers: new Headers(headers) }, nth);
  };
  await withServer(ignoresIfRange, async ({ download, path, server }) => {
    await download();
    await assertComplete(path);
    assertEquals(server.ranges, [null, `bytes=${HALF}-`, null]);
  });
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

Deno.test("transferFile() gives up after too many failures in a row, and reports the last", async () => {
  await withServer(
    () => ({ status: 500 }),
    (tried) => assertFails(tried, "the server is troubled (status 500)"),
  );
  await withServer(
    () => ({ status: 429 }),
    async ({ download }) => {
      await assertRejectsCode(() => download(), "download-failed: because the server has had");
    },
  );
  await withServer(() => ({ body: BYTES, stallAfter: 0 }), async ({ download }) => {
    await assertRejectsCode(
      () => download({ patience: { ...SWIFT, stall: 50 } }),
      "download-failed: it failed 3 times in a row, the last time because nothing came for 0.05 seconds;",
    );
  });
});

Deno.test("transferFile() never puts wrong bytes in place", async () => {
  await withServer(
    (asked) => ranged(ZEROS, asked),
    async (tried) => {
      const zeros = createHash("sha256").update(ZEROS).digest("hex");
      await assertFails(tried, `its checksum is ${zeros} instead of ${SHA256}`);
      assertEquals(tried.server.ranges, [null, null, null]); // wrong bytes are never resumed
    },
  );
});

Deno.test("transferFile() trusts only the length that it knows", async () => {
  const announces = (n: number) => ({ body: BYTES, headers: { "content-length": `${n}` } });
  await withServer(
    () => announces(BYTES.length + 5),
    (tried) => assertFails(tried, "the server announces 300005 bytes instead of 300000"),
  );
  await withServer(
    () => announces(10),
    (tried) => assertFails(tried, "the server announces 10 bytes instead of 300000"),
  );
  const endless = new Uint8Array(2 * BYTES.length);
  const chunked = new TextEncoder().encode(`${endless.length.toString(16)}\r\n`);
  const body = new Uint8Array([
    ...chunked,
    ...endless,
    ...new TextEncoder().encode("\r\n0\r\n\r\n"),
  ]);
  await withServer(
    () => ({ body, headers: { "transfer-encoding": "chunked" } }),
    (tried) => assertFails(tried, "the server sends more than the 300000 bytes of the file"),
  );
});

Deno.test("transferFile() waits as long as the server asks, up to five minutes", async () => {
  const waits: number[] = [];
  const patience = {
    ...SWIFT,
    delay: () => 60_000,
    onWait: (_: string, n: number) => waits.push(n),
  };
  const past = new Date(0).toUTCString();
  await withServer((_, nth) => {
    return nth < 2
      ? { status: 429, headers: { "retry-after": ["0", past][nth]! } }
      : { body: BYTES };
  }, async ({ download, path }) => {
    await download({ patience });
    await assertComplete(path);
    assertEquals(waits, [0, 0]);
  });
  await withServer(
    () => ({ status: 503, headers: { "retry-after": "3600" } }),
    async ({ download, server }) => {
      assertEquals(
        (await assertRejectsCode(() => download({ patience }), "download-failed")).message,
        `Cannot download "http://127.0.0.1:${server.port}/file" now: the server asks to wait 60 minutes; run the same command again then`,
      );
      assertEquals(server.asked.length, 1);
    },
  );
  await withServer(
    () => ({ status: 503, headers: { "retry-after": "9".repeat(400) } }),
    async ({ download }) => {
      await assertRejectsCode(
        () => download({ patience }),
        "download-failed: the server asks to wait more than a day; run",
      );
    },
  );
});

Deno.test("transferFile() ends at once when aborted, and keeps the bytes received so far", () =>
  withServer(() => ({ body: BYTES, stallAfter: HALF }), async ({ download, path }) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    let came = 0;
    const onBytes = (n: number) => {
      came += n;
      if (came === HALF) stop.abort(reason);
    };
    const error = await assertRejects(() => download({ signal: stop.signal, onBytes }), Error);
    assertEquals(error, reason);
    assertEquals(await Deno.readFile(`${path}.incomplete`), BYTES.subarray(0, HALF));
  }));

Deno.test("transferFile() writes nothing where a link leads", () =>
  withServer(() => ({ body: BYTES }), async ({ download, path }) => {
    await Deno.writeTextFile(`${path}.victim`, "mine");
    await Deno.symlink(`${path}.victim`, `${path}.incomplete`);
    await assertRejectsCode(() => download(), "link-in-the-way: it is a link");
    assertEquals(await Deno.readTextFile(`${path}.victim`), "mine");
  }));

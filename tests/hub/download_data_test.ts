import { assertEquals } from "@std/assert";
import { fetchCannot, fetchKnown, fetchValse } from "../../lib/hub/download_data.ts";
import { checksumOf } from "../../lib/hub/repository.ts";
import { LoopbackServer } from "./loopback.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture } from "../scripts/task_process.ts";

const SWIFT = { patience: { failures: 2, delay: () => 0 } };

const TSV = new TextEncoder().encode(
  "premise\thypothesis\tlabel\nA cat.\tNo cat.\t1\nA cat.\tA “cat”.\t0\nA cat.\tNo dog.\t1\n",
);

const gitSha1 = (bytes: Uint8Array) => checksumOf(bytes, "git");

/** A server that cuts the first answer. */
const cut = (body: Uint8Array) =>
  new LoopbackServer((_, nth) => ({ body, ...nth === 0 && { cutAfter: 30 } }));

Deno.test("fetchCannot() and fetchValse() give the file as it is after a cut, and count its rows and those with a twin", async () => {
  const valse = await Deno.readFile(fixture("existence.json"));
  using server = cut(TSV);
  const source = { url: server.at("/c.tsv"), gitSha1: gitSha1(TSV) };
  const { bytes, rows, usable } = await fetchCannot(source, SWIFT);
  assertEquals([bytes, rows, usable], [TSV, 3, 2]);
  using other = cut(valse);
  const found = await fetchValse({ url: other.at("/e.json"), gitSha1: gitSha1(valse) }, SWIFT);
  assertEquals([found.bytes, found.rows], [valse, 9]);
});

Deno.test("fetchKnown() gives a file as it is, and refuses another content", async () => {
  const text = '{"a": {"filename": "1.jpg", "caption": "A cat.", "negative_caption": "No cat."}}';
  const file = new TextEncoder().encode(text);
  using server = cut(file);
  const url = server.at("/data/a.json");
  assertEquals(await fetchKnown({ url, gitSha1: gitSha1(file) }, SWIFT), file);
  const says = `Cannot use "${url}": git's SHA-1 of it is ${gitSha1(file)}`;
  const other = { url, gitSha1: gitSha1(TSV) };
  await assertRejectsCode(() => fetchKnown(other, SWIFT), "download-differs", says);
});

Deno.test("fetchKnown() refuses a file that is too large", async () => {
  using large = new LoopbackServer(() => ({ headers: { "content-length": `${2 ** 26 + 1}` } }));
  const says = "download-failed: the server sends more than 67108864 bytes";
  const file = { url: large.at(), gitSha1: gitSha1(TSV) };
  await assertRejectsCode(() => fetchKnown(file, SWIFT), says);
});

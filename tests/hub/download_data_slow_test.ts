import { assertEquals } from "@std/assert";
import { fetchValse } from "../../lib/hub/download_data.ts";
import { LoopbackServer } from "./loopback.ts";
import { fixture } from "../scripts/task_process.ts";
import { assertRejectsCode } from "../error_codes.ts";

const REACH = { hosts: ["127.0.0.1"] };
const SWIFT = { patience: { failures: 2, delay: () => 0 } };

Deno.test("fetchValse() gives the file as it is and counts its rows", async () => {
  const file = await Deno.readFile(fixture("existence.json"));
  using server = new LoopbackServer((_, nth) => ({
    body: file,
    ...(nth === 0 ? { cutAfter: 100 } : {}),
  }));
  const { bytes, rows } = await fetchValse({ url: server.at("/e.json"), allowed: REACH }, SWIFT);
  assertEquals(bytes, file);
  assertEquals(rows, Object.keys(JSON.parse(new TextDecoder().decode(file))).length);
});

Deno.test("fetchValse() refuses a page in its place, and one that is too large", async () => {
  const page = new TextEncoder().encode("<html>Sign in to this network</html>");
  using server = new LoopbackServer(() => ({ body: page }));
  const url = server.at("/e.json");
  await assertRejectsCode(
    () => fetchValse({ url, allowed: REACH }, SWIFT),
    "data-format-unknown",
    `Cannot read pairs from "${url}"`,
  );
  using large = new LoopbackServer(() => ({ headers: { "content-length": `${2 ** 26 + 1}` } }));
  await assertRejectsCode(
    () => fetchValse({ url: large.at(), allowed: REACH }, SWIFT),
    "download-failed",
    "the server sends more than 67108864 bytes",
  );
});

/** Who reaches the local server of the explorer, and with what. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Explorer } from "../../lib/explore/protocol.ts";
import type { EvaluateRow } from "../../lib/study/rows/score_rows.ts";
import { openFiles, pageRows } from "../../lib/explore/serve/open_engine.ts";
import { MARKUP, POLICY } from "../../lib/explore/serve/page.ts";
import { type ServedExplorer, serveExplorer } from "../../lib/explore/serve/server.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { ROOT } from "../imports.ts";
import { recordsIn } from "../scripts/task_process.ts";

const JSON_BODY = { "content-type": "application/json" };

/** An engine that counts what it is asked. */
function counting() {
  let calls = 0;
  const answer = () => Promise.resolve(++calls);
  const engine = { about: answer, measure: answer, addPicture: answer } as unknown as Explorer;
  return { engine, calls: () => calls };
}

async function serving(
  use: (served: ServedExplorer & { readonly calls: () => number }) => Promise<void>,
): Promise<void> {
  const { engine, calls } = counting();
  const files = new Map([["index.html", new TextEncoder().encode("<p>page</p>")]]);
  const served = serveExplorer(Promise.resolve(engine), files, { port: 0 });
  try {
    await use({ ...served, calls });
  } finally {
    await served.stop();
  }
}

async function asked(address: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(address, init);
  await answer.body?.cancel();
  return answer.status;
}

/** Sends a request whose headers fetch() would not let a page choose, as a page does whose name was pointed at the loopback. */
async function raw(
  address: string,
  headers: string,
  target = new URL(address).pathname,
): Promise<number> {
  const { hostname, port } = new URL(address);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request = `GET ${target} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const text = await new Response(connection.readable).text();
  return Number(/^HTTP\/1.1 (\d+)/.exec(text)![1]);
}

Deno.test("serveExplorer() gives the page and the engine to whom has the token", () =>
  serving(async ({ address, calls }) => {
    assertMatch(address, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
    const page = await fetch(address);
    assertEquals([page.status, await page.text()], [200, "<p>page</p>"]);
    assertEquals(page.headers.get("content-security-policy"), `${POLICY}; frame-ancestors 'none'`);
    assertEquals(page.headers.get("access-control-allow-origin"), null);
    const init = { method: "POST", headers: JSON_BODY, body: "[]" };
    assertEquals(await (await fetch(`${address}api/about`, init)).json(), { value: 1 });
    const { origin } = new URL(address);
    for (const token of ["", "a", "0".repeat(32), address.slice(-33, -2)]) {
      assertEquals(await asked(`${origin}/${token}/api/about`, init), 403);
      assertEquals(await asked(`${origin}/${token}`), 403);
    }
    assertEquals(calls(), 1);
  }));

Deno.test("serveExplorer() refuses names that were pointed at the loopback, and pages of other sites, even with the token", () =>
  serving(async ({ address, calls }) => {
    const { host } = new URL(address);
    const port = host.split(":")[1];
    assertEquals(await raw(address, `Host: ${host}`), 200);
    assertEquals(await raw(address, `Host: localhost:${port}`), 200);
    const noUrl = ["a b", "[", "%", ""]; // with which the request has none
    const evil = ["evil.example", `evil.example:${port}`, `127.0.0.1.evil.example:${port}`];
    for (const name of [...evil, "127.0.0.1", ...noUrl]) {
      assertEquals(await raw(address, `Host: ${name}`), 403, name);
    }
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", `https://${host}`]) {
      assertEquals(await raw(address, `Host: ${host}\r\nOrigin: ${origin}`), 403, origin);
    }
    assertEquals(await raw(address, `Host: ${host}\r\nOrigin: http://${host}`), 200);
    assertEquals(await raw(address, `Host: ${host}`, "http://[/"), 403);
    for (const site of ["cross-site", "same-site"]) {
      assertEquals(await raw(address, `Host: ${host}\r\nSec-Fetch-Site: ${site}`), 403, site);
    }
    assertEquals(calls(), 0);
  }));

Deno.test("serveExplorer() refuses forms, large bodies, other methods, paths out of its files, and calls that there are not", () =>
  serving(async ({ address, calls }) => {
    const post = (call: string, body: BodyInit, type = "application/json") =>
      asked(`${address}api/${call}`, { method: "POST", headers: { "content-type": type }, body });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      assertEquals(await post("about", "[]", type), 415, type);
    }
    assertEquals(await post("addPicture", "[]"), 415);
    assertEquals(await post("measure", " ".repeat(1e6 + 1)), 413);
    const large = new Uint8Array(20e6 + 1);
    assertEquals(await post("addPicture", large, "application/octet-stream"), 413);
    const parts = Array.from({ length: 11 }, () => new Uint8Array(1e5)); // sent without its length
    assertEquals(await post("measure", ReadableStream.from(parts)), 413);
    for (const body of ["", "{", "{}", "1", '"measure"']) {
      assertEquals(await post("measure", body), 400, body);
    }
    assertEquals(await asked(`${address}api/about`), 405);
    assertEquals(await asked(address, { method: "DELETE" }), 405);
    const paths = ["page.js", "..%2f..%2fdeno.json", "%2e%2e/deno.json", "index.html/", "api"];
    for (const path of paths) {
      assert([403, 404, 405].includes(await asked(address + path)), path);
    }
    for (const call of ["constructor", "__proto__", "toString", "", "about/x", "hasOwnProperty"]) {
      assertEquals(await post(call, "[]"), 422, call);
    }
    assertEquals(calls(), 0);
  }));

Deno.test("serveExplorer() listens on the loopback alone, and says when a port is taken", () =>
  serving(({ address }) => {
    const { hostname, port } = new URL(address);
    assertEquals(hostname, "127.0.0.1");
    const serve = () =>
      serveExplorer(Promise.resolve(counting().engine), new Map(), { port: Number(port) });
    assertThrowsCode(serve, "port-taken", "Cannot serve the page at port");
    return Promise.resolve();
  }));

Deno.test("the page may load nothing from another host, and runs no script or style of its markup", () => {
  const sources = POLICY.split("; ").flatMap((part) => part.split(" ").slice(1));
  assertEquals([...new Set(sources)], ["'self'", "'wasm-unsafe-eval'", "blob:", "'none'"]);
  assert(!/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:/.test(POLICY));
  assert(!/<script(?![^>]*src=)|<style|\son\w+="|style=/i.test(MARKUP), MARKUP);
});

Deno.test("the page begins with a row of the embedded data whose picture shows what its sentences name, and nothing else", async () => {
  const { inputs: { pairs }, about } = await openFiles({}, { cache: false });
  const scores = new Map(pairs.map(({ id }) => [id, {} as EvaluateRow]));
  const page = pageRows(pairs, scores);
  const first = pairs.find(({ id }) => id === page.first);
  const objects = recordsIn(`${ROOT}data/shapes/objects.csv`);
  const { present } = objects.find(({ image }) => image === first!.image)!;
  const [noun] = present!.split("|");
  assertEquals([first!.caption, first!.foil], [`There is a ${noun}.`, `There is no ${noun}.`]);
  assert(present!.split("|").every((object) => object.endsWith(noun!)), present);
  assertEquals(about.circuit?.sides.length, 2); // that ships with the kit
  const other = await openFiles({ model: "shapes/tuned" }, { cache: false });
  const warned: string[] = [];
  const ofShapes = {
    data: `${ROOT}data/shapes/existence.json`,
    images: `${ROOT}data/shapes/images`,
    limit: 4,
  };
  const how = {
    called: (option: string) => `--${option}`,
    warn: (line: string) => warned.push(line),
  };
  await openFiles({ model: "planted/relay", ...ofShapes }, { ...how, cache: false });
  assertEquals(warned, ["A planted model knows only how red a picture is; --model names another"]);
  assertEquals(other.about.circuit, undefined); // it is of another model
});

Deno.test("pageRows() finds the other row of a block, and begins with the one whose picture shows what the sentences name", () => {
  const [yes, no, other] = ["There is a star.", "There is no star.", "There is a ring."];
  const pairs = [
    { id: "a", caption: other, foil: "There is no ring.", negation: "foil", image: "" },
    { id: "b", caption: no, foil: yes, negation: "caption", image: "" },
    { id: "c", caption: yes, foil: no, negation: "foil", image: "" },
  ] as const;
  const scores = new Map(pairs.map(({ id }) => [id, {} as EvaluateRow]));
  const { rows, first } = pageRows(pairs, scores);
  assertEquals([first, ...rows.map(({ other }) => other)], ["c", undefined, "c", "b"]);
  assertEquals(pageRows(pairs.slice(0, 1), scores).first, "a");
});

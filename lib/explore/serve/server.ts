/** The page on the loopback, with its engine in this process. */

import { isRefusal } from "../../files/write_whole.ts";
import { firstLine, NegscopeError } from "../../errors/errors.ts";
import { type Explorer, outcomeOf } from "../protocol.ts";
import { POLICY } from "./page.ts";

/** The address that the server listens on: no other machine reaches it. */
const HOST = "127.0.0.1";

/** The most bytes of a request: of a picture, and of anything else. */
const MOST_BYTES = { picture: 20e6, other: 1e6 };

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
};

/**
 * Serves a page and its engine.
 *
 * Every path begins with a random token, so that neither another program of this machine nor a page of another site finds one. The names in
 * `Host` and `Origin` must be those of this server: a name that an attacker has pointed at the loopback is refused, and so is a request of
 * another site's page.
 */
export function serveExplorer(
  engine: Promise<Explorer>,
  files: ReadonlyMap<string, Uint8Array>,
  { port }: { readonly port: number },
) {
  engine.catch(() => undefined); // every call reports it
  const token = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const served = listen(port, async (request) => {
    const names = [HOST, "localhost"].flatMap((name) => [
      `${name}:${served.addr.port}`,
      ...served.addr.port === 80 ? [name] : [], // browsers leave out the port of HTTP
    ]);
    const origin = request.headers.get("origin");
    const isHere = names.includes(request.headers.get("host") ?? "") &&
      (origin === null || names.some((name) => origin === `http://${name}`)) &&
      ["same-origin", "none", null].includes(request.headers.get("sec-fetch-site"));
    const [, given, ...path] = URL.parse(request.url)?.pathname.split("/") ?? []; // none with a wrong Host
    if (!isHere || given !== token) return refusal(403, "This address is not the explorer's");
    if (path[0] !== "api") return fileAt(path.join("/"), request, files);
    if (request.method !== "POST") return refusal(405, "Ask with POST");
    return await answer(engine, path.slice(1).join("/"), request);
  });
  return {
    address: `http://${HOST}:${served.addr.port}/${token}/`,
    stop: () => served.shutdown(),
  };
}

function listen(
  port: number,
  handle: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: HOST, port, onListen() {} }, handle);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new NegscopeError("port-taken", {
      problem: `Cannot serve the page at port ${port}`,
      subject: port,
      reason: firstLine(cause),
      fix: "name another with --port, or leave it out",
      cause,
    });
  }
}

function fileAt(
  path: string,
  { method }: Request,
  files: ReadonlyMap<string, Uint8Array>,
): Response {
  if (method !== "GET" && method !== "HEAD") return refusal(405, "Ask with GET");
  const name = path === "" ? "index.html" : path;
  const bytes = files.get(name);
  if (bytes === undefined) return refusal(404, "There is no such file");
  const ending = name.split(".").at(-1)!;
  const type = TYPES[ending] ?? `image/${ending}`;
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: headersOf(type) });
}

async function answer(
  engine: Promise<Explorer>,
  call: string,
  request: Request,
): Promise<Response> {
  const isPicture = call === "addPicture";
  const expected = isPicture ? "application/octet-stream" : "application/json"; // no form of another page can send these
  if (request.headers.get("content-type")?.split(";")[0] !== expected) {
    return refusal(415, `The body must be ${expected}`);
  }
  const length = Number(request.headers.get("content-length") ?? Infinity);
  if (!(length <= MOST_BYTES[isPicture ? "picture" : "other"])) {
    return refusal(413, "The request is too large, or does not say how large it is");
  }
  const args = isPicture
    ? [new Uint8Array(await request.arrayBuffer())]
    : await request.json().catch(() => undefined);
  if (!Array.isArray(args)) return refusal(400, "The body must be a JSON list");
  const outcome = await outcomeOf(engine, call, args);
  if ("value" in outcome && outcome.value instanceof Blob) {
    return new Response(outcome.value, { headers: headersOf(outcome.value.type) });
  }
  const status = "error" in outcome ? 422 : 200;
  return Response.json(outcome, { status, headers: headersOf("application/json") });
}

function refusal(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: headersOf("text/plain; charset=utf-8") });
}

function headersOf(type: string): HeadersInit {
  return {
    "content-type": type,
    "content-security-policy": `${POLICY}; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  };
}

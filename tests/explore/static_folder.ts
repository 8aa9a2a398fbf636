/** A web host that serves a folder as it is, such as those of static pages. */

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
};

/** Serves a folder, and what a test adds to it. */
export function serveFolder(
  folder: string,
  further: (path: string, request: Request) => Promise<Response | undefined> = () =>
    Promise.resolve(undefined),
): { readonly address: string; readonly stop: () => Promise<void> } {
  const served = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname.slice(1) || "index.html";
    const own = await further(path, request);
    if (own !== undefined) return own;
    const bytes = await Deno.readFile(`${folder}/${path}`).catch(() => undefined);
    if (bytes === undefined) return new Response(null, { status: 404 });
    const type = TYPES[path.split(".").at(-1)!] ?? "application/octet-stream";
    return new Response(bytes, { headers: { "content-type": type } });
  });
  return { address: `http://127.0.0.1:${served.addr.port}/`, stop: () => served.shutdown() };
}

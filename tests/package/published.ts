/** The package as a registry would serve it: the files that `deno publish` sends, over HTTP. */

import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { runDeno } from "../scripts/task_process.ts";

const KIT = fileURLToPath(new URL("../..", import.meta.url));

/** The paths of the files that are published, as a dry run lists them. */
export async function publishedFiles(): Promise<string[]> {
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
  const { code, stderr } = await runDeno(args, { cwd: KIT });
  if (code !== 0) throw new Error(stderr);
  const root = new URL("../..", import.meta.url).href;
  return [...stderr.matchAll(/^ +(file:\S+) \([\d.]+[KM]?B\)$/gm)].map(([, url]) =>
    decodeURIComponent(url!.slice(root.length))
  );
}

interface PackageServer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for and are not in the package. */
  readonly absent: readonly string[];
  readonly served: ReadonlySet<string>;
}

/**
 * Serves the package from a port of this machine. Names of npm packages in the source become specifiers with their version, as publishing
 * makes them. The stand-in for @std/cli is served beside it.
 *
 * @param files The paths of the files.
 */
export function servePackage(files: readonly string[]): PackageServer {
  const published = new Set(files);
  const absent: string[] = [];
  const served = new Set<string>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const path = decodeURIComponent(new URL(url).pathname.slice(1));
    if (!published.has(path) && !path.startsWith("lib/std/")) {
      absent.push(path);
      return new Response(null, { status: 404 });
    }
    served.add(path);
    const bytes = await Deno.readFile(KIT + path);
    const type = TYPES[path.slice(path.lastIndexOf("."))] ?? "application/octet-stream";
    const body = path.endsWith(".ts") ? withVersions(new TextDecoder().decode(bytes)) : bytes;
    return new Response(body, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    absent,
    served,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".json": "application/json",
  ".ts": "text/typescript",
};

const PACKAGES = Object.entries(config.imports).filter(([, to]) => to.startsWith("npm:"));

function withVersions(source: string): string {
  return source.replaceAll(
    /(\bfrom |\bimport |\bimport\(|\bimport\.meta\.resolve\()"((?!\.)[^"]+)"/g,
    (statement, start, name) => {
      const known = PACKAGES.find(([own]) => name === own || name.startsWith(`${own}/`));
      return known ? `${start}"${known[1]}${name.slice(known[0].length)}"` : statement;
    },
  );
}

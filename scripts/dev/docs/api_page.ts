/** docs/api/: a page for each entry point, with every public name with its signature and the first sentence of its documentation, as `deno doc` has them. */

import config from "../../../deno.json" with { type: "json" };
import { kitPath } from "../../../lib/files/kit_files.ts";
import { anchor, wrapped } from "./markdown.ts";

/** A public name: its signature, its description, and the members of a class or an interface. */
export interface PublicName {
  readonly name: string;
  /** The file and line where it is declared: the same ones in two entry points are the same thing. */
  readonly declared: string;
  readonly signature: string;
  readonly about: string;
  readonly members: readonly { readonly signature: string; readonly about: string }[];
}

export interface EntryPoint {
  /** What is written in an import, such as `negscope/hooks`. */
  readonly specifier: string;
  readonly about: string;
  /** In the order of `deno doc`: functions, values, classes, types. */
  readonly names: readonly PublicName[];
}

/** Namespaces among the names, whose members `deno doc` does not follow. */
const NAMESPACES: Readonly<Record<string, string>> = {
  column: "lib/api/column.ts",
  option: "lib/api/option.ts",
};

/** Reads all entry points of deno.json that are imported; the tasks among them are run. */
export async function entryPoints(): Promise<EntryPoint[]> {
  const imported = Object.entries(config.exports).filter(([path]) => !path.startsWith("./tasks/"));
  return await Promise.all(
    imported.map(async ([path, file]) => {
      const [about = "", ...names] = await documented(file.slice(2));
      const specifier = path.replace(".", "negscope");
      return {
        specifier,
        about: paragraph(about.replace("@module", "")),
        names: await withNamespaces(names),
      };
    }),
  );
}

/** Makes the pages, by the names of their files in docs/api. */
export async function apiPages(): Promise<Map<string, string>> {
  const entries = await entryPoints();
  const explained = new Map<string, string>(); // the page of each name
  const pages = entries.map(({ specifier, about, names }) => {
    const page = pageOf(specifier);
    const again = names.filter(({ declared }) => explained.has(declared));
    const first = names.filter(({ declared }) => !explained.has(declared));
    for (const { declared } of first) explained.set(declared, page);
    const links = again.map(({ name, declared }) =>
      `[\`${name}\`](${explained.get(declared)}#${anchor(name)})`
    );
    const parts = [
      `# ${specifier}`,
      wrapped(about),
      ...(links.length === 0 ? [] : [wrapped(`Also here: ${links.join(", ")}.`)]),
      ...first.map(section),
    ];
    return [page, parts.join("\n\n") + "\n"] as const;
  });
  const head =
    "Every public name with its signature and what it does. The documentation comments, " +
    "which an editor shows, have parameters, errors and examples too. A name that several entry " +
    "points have is explained under the first. Written by `deno task docs`.";
  const contents = entries.map(({ specifier, names, about }) =>
    wrapped(`[\`${specifier}\`](${pageOf(specifier)}), ${names.length} names: ${about}`, {
      bullet: "- ",
    })
  );
  const start = ["# API", wrapped(head), contents.join("\n")].join("\n\n") + "\n";
  return new Map([["README.md", start], ...pages]);
}

/** The names that a page explains. */
export function namesIn(page: string): string[] {
  return [...page.matchAll(/^## (\w+)$/gm)].map(([, name]) => name!);
}

function pageOf(specifier: string): string {
  return `${specifier.replace("negscope/", "")}.md`;
}

function section({ name, signature, about, members }: PublicName): string {
  const lines = members.flatMap((member) => [
    ...(member.about === "" ? [] : [`  // ${member.about}`]),
    `  ${member.signature}`,
  ]);
  const code = lines.length === 0 ? signature : `${signature} {\n${lines.join("\n")}\n}`;
  return `## ${name}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${wrapped(about)}`;
}

/** What a file exports: first the text about the module, then its names. Overloads of a function are one. */
async function documented(file: string): Promise<[string, ...PublicName[]]> {
  const text = await denoDoc(file);
  const [about = "", ...parts] = text.split(/^Defined in (?=file:)/m);
  const names: PublicName[] = [];
  for (const part of parts) {
    const [declared, , written = "", ...lines] = part.trimEnd().split("\n");
    const signature = withBraces(written);
    const name = /^(?:(?:async|abstract) )*[a-z]+\*? (\w+)/.exec(signature)![1]!;
    const last = names.at(-1);
    if (last?.name === name && signature.includes("function")) {
      names[names.length - 1] = { ...last, signature: `${last.signature}\n${signature}` };
    } else {
      names.push({ name, declared: declared!, signature, ...described(lines) });
    }
  }
  return [about, ...names];
}

/** A signature with the braces of its mapped types, which `deno doc` leaves out. */
function withBraces(signature: string): string {
  const start = /(?<!\{ |\{ readonly )(?:readonly )?\[\w+ in /.exec(signature);
  if (start === null) return signature;
  let depth = 0;
  let end = start.index;
  for (; end < signature.length; end++) {
    const isArrow = signature.startsWith("=>", end - 1);
    if ("<([{".includes(signature[end]!)) depth++;
    else if (">)]}".includes(signature[end]!) && !isArrow && --depth < 0) break;
    else if (depth === 0 && (signature[end] === "," || signature.startsWith(" & ", end))) break;
  }
  const mapped = signature.slice(start.index, end);
  return withBraces(`${signature.slice(0, start.index)}{ ${mapped} }${signature.slice(end)}`);
}

/** The description and the members in the lines below a signature. */
function described(lines: readonly string[]): Pick<PublicName, "about" | "members"> {
  const members: { signature: string; about: string }[] = [];
  const isMember = (line: string) => /^ {2}(?![@\s])/.test(line);
  const end = lines.findIndex((line, i) => isMember(line) && startsMember(lines, i));
  const prose = end < 0 ? lines : lines.slice(0, end);
  for (const [i, line] of (end < 0 ? [] : lines.slice(end)).entries()) {
    if (!isMember(line)) continue;
    const below = lines.slice(end + i + 1);
    const stop = below.findIndex(isMember);
    const text = stop < 0 ? below : below.slice(0, stop);
    members.push({
      signature: line.trim(),
      about: firstSentence(text.map((line) => line.slice(2))),
    });
  }
  return {
    about: firstSentence(prose),
    members: members.filter(({ signature }) => !signature.includes("customInspect")),
  };
}

/** Whether a member begins at a line, and not a paragraph of the description. */
function startsMember(lines: readonly string[], i: number): boolean {
  return /^ {2}(?:(?:static|readonly|override|async|get|set|abstract) )*(?:\[|#?[A-Za-z]\w*\*?[?(<:]|constructor\()/
    .test(lines[i]!);
}

function firstSentence(lines: readonly string[]): string {
  const until = lines.findIndex((line, i) => i > 0 && line.trim() === "" || /^ *@/.test(line));
  return sentence(paragraph((until < 0 ? lines : lines.slice(0, until)).join("\n")));
}

function sentence(text: string): string {
  return /^.*?[.:](?= [A-Z`]|$)/.exec(text)?.[0] ?? text;
}

function paragraph(text: string): string {
  return text.trim().split(/\n\s*\n/)[0]!.replaceAll(/\s+/g, " ").trim();
}

async function withNamespaces(names: readonly PublicName[]): Promise<PublicName[]> {
  return await Promise.all(names.map(async (found) => {
    const file = found.signature.startsWith("namespace ") ? NAMESPACES[found.name] : undefined;
    if (file === undefined) return found;
    const [, ...members] = await documented(file);
    return { ...found, declared: file, members };
  }));
}

async function denoDoc(file: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", file],
    cwd: kitPath(""),
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}

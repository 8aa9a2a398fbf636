/** Runs tasks as a user does: as processes with the permissions in deno.json. */

import { parse } from "@std/csv";
import { fileURLToPath } from "node:url";
import { freshCache } from "../own_cache.ts";

const ROOT = new URL("../../", import.meta.url);
const FIXTURES = new URL("../fixtures/", import.meta.url);

/** The flags for the committed model with its pairs and images. */
export const TINY = [
  ...["--model", fixture("clip-tiny"), "--data", fixture("pairs.json")],
  ...["--images", fixture("images")],
];

export interface TaskResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(name, FIXTURES));
}

/** All tasks, those for developers too, by their names. */
export const TASKS: Readonly<Record<string, { readonly command: string }>> = Object.assign(
  {},
  ...["deno.json", "scripts/dev/tasks.json"].map((file) =>
    JSON.parse(Deno.readTextFileSync(new URL(file, ROOT))).tasks
  ),
);

/** The command of a task: variables, then the arguments of Deno, of which the first that ends in .ts is the script. */
export function taskCommand(task: string): { env: Record<string, string>; args: string[] } {
  const words = TASKS[task]!.command.split(" ");
  const start = words.indexOf("deno");
  const env = words.slice(0, start).map((word) => word.split("=", 2) as [string, string]);
  return { env: Object.fromEntries(env), args: words.slice(start + 1) };
}

interface TaskOptions {
  /** The working directory. @default {the repository's folder} */
  readonly cwd?: string;
  /** Variables besides those of the task. @default {those of this process, with a cache folder of its own} */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables besides those of the task and of this process. @default {none} */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Empty variables, which count as not set, in place of those of the machine that runs the tests. */
const NO_HUB_CACHE = { HF_HUB_CACHE: "", HUGGINGFACE_HUB_CACHE: "" };

export function startTask(
  task: string,
  flags: readonly string[],
  { cwd = fileURLToPath(ROOT), env: only, variables }: TaskOptions = {},
): Deno.ChildProcess {
  const { env, args } = taskCommand(task);
  const path = args.findIndex((arg) => arg.endsWith(".ts"));
  const script = fileURLToPath(new URL(args[path]!, ROOT));
  return new Deno.Command(Deno.execPath(), {
    args: [...args.with(path, script), ...flags],
    cwd,
    env: { ...only ?? freshCache(), ...env, ...NO_HUB_CACHE, NO_COLOR: "1", ...variables },
    clearEnv: only !== undefined,
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
}

export async function runTask(
  task: string,
  flags: readonly string[],
  options: TaskOptions = {},
): Promise<TaskResult> {
  return await endOf(startTask(task, flags, options));
}

/** Runs Deno and returns its result. */
export async function runDeno(
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<TaskResult> {
  const streams = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const own = { args: [...args], ...options, env: { NO_COLOR: "1", ...options.env }, ...streams };
  return await endOf(new Deno.Command(Deno.execPath(), own).spawn());
}

/** Waits for the end of a task and returns its result. */
export async function endOf(process: Deno.ChildProcess): Promise<TaskResult> {
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Variables without a home directory, with which Deno still finds its packages. */
export function withoutHome(): Record<string, string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  return {
    HOME: "",
    HF_HOME: "",
    XDG_CACHE_HOME: "",
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${cache}/deno`,
  };
}

export async function inFolder<Of>(use: (folder: string) => Promise<Of>): Promise<Of> {
  const folder = await Deno.makeTempDir();
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes files into a new folder, which is removed afterwards. */
export async function withFiles<Of>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<Of>,
): Promise<Of> {
  return await inFolder(async (folder) => {
    for (const [name, contents] of Object.entries(files)) {
      const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    return await use(folder);
  });
}

/** The rows of a CSV file, by the names of its columns. */
export function recordsIn(path: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(path), { skipFirstRow: true });
}

/** What a run's report says, without marks, in one line. */
export function reportIn(folder: string): string {
  const page = Deno.readTextFileSync(`${folder}/report.html`);
  const text = page.replaceAll(/<(style|script)[^]*?<\/\1>|<[^>]*>/g, " ");
  return text.replaceAll("&quot;", '"').replaceAll(/\s+/g, " ");
}

/** The names in a folder, sorted; empty if it does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Tasks as a user starts them: processes with the permissions that deno.json gives them. */

import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const FIXTURES = new URL("../fixtures/", import.meta.url);

/** The flags that choose the committed model with its pairs and images. */
export const TINY = [
  "--model",
  fixture("clip-tiny"),
  "--data",
  fixture("pairs.json"),
  "--images",
  fixture("images"),
];

/** What a task left behind. */
export interface TaskResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(name, FIXTURES));
}

/** The command that deno.json has for a task: variables, then program and arguments. */
export function taskCommand(task: string): { env: Record<string, string>; args: string[] } {
  const { tasks }: { readonly tasks: Readonly<Record<string, { readonly command: string }>> } = JSON
    .parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const words = tasks[task]!.command.split(" ");
  const start = words.indexOf("deno");
  const env = words.slice(0, start).map((word) => word.split("=", 2) as [string, string]);
  return { env: Object.fromEntries(env), args: words.slice(start + 1) };
}

/** Runs a task; see {@linkcode taskProcess}. */
export async function runTask(...task: Parameters<typeof taskProcess>): Promise<TaskResult> {
  const { code, stdout, stderr } = await taskProcess(...task).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A task to start, with variables set beside those of the tests, in the repository's folder or another. */
export function taskProcess(
  task: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { cwd = fileURLToPath(ROOT) }: { readonly cwd?: string } = {},
): Deno.Command {
  const { env, args } = taskCommand(task);
  const script = fileURLToPath(new URL(args.at(-1)!, ROOT));
  return new Deno.Command(Deno.execPath(), {
    args: [...args.slice(0, -1), script, ...flags],
    cwd,
    env: { ...env, NO_COLOR: "1", ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Variables without a home, with which Deno itself still finds its packages. */
export function withoutHome(): Record<string, string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  return { HOME: "", HF_HOME: "", DENO_DIR: Deno.env.get("DENO_DIR") ?? `${cache}/deno` };
}

/** Uses a folder that is gone afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names in a folder, sorted; of one that does not exist none. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

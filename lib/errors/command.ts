/**
 * The command that starts a task: `deno task NAME` where the kit is a checkout, `negscope NAME` where it is an installed package.
 *
 * @param kit A URL of the kit's own. @default {this file's}
 */
export function commandOf(task: string, kit: string = import.meta.url): string {
  return `${kit.startsWith("file:") ? "deno task" : "negscope"} ${task}`;
}

import { assert } from "@std/assert";
import { ROOT } from "./imports.ts";

export async function bundle(entry: string, to: string): Promise<void> {
  const args = ["bundle", "--frozen", "--platform", "browser", "--check=false", "-o", to, entry];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assert(success, new TextDecoder().decode(stderr));
}

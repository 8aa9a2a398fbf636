/** Environment variables. */

/**
 * Reads environment variables; unset ones are left out.
 *
 * @param names The variables' names; the task needs permission to read them.
 */
export function environment<Name extends string>(
  ...names: readonly Name[]
): { [Key in Name]?: string } {
  const values: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = Deno.env.get(name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

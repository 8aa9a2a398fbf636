/** Variables of the environment. */

/**
 * Reads variables; one that is not set is left out.
 *
 * @param names Their names, which the task must be allowed to read.
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

/** Token roles as charts show them: from the start of the sentence to its end. */

const SHOWN = new Map([
  ["sot", "SOT"],
  ["there", "there"],
  ["is_are", "is / are"],
  ["before", "before"],
  ["negator", "negator"],
  ["inserted", "inserted"],
  ["subject_first", "subject (first)"],
  ["subject_further", "subject (further)"],
  ["after", "after"],
  ["full_stop", "full stop"],
  ["eot", "EOT"],
]);

/** A role in the reader's words. */
export function roleLabel(role: string): string {
  return SHOWN.get(role) ?? role;
}

/** Those of some roles that differ, in the order of the sentence; roles that are not known come last. */
export function rolesInOrder(roles: Iterable<string>): readonly string[] {
  const present = new Set(roles);
  const known = [...SHOWN.keys()].filter((role) => present.has(role));
  return [...known, ...[...present].filter((role) => !SHOWN.has(role))];
}

/** Token roles as charts show them. */

import { type Role, ROLES } from "../data/roles.ts";

const SHOWN: Readonly<Record<Role, string>> = {
  sot: "SOT",
  there: "there",
  is_are: "is / are",
  before: "before",
  negator: "negator",
  inserted: "inserted",
  subject_first: "subject (first)",
  subject_further: "subject (further)",
  after: "after",
  full_stop: "full stop",
  eot: "EOT",
};

/** A role in the reader's words; one that is not known as it is. */
export function roleLabel(role: string): string {
  const known = ROLES.find((name) => name === role);
  return known === undefined ? role : SHOWN[known];
}

/** Those of some roles that differ, in the order of the sentence; ones that are not known come last. */
export function rolesInOrder(roles: Iterable<string>): readonly string[] {
  const present = new Set(roles);
  const inOrder = new Set<string>([...ROLES, ...present]);
  return [...inOrder].filter((role) => present.has(role));
}

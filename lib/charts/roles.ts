/** The names of token roles, and of tokens, in charts. */

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
  pad: "padding",
  pooled: "pooled",
};

export function roleLabel(role: string): string {
  const known = ROLES.find((name) => name === role);
  return known === undefined ? role : SHOWN[known];
}

/** The distinct roles in the order of the sentence; roles that are not known come last. */
export function rolesInOrder(roles: Iterable<string>): readonly string[] {
  const present = new Set(roles);
  const inOrder = new Set<string>([...ROLES, ...present]);
  return [...inOrder].filter((role) => present.has(role));
}

export function roleOfLabel(label: string): string {
  return ROLES.find((role) => SHOWN[role] === label) ?? label;
}

function labelsInOrder(labels: readonly string[]): readonly string[] {
  return rolesInOrder(labels.map(roleOfLabel)).map(roleLabel);
}

const ENDS: ReadonlyMap<string, string> = new Map([
  ["<|startoftext|>", "SOT"],
  ["<|endoftext|>", "EOT"],
]);

/** A token as charts name it: those at the ends of a sentence are long. */
export function shortToken(token: string): string {
  return ENDS.get(token) ?? token;
}

/** The side of a heat map on which roles stand in the order of the sentence. */
export const ROLE_SIDE = {
  field: "role",
  of: ({ role }: { readonly role?: string | undefined }): string => roleLabel(`${role}`),
  order: labelsInOrder,
};

/** disagreements.csv: the parts that one method names and another does not, and why they may differ. */

import { nodeName } from "../tables/nodes.ts";
import type { Negation } from "../data/pairs.ts";
import { NEGATION } from "../study/columns.ts";
import { MOST_OF_NONE } from "../study/effects/named_shares.ts";
import { fillTable, key, table, text } from "../tables/schema.ts";
import type { Row, Table } from "../tables/table.ts";
import { type MethodName, METHODS } from "./methods.ts";
import { actingRole, type AtlasPart, isNamed } from "./read_atlas.ts";

/** What can name a part: a method, or the circuit. */
export type Naming = MethodName | "circuit";

/** disagreements.csv. */
export const DISAGREEMENTS = table(
  "disagreements",
  "One row for each side and head or MLP that one method names and another that measures it does not. A method names a share of .01 or more with a simultaneous interval without 0, as its summary does; `attend` a head that certainly looks at the negator more than at its twin; `circuit` its parts. Paths are left out: they exist only between some heads.",
  {
    negation: NEGATION,
    part: key(text("The part, as in atlas.csv.")),
    named_by: key(text<Naming>("The method that names it, as in the columns of atlas.csv.")),
    not_named_by: key(text<Naming>("The method that does not.")),
    reason: text(
      "Why they may differ, the first that fits both methods and the part's other values; a guess that the page explains, not a finding. `none known` if none fits.",
    ),
    page: text("The page about the method that is blind there."),
  },
);

export type DisagreementRow = Row<
  {
    negation: Negation;
    part: string;
    named_by: Naming;
    not_named_by: Naming;
    reason: string;
    page: string;
  },
  never
>;

interface Reason {
  readonly reason: string;
  readonly named: readonly Naming[];
  readonly notNamed: readonly Naming[];
  /** What must also hold of the part. @default {nothing} */
  readonly if?: (part: NamedPart) => boolean;
}

interface NamedPart {
  readonly part: AtlasPart;
  readonly names: (name: Naming) => boolean;
}

const LAST = "eot";

/** Whether the part acts at a token other than the end token, by its total effect. */
const actsEarlier = ({ part }: NamedPart) => (actingRole(part) ?? LAST) !== LAST;

/** The reasons, of which the first that fits is given. */
export const REASONS: readonly Reason[] = [
  {
    reason: "looks without writing",
    named: ["attend"],
    notNamed: ["knockout", "ablate", "direct", "total", "circuit"],
    if: ({ names }) => !names("total") && !names("ablate"),
  },
  {
    reason: "reads what an earlier part moved",
    named: ["ablate", "direct", "total", "circuit"],
    notNamed: ["attend", "knockout"],
    if: ({ names }) => !names("attend") && !names("knockout"),
  },
  {
    reason: "another part stands in",
    named: ["total", "ablate", "direct", "attend", "circuit"],
    notNamed: ["knockout"],
    if: ({ names, part: { node } }) => node.layer === 1 && names("attend") && names("total"),
  },
  {
    reason: "reads it from another part too",
    named: ["total", "ablate", "direct", "attend", "circuit"],
    notNamed: ["knockout"],
    if: ({ names }) => names("attend"),
  },
  {
    reason: "another part makes up for it",
    named: ["total", "direct", "knockout", "circuit"],
    notNamed: ["ablate"],
    if: ({ names }) => names("total"),
  },
  {
    reason: "acts at an earlier token",
    named: ["attend", "knockout", "ablate", "total", "circuit"],
    notNamed: ["direct"],
    if: actsEarlier,
  },
  {
    reason: "counts only with another part",
    named: ["attend", "knockout", "ablate", "circuit"],
    notNamed: ["total", "direct"],
    if: ({ names }) => names("ablate") && !names("total"),
  },
  {
    reason: "looks there whatever stands there",
    named: ["knockout", "ablate", "direct", "total", "circuit"],
    notNamed: ["attend"],
  },
  {
    reason: "acts through later parts",
    named: ["attend", "knockout", "ablate", "total", "circuit"],
    notNamed: ["direct"],
  },
  {
    reason: "undone by norm or later parts",
    named: ["direct"],
    notNamed: ["total", "ablate"],
  },
  {
    reason: "not needed for the circuit",
    named: ["attend", "knockout", "ablate", "direct", "total"],
    notNamed: ["circuit"],
  },
  {
    reason: "enough only with the circuit",
    named: ["circuit"],
    notNamed: ["knockout", "ablate", "direct", "total"],
    if: ({ names }) => !names("total") && !names("ablate"),
  },
];

/** The reason that comes first: the interval of the method that does not name the part leaves room. */
const UNCERTAIN = "uncertain: wide interval";

const UNKNOWN = "none known";

const NAMINGS: readonly Naming[] = ["attend", "knockout", "ablate", "direct", "total", "circuit"];

/** What names a part, and what measures it without doing so. */
export function namingsOf({ values, inCircuit }: AtlasPart): {
  readonly named: readonly Naming[];
  readonly notNamed: readonly Naming[];
} {
  const measured = NAMINGS.flatMap((name): readonly { name: Naming; isNaming: boolean }[] => {
    if (name === "circuit") return inCircuit === undefined ? [] : [{ name, isNaming: inCircuit }];
    const value = values.get(name);
    const bound = value?.low ?? value?.simultaneousLow; // without one, nothing tells it from 0
    return bound === undefined ? [] : [{ name, isNaming: isNamed(value!, name) }];
  });
  const namesOf = (is: boolean) =>
    measured.filter(({ isNaming }) => isNaming === is).map(({ name }) => name);
  return { named: namesOf(true), notNamed: namesOf(false) };
}

/** Puts together who names each part and who does not, in the order of the parts and the methods. */
export function disagreementsOf(parts: readonly AtlasPart[]): Table<DisagreementRow> {
  const rows = parts.flatMap((part) => {
    const { named, notNamed } = namingsOf(part);
    const names = (name: Naming) => named.includes(name);
    return named.flatMap((named_by) =>
      notNamed.map((not_named_by): DisagreementRow => ({
        negation: part.negation,
        part: nodeName(part.node),
        named_by,
        not_named_by,
        reason: reasonFor({ part, names }, named_by, not_named_by),
        page: METHODS.find(({ name }) => name === not_named_by)?.page ?? "docs/methods/circuit.md",
      }))
    );
  });
  return fillTable(DISAGREEMENTS, rows);
}

function reasonFor(part: NamedPart, named: Naming, notNamed: Naming): string {
  if (leavesRoom(part.part, notNamed)) return UNCERTAIN;
  return REASONS.find((each) =>
    each.named.includes(named) && each.notNamed.includes(notNamed) && (each.if?.(part) ?? true)
  )?.reason ?? UNKNOWN;
}

/** Whether a share that a summary would not call nothing lies within the simultaneous interval. */
function leavesRoom({ values }: AtlasPart, name: Naming): boolean {
  const { simultaneousLow: low, simultaneousHigh: high } =
    (name === "circuit" ? undefined : values.get(name)) ?? {};
  return low !== undefined && high !== undefined && Math.max(-low, high) > MOST_OF_NONE;
}

/** A choice among names, with what it chooses. */

import type { JSX } from "preact";

export function Select<Name extends string>({ label, value, names, onChoose }: {
  readonly label: string;
  readonly value: Name;
  readonly names: readonly Name[];
  readonly onChoose: (name: Name) => void;
}): JSX.Element {
  return (
    <label>
      {label}{" "}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value as Name)}>
        {names.map((name) => <option key={name}>{name}</option>)}
      </select>
    </label>
  );
}

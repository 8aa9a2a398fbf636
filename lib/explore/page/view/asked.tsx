/** The tabs that the engine computes: maps of the row, attention, and the ranking of pictures. */

import type { JSX } from "preact";
import type { About, Change, Explorer, Grid, Measured } from "../../protocol.ts";
import { type Answer, useAnswer } from "../state/answers.ts";
import { hasChange, plain, toggled, tokenText, without } from "../state/changes.ts";
import type { Action, State, View } from "../state/state.ts";
import { HeatMap, type HeatMapProps } from "./grid.tsx";
import { Pictures } from "./pictures.tsx";

export interface MapsProps {
  readonly about: About;
  readonly explorer: Explorer;
  readonly state: State;
  readonly measured: Answer<Measured>;
  readonly act: (action: Action) => void;
}

/** Puts a change into the list, or takes it out; the head of a change is the one whose attention is shown. */
export function changer(state: State, act: (action: Action) => void) {
  return (change: Change) => {
    act({ do: "choose", choice: { changes: toggled(state.now.changes, change) } });
    const head = change.kind === "knock_out"
      ? change.head
      : change.kind === "replace"
      ? change.part
      : "";
    if (/^\d/.test(head)) act({ do: "look", look: { head } });
  };
}

type AskedView = Exclude<View, "circuit">;

/** A tab that the engine computes; it is asked after S and d, which are wanted first. */
export function Asked(props: MapsProps & { readonly view: AskedView }): JSX.Element {
  const { explorer, state: { now: { scene, changes }, side, head }, measured, view, act } = props;
  const isReady = !measured.isBusy && measured.value !== undefined;
  const noMap = view === "pictures" || view === "attention" ? undefined : measured.value?.noMap;
  const key = isReady && noMap === undefined
    ? JSON.stringify([scene, changes, view, side, head])
    : undefined;
  const answer = useAnswer<Grid | Awaited<ReturnType<Explorer["ranking"]>>>(key, () => {
    switch (view) {
      case "heads":
        return explorer.knockouts(scene, changes);
      case "tokens":
        return explorer.map(scene, changes);
      case "direct":
        return explorer.direct(scene, changes);
      case "attention":
        return explorer.attention(scene, without(changes, { kind: "knock_out", head }), side, head);
      case "pictures":
        return explorer.ranking(scene, changes, side);
    }
  });
  const { value, problem, isBusy } = answer;
  if (noMap !== undefined) return <p class="problem">{noMap}.</p>;
  if (problem !== undefined && !isBusy) return <p class="problem" role="alert">{problem}</p>;
  if (value === undefined) {
    return measured.problem === undefined
      ? <p class="wait" role="status">Computing…</p>
      : <p class="hint">There is nothing to show before S is known.</p>;
  }
  if (!("rows" in value)) {
    const take = (picture: string) =>
      act({
        do: "choose",
        choice: { scene: { caption: scene.caption, foil: scene.foil, picture } },
      });
    return (
      <Pictures explorer={explorer} ranking={value} scene={scene} isBusy={isBusy} onPick={take} />
    );
  }
  const shown = shortened(value);
  return (
    <>
      <HeatMap {...shownGrid(props, shown)} grid={shown} isBusy={isBusy} />
      {view === "direct" && <p class="hint">{restOf(value)}</p>}
      {changes.length > 0 && <p class="hint">{noteOf(view, measured.value!.after.d)}</p>}
    </>
  );
}

function restOf({ values }: Grid): string {
  const sum = values.flat().reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return `These sum to ${plain(sum)} of d. The rest, ${
    plain(1 - sum)
  }, comes from the last layer norm, which scales the two sentences differently.`;
}

function noteOf(view: AskedView, d: number): string {
  if (view === "attention") {
    return "With your changes; a head that is knocked out is shown as it looked before.";
  }
  const isSmall = Math.abs(d) < 1;
  return `Shares of d as it is after your changes${
    isSmall ? "; it is small now, so that they say little" : ""
  }.`;
}

function shortened({ rows, columns, values }: Grid): Grid {
  return {
    rows: rows.map(tokenText),
    columns: columns.map(tokenText).map((name) => name === "mlp" ? "MLP" : name),
    values,
  };
}

function shownGrid(
  { about, state, act, view }: MapsProps & { readonly view: AskedView },
  { rows, columns }: Grid,
): Omit<HeatMapProps, "grid" | "isBusy"> {
  const change = changer(state, act);
  const changes = state.now.changes;
  const of = (changeAt: (row: number, column: number) => Change) => ({
    isChanged: (row: number, column: number) => hasChange(changes, changeAt(row, column)),
    onPick: about.live ? (row: number, column: number) => change(changeAt(row, column)) : undefined,
  });
  const share = (value: number | null) =>
    value === null ? "cannot be measured" : `${plain(value)} of d`;
  switch (view) {
    case "heads":
      return {
        label:
          "Share of d that is lost without a head's attention to the negator, by layer and head",
        titles: ["layer", "head"],
        isUpwards: true,
        text: (row, column, value) => `Head ${rows[row]}.${columns[column]}: ${share(value)}`,
        ...of((row, column) => ({ kind: "knock_out", head: `${row + 1}.${column + 1}` })),
      };
    case "direct":
      return {
        label: "What each head and MLP writes into d, by layer",
        titles: ["layer", "head or MLP"],
        isUpwards: true,
        text: (row, column, value) =>
          `Layer ${rows[row]}, ${column < about.heads ? "head " : ""}${columns[column]}: ${
            share(value)
          }`,
        ...of((row, column) => ({
          kind: "replace",
          part: column < about.heads ? `${row + 1}.${column + 1}` : `mlp ${row + 1}`,
        })),
      };
    case "tokens":
      return {
        label:
          "Share of d that comes back when a cell of the negated sentence is patched in, by layer and token",
        titles: ["layer", "token"],
        isUpwards: true,
        text: (row, column, value) =>
          `${row === 0 ? "Embedding" : `Layer ${rows[row]}`} at “${columns[column]}”: ${
            share(value)
          }`,
        ...of((layer, position) => ({ kind: "patch", layer, position })),
      };
    default:
      return {
        label: `Attention of head ${state.head} in the ${state.side}`,
        titles: ["reads", "is read"],
        text: (row, column, value) =>
          `“${rows[row]}” reads “${columns[column]}” with weight ${plain(value ?? 0)}`,
      };
  }
}

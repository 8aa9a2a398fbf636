/** The tabs that the engine computes: maps of the row, attention, and the ranking of pictures. */

import type { JSX } from "preact";
import type { Change, Explorer, Grid, Scene } from "../../protocol.ts";
import { useAnswer } from "../state/answers.ts";
import { hasChange, plain, toggled, tokenText, without } from "../state/changes.ts";
import type { Page, View } from "../state/state.ts";
import { HeatMap, type HeatMapProps } from "./grid.tsx";
import { Picture } from "./scene.tsx";

/** Puts a change into the list, or takes it out; the head of a change is the one whose attention is shown. */
export function changer({ state, choose, look }: Page) {
  return (change: Change) => {
    choose({ changes: toggled(state.now.changes, change) });
    if (change.kind === "knock_out") look({ head: change.head });
    if (change.kind === "replace" && /^\d/.test(change.part)) look({ head: change.part });
  };
}

type AskedView = Exclude<View, "circuit" | "run">;

/** A tab that the engine computes; it is asked after S and d, which are wanted first. */
export function Asked({ view, ...page }: Page & { readonly view: AskedView }): JSX.Element {
  const { explorer, state: { now: { scene, changes }, side, head }, measured, choose } = page;
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
    const { caption, foil } = scene;
    const take = (picture: string) => choose({ scene: { caption, foil, picture } });
    return (
      <Pictures explorer={explorer} ranking={value} scene={scene} isBusy={isBusy} onPick={take} />
    );
  }
  const shown = shortened(value);
  return (
    <>
      <HeatMap {...shownGrid(page, view, shown)} grid={shown} isBusy={isBusy} />
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
  page: Page,
  view: AskedView,
  { rows, columns }: Grid,
): Omit<HeatMapProps, "grid" | "isBusy"> {
  const { about, state: { head, side, now: { changes } } } = page;
  const change = changer(page);
  const of = (changeAt: (row: number, column: number) => Change) => ({
    isUpwards: true,
    isChanged: (row: number, column: number) => hasChange(changes, changeAt(row, column)),
    onPick: about.live ? (row: number, column: number) => change(changeAt(row, column)) : undefined,
  });
  const share = (value: number | null) =>
    value === null ? "cannot be measured" : `${plain(value)} of d`;
  const isHead = (column: number) => column < about.heads;
  switch (view) {
    case "heads":
      return {
        label:
          "Share of d that is lost without a head's attention to the negator, by layer and head",
        titles: ["layer", "head"],
        text: (row, column, value) => `Head ${rows[row]}.${columns[column]}: ${share(value)}`,
        ...of((row, column) => ({ kind: "knock_out", head: `${row + 1}.${column + 1}` })),
      };
    case "direct":
      return {
        label: "What each head and MLP writes into d, by layer",
        titles: ["layer", "head or MLP"],
        text(row, column, value) {
          const part = `${isHead(column) ? "head " : ""}${columns[column]}`;
          return `Layer ${rows[row]}, ${part}: ${share(value)}`;
        },
        ...of((row, column) => ({
          kind: "replace",
          part: isHead(column) ? `${row + 1}.${column + 1}` : `mlp ${row + 1}`,
        })),
      };
    case "tokens":
      return {
        label:
          "Share of d that comes back when a cell of the negated sentence is patched in, by layer and token",
        titles: ["layer", "token"],
        text(row, column, value) {
          const layer = row === 0 ? "Embedding" : `Layer ${rows[row]}`;
          return `${layer} at “${columns[column]}”: ${share(value)}`;
        },
        ...of((layer, position) => ({ kind: "patch", layer, position })),
      };
    default:
      return {
        label: `Attention of head ${head} in the ${side}`,
        titles: ["reads", "is read"],
        text: (row, column, value) =>
          `“${rows[row]}” reads “${columns[column]}” with weight ${plain(value ?? 0)}`,
      };
  }
}

const MOST = 12;

function Pictures({ explorer, ranking, scene, isBusy, onPick }: {
  readonly explorer: Explorer;
  readonly ranking: readonly { readonly picture: string; readonly score: number }[];
  readonly scene: Scene;
  readonly isBusy: boolean;
  readonly onPick: (picture: string) => void;
}): JSX.Element {
  const at = ranking.findIndex(({ picture }) => picture === scene.picture);
  return (
    <div class={isBusy ? "busy" : ""} aria-busy={isBusy}>
      <ol class="pictures">
        {ranking.slice(0, MOST).map(({ picture, score }, i) => (
          <li key={picture}>
            <button type="button" aria-current={i === at} onClick={() => onPick(picture)}>
              <Picture explorer={explorer} name={picture} alt={`Take picture ${i + 1}`} />
              <small>{plain(score)}</small>
            </button>
          </li>
        ))}
      </ol>
      <p class="readout">
        {at < 0
          ? `${ranking.length} pictures`
          : `Your picture is number ${at + 1} of ${ranking.length}, with S = ${
            plain(ranking[at]!.score)
          }`}
      </p>
    </div>
  );
}

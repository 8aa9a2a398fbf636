/** The tabs: the circuit, maps of the row, attention, and pictures of the data. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { About, Change, Explorer, Grid, Measured } from "../../protocol.ts";
import { type Answer, useAnswer } from "../state/answers.ts";
import { hasChange, plain, toggled, tokenText, without } from "../state/changes.ts";
import { type Action, type State, type View, viewsOf } from "../state/state.ts";
import { TABS } from "../texts.ts";
import { Circuit } from "./circuit.tsx";
import { HeatMap, type HeatMapProps } from "./grid.tsx";
import { Pictures } from "./pictures.tsx";
import { savePicture } from "./save_picture.ts";

export interface MapsProps {
  readonly about: About;
  readonly explorer: Explorer;
  readonly state: State;
  readonly measured: Answer<Measured>;
  readonly act: (action: Action) => void;
}

export function Maps({ about, explorer, state, measured, act }: MapsProps): JSX.Element {
  const { view, side, head } = state;
  const panel = useRef<HTMLDivElement>(null);
  const views = viewsOf(about);
  const { text, pick } = TABS[view];
  const walk = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = views[(views.indexOf(view) + by + views.length) % views.length]!;
    act({ do: "look", look: { view: next } });
    document.getElementById(`tab-${next}`)!.focus();
  };
  const save = (as: "svg" | "png") => {
    const picture = panel.current!.querySelector<SVGSVGElement>("svg.picture");
    if (picture !== null) {
      void savePicture(picture, as, `${view} ${state.now.scene.row ?? ""}`.trim());
    }
  };
  const hasSides = view === "attention" || view === "pictures" ||
    view === "circuit" && about.circuit!.sides.length > 1;
  return (
    <section class="maps" aria-label="Maps">
      <div role="tablist" aria-label="What is shown" onKeyDown={walk}>
        {views.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === view}
            aria-controls="panel"
            tabindex={name === view ? 0 : -1}
            onClick={() => act({ do: "look", look: { view: name } })}
          >
            {TABS[name].name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${view}`} ref={panel}>
        <p class="teach">{text} {about.live && pick !== undefined && <b>{pick}</b>}</p>
        {hasSides && (
          <div class="buttons looks">
            {view === "attention" && (
              <HeadChoice
                about={about}
                head={head}
                onChoose={(head) => act({ do: "look", look: { head } })}
              />
            )}
            {hasSides &&
              (["caption", "foil"] as const).map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={name === side}
                  onClick={() => act({ do: "look", look: { side: name } })}
                >
                  {view === "circuit" ? `“no” in the ${name}` : name}
                </button>
              ))}
          </div>
        )}
        {view === "circuit"
          ? <CircuitView about={about} state={state} act={act} />
          : <Asked {...{ about, explorer, state, measured, act }} view={view} key={view} />}
        {view !== "pictures" && (
          <div class="buttons save">
            <span>Save this picture</span>
            <button type="button" onClick={() => save("svg")}>SVG</button>
            <button type="button" onClick={() => save("png")}>PNG</button>
          </div>
        )}
      </div>
    </section>
  );
}

function HeadChoice(
  { about, head, onChoose }: {
    readonly about: About;
    readonly head: string;
    readonly onChoose: (head: string) => void;
  },
): JSX.Element {
  const names = Array.from(
    { length: about.layers * about.heads },
    (_, i) => `${Math.floor(i / about.heads) + 1}.${i % about.heads + 1}`,
  );
  return (
    <label>
      Head{" "}
      <select value={head} onChange={(event) => onChoose(event.currentTarget.value)}>
        {names.map((name) => <option key={name}>{name}</option>)}
      </select>
    </label>
  );
}

function CircuitView(
  { about, state, act }: Pick<MapsProps, "about" | "state" | "act">,
): JSX.Element {
  const circuit = about.circuit!;
  const side = Math.max(0, circuit.sides.findIndex(({ negation }) => negation === state.side));
  return (
    <Circuit
      circuit={circuit}
      side={side}
      layers={about.layers}
      changes={state.now.changes}
      onChange={about.live ? changer(state, act) : undefined}
    />
  );
}

/** Puts a change into the list, or takes it out; the head of a change is the one whose attention is shown. */
function changer(state: State, act: (action: Action) => void) {
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
function Asked(props: MapsProps & { readonly view: AskedView }): JSX.Element {
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
      {changes.length > 0 && <p class="hint">{noteOf(view, measured.value!.after.d)}</p>}
    </>
  );
}

/** What numbers are of after changes. */
function noteOf(view: AskedView, d: number): string {
  if (view === "attention") {
    return "With your changes; a head that is knocked out is shown as it looked before.";
  }
  const isSmall = Math.abs(d) < 1;
  return `Shares of d as it is after your changes${
    isSmall ? "; it is small now, so that they say little" : ""
  }.`;
}

/** A map with short names of tokens. */
function shortened({ rows, columns, values }: Grid): Grid {
  return {
    rows: rows.map(tokenText),
    columns: columns.map(tokenText).map((name) => name === "mlp" ? "MLP" : name),
    values,
  };
}

/** How a map of numbers is shown, and what its cells do. */
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

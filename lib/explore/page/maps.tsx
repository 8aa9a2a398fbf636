/** The tabs, with the circuit of an atlas run as the first. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import {
  changer,
  hasChange,
  headsOf,
  type Page,
  useAnswer,
  type View,
  viewsOf,
  without,
} from "./state.ts";
import type { Change, Explorer, Grid } from "../protocol.ts";
import {
  Button,
  HeatMap,
  type HeatMapProps,
  Picture,
  plain,
  savePicture,
  Select,
  tokenText,
} from "./elements.tsx";
import { Circuit, RunRows } from "./run.tsx";

const TABS: Readonly<
  Record<View, { readonly name: string; readonly text: string; readonly pick?: string }>
> = {
  circuit: {
    name: "Circuit",
    text:
      "Heads move information between words, MLPs work on each word alone. These are the parts that carry “no” from its word (bottom left) to the score (top), and who reads whom.",
    pick: "Click a head to knock it out, an MLP to replace it, an arrow to cut it.",
  },
  run: {
    name: "Rows of the run",
    text: "What the run measured. A number is the mean over the rows of one side.",
    pick: "Click a cell to see its rows, sorted by their values.",
  },
  heads: {
    name: "Who reads “no”",
    text:
      "Each layer has several heads, which copy information from one word to another. A number is the share of d that is lost when this head no longer sees “no”: 1 is all of d, 0 none.",
    pick: "Click a head to knock it out.",
  },
  tokens: {
    name: "Where “no” is",
    text:
      "Each word has a residual stream: numbers that every layer reads and adds to. A cell is the stream of one word after one layer. Its number is the share of d that comes back when this cell of the negated sentence is put into the other sentence.",
    pick: "Click a cell to patch it.",
  },
  direct: {
    name: "Who writes d",
    text:
      "What each head and MLP itself adds to the score difference at the end token, in shares of d. A part can matter without writing: when others read it.",
    pick: "Click a part to give it what it has in the negated sentence.",
  },
  attention: {
    name: "Attention",
    text:
      "Where a head looks. Each row is a word that reads; its weights on the words that it reads sum to 1.",
  },
  pictures: {
    name: "Pictures",
    text:
      "The pictures of the data that fit the sentence best, by S. After a change of the model they can be others.",
    pick: "Click a picture to take it.",
  },
};

type Ranking = Awaited<ReturnType<Explorer["ranking"]>>;

type AskedView = Exclude<View, "circuit" | "run">;

/** A tab that the engine computes; it is asked after S and d, which are wanted first. */
function Asked({ view, ...page }: Page & { readonly view: AskedView }): JSX.Element {
  const { explorer, state: { now: { scene, changes }, side, head }, measured } = page;
  const isReady = !measured.isBusy && measured.value !== undefined;
  const noMap = view === "pictures" || view === "attention" ? undefined : measured.value?.noMap;
  const key = isReady && noMap === undefined
    ? JSON.stringify([scene, changes, view, side, head])
    : undefined;
  const answer = useAnswer<Grid | Ranking>(key, () => {
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
  if (!("rows" in value)) return <Pictures {...page} ranking={value} isBusy={isBusy} />;
  const shown = shortened(value);
  return (
    <>
      <HeatMap {...shownGrid(page, view, shown)} grid={shown} isBusy={isBusy} />
      {view === "direct" && <p class="hint">These sum to 1.</p>}
      {changes.length > 0 && <p class="hint">{noteOf(view, measured.value!.after.d)}</p>}
    </>
  );
}

function noteOf(view: AskedView, d: number): string {
  if (view === "attention") {
    return "With your changes; a head that is knocked out is shown as it looked before.";
  }
  const warning = Math.abs(d) < 1 ? "; it is small now, so that they say little" : "";
  return `Shares of d as it is after your changes${warning}.`;
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
          const kind = isHead(column) ? "head " : "";
          return `Layer ${rows[row]}, ${kind}${columns[column]}: ${share(value)}`;
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

function Pictures(
  { explorer, choose, state: { now: { scene } }, ranking, isBusy }: Page & {
    readonly ranking: Ranking;
    readonly isBusy: boolean;
  },
): JSX.Element {
  const { caption, foil } = scene;
  const at = ranking.findIndex(({ picture }) => picture === scene.picture);
  const score = plain(ranking[at]?.score ?? 0);
  return (
    <div class={isBusy ? "busy" : ""} aria-busy={isBusy}>
      <ol class="pictures">
        {ranking.slice(0, MOST).map(({ picture, score }, i) => (
          <li key={picture}>
            <Button
              aria-current={i === at}
              onClick={() => choose({ scene: { caption, foil, picture } })}
            >
              <Picture explorer={explorer} name={picture} alt={`Take picture ${i + 1}`} />
              <small>{plain(score)}</small>
            </Button>
          </li>
        ))}
      </ol>
      <p class="readout">
        {at < 0
          ? `${ranking.length} pictures`
          : `Your picture is number ${at + 1} of ${ranking.length}, with S = ${score}`}
      </p>
    </div>
  );
}

export function Maps(page: Page): JSX.Element {
  const { about, state, look } = page;
  const { view, side, head } = state;
  const panel = useRef<HTMLDivElement>(null);
  const views = viewsOf(about);
  const { text, pick } = TABS[view];
  const walk = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = views[(views.indexOf(view) + by + views.length) % views.length]!;
    look({ view: next });
    document.getElementById(`tab-${next}`)!.focus();
  };
  const save = (as: "svg" | "png") => {
    const picture = panel.current!.querySelector<SVGSVGElement>("svg.picture");
    if (picture !== null) {
      void savePicture(picture, as, `${view} ${state.now.scene.row ?? ""}`.trim());
    }
  };
  const hasSides = ["attention", "pictures", "run"].includes(view) ||
    view === "circuit" && about.circuit!.sides.length > 1;
  return (
    <section class="maps" aria-label="Maps">
      <div role="tablist" aria-label="What is shown" onKeyDown={walk}>
        {views.map((name) => (
          <Button
            key={name}
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === view}
            aria-controls="panel"
            tabindex={name === view ? 0 : -1}
            onClick={() => look({ view: name })}
          >
            {TABS[name].name}
          </Button>
        ))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${view}`} ref={panel}>
        <p class="teach">
          {text} {(about.live || view === "run") && pick !== undefined && <b>{pick}</b>}
        </p>
        {hasSides && (
          <div class="buttons looks">
            {view === "attention" && (
              <Select
                label="Head"
                value={head}
                names={headsOf(about)}
                onChoose={(head) => look({ head })}
              />
            )}
            {(["caption", "foil"] as const).map((name) => (
              <Button
                key={name}
                aria-pressed={name === side}
                onClick={() => look({ side: name })}
              >
                {view === "circuit" || view === "run" ? `“no” in the ${name}` : name}
              </Button>
            ))}
          </div>
        )}
        {view === "circuit"
          ? <Circuit {...page} />
          : view === "run"
          ? <RunRows {...page} />
          : <Asked {...page} view={view} key={view} />}
        {view !== "pictures" && (
          <div class="buttons save">
            <span>Save this picture</span>
            <Button onClick={() => save("svg")}>SVG</Button>
            <Button onClick={() => save("png")}>PNG</Button>
          </div>
        )}
      </div>
    </section>
  );
}

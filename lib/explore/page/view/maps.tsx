/** The tabs, with the circuit of an atlas run as the first. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { headsOf, type Page, viewsOf } from "../state/state.ts";
import { TABS } from "../texts.ts";
import { Asked, changer } from "./asked.tsx";
import { Circuit } from "./circuit.tsx";
import { RunRows } from "./run.tsx";
import { Select } from "./select.tsx";
import { savePicture } from "./save_picture.ts";

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
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === view}
            aria-controls="panel"
            tabindex={name === view ? 0 : -1}
            onClick={() => look({ view: name })}
          >
            {TABS[name].name}
          </button>
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
              <button
                key={name}
                type="button"
                aria-pressed={name === side}
                onClick={() => look({ side: name })}
              >
                {view === "circuit" || view === "run" ? `“no” in the ${name}` : name}
              </button>
            ))}
          </div>
        )}
        {view === "circuit"
          ? (
            <Circuit
              circuit={about.circuit!}
              side={Math.max(
                0,
                about.circuit!.sides.findIndex(({ negation }) => negation === side),
              )}
              layers={about.layers}
              changes={state.now.changes}
              onChange={about.live ? changer(page) : undefined}
            />
          )
          : view === "run"
          ? <RunRows {...page} />
          : <Asked {...page} view={view} key={view} />}
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

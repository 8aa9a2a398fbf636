/** The list of changes, what takes them back, and what the reader can take along. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { About, Change } from "../../protocol.ts";
import { problemOf } from "../state/answers.ts";
import { changeKey, changeText, replaced, signed, without } from "../state/changes.ts";
import { linkOf } from "../state/link.ts";
import type { Page } from "../state/state.ts";
import { Select } from "./select.tsx";

export function ChangeList(page: Page): JSX.Element {
  const { about, state, measured, choose, act } = page;
  const { now: { scene, changes }, past, future } = state;
  return (
    <section class="changes" aria-labelledby="changes">
      <h2 id="changes">What you changed</h2>
      <div class="buttons">
        <button type="button" disabled={past.length === 0} onClick={() => act({ do: "undo" })}>
          Undo
        </button>
        <button type="button" disabled={future.length === 0} onClick={() => act({ do: "redo" })}>
          Redo
        </button>
        <button
          type="button"
          disabled={changes.length === 0}
          onClick={() => choose({ changes: [] })}
        >
          Clear
        </button>
      </div>
      {changes.length === 0 && (
        <p class="hint">
          Nothing yet. Click a head, a cell or an arrow: the change stands here, and S and d answer
          above.
        </p>
      )}
      <ul>
        {changes.map((each) => {
          const text = changeText(each, measured.value);
          return (
            <li key={changeKey(each)}>
              <span>{text}</span>
              <button
                type="button"
                aria-label={`Take back: ${text}`}
                onClick={() => choose({ changes: without(changes, each) })}
              >
                ×
              </button>
            </li>
          );
        })}
      </ul>
      <Direction
        about={about}
        changes={changes}
        onChange={(to) => choose({ changes: replaced(changes, to) }, changeKey(to))}
      />
      <Take {...page} key={JSON.stringify([scene, changes])} />
    </section>
  );
}

function Direction(
  { about, changes, onChange }: {
    readonly about: About;
    readonly changes: readonly Change[];
    readonly onChange: (change: Change) => void;
  },
): JSX.Element {
  const [layer, setLayer] = useState(Math.max(1, about.layers - 1));
  const there = changes.find((change) => change.kind === "direction" && change.layer === layer);
  const strength = there?.kind === "direction" ? there.strength : 0;
  return (
    <fieldset>
      <legend>Add the negation direction</legend>
      <p class="hint">
        The direction is the mean difference between sentences with and without “no”. Both sentences
        are pushed, at the end token.
      </p>
      <Select
        label="After layer"
        value={`${layer}`}
        names={Array.from({ length: about.layers }, (_, i) => `${i + 1}`)}
        onChoose={(layer) => setLayer(Number(layer))}
      />
      <label class="slider">
        Strength <output>{signed(strength, 1)}</output>
        <input
          type="range"
          min="-3"
          max="3"
          step="0.1"
          value={strength}
          onInput={(event) =>
            onChange({ kind: "direction", layer, strength: Number(event.currentTarget.value) })}
        />
      </label>
    </fieldset>
  );
}

/** Copies of what was done, which are also shown: not every page may write into the clipboard. */
function Take({ about, explorer, state }: Page): JSX.Element {
  const [shown, setShown] = useState<
    { readonly text?: string; readonly note: string; readonly isProblem?: boolean }
  >();
  const { scene, changes } = state.now;
  const copy = async (what: string, text: () => string | Promise<string>, note = "") => {
    try {
      const copied = await text();
      const isCopied = await navigator.clipboard?.writeText(copied).then(() => true, () => false);
      setShown({
        text: copied,
        note: `${what}${isCopied === true ? " copied." : ": mark it and copy it."}${note}`,
      });
    } catch (error) {
      setShown({ note: problemOf(error), isProblem: true });
    }
  };
  const isTheirs = scene.row === undefined && state.now.drawing === undefined &&
    !about.rows.some(({ picture }) => picture === scene.picture);
  const copies: readonly Parameters<typeof copy>[] = [
    ["TypeScript", () => explorer.script(scene, changes)],
    [
      "JSON",
      () =>
        JSON.stringify({ model: about.model, kit: about.version, scene, changes }, undefined, 2),
    ],
    [
      "Link",
      () => location.href.split("#")[0]! + linkOf(state, about),
      isTheirs ? " Your picture is not in it." : "",
    ],
  ];
  return (
    <div class="take">
      <h3>Take it along</h3>
      <div class="buttons">
        {copies.map(([what, text, note]) => (
          <button
            key={what}
            type="button"
            onClick={() => copy(what, text, note)}
          >
            {what}
          </button>
        ))}
      </div>
      <p role="status" class={shown?.isProblem ? "problem" : "hint"}>{shown?.note}</p>
      {shown?.text !== undefined && (
        <textarea
          readOnly
          rows={8}
          aria-label="What was copied"
          value={shown.text}
          spellcheck={false}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </div>
  );
}

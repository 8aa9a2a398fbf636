/** The scores before and after the changes, the list of changes, and what the reader can take along. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Change, Scores, Side } from "../protocol.ts";
import { changeKey, changeText, linkOf, type Page, replaced, without } from "./state.ts";
import { Button, plain, problemOf, Select, signed } from "./elements.tsx";

export function ChangeList(page: Page): JSX.Element {
  const { state, measured, choose, act } = page;
  const { now: { scene, changes }, past, future } = state;
  return (
    <section class="changes" aria-labelledby="changes">
      <h2 id="changes">What you changed</h2>
      <div class="buttons">
        <Button disabled={past.length === 0} onClick={() => act({ do: "undo" })}>Undo</Button>
        <Button disabled={future.length === 0} onClick={() => act({ do: "redo" })}>Redo</Button>
        <Button disabled={changes.length === 0} onClick={() => choose({ changes: [] })}>
          Clear
        </Button>
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
              <Button
                aria-label={`Take back: ${text}`}
                onClick={() => choose({ changes: without(changes, each) })}
              >
                ×
              </Button>
            </li>
          );
        })}
      </ul>
      <Direction {...page} />
      <Take {...page} key={JSON.stringify([scene, changes])} />
    </section>
  );
}

function Direction({ about, choose, state: { now: { changes } } }: Page): JSX.Element {
  const [layer, setLayer] = useState(Math.max(1, about.layers - 1));
  const there = changes.find((change) => change.kind === "direction" && change.layer === layer);
  const strength = there?.kind === "direction" ? there.strength : 0;
  const push = (strength: number) => {
    const change: Change = { kind: "direction", layer, strength };
    choose({ changes: replaced(changes, change) }, changeKey(change));
  };
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
          onInput={(event) => push(Number(event.currentTarget.value))}
        />
      </label>
    </fieldset>
  );
}

/** Copies of what was done, which are also shown: not every page may write into the clipboard. */
function Take({ about, explorer, state }: Page): JSX.Element {
  const [shown, setShown] = useState<{ readonly text?: string; readonly note: string }>();
  const { scene, changes, drawing } = state.now;
  const { model, version: kit, rows } = about;
  const isTheirs = drawing === undefined &&
    !rows.some(({ picture }) => picture === scene.picture);
  const copies: Readonly<Record<string, () => string | Promise<string>>> = {
    TypeScript: () => explorer.script(scene, changes),
    JSON: () => JSON.stringify({ model, kit, scene, changes }, undefined, 2),
    Link: () => location.href.split("#")[0]! + linkOf(state, about),
  };
  const copy = async (what: string) => {
    try {
      const text = await copies[what]!();
      const isCopied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
      const note = `${what}${isCopied ? " copied." : ": mark it and copy it."}`;
      setShown({ text, note: isTheirs ? `${note} Your picture is not in it.` : note });
    } catch (error) {
      setShown({ note: problemOf(error) });
    }
  };
  return (
    <div class="take">
      <h3>Take it along</h3>
      <div class="buttons">
        {Object.keys(copies).map((what) => (
          <Button key={what} onClick={() => copy(what)}>{what}</Button>
        ))}
      </div>
      <p role="status" class="hint">{shown?.note}</p>
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

export function ScoreBar({ measured, state, own, other }: Page): JSX.Element {
  const { value, problem, isBusy } = measured;
  const isChanged = state.now.changes.length > 0;
  const known = own && !isChanged ? { before: own.scores, after: own.scores } : undefined;
  const { before, after: now } = value ?? known ?? {};
  const d = other && (value?.other ?? { before: other.scores.d, after: other.scores.d });
  const of = (own: number, d: number) => understandingOf(own, d, other!.negated);
  const block = d && now && { before: of(before!.d, d.before), after: of(now.d, d.after) };
  const values = (scores: Scores, { gamma = 0, alpha = 0 }: Partial<Understanding> = {}) => ({
    "S caption": plain(scores.caption),
    "S foil": plain(scores.foil),
    "d, their difference": signed(scores.d),
    ...block && { "Understanding (gamma)": plain(gamma), "Bias (alpha)": signed(alpha) },
  });
  const was = before && values(before, block?.before);
  const is = now && values(now, block?.after);
  return (
    <>
      <section class={`scores${isBusy ? " busy" : ""}`} aria-label="Scores" aria-busy={isBusy}>
        {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
        <dl>
          {Object.entries(is ?? {}).map(([name, value]) => (
            <div key={name} class={name.split(" ").at(-1)}>
              <dt>{name}</dt>
              <dd>
                <strong>{value}</strong>
                {name.startsWith("d") && <small class={now!.segment}>{now!.segment}</small>}
                {isChanged && <small>was {(was as Record<string, string>)[name]}</small>}
              </dd>
            </div>
          ))}
        </dl>
        {now !== undefined && <NumberLine before={before!.d} now={now} isChanged={isChanged} />}
        <p class="unseen" role="status">
          {now === undefined || isBusy
            ? ""
            : `d is ${signed(now.d)}${isChanged ? `, was ${signed(before!.d)}` : ""}`}
        </p>
      </section>
      {block !== undefined && <p class="told">{toldOf(block, isChanged)}</p>}
    </>
  );
}

interface Understanding {
  readonly gamma: number;
  readonly alpha: number;
}

/** What d of the two rows of a block owe to understanding and to bias; above 0 the bias is towards the sentence without the negator. */
export function understandingOf(own: number, other: number, negatedOfOther: Side): Understanding {
  const toAffirmative = negatedOfOther === "caption" ? own - other : other - own;
  return { gamma: (own + other) / 4, alpha: toAffirmative / 4 };
}

/** What the changes do to understanding and bias, or without changes what these are. */
export function toldOf(
  { before, after }: { readonly before: Understanding; readonly after: Understanding },
  isChanged: boolean,
): string {
  const sideOf = (alpha: number) => `the sentence ${alpha > 0 ? "without" : "with"} “no”`;
  const { gamma, alpha } = after;
  if (!isChanged) {
    return `Over both pictures, a sentence gains ${
      plain(gamma)
    } where it is true: understanding. Whatever the picture, ${sideOf(alpha)} scores ${
      plain(2 * Math.abs(alpha))
    } higher: bias, twice alpha.`;
  }
  const [gained, pushed] = [gamma - before.gamma, 2 * (alpha - before.alpha)];
  const [size, push] = [gained, pushed].map((by) => plain(Math.abs(by)));
  const what = Number(size) === 0
    ? "leave understanding as it is"
    : `${gained < 0 ? "take" : "add"} ${size} ${gained < 0 ? "of" : "to"} the understanding of ${
      plain(before.gamma)
    }`;
  return `Your changes ${what} and, whatever the picture, ${
    Number(push) === 0 ? "favour neither sentence" : `help ${sideOf(pushed)} by ${push}`
  }.`;
}

function NumberLine({ before, now, isChanged }: {
  readonly before: number;
  readonly now: Scores;
  readonly isChanged: boolean;
}): JSX.Element {
  const most = 1.15 * Math.max(2, Math.abs(before), Math.abs(now.d));
  const x = (d: number) => `${50 + 50 * d / most}%`;
  return (
    <div class="numberline">
      <svg width="100%" height="26" aria-hidden="true">
        <line class="axis" x1="0" x2="100%" y1="13" y2="13" />
        <rect class="between" x={x(-1)} width={`${100 / most}%`} y="8" height="10" />
        <line class="zero" x1="50%" x2="50%" y1="4" y2="22" />
        {isChanged && <line class="moved" x1={x(before)} x2={x(now.d)} y1="13" y2="13" />}
        {isChanged && <circle class="was" cx={x(before)} cy="13" r="5" />}
        <circle class={`now ${now.segment}`} cx={x(now.d)} cy="13" r="6.5" />
      </svg>
      <small>
        <span>foil wins</span>
        <span>even</span>
        <span>caption wins</span>
      </small>
    </div>
  );
}

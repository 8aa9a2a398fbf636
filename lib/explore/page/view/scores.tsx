/** S of both sentences and d, before and after the changes. */

import type { JSX } from "preact";
import { segmentOf } from "../../../study/rows/score_rows.ts";
import type { Measured, Scores } from "../../protocol.ts";
import type { Answer } from "../state/answers.ts";
import { plain, signed } from "../state/changes.ts";

export function ScoreBar({ answer, isChanged }: {
  readonly answer: Answer<Measured>;
  readonly isChanged: boolean;
}): JSX.Element {
  const { value, problem, isBusy } = answer;
  const before = value?.before;
  const now = value?.after;
  return (
    <section class={`scores${isBusy ? " busy" : ""}`} aria-label="Scores" aria-busy={isBusy}>
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      <dl>
        {(["caption", "foil", "d"] as const).map((name) => (
          <div key={name} class={name}>
            <dt>{name === "d" ? "d, their difference" : `S ${name}`}</dt>
            <dd>
              <strong>{now === undefined ? "–" : written(name, now)}</strong>
              {name === "d" && now !== undefined && (
                <small class={segmentOf(now.d)}>{segmentOf(now.d)}</small>
              )}
              {isChanged && before !== undefined && <small>was {written(name, before)}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {before !== undefined && now !== undefined && (
        <NumberLine before={before.d} now={now.d} isChanged={isChanged} />
      )}
      <p class="unseen" role="status">
        {now === undefined || isBusy
          ? ""
          : `d is ${signed(now.d)}${isChanged ? `, was ${signed(before!.d)}` : ""}`}
      </p>
    </section>
  );
}

function written(name: keyof Scores, scores: Scores): string {
  return name === "d" ? signed(scores.d) : plain(scores[name]);
}

function NumberLine(
  { before, now, isChanged }: {
    readonly before: number;
    readonly now: number;
    readonly isChanged: boolean;
  },
): JSX.Element {
  const most = 1.15 * Math.max(2, Math.abs(before), Math.abs(now));
  const x = (d: number) => `${50 + 50 * d / most}%`;
  return (
    <div class="numberline">
      <svg width="100%" height="26" aria-hidden="true">
        <line class="axis" x1="0" x2="100%" y1="13" y2="13" />
        <rect class="between" x={x(-1)} width={`${100 / most}%`} y="8" height="10" />
        <line class="zero" x1="50%" x2="50%" y1="4" y2="22" />
        {isChanged && <line class="moved" x1={x(before)} x2={x(now)} y1="13" y2="13" />}
        {isChanged && <circle class="was" cx={x(before)} cy="13" r="5" />}
        <circle class={`now ${segmentOf(now)}`} cx={x(now)} cy="13" r="6.5" />
      </svg>
      <small>
        <span>foil wins</span>
        <span>even</span>
        <span>caption wins</span>
      </small>
    </div>
  );
}

/** Answers of the engine as a view needs them: the newest one, and whether a newer one is awaited. */

import { useEffect, useRef, useState } from "preact/hooks";

export interface Answer<Value> {
  /** The newest answer, which may still be about what was asked before. */
  readonly value?: Value;
  readonly problem?: string;
  /** Whether the answer to what is asked now is still to come. */
  readonly isBusy: boolean;
}

/**
 * Asks anew whenever the key is another. One question is open at a time; of those that come up meanwhile only the last is asked, so no
 * answer comes after that to a later question. Without a key the view keeps what it has, and waits.
 */
export function useAnswer<Value>(
  key: string | undefined,
  ask: () => Promise<Value>,
): Answer<Value> {
  const [answer, setAnswer] = useState<Answer<Value> & { readonly key?: string }>({ isBusy: true });
  const open = useRef<Slot<Value>>({ isAsking: false, isGone: false, wanted: key, ask });
  useEffect(() => {
    const slot = open.current;
    Object.assign(slot, { wanted: key, ask });
    if (!slot.isAsking && key !== undefined) void askAll(slot, setAnswer);
  }, [key]);
  useEffect(() => {
    open.current.isGone = false;
    return () => {
      open.current.isGone = true;
    };
  }, []);
  const { key: answered, ...rest } = answer;
  return { ...rest, isBusy: answered !== key || key === undefined };
}

/** What a view wants to know: its question can be another before the open one is answered. */
export interface Slot<Value> {
  isAsking: boolean;
  isGone: boolean;
  wanted: string | undefined;
  ask: () => Promise<Value>;
}

/** Asks until the newest question is answered, one after the other. */
export async function askAll<Value>(
  slot: Slot<Value>,
  answer: (answer: Answer<Value> & { readonly key: string }) => void,
): Promise<void> {
  slot.isAsking = true;
  let asked: string | undefined;
  while (slot.wanted !== undefined && slot.wanted !== asked && !slot.isGone) {
    const key = asked = slot.wanted;
    const result = await slot.ask().then(
      (value) => ({ value }),
      (error: unknown) => ({ problem: problemOf(error) }),
    );
    if (!slot.isGone) answer({ ...result, key, isBusy: false });
  }
  slot.isAsking = false;
}

export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

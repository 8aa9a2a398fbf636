/** The names of models beside each other: with their data and seed where these differ. */

/** Which model, on which data and with which seed. */
export interface ModelPlace {
  readonly model: string;
  readonly data?: string | undefined;
  readonly seed: number;
}

export function modelNames(all: readonly ModelPlace[]): (place: ModelPlace) => string {
  const differ = (of: (place: ModelPlace) => unknown) =>
    new Set(all.map(of).filter((value) => value !== undefined)).size > 1;
  const hasData = differ(({ data }) => data);
  const hasSeed = differ(({ seed }) => seed);
  return ({ model, data, seed }) => {
    const parts = [model, hasData ? data : undefined, hasSeed ? `seed ${seed}` : undefined];
    return parts.filter((part) => part !== undefined).join(", ");
  };
}

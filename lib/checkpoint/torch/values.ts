/** What a pickle describes, as inert values: nothing in them can be called. */

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | List
  | Dict
  | Global
  | Inert
  | Storage
  | Tensor;

export class List {
  readonly items: Value[] = [];
}

export class Dict {
  /** Keys and values in turn. A key may be there twice; Python would keep the last value. */
  readonly flat: Value[] = [];

  *entries(): Generator<[key: Value, value: Value]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i]!, this.flat[i + 1]!];
  }

  /** Whether the value of a text is a tensor. */
  get hasTensors(): boolean {
    return this.entries().some(([key, value]) => typeof key === "string" && isTensor(value));
  }

  /** The value of a text. */
  get(key: string): Value | undefined {
    return this.entries().reduce<Value | undefined>(
      (found, [each, value]) => each === key ? value : found,
      undefined,
    );
  }
}

/** The name of a class or a function of Python. */
export class Global {
  constructor(readonly module: string, readonly name: string) {}

  /** The name with its module, for messages; comparing the parts costs nothing, however long they are. */
  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** What a class or function would have made in Python; here, a record of the request. */
export class Inert extends Dict {
  state: Value | undefined; // what `__setstate__` or `__dict__` would have been given

  constructor(readonly of: Value, readonly args: Value) {
    super(); // the items of a subclass of a dictionary
  }
}

/** Numbers that tensors share. */
export class Storage {
  constructor(
    readonly kind: string, // name of its class in torch, such as `FloatStorage`
    readonly key: string,
    readonly count: number, // numbers; bytes of an `UntypedStorage`
  ) {}
}

/** A view of a storage; nothing about it is checked yet. */
export class Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: Value,
    readonly shape: Value,
    readonly strides: Value,
    /** The name of its type in torch, if it is not that of the storage. */
    readonly dtype: string | undefined = undefined,
  ) {}
}

/** Whether a value is a tensor, or would be one if its kind were supported. */
export function isTensor(value: Value): value is Tensor | Inert {
  if (value instanceof Tensor) return true;
  if (!(value instanceof Inert && value.of instanceof Global)) return false;
  const { module, name } = value.of;
  return (module === "torch._utils" || module === "torch._tensor") && name.startsWith("_rebuild_");
}

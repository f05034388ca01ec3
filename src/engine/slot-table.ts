/**
 * Which of llama.cpp's slots a request goes to where adapters are loaded. llama.cpp's own choice looks at tokens only,
 * and its store of old prompts does not remember under which adapter they were read; a slot named in the request is
 * taken as it is, and emptied by llama.cpp itself when its adapter changes. So every slot is chosen here.
 * Knows texts and adapters; nothing of llama.cpp's calls. Whoever asks has made sure that a slot is free.
 */

interface SlotState {
  readonly id: number;
  busy: boolean;
  adapter: string | undefined;
  /** The prompt read last; empty: none. */
  prompt: string;
  /** The higher, the later. */
  usedAt: number;
}

/** A slot to use until it is given back. */
export interface ChosenSlot {
  readonly id: number;
  /** The adapter that its cache was read under. */
  readonly adapter: string | undefined;
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

export class SlotTable {
  readonly #slots: readonly SlotState[];
  #clock = 0;

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, (_, id) => ({
      id,
      busy: false,
      adapter: undefined,
      prompt: '',
      usedAt: 0,
    }));
  }

  /** The free slot that has most of this prompt read under this adapter; where none has any, the one idle longest. */
  take(request: { readonly prompt: string; readonly adapter: string | undefined }): ChosenSlot {
    const { prompt, adapter } = request;
    const known = (slot: SlotState): number =>
      slot.adapter === adapter ? commonLength(slot.prompt, prompt) : 0;
    const slot = this.#free((left, right) => known(right) - known(left) || left.usedAt - right.usedAt);
    slot.adapter = adapter;
    slot.prompt = prompt;
    return { id: slot.id, adapter };
  }

  /** The free slot idle longest, for a request that is refused before its prompt is read: the slot keeps its cache. */
  borrow(): ChosenSlot {
    const { id, adapter } = this.#free((left, right) => left.usedAt - right.usedAt);
    return { id, adapter };
  }

  giveBack({ id }: ChosenSlot): void {
    const slot = this.#slots[id];
    if (slot !== undefined) slot.busy = false;
  }

  #free(order: (left: SlotState, right: SlotState) => number): SlotState {
    const [slot] = this.#slots.filter(({ busy }) => !busy).toSorted(order);
    if (slot === undefined) throw new Error('No slot is free.');
    this.#clock += 1;
    slot.busy = true;
    slot.usedAt = this.#clock;
    return slot;
  }
}

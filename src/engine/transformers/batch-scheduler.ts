/**
 * Whose turn it is: all generations that decode go through the model together, one step at a time, and between two
 * steps a piece of a prompt is read, or of several short ones, so that nobody waits for somebody else's long prompt. Those beyond the slots
 * wait in order. The model is called by nobody else: its calls must not overlap. Knows sequences, caches and adapters.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { CausalModel, KvCache } from './causal-model.ts';
import { commonLength, PrefixStore } from './prefix-store.ts';
import type { Lane } from './lane.ts';
import type { Sequence } from './sequence.ts';

export interface BatchSchedulerOptions {
  readonly model: CausalModel;
  /** Sequences side by side. */
  readonly slots: number;
  /** Tokens of a prompt read between two decoding steps: a stop takes effect after so many. */
  readonly chunkTokens: number;
  /** Tokens kept in caches of past prompts. */
  readonly keptTokens: number;
}

/** Steps, and milliseconds, after which the thread takes its messages: it costs what a fiftieth of a fast step costs. */
const listenSteps = 8;
const listenMs = 24;

/** So many tokens are read twice rather than waited for. */
const fewTokens = 4;

/** Lets the thread take its messages: a model that computes on this thread would not let a `cancel` in. */
async function takeMessages(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise((resolve) => {
    port1.addEventListener('message', resolve);
    port1.start();
    port2.postMessage(undefined);
  });
  port1.close();
}

/** A lane and whose it is. */
interface Turn {
  readonly sequence: Sequence;
  readonly lane: Lane;
}

/** What goes wrong after the model answered is the business of that one sequence. */
async function advance({ sequence, lane }: Turn, logits: Float32Array | undefined): Promise<void> {
  try {
    if (logits === undefined) throw new Error('The model gave no logits.');
    await sequence.advance(lane, logits);
  } catch (error) {
    sequence.fail(error);
  }
}

function turnsOf(sequence: Sequence): readonly Turn[] {
  return sequence.lanes.map((lane) => ({ sequence, lane }));
}

function byAdapter(turns: readonly Turn[]): Iterable<readonly Turn[]> {
  const groups = new Map<string | undefined, Turn[]>();
  for (const turn of turns) {
    const { adapter } = turn.sequence;
    const group = groups.get(adapter);
    if (group === undefined) groups.set(adapter, [turn]);
    else group.push(turn);
  }
  return groups.values();
}

function closed(): Fault {
  return new Fault({ code: faultCodes.aborted, message: 'The model was unloaded.' });
}

export class BatchScheduler {
  readonly #model: CausalModel;
  readonly #slots: number;
  readonly #chunkTokens: number;
  readonly #store: PrefixStore;
  readonly #waiting: Sequence[] = [];
  #running: Sequence[] = [];
  /** Work that needs the model for itself. */
  readonly #jobs: (() => Promise<void>)[] = [];
  #loop: Promise<void> | undefined;
  #closed = false;

  constructor(options: BatchSchedulerOptions) {
    this.#model = options.model;
    this.#slots = options.slots;
    this.#chunkTokens = options.chunkTokens;
    this.#store = new PrefixStore({ maxTokens: options.keptTokens });
  }

  /** Takes a sequence in; its `result` settles when it is done. */
  add(sequence: Sequence): void {
    if (this.#closed) sequence.fail(closed());
    else this.#waiting.push(sequence);
    this.#wake();
  }

  /** Runs work that calls the model itself, between two steps of the others. */
  async alone<Result>(work: (model: CausalModel) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw closed();
    const result = new Promise<Result>((resolve, reject) => {
      this.#jobs.push(async () => {
        if (this.#closed) reject(closed());
        else await work(this.#model).then(resolve, reject);
      });
    });
    this.#wake();
    return await result;
  }

  /** Ends everything; resolves once the model is no longer in use and every cache is freed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const sequence of [...this.#waiting.splice(0), ...this.#running]) sequence.fail(closed());
    await this.#loop;
    this.#store.clear();
  }

  #wake(): void {
    this.#loop ??= this.#work().finally(() => {
      this.#loop = undefined;
      // Something may have come in after the loop's last look.
      if (this.#waiting.length > 0 || this.#jobs.length > 0) this.#wake();
    });
  }

  async #work(): Promise<void> {
    // Those that were asked at the same time begin together.
    await takeMessages();
    let listenedAt = performance.now();
    let steps = 0;
    for (;;) {
      this.#turnOver();
      const job = this.#jobs.shift();
      if (job === undefined && this.#running.length === 0) return;
      try {
        await job?.();
        await this.#step();
      } catch (error) {
        // Nobody may wait for ever on a surprise.
        for (const sequence of this.#running) sequence.fail(error);
      }
      steps += 1;
      if (steps < listenSteps && performance.now() - listenedAt < listenMs) continue;
      await takeMessages();
      listenedAt = performance.now();
      steps = 0;
    }
  }

  /** Frees the slots of those that ended, and fills them. */
  #turnOver(): void {
    for (const sequence of this.#running) if (sequence.ended) this.#keep(sequence);
    this.#running = this.#running.filter(({ ended }) => !ended);
    while (this.#running.length < this.#slots) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (!next.ended) this.#running.push(next);
    }
  }

  /** A cache that was filled is kept for the next prompt that begins the same. */
  #keep(sequence: Sequence): void {
    const left = sequence.release();
    if (left !== undefined) this.#store.put(left.tokens, sequence.adapter, left.cache);
  }

  async #step(): Promise<void> {
    const turns = this.#running
      .filter((sequence) => sequence.started && !sequence.reading)
      .flatMap((sequence) => turnsOf(sequence));
    // One token each goes through as one batch, by adapter; those with more to read go by themselves.
    const singles = turns.filter(({ lane }) => lane.next(2).length === 1);
    for (const group of byAdapter(singles)) await this.#forward(group);
    for (const turn of turns) if (!singles.includes(turn)) await this.#forward([turn]);
    const readers = this.#readers();
    for (const reader of readers) {
      if (reader.started) continue;
      reader.start(this.#store.take(reader.prompt, reader.adapter) ?? this.#model.createCache());
    }
    await this.#forward(readers.flatMap((reader) => turnsOf(reader)));
    for (const reader of readers) {
      if (reader.ended || reader.reading) continue;
      this.#store.put([...reader.prompt], reader.adapter, promptCache(reader));
    }
  }

  /**
   * Those whose prompts are read next. The one that came first reads first, and whoever begins with what it reads waits for that;
   * others read beside it as far as a piece has room.
   */
  #readers(): readonly Sequence[] {
    const [first, ...others] = this.#running.filter(
      (sequence) => !sequence.ended && (!sequence.started || sequence.reading),
    );
    if (first === undefined) return [];
    const readers = [first];
    let room = this.#chunkTokens - (first.prompt.length - this.#heldBy(first));
    for (const other of others) {
      const held = this.#heldBy(other);
      const unread = other.prompt.length - held;
      if (other.adapter !== first.adapter || unread > room) continue;
      if (readers.some(({ prompt }) => commonLength(prompt, other.prompt) > held + fewTokens)) continue;
      readers.push(other);
      room -= unread;
    }
    return readers;
  }

  /** Tokens of its prompt that it need not read. */
  #heldBy({ started, held, prompt, adapter }: Sequence): number {
    return started ? held : this.#store.heldOf(prompt, adapter);
  }

  /** One call of the model for these lanes. What it throws ends their sequences, and the caches with them. */
  async #forward(group: readonly Turn[]): Promise<void> {
    const live = group.filter(({ sequence, lane }) => !sequence.ended && sequence.lanes.includes(lane));
    if (live.length === 0) return;
    try {
      const results = await this.#model.forward(
        live.map(({ sequence, lane }) => ({
          cache: lane.cache,
          tokens: lane.next(this.#chunkTokens),
          logits: 'last',
          ...(sequence.adapter === undefined ? {} : { adapter: sequence.adapter }),
        })),
      );
      for (const [index, turn] of live.entries()) await advance(turn, results[index]?.logits[0]);
    } catch (error) {
      for (const { sequence } of live) {
        // What stands in the cache after a failure is not known.
        sequence.release()?.cache.dispose();
        sequence.fail(error);
      }
    }
  }
}

function promptCache({ lanes, prompt }: Sequence): KvCache {
  const [lane] = lanes;
  if (lane === undefined) throw new Error('A sequence that goes on has a lane.');
  const cache = lane.cache.fork();
  cache.truncate(prompt.length);
  return cache;
}

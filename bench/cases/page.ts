/** What the page feels: whether it stays free while a model writes, and how much memory the whole takes. */
import { story } from '../material.ts';
import type { Ask } from '../subjects/subject.ts';
import type { Case } from './case.ts';

const opens = { slots: 1, contextTokens: 2048 };

function request(number: number): Ask {
  return {
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: `${story(60_000 + number, 18)}\nTell at length what happened next.` },
    ],
    maxTokens: 64,
  };
}

interface Felt {
  /** Tasks of more than 50 ms on the main thread. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Between two frames. */
  readonly longestGapMs: number;
  /** Of the frames that a screen of 60 Hz would have shown. */
  readonly droppedShare: number;
}

const frameMs = 1000 / 60;

/** Watches tasks and frames of the page while `work` runs. */
async function feel(work: () => Promise<unknown>): Promise<Felt> {
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  const gaps: number[] = [];
  let last = performance.now();
  const note = (now: number): void => {
    gaps.push(now - last);
    last = now;
    frame = requestAnimationFrame(note);
  };
  let frame = requestAnimationFrame(note);
  const startedAt = performance.now();
  await work();
  const frames = (performance.now() - startedAt) / frameMs;
  cancelAnimationFrame(frame);
  // Entries of the last moments are still on their way.
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return {
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
    longestGapMs: Math.max(0, ...gaps),
    droppedShare: Math.max(0, 1 - gaps.length / frames),
  };
}

/** Bytes of the page and its workers, as the browser counts them after collecting garbage; that takes it seconds. */
async function memoryBytes(): Promise<number> {
  const { measureUserAgentSpecificMemory: measure } = performance as Performance & {
    readonly measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }>;
  };
  return measure === undefined ? NaN : (await measure.call(performance)).bytes;
}

export const pageCases: readonly Case[] = [
  {
    name: 'responsive',
    title: 'The longest time without a frame while 64 tokens are written',
    opens,
    round: async (subject, number) => {
      const { longestGapMs, ...figures } = await feel(() => subject.ask(request(number)));
      return { ms: longestGapMs, figures };
    },
  },
  {
    name: 'memory',
    title: 'Loading and answering once, and what the page holds afterwards',
    opens,
    startsCold: true,
    round: async (subject, number) => {
      const before = await memoryBytes();
      const startedAt = performance.now();
      await subject.open(opens);
      await subject.ask(request(1000 + number));
      const ms = performance.now() - startedAt;
      const megabytes = ((await memoryBytes()) - before) / 1e6;
      await subject.close();
      return { ms, figures: { megabytes } };
    },
  },
];

/** Work that shares a preamble and runs at once: subtasks, and several samples of one answer. */
import { story } from '../material.ts';
import type { Ask, Subject, Told } from '../subjects/subject.ts';
import type { Case } from './case.ts';

async function together(subject: Subject, asks: readonly Ask[]): Promise<readonly Told[]> {
  return await Promise.all(asks.map((ask) => subject.ask(ask)));
}

interface Timed {
  readonly told: readonly Told[];
  readonly ms: number;
  readonly tokensPerSecond: number;
}

async function timed(work: () => Promise<readonly Told[]>): Promise<Timed> {
  const startedAt = performance.now();
  const told = await work();
  const ms = performance.now() - startedAt;
  return { told, ms, tokensPerSecond: (1000 * told.reduce((sum, { tokens }) => sum + tokens, 0)) / ms };
}

/** Sentences of about 11 tokens. */
const preambleSentences = 90;

function subtasks(seed: number): readonly Ask[] {
  const preamble = story(seed, preambleSentences);
  return ['Ada', 'Boris', 'Chen', 'Dana'].map((name) => ({
    messages: [
      { role: 'system', content: `Answer from these notes.\n${preamble}` },
      { role: 'user', content: `Say in many words what ${name} did.` },
    ],
    maxTokens: 64,
  }));
}

/** Has the preamble read, as it is when a runtime hands out subtasks one round after the other. */
async function readPreamble(subject: Subject, [subtask]: readonly Ask[]): Promise<readonly Told[]> {
  return subtask === undefined ? [] : [await subject.ask({ ...subtask, maxTokens: 1 })];
}

/** Tokens that were read and not found in a cache. */
function readTokens(told: readonly Told[]): number {
  return told.reduce((sum, one) => sum + (one.readTokens ?? NaN), 0);
}

/** A sample of an answer by chance. */
function draft(material: number, seed: number): Ask {
  return {
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: `${story(material, 18)}\nTell at length what happened next.` },
    ],
    maxTokens: 32,
    temperature: 0.8,
    seed,
  };
}

export const sideBySide: readonly Case[] = [
  {
    name: 'parallel-4',
    title: '4 subtasks at once after a shared preamble of 1,000 tokens',
    opens: { slots: 4, contextTokens: 2048 },
    round: async (subject, number) => {
      const first = subtasks(20_000 + 2 * number);
      await readPreamble(subject, first);
      const alone = await timed(async () => {
        const told: Told[] = [];
        for (const ask of first) told.push(await subject.ask(ask));
        return told;
      });
      const second = subtasks(20_001 + 2 * number);
      const before = await readPreamble(subject, second);
      const { told, ms, tokensPerSecond } = await timed(() => together(subject, second));
      // Answers differ in length, so what counts is how much of them a second brings.
      return {
        ms,
        figures: {
          tokensPerSecond,
          oneAfterAnother: alone.tokensPerSecond,
          gain: tokensPerSecond / alone.tokensPerSecond,
          // What is read for all of them beside the prompt of one.
          readOfOne: readTokens([...before, ...told]) / (told[0]?.promptTokens ?? NaN),
        },
      };
    },
  },
  {
    name: 'self-consistency-5',
    title: '5 samples of one answer at once',
    opens: { slots: 5, contextTokens: 1024 },
    round: async (subject, number) => {
      const { ms: one } = await timed(async () => [await subject.ask(draft(40_000 + 2 * number, 1))]);
      const { ms } = await timed(() =>
        together(
          subject,
          [1, 2, 3, 4, 5].map((seed) => draft(40_001 + 2 * number, seed)),
        ),
      );
      return { ms, figures: { oneSampleMs: one, timesOne: ms / one } };
    },
  },
];

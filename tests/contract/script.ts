/** What the double says to the questions of the contract: for the double itself, and for what stands before it. */
import type { ScriptedStep } from '../../src/bridge/scripted-engine.ts';

const story = 'Once upon a time there was an animal in a wood, and it lived there for a long time. '.repeat(
  20,
);
const answers: readonly (readonly [question: string, reply: string])[] = [
  ['capital of France', 'It is Paris.'],
  ['fruits that are red', 'Apples, cherries, strawberries.'],
  ['story', story],
  ['2 + 2', 'Four.'],
  ['Hi.', 'Hello!'],
];

/** Enough of every answer for the whole suite. */
export const contractSteps: readonly ScriptedStep[] = answers.flatMap(([question, reply]) =>
  Array.from({ length: 8 }, () => ({ expect: [question], reply, delayMs: 1 })),
);

/** The answer to a prompt of the contract. */
export function contractAnswer(prompt: string): string {
  return answers.find(([question]) => prompt.includes(question))?.[1] ?? 'What?';
}

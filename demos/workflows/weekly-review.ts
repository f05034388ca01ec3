/**
 * Looks over notes, calendar and to-dos: reads all three side by side, has each to-do weighed, and lets an agent write down
 * what comes first.
 */
import { defineWorkflow } from '../../src/index.ts';
import { later } from '../../src/ui/translate.ts';

/** To-dos that are weighed; a review that takes long is not done. */
const mostTodos = 5;

const texts = { type: 'array', items: { type: 'string' } } as const;

export const weeklyReview = defineWorkflow(
  {
    name: 'weekly_review',
    title: later('Weekly review'),
    description: later('Reviews notes, calendar and to-dos, and writes down what comes first.'),
    inputSchema: {
      type: 'object',
      properties: { [later('focus')]: { type: 'string', maxLength: 60, default: 'home' } },
      required: ['focus'],
      additionalProperties: false,
    },
    examples: [
      { request: 'Do my weekly review with a focus on work', arguments: { focus: 'work' } },
      { request: 'Review my week, focus on health', arguments: { focus: 'health' } },
    ],
  },
  async ({ input, ask, agent, classify, parallel }) => {
    const { notes, entries, todos } = await parallel({
      notes: async ({ tool }) =>
        (
          await tool({
            name: 'note_list',
            returns: { type: 'object', properties: { notes: texts }, required: ['notes'] },
          })
        ).notes,
      entries: async ({ tool }) => {
        const entry = {
          type: 'object',
          properties: { title: { type: 'string' } },
          required: ['title'],
        } as const;
        const list = await tool({
          name: 'calendar_list',
          returns: {
            type: 'object',
            properties: { entries: { type: 'array', items: entry } },
            required: ['entries'],
          },
        });
        return list.entries.map(({ title }) => title);
      },
      todos: async ({ tool }) =>
        (
          await tool({
            name: 'todo_list',
            returns: { type: 'object', properties: { todos: texts }, required: ['todos'] },
          })
        ).todos,
    });
    const weighed: { text: string; weight: 'first' | 'later' }[] = [];
    for (const text of todos.slice(0, mostTodos)) {
      const weight = await classify({
        text: `${text} (focus: ${input.focus})`,
        labels: ['first', 'later'],
        about: 'Says whether a to-do comes first or later.',
      });
      weighed.push({ text, weight });
    }
    const first =
      weighed.find(({ weight }) => weight === 'first')?.text ?? todos[0] ?? `rest for ${input.focus}`;
    const summary = await ask({
      prompt: `${todos.length} to-dos, ${entries.length} entries, ${notes.length} notes. First: ${first}.`,
      about: 'Say in one sentence what the week looks like.',
      maxTokens: 40,
    });
    const written = await agent({
      goal: `Add a note: first comes ${first}`,
      tools: ['note_add'],
      budget: { modelSteps: 4, toolCalls: 1 },
    });
    return { first, weighed, summary, written: written.text };
  },
);

/**
 * Notes and to-dos as tools: `note_add`, `note_list`, `todo_add`, `todo_list`, `todo_done`.
 * A to-do is ticked off by its words, because a small model copies words better than ids.
 * Knows the desk; knows nothing of how it stores.
 */
import type { JsonSchema } from '../../protocol/json.ts';
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import type { Desk, Todo } from './desk.ts';
import { asText } from './read-input.ts';
import { quote, refuse } from './refuse.ts';
import { toolExamples } from './tool-examples.ts';

/** Entries a list shows; the count tells of the rest. */
const shown = 20;

const textSchema = {
  type: 'object',
  properties: { text: { type: 'string', minLength: 1, maxLength: 2000 } },
  required: ['text'],
  additionalProperties: false,
} satisfies JsonSchema;

const noArguments = { type: 'object', properties: {}, additionalProperties: false } satisfies JsonSchema;

/** The tools for notes. Lists are newest first. */
export function noteTools(desk: Desk): readonly Tool[] {
  return [
    makeTool({
      name: 'note_add',
      description: 'Saves a note.',
      permission: 'write',
      inputSchema: textSchema,
      examples: toolExamples.note_add,
      execute: async (input) => {
        const { text } = await desk.add('notes', { text: requireText('note_add', asText(input['text'])) });
        return { saved: text };
      },
    }),
    makeTool({
      name: 'note_list',
      description: 'Lists the saved notes.',
      permission: 'read',
      inputSchema: noArguments,
      examples: toolExamples.note_list,
      execute: async () => {
        const notes = await desk.list('notes');
        return {
          count: notes.length,
          notes: notes
            .slice(-shown)
            .toReversed()
            .map(({ text }) => text),
        };
      },
    }),
  ];
}

/** The tools for to-dos. */
export function todoTools(desk: Desk, now: () => Date): readonly Tool[] {
  const open = async (): Promise<readonly Todo[]> =>
    (await desk.list('todos')).filter((todo) => todo.doneAt === undefined);
  return [
    makeTool({
      name: 'todo_add',
      description: 'Adds a task to the to-do list.',
      permission: 'write',
      inputSchema: textSchema,
      examples: toolExamples.todo_add,
      execute: async (input) => {
        const { text } = await desk.add('todos', { text: requireText('todo_add', asText(input['text'])) });
        return { added: text };
      },
    }),
    makeTool({
      name: 'todo_list',
      description: 'Lists the open to-dos.',
      permission: 'read',
      inputSchema: noArguments,
      examples: toolExamples.todo_list,
      execute: async () => {
        const todos = await open();
        return { count: todos.length, todos: todos.slice(0, shown).map(({ text }) => text) };
      },
    }),
    makeTool({
      name: 'todo_done',
      description: 'Marks a to-do as done.',
      permission: 'write',
      inputSchema: textSchema,
      examples: toolExamples.todo_done,
      execute: async (input) => {
        const todo = pick(await open(), asText(input['text']));
        await desk.put('todos', { ...todo, doneAt: now().getTime() });
        return { done: todo.text };
      },
    }),
  ];
}

/** The one to-do that the words mean: the same words, else the only one that holds them. */
function pick(todos: readonly Todo[], words: string): Todo {
  const wanted = words.toLowerCase();
  const same = todos.find((todo) => todo.text.toLowerCase() === wanted);
  const holding = todos.filter((todo) => wanted !== '' && todo.text.toLowerCase().includes(wanted));
  const found = same ?? (holding.length === 1 ? holding[0] : undefined);
  if (found !== undefined) return found;
  const names = (holding.length > 1 ? holding : todos).slice(0, shown).map(({ text }) => quote(text));
  throw refuse({
    tool: 'todo_done',
    message:
      holding.length > 1
        ? `${quote(words)} could be any of ${holding.length} to-dos.`
        : `There is no open to-do ${quote(words)}.`,
    remedy: names.length === 0 ? 'The list is empty.' : `Use the exact words of one: ${names.join(', ')}.`,
  });
}

/** Words, not only spaces. */
export function requireText(tool: string, text: string): string {
  if (text !== '') return text;
  throw refuse({ tool, message: 'There is no text to save.', remedy: 'Say what it should read.' });
}

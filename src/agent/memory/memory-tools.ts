/**
 * The tools by which a model writes to and reads from the scratch memory of its run. Reading and noting leave nothing behind
 * the run, so both run unasked. A note counts once its call has finished (`ScratchMemory.settle`), in a run that goes on
 * after a reload as in one that was not cut off.
 * Knows the memory and its words for the model.
 */
import { makeTool } from '../../tools/make-tool.ts';
import type { Tool } from '../../tools/tool.ts';
import { memoryToolNames } from './scratch-memory.ts';
import type { ScratchMemory } from './scratch-memory.ts';

const noteCharacters = 500;

/** `memory_read` and `memory_write` over one run's memory. */
export function memoryTools(memory: ScratchMemory): readonly Tool[] {
  return [
    makeTool({
      name: memoryToolNames.read,
      description: 'Reads a kept result or note: what it says of some words, or from a place on.',
      permission: 'read',
      inputSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 32, 'x-copy': true },
          find: { type: 'string', maxLength: 80, description: 'words to look for', 'x-copy': true },
          from: { type: 'integer', minimum: 0, maximum: 1_000_000 },
        },
        required: ['name'],
        additionalProperties: false,
      },
      execute: (input) => memory.read(input as Parameters<ScratchMemory['read']>[0]),
    }),
    makeTool({
      name: memoryToolNames.write,
      description: 'Notes a fact under a name, for later parts of this task.',
      permission: 'read',
      inputSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,31}$' },
          text: { type: 'string', minLength: 1, maxLength: noteCharacters, 'x-copy': true },
        },
        required: ['name', 'text'],
        additionalProperties: false,
      },
      execute: (input) => {
        const { name, text } = input as { readonly name: string; readonly text: string };
        memory.checkNote(name, text);
        return { noted: name };
      },
    }),
  ];
}

/**
 * The tool `search_documents`: full text over the documents the user has given to this page, and `addDocument`,
 * which gives one. The index is kept in memory and built again when documents were added, here or in another tab.
 * Knows the desk; ranking is the library's, loaded on first use.
 */
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { defaultDeskName, Desk } from './desk.ts';
import type { UserDocument } from './desk.ts';
import type { DocumentIndex } from './document-index.ts';
import { asText } from './read-input.ts';
import { toolExamples } from './tool-examples.ts';

/** Keeps a document for `search_documents`. Throws Fault `storage-full` or `unsupported`. */
export async function addDocument(input: {
  readonly title: string;
  readonly text: string;
  /** The desk's database; the default one where left out. */
  readonly databaseName?: string;
}): Promise<UserDocument> {
  const desk = new Desk({ databaseName: input.databaseName ?? defaultDeskName });
  try {
    return await desk.add('documents', { title: input.title, text: input.text });
  } finally {
    await desk.close();
  }
}

/** Answers `{ count, documents: [{ title, snippet, score }] }`, best first, at most three. */
export function searchDocuments(desk: Desk): Tool {
  let index: { readonly revision: string; readonly ready: Promise<DocumentIndex> } | undefined;

  async function current(): Promise<DocumentIndex> {
    const revision = await desk.revision('documents');
    if (index?.revision !== revision) {
      const build = async (): Promise<DocumentIndex> => {
        const { buildIndex } = await import('./document-index.ts');
        return buildIndex(await desk.list('documents'));
      };
      index = { revision, ready: build() };
    }
    try {
      return await index.ready;
    } catch (error) {
      index = undefined;
      throw error;
    }
  }

  return makeTool({
    name: 'search_documents',
    description: "Searches the user's documents.",
    permission: 'read',
    untrusted: true,
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string', description: 'a few words', minLength: 1, maxLength: 200 } },
      required: ['query'],
      additionalProperties: false,
    },
    examples: toolExamples.search_documents,
    execute: async (input) => (await current()).search(asText(input['query'])),
  });
}

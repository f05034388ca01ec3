/** The tiny model that set-up compiled for web-llm, as the page reads it; or why it is not there. */
import type { CatalogueEntry } from '../../src/protocol/model.ts';

export type TinyModel =
  | { readonly type: 'there'; readonly model: CatalogueEntry; readonly modelsUrl: string }
  | { readonly type: 'missing'; readonly reason: string };

const folder = new URL('/.cache/web-llm/', location.href);

/** The JSON at a path below the folder, or undefined: the development server answers with a page where nothing is. */
async function read(path: string): Promise<unknown> {
  const response = await fetch(new URL(path, folder));
  const isJson = response.headers.get('Content-Type')?.includes('json') === true;
  return response.ok && isJson ? await response.json() : undefined;
}

export async function findTinyModel(): Promise<TinyModel> {
  const model = (await read('tiny/entry.json')) as CatalogueEntry | undefined;
  if (model !== undefined) return { type: 'there', model, modelsUrl: new URL('tiny/', folder).href };
  const note = (await read('skipped.json')) as { readonly reason: string } | undefined;
  const reason = note?.reason ?? 'node scripts/make-web-llm-model.mjs has not run';
  return { type: 'missing', reason };
}

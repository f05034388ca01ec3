/**
 * Gives web-llm the model's verified files without a network. web-llm looks into the Cache API before it fetches and
 * compares no hash with the catalogue's; so the files are put there under a name that only one load uses, and taken
 * away when it is over: what it reads has just been verified, and nothing is kept twice. A name that is not there leads
 * to an address that does not exist. Knows web-llm's cache scopes; nothing of what is in a file.
 */
import { newId } from '../../protocol/id.ts';

/** web-llm's names for its caches: one for the chat configuration, one for the rest. */
const configScope = 'webllm/config';
const modelScope = 'webllm/model';
const configName = 'mlc-chat-config.json';

export interface LentFiles {
  /** What web-llm takes for the address of the model. */
  readonly modelUrl: string;
  /** Address of the model library. */
  readonly libraryUrl: string;
  /** Takes the files away again. */
  withdraw(): Promise<void>;
}

/** The last part of a file's name: the catalogue may keep a build in a folder. */
export function plainName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Lays the files out. The library is the one that ends in `.wasm`. */
export async function lendFiles(files: ReadonlyMap<string, Blob>, library: Blob): Promise<LentFiles> {
  // `.invalid` never resolves, and `resolve/main/` is what web-llm would add.
  const modelUrl = `https://${newId()}.invalid/resolve/main/`;
  const [config, model] = await Promise.all([caches.open(configScope), caches.open(modelScope)]);
  const lent: { readonly cache: Cache; readonly url: string }[] = [];
  for (const [name, blob] of files) {
    if (blob === library) continue;
    const cache = plainName(name) === configName ? config : model;
    const url = modelUrl + plainName(name);
    lent.push({ cache, url });
    await cache.put(url, new Response(blob));
  }
  // Not from a cache: web-llm fetches an address that is not http as it is.
  const libraryUrl = URL.createObjectURL(new Blob([library], { type: 'application/wasm' }));
  return {
    modelUrl,
    libraryUrl,
    withdraw: async () => {
      URL.revokeObjectURL(libraryUrl);
      await Promise.all(lent.map(({ cache, url }) => cache.delete(url)));
    },
  };
}

/**
 * A site whose catalogue holds one tiny model. Needs a context without service workers, whose requests cannot be answered
 * from here.
 */
import type { BrowserContext } from '@playwright/test';
import type { WorkerEngine } from '../../src/protocol/model.ts';
import { tinyCatalogue } from '../fixtures/tiny-catalogue.ts';

/** Has the site's catalogue name a tiny model, and its folder hold that. */
export async function serveTinyModel(context: BrowserContext, engine: WorkerEngine): Promise<void> {
  const { catalogue, bytes } = await tinyCatalogue(engine);
  await context.route('**/models.json', (route) => route.fulfill({ json: catalogue }));
  await context.route('**/models/tiny.gguf', (route) => route.fulfill({ body: bytes }));
}

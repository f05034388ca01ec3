/** A server that does to its clients what a test tells it to, for as long as the test runs. */
import { onTestFinished } from 'vitest';
import { startHttpScript } from '../../fixtures/http-script.ts';
import type { Answer, HttpScript } from '../../fixtures/http-script.ts';

export async function openHttpScript(...script: readonly Answer[]): Promise<HttpScript> {
  const server = await startHttpScript(...script);
  onTestFinished(() => server.close());
  return server;
}

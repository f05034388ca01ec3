/** Runs MCP servers beside the browser tests, on another origin, for as long as they do. */
import type { TestProject } from 'vitest/node';
import { startMcpServer } from '../fixtures/mcp-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `guarded` wants the token `right`. */
    readonly mcpUrls: { readonly sessions: string; readonly sessionless: string; readonly guarded: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [sessions, sessionless, guarded] = await Promise.all([
    startMcpServer('sessions'),
    startMcpServer('sessionless'),
    startMcpServer('sessions', 'right'),
  ]);
  project.provide('mcpUrls', {
    sessions: sessions.url,
    sessionless: sessionless.url,
    guarded: guarded.url,
  });
  return async () => {
    await Promise.all([sessions.close(), sessionless.close(), guarded.close()]);
  };
}

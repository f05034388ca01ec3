/** Runs MCP servers beside the browser tests, on another origin, for as long as they do. */
import type { TestProject } from 'vitest/node';
import { startMcpServer } from '../fixtures/mcp-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly mcpUrls: { readonly sessions: string; readonly sessionless: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [sessions, sessionless] = await Promise.all([
    startMcpServer('sessions'),
    startMcpServer('sessionless'),
  ]);
  project.provide('mcpUrls', { sessions: sessions.url, sessionless: sessionless.url });
  return async () => {
    await Promise.all([sessions.close(), sessionless.close()]);
  };
}

/** A page with one agent on it: shown in a state, listened to, judged as a page. */
import axe from 'axe-core';
import { afterEach, beforeAll, expect } from 'vitest';
import type { SlmAgent } from '../../../src/ui/agent-element.ts';
import { defineElements } from '../../../src/ui/define-elements.ts';
import type { AgentEventName } from '../../../src/ui/events.ts';

/** Makes this file's page ready, and empties it after each test. */
export function setStage(title: string): void {
  beforeAll(() => {
    document.documentElement.lang = 'en';
    document.title = title;
    defineElements();
  });
  afterEach(() => document.body.replaceChildren());
}

/** An agent alone on the page. */
export async function show(state: Partial<SlmAgent>): Promise<SlmAgent> {
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = document.title;
  const agent = document.createElement('slm-agent');
  Object.assign(agent, state);
  main.append(heading, agent);
  document.body.replaceChildren(main);
  await agent.updateComplete;
  return agent;
}

/** Details of the events of one name that arrive at the document. */
export function collect(name: AgentEventName): unknown[] {
  const seen: unknown[] = [];
  document.body.addEventListener(name, (event) => seen.push(event.detail));
  return seen;
}

/** Accessible as far as a program can tell, and no wider than the window. `what` names the page's look in a failure. */
export async function expectGoodPage(what = ''): Promise<void> {
  const { violations } = await axe.run(document);
  expect(violations.map(({ id, nodes }) => `${what} ${id}: ${String(nodes[0]?.html)}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(window.innerWidth);
}

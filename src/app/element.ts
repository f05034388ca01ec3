/**
 * The script a page includes to have `<slm-agent>` work by itself: names the elements, and gives each `<slm-agent>`
 * a session of its own. An element with the attribute `manual` is left alone, for pages that call `attachAgent`.
 * Attributes read once: `model-id`, `catalogue-url`, `models-url`, `journal-name`.
 */
import { SlmAgent } from '../ui/agent-element.ts';
import { defineElements } from '../ui/define-elements.ts';
import { pickLanguage, showLanguage } from '../ui/translate.ts';
import { attachAgent } from './attach-agent.ts';
import { createSession } from './session.ts';
import type { SessionOptions } from './session-state.ts';

const attached = new WeakSet<SlmAgent>();

/** Gives an element a session, once in its life: moved about in the page, it keeps it. */
function adopt(event: Event): void {
  const element = event.composedPath()[0];
  if (!(element instanceof SlmAgent) || element.hasAttribute('manual') || attached.has(element)) return;
  attached.add(element);
  attachAgent(element, createSession(optionsOf(element)));
}

function optionsOf(element: SlmAgent): SessionOptions {
  const base = document.baseURI;
  const modelId = element.getAttribute('model-id');
  const journalName = element.getAttribute('journal-name');
  const catalogueUrl = element.getAttribute('catalogue-url');
  const modelsUrl = element.getAttribute('models-url');
  return {
    ...(modelId === null ? {} : { modelId }),
    ...(journalName === null ? {} : { journalName }),
    ...(catalogueUrl === null ? {} : { catalogueUrl: new URL(catalogueUrl, base).href }),
    ...(modelsUrl === null ? {} : { modelsUrl: new URL(modelsUrl, base).href }),
  };
}

// Elements speak the language that the document says it is in. Where its catalogue cannot be fetched, English stays.
showLanguage(pickLanguage([document.documentElement.lang])).catch((error: unknown) => console.warn(error));

// Before the names: elements that stand in the page wake, and say so, the moment they have one.
document.addEventListener('agent-connect', adopt);
defineElements();

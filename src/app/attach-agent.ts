/**
 * Ties one `<slm-agent>` to one session: the session's state becomes the element's properties, the element's events
 * become the session's calls. Knows both and holds nothing itself.
 */
import type { SlmAgent } from '../ui/agent-element.ts';
import type { AgentEventDetails, AgentEventName, ExportFormat } from '../ui/events.ts';
import { PriceStore } from './price-store.ts';
import { downloadFiles, saveFile } from './save-file.ts';
import type { Session } from './session.ts';

/** Starts the session and wires it. Returns the function that unties them; the session lives on. */
export function attachAgent(element: SlmAgent, session: Session): () => void {
  const ended = new AbortController();

  /** What `handle` rejects with is shown on the page: nobody else waits for it. */
  function on<Name extends AgentEventName>(
    name: Name,
    handle: (detail: AgentEventDetails[Name]) => Promise<unknown> | void,
  ): void {
    const listener = async (event: Event): Promise<void> => {
      try {
        await handle((event as CustomEvent<AgentEventDetails[Name]>).detail);
      } catch (error) {
        session.report(error);
      }
    };
    element.addEventListener(name, (event) => void listener(event), { signal: ended.signal });
  }

  on('goal-submit', ({ goal }) => session.run(goal));
  on('run-stop', () => session.stop());
  on('run-resume', ({ runId }) => session.workflows.resume(runId));
  on('workflow-run', ({ name, input }) => session.workflows.run(name, input));
  on('question-answer', ({ spanId, answer }) => session.workflows.answer(spanId, answer));
  on('run-open', ({ runId }) => session.openRun(runId));
  on('approval-decide', ({ callId, approved, arguments: changed }) =>
    session.decide(callId, approved && changed !== undefined ? { arguments: changed } : approved),
  );
  // Its failure is the model's stage, which the page shows there.
  on('model-load', () => session.load().then(undefined, () => undefined));
  on('model-cancel', () => session.cancelLoad());
  on('choices-open', () => session.openChoices());
  on('choice-use', ({ choice }) => session.useChoice(choice));
  on('shelf-open', () => session.openShelf());
  on('model-import', ({ files }) => session.importFiles(files));
  on('model-import-cancel', () => session.cancelImport());
  on('model-use', ({ entry }) => session.useModel(entry));
  on('model-remove', ({ name }) => session.removeModel(name));
  on('adapters-open', () => session.adapters.open());
  on('adapter-choose', ({ id }) => session.adapters.choose(id));
  on('adapter-export', async ({ id, format }) => downloadFiles(await session.adapters.export(id, format)));
  on('adapter-remove', ({ id }) => session.adapters.remove(id));
  on('promotion-open', () => session.promotion.open());
  on('promotion-decide', ({ adapter, action }) => session.promotion.decide(adapter, action));
  on('trust-open', () => session.trust.open());
  on('trust-change', (settings) => session.trust.change(settings));
  on('trust-learn', () => session.trust.learn());
  const prices = new PriceStore();
  prices.read().then(
    (kept) => (element.prices ??= kept),
    (error: unknown) => session.report(error),
  );
  on('prices-change', async (given) => {
    element.prices = given;
    await prices.keep(given);
  });
  on('spend-limits-change', (limits) => session.spending.setLimits(limits));
  on('feedback-give', (draft) => session.giveFeedback(draft));
  on('log-export', ({ format }) => exportLog(session, format));
  on('log-clear', () => session.clearLog());
  on('log-ask', (request) => session.logDoor.handle(request));
  on('outside-ask', (request) => session.outside.handle(request));
  on('documents-add', ({ files }) => session.addDocuments(files));
  const unsubscribe = session.subscribe((state) => Object.assign(element, state));
  void session.start();
  return () => {
    ended.abort();
    unsubscribe();
  };
}

async function exportLog(session: Session, format: ExportFormat): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  await saveFile({ name: `smallworks-${day}.${format}.jsonl`, bytes: () => session.exportLog(format) });
}

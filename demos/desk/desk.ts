/**
 * The page with the user's things in view: what lies on the desk, and an agent that works on it. Knows the desk's records and
 * the public API; what is done to them is the tools' work.
 */
import { html, nothing, render } from 'lit';
import { attachAgent, createSession, defineElements, Desk, startPage } from '../../src/index.ts';
import { sampleDocument, sampleEvents, sampleNotes, sampleTodos } from './sample-things.ts';
import { formatLocale, msg, whenTextsChange } from '../../src/ui/translate.ts';
import { pageTexts } from '../page-texts.ts';

const desk = new Desk();
const session = createSession();

/** Calls that came back when the desk was read last: each may have changed it. */
let callsSeen = -1;

async function show(): Promise<void> {
  const place = document.querySelector<HTMLElement>('#desk');
  if (place === null) return;
  const [notes, todos, events, documents] = await Promise.all([
    desk.list('notes'),
    desk.list('todos'),
    desk.list('events'),
    desk.list('documents'),
  ]);
  const isEmpty = notes.length + todos.length + events.length + documents.length === 0;
  const byStart = events.toSorted((one, other) => one.startsAt - other.startsAt);
  render(
    html`
      <div class="columns">
        ${column(
          msg('To-dos'),
          todos.map(({ text, doneAt }) => ({ text, done: doneAt !== undefined })),
        )}
        ${column(
          msg('Calendar'),
          byStart.map(({ title, startsAt, hasTime }) => ({ text: `${when(startsAt, hasTime)}: ${title}` })),
        )}
        ${column(msg('Notes'), notes)}
        ${column(
          msg('Documents'),
          documents.map(({ title }) => ({ text: title })),
        )}
      </div>
      ${
        isEmpty
          ? html`<p class="row">
              <span class="muted">${msg('The desk is empty.')}</span>
              <button type="button" @click=${() => void layOut()}>${msg('Put sample things on it')}</button>
            </p>`
          : nothing
      }
    `,
    place,
  );
}

function column(name: string, items: readonly { readonly text: string; readonly done?: boolean }[]) {
  return html`
    <section aria-label=${name}>
      <h3>${name}</h3>
      ${
        items.length === 0
          ? html`<p class="small muted">${msg('None.')}</p>`
          : html`<ul class="small">
              ${items.map(({ text, done }) => html`<li class=${done === true ? 'done' : ''} dir="auto">${text}</li>`)}
            </ul>`
      }
    </section>
  `;
}

function when(startsAt: number, hasTime: boolean): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const time = hasTime ? ({ hour: '2-digit', minute: '2-digit' } as const) : {};
  return new Date(startsAt).toLocaleString(formatLocale(), { ...day, ...time });
}

async function layOut(): Promise<void> {
  try {
    for (const text of sampleNotes) await desk.add('notes', { text });
    for (const text of sampleTodos) await desk.add('todos', { text });
    for (const { title, inDays, hour } of sampleEvents) {
      const startsAt = new Date();
      startsAt.setDate(startsAt.getDate() + inDays);
      startsAt.setHours(hour, 0, 0, 0);
      await desk.add('events', { title, startsAt: startsAt.getTime(), hasTime: true });
    }
    await session.addDocuments([
      new File([sampleDocument.text], sampleDocument.name, { type: 'text/plain' }),
    ]);
    await show();
  } catch (error) {
    session.report(error);
  }
}

startPage({ texts: pageTexts('desk'), mayReload: () => !session.state.running });
defineElements();
const agent = document.querySelector('slm-agent');
if (agent !== null) {
  agent.examples = [
    'Add a todo: buy stamps for the invitations.',
    'What is on my calendar this week?',
    'Add a note: the plumber comes on Friday.',
  ];
  attachAgent(agent, session);
}
function draw(): void {
  show().catch((error: unknown) => session.report(error));
}

whenTextsChange(draw);
session.subscribe(({ task, documentCount = 0 }) => {
  const returned = task.subtasks.flatMap(({ items }) =>
    items.filter((item) => item.type === 'call').filter(({ outcome }) => outcome !== undefined),
  );
  const seen = returned.length + documentCount;
  if (seen === callsSeen) return;
  callsSeen = seen;
  draw();
});

/**
 * The panel of tools from elsewhere in a real browser: every state is accessible and fits, in both directions and both
 * colours; what a person does is asked for; and keys reach all of it.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { currentLanguage, directionOf, languages, showLanguage } from '../../src/ui/translate.ts';
import type { Language } from '../../src/ui/translate.ts';
import type { OutsideView } from '../../src/ui/outside/outside-view.ts';
import { failed, outsideOf, outsideStates, server } from './ui-fixtures/outside.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';

setStage('Tools from elsewhere');

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(async () => {
  await speak('en');
  document.documentElement.style.colorScheme = '';
});

async function speak(language: Language): Promise<void> {
  await showLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** An agent whose card is unfolded. */
async function unfold(outside: OutsideView): Promise<HTMLElement> {
  const agent = await show({ outside });
  const card = agent.shadowRoot?.querySelector('slm-outside-card');
  const details = card?.shadowRoot?.querySelector('details');
  if (!(card instanceof HTMLElement) || !details) throw new Error('There is no card.');
  details.open = true;
  await expect.poll(() => panelOf(card)?.querySelector('form')).toBeTruthy();
  await expect.poll(() => sourcesOf(card).every((root) => root.querySelector('section'))).toBe(true);
  for (const inner of sourcesOf(card)) for (const fold of inner.querySelectorAll('details')) fold.open = true;
  return card;
}

function panelOf(card: HTMLElement): ShadowRoot | null | undefined {
  return card.shadowRoot?.querySelector('slm-outside-panel')?.shadowRoot;
}

function sourcesOf(card: HTMLElement): readonly ShadowRoot[] {
  const items = [...(panelOf(card)?.querySelectorAll('slm-outside-source') ?? [])];
  return items.flatMap(({ shadowRoot }) => shadowRoot ?? []);
}

describe.each(Object.entries(outsideStates))('%s', (name, view) => {
  test.for([360, 1280])('is accessible and fits at %i px', async (width) => {
    await page.viewport(width, 900);
    for (const colorScheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = colorScheme;
      await unfold(view);
      await expectGoodPage(`${name} ${colorScheme}`);
    }
  });

  test('reads from the right, too', async () => {
    await page.viewport(360, 900);
    await speak('ar');
    await unfold(view);
    await expectGoodPage(name);
  });
});

test.for(Object.keys(languages) as Language[])('stands there in %s', async (language) => {
  await speak(language);
  expect(currentLanguage()).toBe(language);
  const card = await unfold(outsideOf(failed('policy')));
  const [source] = sourcesOf(card);
  const english = 'forbids its pages to connect';
  expect(source?.textContent.includes(english)).toBe(language === 'en');
  expect(source?.textContent).toContain('https://tools.example.org');
});

test('nothing of it is fetched or named before it is unfolded', async () => {
  const asked = collect('outside-ask');
  const agent = await show({ outside: outsideOf(server) });
  const card = agent.shadowRoot?.querySelector('slm-outside-card');
  expect(asked).toEqual([]);
  expect(sourcesOf(card as HTMLElement)).toEqual([]);
  await page.getByText('Servers, documents, and this page').click();
  await expect.element(page.getByRole('heading', { name: 'Desk of the house' })).toBeVisible();
  expect(asked).toEqual([{ type: 'open' }]);
});

test('no card stands there where users may add nothing', async () => {
  await show({ outside: undefined });
  await expect
    .element(page.getByRole('heading', { name: 'Tools from elsewhere', level: 2 }))
    .not.toBeInTheDocument();
});

/** The text of what has the focus, through every shadow root. */
function focused(): string | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.textContent.trim();
}

/** What is asked for from now on, but for what the panel shows. */
function asks(): () => readonly unknown[] {
  const asked = collect('outside-ask') as { readonly type: string }[];
  return () => asked.filter(({ type }) => type !== 'open');
}

describe('what a person asks for', () => {
  test('a server is added with its token, which does not stay in the field', async () => {
    const asked = asks();
    await unfold(outsideStates['empty'] as OutsideView);
    const connect = page.getByRole('button', { name: 'Connect', exact: true });
    await connect.click();
    // The browser asks for what is missing.
    expect(asked()).toEqual([]);
    await page
      .getByRole('form', { name: 'Add an MCP server' })
      .getByLabelText('Address')
      .fill(' https://a.example/mcp ');
    await page.getByText('It wants a token').click();
    const token = page.getByLabelText('Token, kept until you leave this page');
    await token.fill('secret');
    await userEvent.keyboard('{Enter}');
    expect(asked()).toEqual([{ type: 'server-add', address: 'https://a.example/mcp', token: 'secret' }]);
    await expect.element(token).toHaveValue('');
  });

  test('a document is given by its address, by a file, and by dropping one', async () => {
    const asked = asks() as () => { readonly type: string; readonly file?: File }[];
    const card = await unfold(outsideStates['empty'] as OutsideView);
    await page
      .getByRole('form', { name: 'Add an OpenAPI document' })
      .getByLabelText('Address')
      .fill('/api.json');
    await page.getByRole('button', { name: 'Read it' }).click();
    await page.getByLabelText('Or pick a file').upload(new File(['{}'], 'picked.json'));
    const transfer = new DataTransfer();
    transfer.items.add(new File(['{}'], 'dropped.json'));
    panelOf(card)
      ?.querySelector('form')
      ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    expect(asked().map(({ type, file }) => [type, file?.name])).toEqual([
      ['document-add', undefined],
      ['document-read', 'picked.json'],
      ['document-read', 'dropped.json'],
    ]);
  });

  test('tools, trust and the offer are chosen', async () => {
    const asked = asks();
    await unfold({
      ...outsideOf(server),
      webMcp: { support: 'both', isOffering: false, fault: undefined },
    });
    await page.getByRole('checkbox', { name: 'tools.order' }).click();
    await page.getByRole('button', { name: 'None', exact: true }).click();
    await page.getByRole('checkbox', { name: /only reads run without asking/ }).click();
    await page.getByRole('switch', { name: /Offer the tools here/ }).click();
    expect(asked()).toEqual([
      { type: 'tools-use', id: 'server', names: ['tools.order'], isOn: true },
      { type: 'tools-use', id: 'server', names: ['tools.find', 'tools.order', 'tools.erase'], isOn: false },
      { type: 'source-trust', id: 'server', isTrusted: true },
      { type: 'offer', isOn: true },
    ]);
  });

  test('a server is connected to again with a token, and where a document sends is given', async () => {
    const asked = asks();
    await unfold(outsideStates['token'] as OutsideView);
    await page.getByLabelText('Token', { exact: true }).fill('secret');
    await page.getByRole('button', { name: 'Connect with it' }).click();
    await page.getByRole('button', { name: 'Connect to https://tools.example.org/mcp again' }).click();
    await unfold(outsideStates['no server'] as OutsideView);
    await page.getByLabelText('Address of the server').fill('https://api.example');
    await page.getByRole('button', { name: 'Use this server' }).click();
    await unfold(outsideStates['connected'] as OutsideView);
    await page.getByLabelText('Calls go to').selectOptions('https://test.pets.example/v1');
    expect(asked()).toEqual([
      { type: 'source-connect', id: 'server', token: 'secret' },
      { type: 'source-connect', id: 'server', token: '' },
      { type: 'server-choose', id: 'document', server: 'https://api.example' },
      { type: 'server-choose', id: 'document', server: 'https://test.pets.example/v1' },
    ]);
  });

  test('a source goes after a second word, and the keyboard stays where it was', async () => {
    const asked = asks();
    await unfold(outsideOf(server));
    await page.getByRole('button', { name: 'Remove Desk of the house…' }).click();
    await expect.poll(focused).toBe('Remove it');
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect.poll(focused).toBe('Remove…');
    await userEvent.keyboard('{Enter}');
    expect(asked()).toEqual([]);
    await userEvent.keyboard('{Enter}');
    expect(asked()).toEqual([{ type: 'source-remove', id: 'server' }]);
  });
});

test("a call of the browser's agent is asked about like any other", async () => {
  const decided = collect('approval-decide');
  const ask = {
    id: 'ask-1',
    call: { name: 'todo_add', arguments: { text: 'tea' } },
    description: 'Adds a to-do.',
    reason: undefined,
  };
  await show({ outside: { ...outsideOf(), asks: [ask] } });
  await expect.element(page.getByRole('alertdialog', { name: 'Allow todo_add?' })).toBeVisible();
  await expect.element(page.getByText("The browser's agent asks for it.")).toBeVisible();
  await expectGoodPage('asked');
  await page.getByRole('button', { name: 'Approve' }).click();
  expect(decided).toEqual([{ callId: 'ask-1', approved: true }]);
});

/**
 * Sorts one mail: what it is, how urgent, what it asks for; then code decides what becomes of it. Five model steps, a write
 * that asks first, and a question to the reader.
 */
import { defineWorkflow } from '../../src/index.ts';
import { later } from '../../src/ui/translate.ts';

const sample = `From: Anna Berg
Subject: Invoice 4411

Hello, please pay the invoice of 420 euros for the office chairs by Friday. Thank you, Anna Berg`;

export const inboxTriage = defineWorkflow(
  {
    name: 'inbox_triage',
    title: later('Sort a mail'),
    description: later(
      'Says what a mail is about, notes what it asks for, puts it where it belongs, and drafts a reply.',
    ),
    inputSchema: {
      type: 'object',
      properties: { [later('mail')]: { type: 'string', minLength: 1, maxLength: 1500, default: sample } },
      required: ['mail'],
      additionalProperties: false,
    },
  },
  async ({ input, classify, extract, tool, human, parallel }) => {
    const { mail } = input;
    const { topic, urgency, summary } = await parallel({
      topic: (steps) =>
        steps.classify({
          text: mail,
          labels: [later('bill'), later('meeting'), later('question'), later('advertisement')],
          about: 'Says what a mail is.',
          examples: [
            { text: 'Please transfer the 80 euros that are still open.', label: 'bill' },
            { text: 'Can we meet on Tuesday at 10?', label: 'meeting' },
            { text: 'Buy now and save 50 %!', label: 'advertisement' },
          ],
        }),
      urgency: (steps) =>
        steps.classify({
          text: mail,
          labels: [later('today'), later('this week'), later('whenever')],
          about: 'Says how soon a mail wants an answer.',
        }),
      summary: (steps) =>
        steps.ask({ prompt: mail, about: 'Sum up the mail in one short sentence.', maxTokens: 40 }),
    });
    if (topic === 'advertisement') return { topic, urgency, summary, filed: later('nowhere') };

    const { sender, subject } = await extract({
      text: mail,
      about: 'Notes who wrote a mail, and what it is about.',
      schema: {
        type: 'object',
        properties: {
          sender: { type: 'string', maxLength: 60, 'x-copy': true },
          subject: { type: 'string', maxLength: 80, 'x-copy': true },
        },
        required: ['sender', 'subject'],
        additionalProperties: false,
      },
    });
    const draft = await draftFor({ topic, sender, mail });
    await tool({ name: 'todo_add', arguments: { text: `${urgency}: ${topic}, ${subject} (${sender})` } });
    const keep = await human({
      question: `Keep this draft? ${draft}`,
      choices: [later('Keep it'), later('Drop it')],
    });
    if (keep === 'Keep it')
      await tool({ name: 'note_add', arguments: { text: `Draft to ${sender}: ${draft}` } });
    return { topic, urgency, summary, sender, subject, draft, filed: later('to-dos') };

    /** What a draft says is the model's; whether it thanks or asks for time is decided here. */
    async function draftFor(about: { topic: string; sender: string; mail: string }): Promise<string> {
      const tone = await classify({
        text: about.mail,
        labels: ['thanks', 'asks for time'],
        about: 'Says what a reply should do.',
      });
      return tone === 'thanks'
        ? `Dear ${about.sender}, thank you, I will see to it.`
        : `Dear ${about.sender}, please give me until next week.`;
    }
  },
);

/**
 * Worked examples of the built-in tools. A model is shown those nearest to the request (agent/shortlist), so they cover
 * the ways people word things; values are copied from the request letter by letter, because that is what is wanted.
 * Data only.
 */
import type { ToolExample } from '../../protocol/tool.ts';

export const toolExamples = {
  calculator: [
    { request: 'What is 12 * 7?', arguments: { expression: '12 * 7' } },
    { request: '20% of 90', arguments: { expression: '20% of 90' } },
    { request: 'Calculate (2 + 3) / 4', arguments: { expression: '(2 + 3) / 4' } },
    { request: 'How much is 81 divided by 9?', arguments: { expression: '81 / 9' } },
    { request: 'What is the square root of 49?', arguments: { expression: 'sqrt(49)' } },
  ],
  convert_unit: [
    { request: 'Convert 2 meters to feet', arguments: { value: 2, from: 'meters', to: 'feet' } },
    {
      request: 'How many celsius are 80 fahrenheit?',
      arguments: { value: 80, from: 'fahrenheit', to: 'celsius' },
    },
    { request: 'What is 3 cups in milliliters?', arguments: { value: 3, from: 'cups', to: 'milliliters' } },
  ],
  date_add: [
    {
      request: 'What date is 45 days after 1 March?',
      arguments: { date: '1 March', amount: 45, unit: 'days' },
    },
    {
      request: 'Which date is 2 weeks before 2026-05-20?',
      arguments: { date: '2026-05-20', amount: -2, unit: 'weeks' },
    },
  ],
  date_difference: [
    { request: 'How many days until Christmas?', arguments: { from: 'today', to: 'Christmas' } },
    { request: 'How many days are between 3 May and 9 June?', arguments: { from: '3 May', to: '9 June' } },
  ],
  weekday: [
    { request: 'Which weekday is 2026-03-14?', arguments: { date: '2026-03-14' } },
    { request: 'What day of the week is 4 July 2026?', arguments: { date: '4 July 2026' } },
    { request: 'What day is it in 3 weeks?', arguments: { date: 'in 3 weeks' } },
  ],
  note_add: [
    { request: 'Save a note: the key is under the mat', arguments: { text: 'the key is under the mat' } },
    { request: 'Note that Ben is allergic to nuts', arguments: { text: 'Ben is allergic to nuts' } },
    { request: 'Remember that the wifi code is 5512', arguments: { text: 'the wifi code is 5512' } },
  ],
  note_list: [
    { request: 'Show my notes', arguments: {} },
    { request: 'What did I note?', arguments: {} },
  ],
  todo_add: [
    { request: 'Add a to-do to buy milk', arguments: { text: 'buy milk' } },
    { request: 'Remind me to call Bob', arguments: { text: 'call Bob' } },
  ],
  todo_list: [
    { request: 'What are my to-dos?', arguments: {} },
    { request: 'Show my to-do list', arguments: {} },
    { request: 'What do I have to do?', arguments: {} },
  ],
  todo_done: [
    { request: 'Mark buy milk as done', arguments: { text: 'buy milk' } },
    { request: 'I finished the report', arguments: { text: 'the report' } },
  ],
  calendar_add: [
    {
      request: 'Add lunch with Ann to my calendar on Friday at noon',
      arguments: { title: 'lunch with Ann', date: 'Friday at noon' },
    },
    {
      request: 'Schedule a meeting with Joe tomorrow at 10am',
      arguments: { title: 'meeting with Joe', date: 'tomorrow at 10am' },
    },
  ],
  calendar_list: [
    { request: 'What is on my calendar tomorrow?', arguments: { date: 'tomorrow' } },
    { request: 'Show my calendar', arguments: {} },
  ],
  search_documents: [
    { request: 'Search my documents for taxes', arguments: { query: 'taxes' } },
    { request: 'What does my lease say about pets?', arguments: { query: 'lease pets' } },
  ],
  fetch_page: [
    { request: 'What does the page /help.html say?', arguments: { url: '/help.html' } },
    { request: 'Read /about', arguments: { url: '/about' } },
  ],
} as const satisfies Readonly<Record<string, readonly ToolExample[]>>;

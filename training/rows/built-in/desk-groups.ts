/** Requests for notes, to-dos, documents and pages: mostly words that are to be copied letter by letter. */
import type { Draw } from '../draw.ts';
import { chore, fact, firstName, thing, topic } from '../values.ts';
import type { Make } from '../values.ts';
import { askPaper, clauses, leaves, papers, readPage, searchFor, sections } from './document-phrasings.ts';
import type { Case, Group } from './group.ts';
import { saveNote, showNotes } from './note-phrasings.ts';
import { addTodo, showTodos, tickOff, tickOffAbout } from './todo-phrasings.ts';
import { wider } from './wider-phrasings.ts';

const text =
  (make: Make, key: 'saved' | 'added') =>
  (draw: Draw): Case => {
    const { text: said } = make(draw);
    const quoted = draw.chance(0.12);
    return { said: { t: quoted ? `"${said}"` : said }, arguments: { text: said }, answers: { [key]: said } };
  };

const others = ['call the bank', 'buy light bulbs', 'tidy the cellar', 'plan the hike'];

export const deskGroups: readonly Group[] = [
  { tool: 'note_add', weight: 8, phrasings: saveNote, wider: wider.note, make: text(fact, 'saved') },
  {
    tool: 'note_list',
    weight: 2.5,
    phrasings: showNotes,
    wider: wider.notes,
    make: () => ({ said: {}, arguments: {}, answers: { count: 0 } }),
  },
  { tool: 'todo_add', weight: 8, phrasings: addTodo, wider: wider.todoAdd, make: text(chore, 'added') },
  {
    tool: 'todo_list',
    weight: 2.5,
    phrasings: showTodos,
    wider: wider.todos,
    make: () => ({ said: {}, arguments: {}, answers: { count: 1 }, desk: { todos: ['buy light bulbs'] } }),
  },
  {
    tool: 'todo_done',
    weight: 5,
    phrasings: tickOff,
    wider: wider.todoDone,
    make: (draw) => {
      const { text: todo } = chore(draw);
      return {
        said: { t: todo },
        arguments: { text: todo },
        answers: { done: todo },
        desk: { todos: [...others, todo] },
      };
    },
  },
  {
    tool: 'todo_done',
    weight: 1.5,
    phrasings: tickOffAbout,
    wider: wider.todoAbout,
    make: (draw) => {
      const { text: object } = draw.chance(0.5) ? thing(draw) : topic(draw);
      const todo = `${draw.pick(['read up on', 'sort out', 'look into', 'pay for', 'write about'])} the ${object}`;
      const short = draw.chance(0.4) ? object : `the ${object}`;
      const bare = draw.chance(0.5) ? short : object;
      return {
        said: { t: bare },
        arguments: { text: bare },
        acceptable: { text: [object, `the ${object}`] },
        answers: { done: todo },
        desk: { todos: [...others, todo] },
      };
    },
  },
  {
    tool: 'search_documents',
    weight: 5,
    phrasings: searchFor,
    wider: wider.search,
    make: (draw) => {
      const { text: words } = draw.weighted<Make>([
        [topic, 5],
        [thing, 2],
        [firstName, 1],
      ])(draw);
      return {
        said: { q: words },
        arguments: { query: words },
        answers: { count: 1 },
        desk: { documents: [{ title: 'A', text: `This is about ${words}.` }] },
      };
    },
  },
  {
    tool: 'search_documents',
    weight: 2.5,
    phrasings: askPaper,
    wider: wider.paper,
    make: (draw) => {
      const [paper, about] = [draw.from(papers), draw.from(clauses)];
      return {
        said: { d: paper, q: about },
        arguments: { query: `${paper} ${about}` },
        acceptable: { query: [about, `${about} ${paper}`, `${paper} about ${about}`] },
        answers: { count: 1 },
        desk: { documents: [{ title: paper, text: `A word on ${about}.` }] },
      };
    },
  },
  { tool: 'fetch_page', weight: 5, phrasings: readPage, wider: wider.page, make: page },
];

function page(draw: Draw): Case {
  const path = draw.pick([
    () => `/${draw.from(sections)}`,
    () => `/${draw.from(sections)}.html`,
    () => `/${draw.from(sections)}/${draw.from(leaves)}`,
    () => `/${draw.from(sections)}/${draw.from(leaves)}.html`,
    () => `/${draw.from(sections)}/${draw.number(2019, 2031)}/${draw.from(leaves)}`,
    () => `/${draw.from(leaves)}.txt`,
  ])();
  return { said: { u: path }, arguments: { url: path }, answers: { text: `You asked for ${path}` } };
}

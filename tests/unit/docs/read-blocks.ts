/**
 * The code blocks of the documents, with what a reader has to think of beside them: a comment `<!-- given … -->` right
 * before a block holds the lines that it stands on and does not show. Knows Markdown; nothing of what a block means.
 */
import { resolve } from 'node:path';
import { Marked } from 'marked';
import type { Token, Tokens } from 'marked';
import { listDocuments } from '../../../scripts/docs/contents.mjs';

export interface Block {
  readonly file: string;
  /** Of the first line of code, from 1. */
  readonly line: number;
  /** As the fence says; empty: a drawing. */
  readonly language: string;
  /** What else the fence says, such as `unchecked`. */
  readonly marks: readonly string[];
  readonly code: string;
  /** Lines that the block stands on and does not show. */
  readonly given: string;
}

export const root = resolve(import.meta.dirname, '../../..');

/** The code tokens below these, each with the token before it that is no white space. */
function codeTokens(
  tokens: readonly Token[],
): readonly { readonly code: Tokens.Code; readonly before?: Token }[] {
  const visible = tokens.filter(({ type }) => type !== 'space');
  return visible.flatMap((token, place) => {
    const before = visible[place - 1];
    if (token.type === 'code') {
      return [{ code: token as Tokens.Code, ...(before === undefined ? {} : { before }) }];
    }
    if (token.type === 'list') return (token as Tokens.List).items.flatMap((item) => codeTokens(item.tokens));
    return token.type === 'blockquote' ? codeTokens((token as Tokens.Blockquote).tokens) : [];
  });
}

/** The blocks of one document. */
export function blocksOf(file: string, text: string): readonly Block[] {
  let from = 0;
  return codeTokens(new Marked().lexer(text)).map(({ code, before }) => {
    const start = text.indexOf(code.raw.trim(), from);
    from = start + code.raw.trim().length;
    const [language = '', ...marks] = (code.lang ?? '').split(' ');
    const given = before?.type === 'html' ? /^<!-- given\n(.*)\n-->/s.exec(before.raw)?.[1] : undefined;
    return {
      file,
      line: text.slice(0, start).split('\n').length + 1,
      language,
      marks,
      code: code.text,
      given: given ?? '',
    };
  });
}

/** Every block of every document that the site has. */
export function allBlocks(): readonly Block[] {
  return listDocuments({ root }).flatMap(({ file, text }) => blocksOf(file, text));
}

/**
 * Code with its words marked by classes, for a style sheet to colour: the policy of the site forbids styles in the text.
 * Knows the languages that the documents are written in; a block in another one is a failure.
 */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';

for (const [name, language] of Object.entries({ bash, javascript, json, typescript, xml })) {
  hljs.registerLanguage(name, language);
}

/** @type {Readonly<Record<string, string>>} */
const languages = { ts: 'typescript', js: 'javascript', json: 'json', sh: 'bash', html: 'xml' };

/** @param {string} text */
export function escapeHtml(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * @param {string} code
 * @param {string} name of the language as documents write it; empty: a drawing, which stays as it is.
 * @returns {string} HTML.
 */
export function highlight(code, name) {
  if (name === '') return escapeHtml(code);
  const language = languages[name];
  if (language === undefined)
    throw new Error(`Code in ${name} cannot be coloured: see scripts/docs/highlight.mjs.`);
  return hljs.highlight(code, { language }).value;
}

/**
 * Highlighted code as a block that scrolls by itself.
 * @param {string} html
 * @param {'code' | 'drawing'} kind
 */
export function codeBlock(html, kind = 'code') {
  return `<pre class="${kind}" dir="ltr" tabindex="0"><code>${html}</code></pre>`;
}

/**
 * Turns names in highlighted code into links, outside comments and texts.
 * @param {string} html as `highlight` gives it.
 * @param {(name: string) => string | undefined} addressOf
 * @returns {string}
 */
export function linkNames(html, addressOf) {
  /** @type {string[]} */
  const open = [];
  return html
    .split(/(<[^>]+>)/)
    .map((part) => {
      if (part.startsWith('</')) open.pop();
      else if (part.startsWith('<')) open.push(/class="([^"]*)"/.exec(part)?.[1] ?? '');
      else if (!open.some((name) => /hljs-(comment|string|doctag)/.test(name))) {
        return part.replaceAll(/(?<![\w$&#])[A-Za-z_$][\w$]*/g, (name) => {
          const address = addressOf(name);
          return address === undefined ? name : `<a href="${escapeHtml(address)}">${name}</a>`;
        });
      }
      return part;
    })
    .join('');
}

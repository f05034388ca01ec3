/**
 * The way people and models write arithmetic, as the parser reads it: × and ÷, thousands commas, currency signs,
 * "15% of 240", "2 x 3", a question mark at the end. Knows text only.
 */

/** The expression in plain notation; what is not understood is left as it is. */
export function readExpression(text: string): string {
  let plain = text
    .trim()
    .replace(/\s*(?:=\s*)?\??\s*$/, '')
    .replaceAll(/[×·]/g, '*')
    .replaceAll('÷', '/')
    .replaceAll(/[−–]/g, '-')
    .replaceAll('**', '^')
    .replaceAll('π', ' pi ')
    .replaceAll(/√\s*(\d+(?:\.\d+)?)/g, 'sqrt($1)')
    .replaceAll('√', 'sqrt')
    .replaceAll('²', '^2')
    .replaceAll('³', '^3')
    .replaceAll(/[$€£]\s*(?=\d)/g, '')
    .replaceAll(/(?<=[\d)])\s*x\s*(?=[\d(.])/gi, ' * ')
    .replaceAll(/\bpercent\b/gi, '%')
    .replaceAll(/(?<=\d)\s+%/g, '%')
    .replaceAll(/%\s*of\b/gi, '% *');
  // In a call the comma parts arguments: max(1,200).
  if (!/[a-z]\w*\s*\(/i.test(plain))
    plain = plain.replaceAll(/\b\d{1,3}(?:,\d{3})+\b/g, (group) => group.replaceAll(',', ''));
  return closePercent(plain);
}

/**
 * The parser takes `15% + 3` for a remainder (15 mod +3). Brackets from the start of the sum to the percent sign
 * make it what was meant: `(15%) + 3`, and `(100 + 10%) - 5`.
 */
function closePercent(text: string): string {
  const sign = /(?<=[\d)])%(?=\s*[+-])/g;
  let result = text;
  for (let match = sign.exec(result); match !== null; match = sign.exec(result)) {
    const start = startOfSum(result, match.index);
    result = `${result.slice(0, start)}(${result.slice(start, match.index + 1)})${result.slice(match.index + 1)}`;
    sign.lastIndex = match.index + 3;
  }
  return result;
}

/** Where the bracket or argument that holds `index` begins. */
function startOfSum(text: string, index: number): number {
  let depth = 0;
  for (let place = index - 1; place >= 0; place -= 1) {
    const character = text[place];
    if (character === ')') depth += 1;
    if ((character === '(' || character === ',') && depth === 0) return place + 1;
    if (character === '(') depth -= 1;
  }
  return 0;
}

// Texts that make a pattern work: for every repeat inside it the shortest way there, then what it repeats many times over.
import { RegExpParser, type AST } from '@eslint-community/regexpp';

/** A character that a class or an escape takes. */
function member(node: AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass): string {
  const pattern = new RegExp(`^(?:${node.raw})$`, 'u');
  for (const character of 'a1A .,-/:;\'")]}@#中一年￥$½°²🙂_=+*%&é\n') if (pattern.test(character)) return character;
  for (let code = 33; code < 0x3000; code++)
    if (pattern.test(String.fromCharCode(code))) return String.fromCharCode(code);
  return 'x';
}

/** A short text that `node` matches, as far as lookarounds allow. */
function shortest(node: AST.Node): string {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return shortest(node.alternatives[0]);
    case 'Alternative':
      return node.elements.map(shortest).join('');
    case 'Quantifier':
      return shortest(node.element).repeat(node.min);
    case 'Character':
      return String.fromCodePoint(node.value);
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return member(node);
    case 'Backreference':
      return Array.isArray(node.resolved) ? '' : shortest(node.resolved);
    default:
      return '';
  }
}

/** What stands before `inside`, and what it repeats: each quantifier of each alternative once. */
function pumps(node: AST.Node, before: string, found: { before: string; unit: string }[]): string {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      for (const alternative of node.alternatives) pumps(alternative, before, found);
      return shortest(node);
    case 'Alternative': {
      let text = before;
      for (const element of node.elements) text += pumps(element, text, found);
      return text.slice(before.length);
    }
    case 'Quantifier':
      if (node.max > 1) found.push({ before, unit: shortest(node.element) });
      pumps(node.element, before, found);
      return shortest(node);
    case 'Assertion':
      return '';
    default:
      return shortest(node);
  }
}

/** The texts' repeated units for `pattern`, with what comes first: its repeats, and itself over and over. */
export function pumpedTexts(pattern: RegExp): { before: string; unit: string }[] {
  const ast = new RegExpParser().parsePattern(pattern.source, undefined, undefined, { unicode: pattern.unicode });
  const found: { before: string; unit: string }[] = [];
  const whole = shortest(ast);
  pumps(ast, '', found);
  if (whole !== '') found.push({ before: '', unit: whole });
  return found.filter(({ unit }) => unit !== '');
}

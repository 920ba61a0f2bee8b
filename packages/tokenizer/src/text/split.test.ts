import fc from 'fast-check';
import { SPLIT_STRATEGIES, splitText } from './split';

const TEXT = 'Hello, world. How are you? I paid $3.50 to Dr. Smith, etc. She said: "Wait. Stop!" and left. Fine!';

describe('the default', () => {
  const whole = (text: string) => expect(splitText(text)).toEqual([text]);

  test('cuts after sentences and keeps the space with the piece before', () => {
    expect(splitText('Hello, world. How are you?  Fine!')).toEqual(['Hello, world. ', 'How are you?  ', 'Fine!']);
    expect(splitText('One line\nAnother line')).toEqual(['One line\n', 'Another line']);
  });

  test('never cuts inside a number, an abbreviation, an address, a quotation or brackets', () => {
    whole('It costs 3.50 dollars.');
    whole('Dr. Smith met Mr. Jones on Jan. 5 at No. 7.');
    whole('The U.S. Army is large, e.g. here.');
    whole('Visit example.com today.');
    whole('She said "Wait. Stop. Now." and left.');
    whole('It works (see below. Really.) every time.');
    whole('See fig. 3 and vol. 2.');
    whole('J. R. R. Tolkien wrote it.');
  });

  test('does cut after an abbreviation where a sentence begins', () => {
    expect(splitText('He lives in the U.S. It is big.')).toEqual(['He lives in the U.S. ', 'It is big.']);
    expect(splitText('I said no. He left.')).toEqual(['I said no. ', 'He left.']);
    expect(splitText('I like tea, coffee, etc. She does not.')).toEqual(['I like tea, coffee, etc. ', 'She does not.']);
    expect(splitText('He said "Stop!" Then he left.')).toEqual(['He said "Stop!" ', 'Then he left.']);
  });

  test('cuts Chinese, which has no spaces', () => {
    expect(splitText('你好。我是小明！你呢？')).toEqual(['你好。', '我是小明！', '你呢？']);
    expect(splitText('他说：“好的。再见。”然后走了。')).toEqual(['他说：“好的。再见。”然后走了。']);
  });

  test('never cuts inside Chinese quotations, titles and brackets, nor inside numbers and abbreviations', () => {
    whole('他说：“好的。再见！真的吗？”然后走了。');
    whole('她看了《你好。再见！》这本书。');
    whole('「你好。」他說，「再見。『走吧。』」');
    whole('他喊道：「快跑！別回頭。」說完就走了。');
    whole('他（小王。就是他！）来了。');
    whole('圆周率是3.14159，版本是1.2.3。');
    whole('Dr.王是我的老师。');
    whole('我住在 No. 5 号楼。');
    whole('真的吗？！');
    whole('等一下……，我来了。');
  });

  test('cuts between Chinese sentences and between quotations', () => {
    expect(splitText('“你好。”“再见。”')).toEqual(['“你好。”', '“再见。”']);
    expect(splitText('「你好。」「再見。」')).toEqual(['「你好。」', '「再見。」']);
    expect(splitText('真的吗？！我不信。')).toEqual(['真的吗？！', '我不信。']);
    expect(splitText('我用 iPhone 15。你呢？OK.好的。')).toEqual(['我用 iPhone 15。', '你呢？', 'OK.好的。']);
    expect(splitText('He left.他走了。')).toEqual(['He left.', '他走了。']);
    expect(splitText('第一行\n第二行')).toEqual(['第一行\n', '第二行']);
    const long = `他说：“${'很好'.repeat(40)}。”`;
    expect(splitText(`${long}她走了。`)).toEqual([long, '她走了。']);
  });

  test('a quotation that is never closed does not swallow the rest', () => {
    expect(splitText('He said "Stop. Then he left. And so on.')).toHaveLength(3);
    expect(splitText('他说：“停。然后走了。后来又来了。')).toHaveLength(3);
    expect(splitText('他说：“停。然后“走了。”后来又来了。')).toEqual(['他说：“停。', '然后“走了。”后来又来了。']);
    expect(splitText("It's ‘90s style. Don’t go. It’s late.")).toHaveLength(3);
  });
});

test("the six named strategies cut where GPT-SoVITS's do", () => {
  expect(splitText(TEXT, 'cut0')).toEqual([TEXT]);
  expect(splitText('你好，我是小明。你好，我是小红。你好，我是小刚。', 'cut1')).toEqual([
    '你好，我是小明。你好，我是小红。',
    '你好，我是小刚。',
  ]);
  expect(splitText(`${'一二三四五六七八九，'.repeat(6)}完。`, 'cut2')).toEqual([
    `${'一二三四五六七八九，'.repeat(6)}完。`,
  ]);
  expect(splitText('一二三四五六七八九，'.repeat(12), 'cut2')).toEqual([
    '一二三四五六七八九，'.repeat(6),
    '一二三四五六七八九，'.repeat(6),
  ]);
  expect(splitText('你好。再见。', 'cut3')).toEqual(['你好。', '再见。']);
  expect(splitText('Pi is 3.14 here. Yes.', 'cut4')).toEqual(['Pi is 3.14 here.', ' Yes.']);
  expect(splitText('One, two; 3.5 three.', 'cut5')).toEqual(['One,', ' two;', ' 3.5 three.']);
});

test('an unknown strategy is a documented error', () => {
  expect(() => splitText('x', 'cut9' as 'cut0')).toThrow("split strategy 'cut9' is unknown");
});

test('whatever the text, the pieces joined give it back and none is silent', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc
      .array(
        fc.constantFrom(
          '「',
          '」',
          '《',
          '》',
          '好',
          '！',
          '……',
          '1.5',
          'a',
          'B',
          ' ',
          '.',
          '"',
          '(',
          ')',
          '\n',
          '3',
          '。',
          '“',
          '”',
          '…',
          ',',
          'Dr',
          '，',
        ),
        {
          maxLength: 60,
        },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom(...SPLIT_STRATEGIES), (text, strategy) => {
      const pieces = splitText(text, strategy);
      expect(pieces.join('')).toBe(text);
      if (pieces.length > 1) for (const piece of pieces) expect(piece).toMatch(/[\p{L}\p{N}\p{S}]/u);
    }),
    { numRuns: 1500 },
  );
});

test('quotations of any kind stay whole, wherever they stand', () => {
  const sentence = fc.array(fc.constantFrom('好', '走吧', '3.14', 'ok', '，', '。', '！', '？', '. ', '! '), {
    maxLength: 12,
  });
  const pair = fc.constantFrom('“”', '「」', '『』', '《》', '（）', '()', '""');
  fc.assert(
    fc.property(sentence, pair, sentence, sentence, (before, [open, close], inside, after) => {
      const quotation = `${open}${inside.join('')}${close}`;
      const text = `${before.join('')}：${quotation}${after.join('')}`;
      const at = before.join('').length + 1;
      let start = 0;
      for (const piece of splitText(text)) {
        const end = start + piece.length;
        if (end < text.length) expect(end <= at || end >= at + quotation.length).toBe(true);
        start = end;
      }
    }),
    { numRuns: 2000 },
  );
});

test('brackets without end are cut in no time', () => {
  const before = process.cpuUsage();
  for (const unit of ['“', '「', '(', '"', '“”', '「。', '(！']) splitText(unit.repeat(50_000));
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(6000);
});

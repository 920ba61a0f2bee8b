// The rules of collection on constructed cases, among them those in which the released scripts lose speech.
import { type Span, type Utterance } from '../types';
import { noiseReason, speechToPauseDecibels, voiceToBackgroundDecibels } from './noise';
import { twoSpeakerRuns } from './runs';
import { cutScenes, SCENE_RULES } from './scenes';
import { endsSentence, joinTexts } from './sentences';
import { speakerOf, withinScene } from './speakers';
import { mergeTurns } from './turns';

const span = (startSeconds: number, endSeconds: number): Span => ({ startSeconds, endSeconds });

describe('scenes', () => {
  const kept = (speech: Span[]) =>
    cutScenes(speech).map(({ startSeconds, endSeconds, reason }) => [startSeconds, endSeconds, reason ?? 'kept']);

  test('a silence of exactly 4 s does not cut, a longer one does', () => {
    expect(kept([span(1, 11), span(15, 25)])).toEqual([[1, 25, 'kept']]);
    expect(kept([span(1, 17), span(21.01, 38)])).toEqual([
      [1, 17, 'kept'],
      [21.01, 38, 'kept'],
    ]);
  });

  test('the first utterance of a piece counts, and the last piece is kept', () => {
    // 16 s of speech only with both utterances; the released script counts neither the first nor writes this piece.
    expect(kept([span(0, 8), span(9, 17)])).toEqual([[0, 17, 'kept']]);
  });

  test('15 s of speech are not over 15 s', () => {
    expect(kept([span(0, 15)])).toEqual([[0, 15, 'not over 15 s of speech']]);
    expect(kept([span(0, 15.1)])[0][2]).toBe('kept');
  });

  test('30 % of speech are not over 30 %', () => {
    // Every 5 s begin with speech; silences are short enough not to cut.
    const sparse = (seconds: number) => Array.from({ length: 15 }, (_, i) => span(5 * i, 5 * i + seconds));
    expect(cutScenes(sparse(1.2))[0].reason).toBe('not over 30 % speech');
    expect(cutScenes(sparse(1.6))[0].reason).toBeUndefined();
    const lenient = { ...SCENE_RULES, minimumSpeechShare: 0.2 };
    expect(cutScenes(sparse(1.2), lenient)[0].reason).toBeUndefined();
  });

  test('overlapping spans in any order count once', () => {
    const [scene] = cutScenes([span(8, 20), span(0, 10)]);
    expect(scene).toMatchObject({ startSeconds: 0, endSeconds: 20, speechSeconds: 20, speech: [span(0, 20)] });
    expect(cutScenes([])).toEqual([]);
  });
});

describe('noise', () => {
  const constant = (value: number, length = 1000) => new Float32Array(length).fill(value);

  test('the ratio of mean powers, kept above 4 dB only', () => {
    expect(voiceToBackgroundDecibels(constant(0.1), constant(0.01))).toBeCloseTo(20, 3);
    const [below, above] = [10 ** (3.99 / 20), 10 ** (4.01 / 20)].map((gain) =>
      voiceToBackgroundDecibels(constant(gain), constant(1)),
    );
    expect(noiseReason(below, { minimumDecibels: 4 })).toBe('voice not over 4 dB above the background');
    expect(noiseReason(above, { minimumDecibels: 4 })).toBeUndefined();
  });

  test('silence on either side gives numbers, not infinities', () => {
    expect(voiceToBackgroundDecibels(constant(0.1), constant(0))).toBe(120);
    expect(voiceToBackgroundDecibels(constant(0), constant(0))).toBe(-120);
    expect(voiceToBackgroundDecibels(new Float32Array(0), constant(1))).toBe(-120);
  });

  test('without a model the pauses show it: 0.3 over noise of 0.03 is 20 dB', () => {
    const sampleRate = 1000;
    const samples = Float32Array.from({ length: 6000 }, (_, i) => {
      const sign = i % 2 === 0 ? 1 : -1;
      return sign * (Math.floor(i / 1000) % 2 === 1 ? Math.sqrt(0.09 + 0.0009) : 0.03);
    });
    const speech = [span(1, 2), span(3, 4), span(5, 6)];
    expect(speechToPauseDecibels({ samples, sampleRate }, speech)).toBeCloseTo(20, 1);
    expect(speechToPauseDecibels({ samples, sampleRate }, [span(0, 6)])).toBeUndefined();
    expect(noiseReason(undefined, { minimumDecibels: 4 })).toBeUndefined();
  });
});

describe('sentences', () => {
  test.each([
    'I am.',
    'Are you?',
    'No!',
    'He said "go."',
    'Well…',
    'Wait...',
    '你好。',
    '是吗？',
    '“走！”',
    '他走了……',
    '（好。）',
    'Fine.)  ',
  ])('%s ends one', (text) => expect(endsSentence(text)).toBe(true));
  test.each(['and then,', 'Mr.', 'I met Dr.', 'John F.', 'e.g.', '然后，', '苹果、', 'because', '因为', '', '…—'])(
    '%s does not',
    (text) => expect(endsSentence(text)).toBe(false),
  );

  test('Latin words are joined with a space, Chinese without', () => {
    expect(joinTexts('I think', 'so.')).toBe('I think so.');
    expect(joinTexts('我想，', '是的。')).toBe('我想，是的。');
    expect(joinTexts('我用', 'Linux')).toBe('我用Linux');
    expect(joinTexts('', 'so')).toBe('so');
  });
});

/** 'A: text' a line; one second each. */
function said(...lines: string[]): Utterance[] {
  return lines.map((line, index) => {
    const [speaker, text] = line.split(': ');
    return { ...span(index, index + 1), text, ...(speaker === '?' ? {} : { speaker }) };
  });
}
const shown = (turns: readonly { speaker: string; text: string }[]) =>
  turns.map(({ speaker, text }) => `${speaker}: ${text}`);

describe('turns', () => {
  test('one speaker’s utterances are joined up to the end of a sentence, in both scripts', () => {
    const { stretches } = mergeTurns(
      said('A: I was', 'A: thinking.', 'A: Why?', 'B: 我觉得，', 'B: 不错。', 'B: 对', 'A: Mr.', 'A: Smith came.'),
    );
    expect(stretches.map(shown)).toEqual([
      ['A: I was thinking.', 'A: Why?', 'B: 我觉得，不错。', 'B: 对', 'A: Mr. Smith came.'],
    ]);
    expect(stretches[0][0]).toMatchObject(span(0, 2));
  });

  test('a turn does not grow beyond its limit', () => {
    const { stretches } = mergeTurns(said('A: one', 'A: two', 'A: three'), { maximumTurnSeconds: 2 });
    expect(stretches.map(shown)).toEqual([['A: one two', 'A: three']]);
  });

  test('an utterance of nobody in particular ends a stretch; one without words does not', () => {
    const { stretches, withoutSpeaker, withoutText } = mergeTurns(
      said('A: Hello.', 'B: …', 'B: Hi.', '?: What?', 'A: Bye.'),
    );
    expect(stretches.map(shown)).toEqual([['A: Hello.', 'B: Hi.'], ['A: Bye.']]);
    expect([withoutSpeaker.length, withoutText.length]).toEqual([1, 1]);
  });
});

describe('runs of two speakers', () => {
  const runs = (speakers: string) => {
    const turns = [...speakers].map((speaker, index) => ({ ...span(index, index + 1), speaker, text: 'Yes.' }));
    const { dialogues, left } = twoSpeakerRuns(turns);
    const letters = (list: readonly { speaker: string }[]) => list.map(({ speaker }) => speaker).join('');
    return [...dialogues.map(letters), `left ${letters(left)}`];
  };

  test('three turns of each are enough, two of one are not', () => {
    expect(runs('ABABAB')).toEqual(['ABABAB', 'left ']);
    expect(runs('ABABA')).toEqual(['left ABABA']);
    expect(runs('AABBAB')).toEqual(['AABBAB', 'left ']);
    expect(runs('AAAAAA')).toEqual(['left AAAAAA']);
    expect(runs('')).toEqual(['left ']);
  });

  test('a third speaker ends a run', () => expect(runs('ABABABCACACA')).toEqual(['ABABAB', 'CACACA', 'left ']));

  test('turns just before a third speaker go into the next run when the run was too short', () => {
    expect(runs('ABBCBCBC')).toEqual(['BBCBCBC', 'left A']);
  });

  test('no turn is in two dialogues', () => expect(runs('ABABABCBC')).toEqual(['ABABAB', 'left CBC']));

  test('more of each can be asked for', () => {
    const turns = [...'ABABAB'].map((speaker, index) => ({ ...span(index, index + 1), speaker, text: 'Yes.' }));
    expect(twoSpeakerRuns(turns, { minimumTurns: 4 }).dialogues).toEqual([]);
  });
});

describe('whose an utterance is', () => {
  const speakers = [
    { ...span(0, 4), speaker: 'anna' },
    { ...span(4, 8), speaker: 'ben' },
  ];
  test('the one who speaks then', () => {
    expect(speakerOf(span(1, 4.5), speakers)).toBe('anna');
    expect(speakerOf(span(2, 6), speakers)).toBeUndefined();
    expect(speakerOf(span(9, 10), speakers)).toBeUndefined();
  });

  test('times become the scene’s; what lies mostly outside is not in it', () => {
    expect(withinScene(span(12, 14), span(10, 20))).toEqual(span(2, 4));
    expect(withinScene(span(9, 13), span(10, 20))).toEqual(span(0, 3));
    expect(withinScene(span(6, 11), span(10, 20))).toBeUndefined();
  });
});

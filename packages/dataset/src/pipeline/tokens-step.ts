// Step 4: semantic tokens, 25 a second, from the sound or from the SSL features of step 3.
import { SpeechEncoderError } from '@gpt-talker/tokenizer';
import { DatasetError } from '../errors';
import { contentKey } from '../files/hash';
import { Shard, writeShard } from '../files/shard';
import { audioItemSchema, type TokensItem } from '../store/items';
import { decode, refuseGone } from './audio-step';
import { type ChunkTurn } from './chunk';
import { type SpeechTools } from './tools';

const VERSION = 1;

export function tokensKey(turns: readonly ChunkTurn[], tools: SpeechTools): string {
  return contentKey(
    'tokens',
    VERSION,
    tools.fingerprint,
    turns.map(({ name, sha256 }) => [name, sha256]),
  );
}

/** @param audioShard what step 3 made of the same turns */
export async function tokensStep(
  file: string,
  turns: readonly ChunkTurn[],
  audioShard: string,
  tools: SpeechTools,
): Promise<void> {
  const shard = await Shard.open(audioShard, 'audio', audioItemSchema);
  try {
    const items: TokensItem[] = [];
    const values: (Int32Array | undefined)[] = [];
    for (const [index, turn] of turns.entries()) {
      const tokens = shard.items[index].skipped ? 'unused' : await encode(turn, index, shard, tools);
      items.push(typeof tokens === 'string' ? { skipped: tokens } : {});
      values.push(typeof tokens === 'string' ? undefined : tokens);
    }
    await writeShard(file, { step: 'tokens', items, columns: [{ name: 'tokens', dtype: 'uint16', values }] });
  } finally {
    await shard.close();
  }
}

async function encode(
  turn: ChunkTurn,
  index: number,
  shard: Shard<unknown>,
  tools: SpeechTools,
): Promise<Int32Array | string> {
  const { audio: path, name } = turn;
  let tokens: Int32Array;
  if ('ssl' in tools) {
    const features = (await shard.values('ssl', index)) as Float32Array;
    const frames = features.length / tools.ssl.width;
    const even = frames - (frames % 2); // a last single frame makes no token
    tokens = await tools.quantizer.quantize(features.subarray(0, even * tools.ssl.width), even);
  } else {
    const audio = await decode(path);
    refuseGone(audio, turn);
    if (typeof audio === 'string') return audio;
    try {
      tokens = await tools.encoder.encode(audio);
    } catch (error) {
      if (!(error instanceof SpeechEncoderError) || error.code !== 'bad-audio') throw error;
      return 'with a recording that cannot be encoded';
    }
  }
  if (tokens.some((token) => !(token >= 0 && token < tools.vocabulary))) {
    throw new DatasetError('option', `${name}: the encoder gave a token outside its vocabulary of ${tools.vocabulary}`);
  }
  return tokens;
}

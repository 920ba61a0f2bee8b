// The same in a build, which holds the files: no bundler has to be told of them.
import chineseCharacters from '../data/chinese-characters.txt.br?base64';
import chineseReadings from '../data/chinese-readings.txt.br?base64';
import chineseTraditional from '../data/chinese-traditional.txt.br?base64';
import chineseWords from '../data/chinese-words.bin.br?base64';
import englishDictionary from '../data/english-dictionary.bin.br?base64';
import englishModel from '../data/english-g2p.bin.br?base64';
import type { ShippedData } from './shipped-data';
import { unpacked } from './unpacked';

export type { ShippedData };

const DATA: Record<ShippedData, string> = {
  'english-dictionary': englishDictionary,
  'english-g2p': englishModel,
  'chinese-characters': chineseCharacters,
  'chinese-readings': chineseReadings,
  'chinese-traditional': chineseTraditional,
  'chinese-words': chineseWords,
};

export function shippedData(name: ShippedData): Uint8Array {
  return unpacked(DATA[name]);
}

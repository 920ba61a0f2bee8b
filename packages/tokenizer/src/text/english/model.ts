// Readings of words that no dictionary has, from the shipped grapheme-to-phoneme model, opened at first use.
import { shippedData } from '../../shipped-data';
import { PackedModel } from './packed-model';

let opened: PackedModel | undefined;

/** The model, trained on CMUdict by `npm run train-g2p`. */
export function englishModel(): PackedModel {
  opened ??= new PackedModel(shippedData('english-g2p'));
  return opened;
}

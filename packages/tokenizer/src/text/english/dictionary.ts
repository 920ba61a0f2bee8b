// The packed English dictionary as shipped, opened once at first use.
import { shippedData } from '../../shipped-data';
import { PackedDictionary } from './packed-dictionary';

let opened: PackedDictionary | undefined;

/** CMUdict with this package's additions. Opening takes some 20 ms. */
export function englishDictionary(): PackedDictionary {
  opened ??= new PackedDictionary(shippedData('english-dictionary'));
  return opened;
}

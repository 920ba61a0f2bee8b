// Names that upstream's scripts understand: {turn}_{speaker}_d{dialogue}.wav, with speakers as numbers and no folder before them.
import { parseTurnName } from '../corpus/turn-name';
import { DatasetError } from '../errors';
import { type PreparedDialogue } from '../store/types';

export interface NamedTurn {
  name: string;
  speaker: string;
}

/** Gives every turn of a corpus a name of its own. */
export class TurnNames {
  private readonly taken = new Set<string>();

  /** @throws DatasetError `prepared` where two turns would get the same name */
  of({ id, turns }: PreparedDialogue): NamedTurn[] {
    // 'R-EN/d12+3' → dialogue R-EN-12, from turn 3 on.
    const [, place, first] = /^(.*?)(?:\+(\d+))?$/.exec(id)!;
    const dialogue = place.replace(/(^|\/)d(?=[^/]*$)/, '$1').replace(/[^A-Za-z0-9.-]+/g, '-');
    const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
    const areNumbers = speakers.every((speaker) => /^\d+$/.test(speaker));
    return turns.map((turn, index) => {
      const number = parseTurnName(turn.name?.split('/').at(-1) ?? '')?.number ?? Number(first ?? 0) + index;
      const speaker = areNumbers ? turn.speaker : String(speakers.indexOf(turn.speaker));
      const name = `${number}_${speaker}_d${dialogue}.wav`;
      if (this.taken.has(name)) {
        throw new DatasetError(
          'prepared',
          `${id}: its turn ${number} would be called ${name}, like another; rename the dialogue`,
        );
      }
      this.taken.add(name);
      return { name, speaker };
    });
  }
}
